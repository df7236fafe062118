import ArgumentParser
import Casework
import Glibc
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu case`: where cases stand. Reads beside a node that serves.
struct CaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "See where cases stand; works while the node serves. 查询业务。",
        subcommands: [CaseList.self, CaseShow.self])
}

/// `jiexu case list`
struct CaseList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the cases of a node, by number. 业务列表。",
        discussion: "With --json, one JSON object a line for each case.")

    @Flag(help: "Only cases that have not ended.")
    var live = false

    @Option(help: "Only cases in this phase, such as awaiting-funds.")
    var phase: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        var filter = CaseFilter()
        filter.onlyLive = live
        filter.phase = phase
        filter.limit = 1_000
        let today = SystemClock().now.date
        var count = 0
        while true {
            let page = try await store.caseList(filter)
            for entry in page {
                print(json ? try CaseJSON.line(of: entry) : CaseText.line(of: entry, today: today))
            }
            count += page.count
            guard page.count == filter.limit, let last = page.last else { break }
            filter.after = last.number
        }
        if !json { print("共 \(count) 笔。 \(count) cases.") }
    }
}

/// `jiexu case show`
struct CaseShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one case whole; the person is masked. 查看一笔业务。")

    @Argument(help: "The number of the case.")
    var number: String

    @Flag(help: "As one JSON object.")
    var json = false

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let view = try await CaseReading.view(number, settings)
        if json {
            print(try CaseJSON.text(of: view))
        } else {
            for line in CaseText.lines(of: view, today: SystemClock().now.date) { print(line) }
        }
    }
}

/// Reads one case from the store of a node, beside it.
enum CaseReading {
    static func view(_ text: String, _ settings: NodeSettings) async throws -> CaseView {
        guard let number = CaseNumber(text) else {
            throw Misuse("\(text) is no case number: expected the form 370700-2026-0000012-K with its check character")
        }
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let agency = settings.agencySettings().with(try await store.rulesInForce())
        let view = try await CaseView.read(number, from: store, limits: agency.limits, calendar: agency.calendar)
        guard let view else { throw Misuse("\(number): this node has no such case") }
        return view
    }
}
