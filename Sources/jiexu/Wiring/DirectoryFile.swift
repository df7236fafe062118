import Casework
import Logging
import NodeSettings
import ServiceLifecycle
import Synchronization
import TransferDocuments

/// The signed directory of agencies, from a file that is looked at again and again: a newer one takes effect without a
/// restart, an older or a broken one never does.
final class DirectoryFile: DirectorySource, Service {
    private let path: String
    private let anchors: TrustAnchors
    private let clock: any NodeClock
    private let logger: Logger
    private let state: Mutex<SignedDirectory>
    private let pollSeconds: Int

    init(
        path: String, anchors: TrustAnchors, clock: any NodeClock, logger: Logger, pollSeconds: Int = 5
    ) throws {
        self.path = path
        self.anchors = anchors
        self.clock = clock
        self.logger = logger
        self.pollSeconds = pollSeconds
        let bytes = try DirectoryFile.read(path)
        state = Mutex(try SignedDirectory.open(bytes, anchors: anchors, at: clock.now.seconds))
    }

    var current: SignedDirectory { state.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(self.pollSeconds))
                self.reload()
            }
        }
    }

    private func reload() {
        do {
            let bytes = try DirectoryFile.read(path)
            let known = current
            guard DocumentDigest(of: bytes) != known.digest else { return }
            let newer = try SignedDirectory.open(bytes, anchors: anchors, at: clock.now.seconds)
            try newer.verify(succeeds: known)
            state.withLock { $0 = newer }
            logger.notice("a newer directory is in force", metadata: ["version": "\(newer.directory.version)"])
        } catch {
            logger.error("the directory file was not taken; the one in force stays", metadata: ["cause": "\(error)"])
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        try Files.read(path, limit: SignedDirectory.longest)
    }
}
