import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu log export`
struct LogExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the leaves, heads, proofs and time-stamps of the log, for a stranger to check. 导出日志。",
        discussion: """
            The file holds hashes and signatures, and nothing personal. Tests/Independent/verify_log.py checks it with the \
            anchors alone. Works while the node serves.
            """)

    @Option(name: .shortAndLong, help: "The file to write.")
    var output: String

    @OptionGroup var settings: ConfigOption

    private static let page = 8_192
    private static let mostHeads = 100_000

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let log = StoredLog(store)
        // Heads first: the leaves that are read after them cover all of them.
        let heads = try await log.ownHeads(limit: LogExport.mostHeads)
        let stamps = try await log.stamps(limit: LogExport.mostHeads)
        let peers = try await log.peerChain()
        let tree = try await log.tree()
        var leaves: [DocumentDigest] = []
        while leaves.count < tree.size {
            let limit = min(LogExport.page, Int(tree.size) - leaves.count)
            leaves += try await log.leafHashes(from: Int64(leaves.count), limit: limit)
        }
        let directory = try Files.read(settings.keys.directory, limit: SignedDirectory.longest)
        let bytes = try JSONWriter.object(limits: .ofCommands) { json in
            json.field("format", "jiexu-log-1")
            json.field("agency", settings.agency.code.text)
            json.field("epoch", heads.last?.head.epoch ?? 1)
            json.array("leaves", leaves) { $0.value($1.text) }
            json.array("heads", heads) { $0.value($1.text) }
            json.array("peerHeads", peers) { json, peer in
                json.object { json in
                    json.field("head", peer.head.text)
                    json.field("afterSize", ifPresent: peer.afterSize)
                    json.field("afterEpoch", ifPresent: peer.afterEpoch.map { Int64($0) })
                    json.array("proof", peer.proof) { $0.value($1.text) }
                }
            }
            json.array("stamps", stamps) { json, stamp in
                json.object { json in
                    json.field("authority", stamp.authority)
                    json.field("epoch", stamp.epoch)
                    json.field("size", stamp.size)
                    json.field("token", String(decoding: Base64URL.encode(stamp.token), as: UTF8.self))
                    json.field("chain", String(decoding: Base64URL.encode(stamp.chain), as: UTF8.self))
                }
            }
            json.field("directory", String(decoding: directory, as: UTF8.self))
        }
        try Files.create(output, bytes, for: .group)
        print("已导出 \(leaves.count) 个叶：\(output)。 Exported \(leaves.count) leaves, \(heads.count) heads.")
    }
}
