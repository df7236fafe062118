import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu stalled`: what is stuck and why, and what is done about it.
struct StalledCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stalled", abstract: "See what is stuck, and act on it. 滞留业务。",
        discussion: """
            list, show and forecast read the store beside a node that serves. Everything else goes to the node's public \
            listener with a person's token, and is answered when the case has moved. What leaves the agency or moves \
            money is a proposal first: another person completes it with approve. With --dry-run nothing is done; what \
            it would do here and at the peer is told.
            """,
        subcommands: [
            StalledList.self, StalledShow.self, StalledForecast.self, StalledRetry.self, StalledResend.self,
            StalledClaim.self, StalledReassign.self, StalledRemind.self, StalledWithdraw.self, StalledClose.self,
            StalledAnswer.self, StalledDecide.self, StalledPropose.self, StalledProposals.self, StalledApprove.self,
            StalledDecline.self, StalledJobs.self, StalledJob.self,
        ])
}

/// The causes, peers and levels that a list is narrowed to.
struct StalledFilterOptions: ParsableArguments {
    @Option(help: "Only this cause, such as peer-silent; also as cause=peer-silent.")
    var filter: String?

    @Option(help: "Only cases with this agency.")
    var peer: String?

    @Option(help: "Only cases that were taken at least so far up: 0, 1 (supervisor) or 2 (superior agency).")
    var level: Int?

    func read() throws -> WorkDesk.StalledFilter {
        var read = WorkDesk.StalledFilter()
        if let filter {
            let word = filter.hasPrefix("cause=") ? String(filter.dropFirst(6)) : filter
            guard let cause = StalledCause(rawValue: word) else {
                let words = StalledCause.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--filter \(filter): expected cause= and one of \(words)")
            }
            read.cause = cause
        }
        if let peer {
            guard let code = AgencyCode(peer) else {
                throw ValidationError("--peer \(peer): expected a region code of six digits")
            }
            read.peer = code
        }
        if let level {
            guard (0...2).contains(level) else { throw ValidationError("--level \(level): expected 0, 1 or 2") }
            read.level = level
        }
        return read
    }
}

/// `jiexu stalled list`
struct StalledList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what is stuck, with cause, holder and age. 滞留列表。",
        discussion: "With --json, one JSON object a line.")

    @OptionGroup var narrowing: StalledFilterOptions

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        var filter = try narrowing.read()
        filter.limit = Job.most
        try await StalledReading.use(try settings.read()) { reading in
            let stalled = filter.cause == .moneyWithoutCase ? [] : try await reading.stalled(filter)
            var money: [StalledMoney] = []
            if filter.cause ?? .moneyWithoutCase == .moneyWithoutCase, filter.peer == nil, filter.level == nil {
                money = try await reading.money()
            }
            for stalled in stalled {
                print(json ? try StalledText.json(stalled) : StalledText.line(of: stalled))
            }
            for money in money { print(json ? try StalledText.json(money) : StalledText.line(of: money)) }
            if !json { print("共 \(stalled.count + money.count) 项。 \(stalled.count + money.count) items.") }
        }
    }
}

/// `jiexu stalled show`
struct StalledShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Why one case is stuck, and what may be done. 查看一笔滞留业务。",
        discussion: "Ends with 1 when the case is not stuck.")

    @Argument(help: "The number of the case.")
    var number: String

    @Flag(help: "As one JSON object.")
    var json = false

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        try await StalledReading.use(try settings.read()) { reading in
            let view = try await reading.view(number)
            guard let stalled = try await reading.judge(view) else {
                CommandOutcome.say("\(number): 未滞留，正常办理中。 not stuck: phase \(view.summary.phase)")
                throw CommandOutcome.findings
            }
            if json {
                print(try StalledText.json(stalled))
            } else {
                for line in StalledText.lines(of: stalled, in: view) { print(line) }
            }
        }
    }
}

/// `jiexu stalled forecast`
struct StalledForecast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast", abstract: "Cases whose due day lies within some working days. 将到期业务。")

    @Option(help: "How many working days ahead: 0 to 60.")
    var days = 5

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        guard (0...60).contains(days) else { throw ValidationError("--days \(days): expected 0 to 60") }
        try await StalledReading.use(try settings.read()) { reading in
            let cases = try await reading.due(within: days)
            for entry in cases {
                print(json ? try CaseJSON.line(of: entry) : CaseText.line(of: entry, today: reading.now.date))
            }
            if !json { print("共 \(cases.count) 笔。 \(cases.count) cases.") }
        }
    }
}

/// Reads what is stuck from the store of a node, beside it.
struct StalledReading {
    let now: Instant
    private let store: JiexuStore
    private let agency: AgencySettings
    private let differences: [CaseNumber: [String]]

    static func use(_ settings: NodeSettings, _ use: (StalledReading) async throws -> Void) async throws {
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let agency = settings.agencySettings().with(try await store.rulesInForce())
        try await use(
            StalledReading(
                now: SystemClock().now, store: store, agency: agency, differences: try await store.byCase()))
    }

    func view(_ text: String) async throws -> CaseView {
        guard let number = CaseNumber(text) else {
            throw Misuse("\(text) is no case number: expected the form 370700-2026-0000012-K with its check character")
        }
        return try await view(of: number)
    }

    private func view(of number: CaseNumber) async throws -> CaseView {
        let view = try await CaseView.read(number, from: store, limits: agency.limits, calendar: agency.calendar)
        guard let view else { throw Misuse("\(number): this node has no such case") }
        return view
    }

    func judge(_ view: CaseView) async throws -> StalledCase? {
        let alone = agency.straightThrough
        var circumstances = StalledCase.Circumstances(
            effects: try await store.openEffects(of: view.opening.number), now: now, calendar: agency.calendar,
            decidesAlone: { alone.contains($0.step) })
        circumstances.differences = differences[view.opening.number] ?? []
        return StalledCase(view, circumstances)
    }

    func stalled(_ filter: WorkDesk.StalledFilter) async throws -> [StalledCase] {
        var found: [StalledCase] = []
        var after: CaseNumber?
        while true {
            let page = try await store.stalledCandidates(today: now.date, after: after, limit: 500)
            for number in page {
                if let stalled = try await judge(try await view(of: number)), filter.takes(stalled) {
                    found.append(stalled)
                }
            }
            guard page.count == 500, let last = page.last, found.count < filter.limit else { return found }
            after = last
        }
    }

    func money() async throws -> [StalledMoney] {
        try await store.unmatchedBankLines().map {
            StalledMoney($0, today: now.date, calendar: agency.calendar)
        }
    }

    func due(within days: Int) async throws -> [CaseListEntry] {
        let last = agency.calendar.due(after: now.date, workingDays: days).date
        return try await store.casesDue(from: now.date, through: last, limit: 1_000)
    }
}
