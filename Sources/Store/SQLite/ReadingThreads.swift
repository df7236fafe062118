import Foundation
import GRDB
import Synchronization

/// A few threads that each keep one reading connection and take reads from one queue.
///
/// A thread holds its connection for its whole life, so that a read costs no search for a free one.
final class ReadingThreads: Sendable {
    typealias Work = @Sendable (Result<any SQLConnection, SQLFault>) -> Void

    private struct Queue {
        var waiting: [Work] = []
        var next = 0
        var isStopped = false
    }

    private let queue = Mutex(Queue())
    private let given = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()
    private let count: Int

    /// Reads that may wait; beyond them a read is refused.
    private static let limit = 8_192

    init(pool: DatabasePool, count: Int) {
        self.count = count
        for number in 1...count {
            ended.enter()
            let thread = Thread { [self] in
                run(on: pool)
                ended.leave()
            }
            thread.name = "store-reader-\(number)"
            thread.start()
        }
    }

    func give(_ work: @escaping Work) {
        let refusal: SQLFault? = queue.withLock { queue in
            guard !queue.isStopped else { return SQLFault(.other, "the database is closed") }
            guard queue.waiting.count - queue.next < ReadingThreads.limit else {
                return SQLFault(.busy, "too many reads are waiting")
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

    /// Waits until what was given is read.
    func stop() {
        let isFirst = queue.withLock { queue in
            defer { queue.isStopped = true }
            return !queue.isStopped
        }
        guard isFirst else { return }
        for _ in 0..<count { given.signal() }
        ended.wait()
    }

    private func run(on pool: DatabasePool) {
        do {
            try pool.unsafeRead { database in
                guard let handle = database.sqliteConnection else {
                    throw SQLFault(.other, "the reading connection is closed")
                }
                let connection = SQLiteConnection(handle)
                defer { connection.finish() }
                while let work = take() { work(.success(connection)) }
            }
        } catch {
            let fault = SQLFault(.disk, "no reading connection: \(error)")
            while let work = take() { work(.failure(fault)) }
        }
    }

    /// The next read, waited for; nil when there will be none.
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
