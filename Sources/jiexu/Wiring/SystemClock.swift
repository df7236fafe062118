import CDispatch
import Casework
import Glibc
import NodeSettings
import Synchronization

/// The machine's clock: the only place of the node that asks what time it is. In a process of a demonstration it goes by so
/// much behind or before as the demonstration says.
struct SystemClock: NodeClock {
    private static let demonstration = Mutex<DemonstrationClock?>(nil)

    /// From now on the time of this process is that of a demonstration.
    static func follow(_ clock: DemonstrationClock) { demonstration.withLock { $0 = clock } }

    private var movedMilliseconds: Int64 { SystemClock.demonstration.withLock { $0 }?.movedMilliseconds ?? 0 }

    var now: Instant { machineTime.adding(milliseconds: movedMilliseconds) }

    var machineTime: Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// How long the machine has been up, its sleep included: nobody sets this clock. What a demonstration moves is moved
    /// here as well, so that only somebody who sets the machine's clock is found out.
    var steadyMilliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000 + movedMilliseconds
    }
}

/// The machine's clock for logins, which no demonstration moves.
struct LoginClock: NodeClock {
    let clock: any NodeClock

    var now: Instant { clock.machineTime }
}

extension NodeSettings {
    /// Reads the settings of a node. When they are those of a demonstration, the time of this process is from now on that of
    /// the demonstration.
    static func ofNode(_ path: String) throws -> NodeSettings {
        let settings = try NodeSettings.read(path)
        if let demonstration = settings.demonstration {
            SystemClock.follow(try DemonstrationClock(folder: demonstration.folder))
        }
        return settings
    }
}
