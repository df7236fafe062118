import Accounts
import CDispatch
import Casework
import Foundation
import Logging
import NodeSettings
import TransferDocuments
import WebConsole

/// Hands texts over as files in a folder, from which the gateway of a telephone company takes them: a JSON object for each
/// text, one to a line, for the owner only, whole as soon as the file has its name. Whoever takes one deletes it. A code
/// has a file of its own; notices that are told together share one, as each file costs the disk a sync. Names of files
/// say nothing of anybody.
///
/// In the demonstration nobody takes them, and the codes can be read there.
struct NoticeFolder: NoticePort {
    private let folder: String
    private let clock: any NodeClock
    private let logger: Logger

    init(_ settings: NodeSettings, clock: any NodeClock, logger: Logger) {
        folder = settings.data.directory + "/notices"
        self.clock = clock
        self.logger = logger
    }

    func hand(over texts: [NoticeText]) async throws(NoticeFault) {
        guard let first = texts.first else { return }
        do {
            try Files.makeFolder(folder, for: .owner)
            if first.kind == .code { sweep() }
            let path = "\(folder)/\(first.id).json\(first.kind == .code ? "" : "l")"
            var bytes: [UInt8] = []
            for text in texts { bytes += try line(of: text) }
            // What a crash has left of the same texts is written anew.
            let draft = "\(path).part"
            if Files.exists(draft) { unlink(draft) }
            try Files.create(draft, bytes, for: .owner)
            guard rename(draft, path) == 0 else { throw NoticeFault("texts could not be written") }
        } catch {
            // A path would be all that the cause tells. Somebody may wait for a code: it is said here, where nobody else can.
            logger.warning("texts were not handed over", metadata: ["kind": "\(first.kind.rawValue)"])
            throw NoticeFault("texts could not be written")
        }
    }

    private func line(of text: NoticeText) throws -> [UInt8] {
        let object = try JSONWriter.object { json in
            json.field("kind", text.kind.rawValue)
            json.field("to", text.mobile)
            json.field("text", text.words)
            json.field("at", text.at.signingTime.text)
        }
        return object + [UInt8(ascii: "\n")]
    }

    /// Codes that nobody has taken in a quarter of an hour are worth nothing any more.
    private func sweep() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix("code-") {
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0,
                clock.machineTime.seconds - Int64(status.st_mtim.tv_sec) > 15 * 60
            else { continue }
            unlink("\(folder)/\(name)")
        }
    }
}

/// Tells people what has changed, again and again.
struct NoticeRound: Sendable {
    let post: NoticePost

    func run() async {
        while !Task.isCancelled {
            // A store that takes nothing now is told of by whoever serves people.
            try? await post.tell()
            try? await Task.sleep(for: .seconds(3))
        }
    }
}
