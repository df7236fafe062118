import Accounts
import ArgumentParser
import NodeSettings
import Store

/// `jiexu audit`: whether the trail of a node, or an export of it, still is what was written.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Check the trail of what people did, or an export of it. 审计记录校验。",
        subcommands: [AuditVerify.self, AuditCheck.self])
}

/// `jiexu audit verify`
struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Follow the trail from its first row on. 校验审计记录。",
        discussion: """
            The same as the page of checks: every row by its digest and by that of the row before it, and the last row by \
            the note outside the database. Ends with 0 when the trail is whole, with 1 when it is broken; the first broken \
            row is named. Works while the node serves.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let standing = try await TrailNote(settings).verify(store, at: SystemClock().now)
        print("共 \(standing.count) 行，末行摘要 \(standing.head)。 \(standing.count) rows.")
        for fault in standing.breaks { print("× \(fault)") }
        guard standing.isWhole else { throw CommandOutcome.findings }
        print("审计记录完整。 The trail is whole.")
    }
}

/// `jiexu audit check`
struct AuditCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check an export of the trail by itself, on any machine. 校验导出的审计记录。",
        discussion: """
            Every row is compared with its own digest, and with the row before it where that one is in the file too. Ends \
            with 0 when nothing was changed, with 1 when something was.
            """)

    @Argument(help: "The CSV file, as the page of the trail gave it.")
    var file: String

    /// No export is longer, in bytes.
    private static let longest = 256 << 20

    func run() async throws {
        let rows: [AuditRow]
        do {
            rows = try TrailSheet.read(try Files.read(file, limit: AuditCheck.longest))
        } catch let fault as TrailSheet.Fault {
            throw Misuse("\(file): \(fault)")
        }
        let breaks = TrailSheet.breaks(rows)
        for fault in breaks { print("× \(fault)") }
        guard breaks.isEmpty else { throw CommandOutcome.findings }
        print("\(rows.count) 行均与摘要一致。 All \(rows.count) rows agree with their digests.")
    }
}
