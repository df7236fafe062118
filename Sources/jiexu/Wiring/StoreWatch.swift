import Casework
import Glibc
import Logging
import ServiceLifecycle
import Store

/// Ends the node when its store takes no more writes: a disk that failed once may fail silently the next time, so the
/// process ends, and looks at its database when it is started again. An instance that was ended by another one ends, too:
/// it begins anew with another epoch. And says so when the server comes to wait for no second one any more.
struct StoreWatch: Service {
    let store: JiexuStore
    let logger: Logger

    private static let looksPerCopy = 50

    func run() async throws {
        try await withGracefulShutdownHandler {
            var (looks, isSingle) = (0, false)
            while !Task.isShuttingDownGracefully {
                if let why = store.stoppedBecause { BrokenStore(why: why).end() }
                if let fenced = FencedInstance(store) { fenced.end() }
                if looks.isMultiple(of: StoreWatch.looksPerCopy) { isSingle = await lookAtCopies(isSingle) }
                looks += 1
                try await Task.sleep(for: .milliseconds(200))
            }
        } onGracefulShutdown: {
        }
    }
}

extension StoreWatch {
    /// - Returns: whether there is one copy only; what it was before where nobody can say now.
    private func lookAtCopies(_ wasSingle: Bool) async -> Bool {
        let why: String?
        do { why = try await store.singleCopy() } catch { return wasSingle }
        if let why, !wasSingle {
            logger.critical("what is acknowledged is on one server only", metadata: ["cause": "\(why)"])
        } else if why == nil, wasSingle {
            logger.notice("what is acknowledged is on two servers again")
        }
        return why != nil
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

/// This instance was not heard of for as long as its lease, and another one has ended it.
struct FencedInstance: Error, CustomStringConvertible {
    private let why: String
    private let writes: Int64

    /// EX_UNAVAILABLE of sysexits.h: whoever starts the node starts it again.
    static let exitStatus: Int32 = 69

    /// nil while the instance is in force, or serves alone.
    init?(_ store: JiexuStore) {
        guard let membership = store.membership, let why = membership.fencedBecause else { return nil }
        self.why = why
        writes = membership.own.fencedWrites
    }

    var description: String {
        "\(why); writes refused: \(writes). 本实例已被其他实例接替，重新启动即可。 Start it again."
    }

    /// Ends the process at once: what it still has under way can write nothing.
    func end() -> Never {
        CommandOutcome.say("error: \(self)")
        _exit(FencedInstance.exitStatus)
    }
}
