import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu verify`: whether what the node has stored still is what was written.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute the audit log and the ledger of a node, and compare. 核验账簿与审计记录。",
        discussion: """
            Works while the node serves, and changes nothing. With --all every case is replayed, and its postings, orders, \
            bank lines, signatures and receipts are compared with each other. Ends with 0 when nothing is wrong, with 1 \
            when something is.
            """)

    @Flag(help: "Check every case too: history, postings, orders, signatures and receipts.")
    var all = false

    @Flag(help: "As one JSON object.")
    var json = false

    @OptionGroup var settings: ConfigOption

    /// Beyond so many the rest is counted, not listed.
    private static let mostListed = 10_000

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        var report = VerifyReport(limit: VerifyCommand.mostListed)
        for finding in try await StoreAudit(store).verify() {
            report.add(AuditFinding(finding.row, finding.what, finding.isOfCounts ? .recount : .restore))
        }
        if all {
            for finding in try await LogReading.audit(store, settings).verify().findings {
                report.add(AuditFinding(finding.row, finding.what, .restore))
            }
        }
        let balances = try await store.ledgerBalances()
        if balances.values.sum() != .zero {
            report.add(AuditFinding("the ledger", "its accounts sum to \(balances.values.sum())", .reversePosting))
        }
        if all { report.cases = try await checkCases(of: store, settings, &report) }
        let counts = try await store.counts()
        if json {
            print(try report.json(counts, balances))
        } else {
            report.write(counts, balances)
        }
        guard report.count == 0 else { throw CommandOutcome.findings }
    }

    private func checkCases(
        of store: JiexuStore, _ settings: NodeSettings, _ report: inout VerifyReport
    ) async throws -> Int {
        let directory = try SignedDirectory.open(
            try Files.read(settings.keys.directory, limit: SignedDirectory.longest),
            anchors: try KeyFiles.anchors(settings.keys.anchors), at: SystemClock().now.seconds,
            expiry: .allowedForEvidence)
        let agency = settings.agencySettings().with(try await store.rulesInForce())
        return try await CaseAudit.checkAll(store, agency: agency, directory: directory) { report.add($0) }
    }
}

/// What a verification came to.
private struct VerifyReport {
    private let limit: Int
    private var findings: [AuditFinding] = []
    private(set) var count = 0
    /// How many cases were looked at; nil when none were to be.
    var cases: Int?

    init(limit: Int) { self.limit = limit }

    mutating func add(_ finding: AuditFinding) {
        count += 1
        if findings.count < limit { findings.append(finding) }
    }

    func write(_ counts: StoreCounts, _ balances: [String: Money]) {
        let sorted = balances.sorted { $0.key < $1.key }
        let owed = sorted.map(\.value).filter { $0 < .zero }.sum()
        let held = sorted.map(\.value).filter { $0 > .zero }.sum()
        for (account, balance) in sorted { print("  \(Columns.right("\(balance)", 18))  \(account)") }
        print("借方合计 sum of what is above zero \(held)，贷方合计 below zero \(owed)，差额 difference \(held + owed)")
        print(
            "事件 events \(counts.events)，文书 documents \(counts.documents)，记账 postings \(counts.postings)，"
                + "审计 audit leaves \(counts.auditLeaves)")
        if let cases { print("业务 cases checked \(cases)") }
        guard count > 0 else { return print("未发现问题。 Nothing is wrong.") }
        for finding in findings {
            print("× \(finding.place)  \(finding.what)  → \(finding.mend.words.chinese) \(finding.mend.words.english)")
        }
        print("发现 \(count) 处问题。 \(count) findings.")
    }

    func json(_ counts: StoreCounts, _ balances: [String: Money]) throws -> String {
        let bytes = try JSONWriter.object(limits: .ofCommands) { json in
            json.field("sound", count == 0)
            if let cases { json.field("cases", cases) }
            json.field("events", counts.events)
            json.field("documents", counts.documents)
            json.field("postings", counts.postings)
            json.field("auditLeaves", counts.auditLeaves)
            json.object("balancesFen") { json in
                for (account, balance) in balances.sorted(by: { $0.key < $1.key }) { json.field(account, balance.fen) }
            }
            json.field("findingCount", count)
            json.array("findings", findings) { json, finding in
                json.object { json in
                    json.field("place", finding.place)
                    json.field("what", finding.what)
                    json.field("mend", finding.mend.rawValue)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
