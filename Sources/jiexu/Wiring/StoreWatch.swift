import Glibc
import ServiceLifecycle
import Store

/// Ends the node when its store takes no more writes: a disk that failed once may fail silently the next time, so the
/// process ends, and looks at its database when it is started again.
struct StoreWatch: Service {
    let store: JiexuStore

    func run() async throws {
        try await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully {
                if let why = store.stoppedBecause { BrokenStore(why: why).end() }
                try await Task.sleep(for: .milliseconds(200))
            }
        } onGracefulShutdown: {
        }
    }
}

/// The disk of the store failed, or its file is corrupt.
struct BrokenStore: Error, CustomStringConvertible {
    let why: String

    /// EX_TEMPFAIL of sysexits.h: whoever starts the node knows that it is the disk.
    static let exitStatus: Int32 = 75

    var description: String {
        "the disk or the database failed: \(why). 磁盘或数据库出错，节点已停止；检查磁盘后重新启动，并运行 `jiexu verify --all`。 "
            + "Look at the disk, start the node again, and run `jiexu verify --all`."
    }

    /// Ends the process at once. Nothing is closed: closing would write the log back to a disk that has just failed.
    func end() -> Never {
        CommandOutcome.say("error: \(self)")
        _exit(BrokenStore.exitStatus)
    }
}
