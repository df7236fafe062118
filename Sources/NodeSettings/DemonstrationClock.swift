package import Casework
import Glibc
import Synchronization

/// By how much the clock of a demonstration is moved: one small file that all of its processes look at whenever they ask
/// what time it is, so that all of them move at the same moment. The clock only ever goes forward.
///
/// The file holds two numbers with a space between: the seconds that are added to the machine's clock, which may be below
/// zero, and the last second since 1970 to which the clock may be moved, until which certificates and directory hold.
package final class DemonstrationClock: Sendable {
    private struct Position: Equatable {
        var seconds: Int64
        let furthest: Int64

        init?(text: String) {
            let parts = text.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, let seconds = Int64(parts[0]), let furthest = Int64(parts[1]),
                seconds.magnitude < 1 << 32, (0..<(1 << 40)).contains(furthest)
            else { return nil }
            self.seconds = seconds
            self.furthest = furthest
        }

        init(seconds: Int64, furthest: Int64) {
            self.seconds = seconds
            self.furthest = furthest
        }

        var text: String { "\(seconds) \(furthest)" }
    }

    /// No step is longer: within it the offices hold each other's logs as they should.
    package static let longestStepSeconds: Int64 = 25 * 86_400
    private static let name = "clock"
    private static let lockName = "clock.lock"

    private let folder: String
    private let known: Mutex<(mark: Files.Mark?, position: Position)>

    private var file: String { Files.join(folder, DemonstrationClock.name) }

    /// Takes up the clock of a demonstration.
    ///
    /// - Throws: when the folder has none, or it cannot be read.
    package init(folder: String) throws(DemonstrationClockFault) {
        self.folder = folder
        let file = Files.join(folder, DemonstrationClock.name)
        let mark = Files.mark(of: file)
        known = Mutex((mark, try DemonstrationClock.read(file)))
    }

    /// Founds the clock of a new demonstration.
    ///
    /// - Parameters:
    ///   - seconds: where it begins, against the machine's clock.
    ///   - furthest: the last moment to which it may be moved.
    package static func found(in folder: String, seconds: Int64, furthest: Instant) throws -> DemonstrationClock {
        try Files.makeFolder(folder, for: .owner)
        let position = Position(seconds: seconds, furthest: furthest.seconds)
        try Files.create(Files.join(folder, name), Array(position.text.utf8), for: .owner)
        return try DemonstrationClock(folder: folder)
    }

    /// What is added to the machine's clock.
    package var movedMilliseconds: Int64 {
        known.withLock { known in
            let mark = Files.mark(of: file)
            if mark != known.mark, let position = try? DemonstrationClock.read(file) {
                known = (mark, position)
            }
            return known.position.seconds * 1_000
        }
    }

    /// The last moment to which it may be moved.
    package var furthest: Instant { Instant(milliseconds: known.withLock { $0.position.furthest } * 1_000) }

    /// Moves the clock of all processes forward.
    ///
    /// - Parameter machineTime: what time it is on the machine.
    /// - Throws: for a step backwards, a step that is too long, and one that goes beyond what the certificates hold.
    package func move(forwardBy seconds: Int64, machineTime: Instant) throws {
        guard (1...DemonstrationClock.longestStepSeconds).contains(seconds) else {
            throw DemonstrationClockFault(
                "时钟只能向前，一次最多 25 天。 The clock goes forward only, and by 25 days at most at one time.")
        }
        let lock = open(Files.join(folder, DemonstrationClock.lockName), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw DemonstrationClockFault("\(folder): the clock cannot be moved") }
        defer { close(lock) }
        guard flock(lock, LOCK_EX) == 0 else { throw DemonstrationClockFault("\(folder): the clock cannot be moved") }
        var position = try DemonstrationClock.read(file)
        position.seconds += seconds
        guard machineTime.seconds + position.seconds <= position.furthest else {
            throw DemonstrationClockFault(
                "演示证书只到 \(furthest.date)，时钟不能再向前。 The certificates of this demonstration end on \(furthest.date): "
                    + "start it anew to go further.")
        }
        try Files.replace(file, Array(position.text.utf8), for: .owner)
    }

    private static func read(_ file: String) throws(DemonstrationClockFault) -> Position {
        guard let bytes = try? Files.read(file, limit: 100),
            let position = Position(text: String(decoding: bytes, as: UTF8.self))
        else {
            throw DemonstrationClockFault("\(file): expected the clock of a demonstration, which `jiexu demo` makes")
        }
        return position
    }
}

/// Why a demonstration's clock cannot be read or moved, in one line for people.
package struct DemonstrationClockFault: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
