import Foundation
import Synchronization

/// A few threads that each keep one connection and take work from one queue.
///
/// A thread holds its connection for its whole life, so that no work has to search for a free one. While it has no work it
/// lends the connection to whoever wants to read a little at once, on his own thread.
final class ConnectionThreads: Sendable {
    typealias Work = @Sendable (Result<any SQLConnection, SQLFault>) -> Void

    /// Opens a connection, serves with it until it returns, and closes it.
    typealias Life = @Sendable (_ serve: (any SQLConnection) -> Void) throws -> Void

    private struct Queue {
        var waiting: [Work] = []
        var next = 0
        var isStopped = false
    }

    /// A connection that is used by one thread at a time, and where it is open.
    private struct Held: @unchecked Sendable { let connection: any SQLConnection }

    private final class Place: Sendable {
        let held = Mutex<Held?>(nil)
    }

    private let queue = Mutex(Queue())
    private let places: [Place]
    private let given = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()

    /// Work that may wait; beyond it some is refused.
    private static let limit = 8_192

    /// - Parameter name: of the threads; a number comes behind it.
    init(_ name: String, count: Int, life: @escaping Life) {
        places = (0..<count).map { _ in Place() }
        for (number, place) in places.enumerated() {
            ended.enter()
            let thread = Thread { [self] in
                run(life, at: place)
                ended.leave()
            }
            thread.name = "\(name)-\(number + 1)"
            thread.start()
        }
    }

    func give(_ work: @escaping Work) {
        let refusal: SQLFault? = queue.withLock { queue in
            guard !queue.isStopped else { return SQLFault(.other, "the database is closed") }
            guard queue.waiting.count - queue.next < ConnectionThreads.limit else {
                return SQLFault(.busy, "too much work is waiting for the database")
            }
            queue.waiting.append(work)
            return nil
        }
        if let refusal {
            work(.failure(refusal))
        } else {
            given.signal()
        }
    }

    /// Runs the work at once, on the thread that asks, with a connection that nobody uses.
    ///
    /// - Returns: false, and the work was not run, when there is none.
    func borrow(_ work: (any SQLConnection) -> Void) -> Bool {
        for place in places {
            let isDone: Bool? = place.held.withLockIfAvailable { held in
                guard let held else { return false }
                work(held.connection)
                return true
            }
            if isDone == true { return true }
        }
        return false
    }

    /// Waits until what was given is done.
    func stop() {
        let isFirst = queue.withLock { queue in
            defer { queue.isStopped = true }
            return !queue.isStopped
        }
        guard isFirst else { return }
        for _ in places { given.signal() }
        ended.wait()
    }

    private func run(_ life: Life, at place: Place) {
        do {
            try life { connection in
                let own = Held(connection: connection)
                place.held.withLock { $0 = own }
                // Whoever has borrowed it gives it back before it is closed.
                defer { place.held.withLock { $0 = nil } }
                while let work = take() { place.held.withLock { _ in work(.success(own.connection)) } }
            }
        } catch {
            let fault = SQLFault(.disk, "no connection: \(error)")
            while let work = take() { work(.failure(fault)) }
        }
    }

    /// The next piece of work, waited for; nil when there will be none.
    private func take() -> Work? {
        while true {
            given.wait()
            let (work, isEnd): (Work?, Bool) = queue.withLock { queue in
                guard queue.next < queue.waiting.count else { return (nil, queue.isStopped) }
                let work = queue.waiting[queue.next]
                queue.next += 1
                if queue.next == queue.waiting.count {
                    queue.waiting.removeAll(keepingCapacity: true)
                    queue.next = 0
                }
                return (work, false)
            }
            if let work { return work }
            if isEnd { return nil }
        }
    }
}
