import Accounts
import Casework
import HTTPTypes
import TransferCore

/// The list of an insured person's own transfers, narrowed by branch of insurance, direction and state.
///
/// Source: M7 of the handbook of screens.
struct PersonList: Sendable {
    private var branch: Branch?
    private var direction: Direction?
    private var state: State?

    static let parameters: Set<String> = ["branch", "direction", "state"]

    /// As this office sees it.
    private enum Direction: String, CaseIterable {
        case arriving = "in"
        case leaving = "out"

        var role: Role { self == .arriving ? .destination : .origin }

        var words: Wording {
            self == .arriving
                ? Wording(chinese: "转入本地", english: "to this place")
                : Wording(chinese: "从本地转出", english: "from this place")
        }
    }

    private enum State: String, CaseIterable {
        case open, returned, done

        var words: Wording {
            switch self {
            case .open: Wording(chinese: "进行中", english: "Under way")
            case .returned: Wording(chinese: "已退回（待补正）", english: "Returned for correction")
            case .done: Wording(chinese: "已办结或结束", english: "Completed or ended")
            }
        }

        func takes(_ summary: CaseSummary) -> Bool {
            let isReturned = !summary.isTerminal && ["returned", "supplementing"].contains(summary.phase)
            return switch self {
            case .open: !summary.isTerminal && !isReturned
            case .returned: isReturned
            case .done: summary.isTerminal
            }
        }
    }

    /// - Throws: a problem that names the parameter; an empty one is not given.
    init(_ parameters: [String: String]) throws(Problem) {
        branch = try PersonList.word("branch", parameters)
        direction = try PersonList.word("direction", parameters)
        state = try PersonList.word("state", parameters)
    }

    private static func word<Word: RawRepresentable<String>>(
        _ name: String, _ parameters: [String: String]
    ) throws(Problem) -> Word? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        guard let word = Word(rawValue: text) else { throw .query(name, "it is none of the list.") }
        return word
    }

    private var isFiltered: Bool { branch != nil || direction != nil || state != nil }

    /// The cases of the list. The pension is moved in every one; other branches only where they are paid out besides.
    func entries(of all: [CaseListEntry], from desk: Desk) async throws(Problem) -> [CaseListEntry] {
        var found: [CaseListEntry] = []
        for entry in all {
            guard direction.map({ $0.role == entry.role }) ?? true, state?.takes(entry.summary) ?? true else {
                continue
            }
            if let branch, branch != .pension {
                guard try await desk.view(of: entry.number).opening.payouts.contains(branch) else { continue }
            }
            found.append(entry)
        }
        return found
    }

    /// The form to choose by: a GET of words of closed lists, in which nothing is personal.
    func form(_ say: PageLanguage) -> HTML {
        let branches = Branch.allCases.map { ($0.rawValue, say(CaseWords.branchWording($0))) }
        let directions = Direction.allCases.map { ($0.rawValue, say($0.words)) }
        let states = State.allCases.map { ($0.rawValue, say($0.words)) }
        return """
            <details class="panel"\(isFiltered ? " open" : nil)><summary>\(say("筛选", "Filter"))</summary>
            <form class="filter" method="get" action="/my/transfers">
            \(select("branch", say("险种", "Insurance"), branches, branch?.rawValue, say))
            \(select("direction", say("方向", "Direction"), directions, direction?.rawValue, say))
            \(select("state", say("状态", "State"), states, state?.rawValue, say))
            <button>\(say("筛选", "Filter"))</button>
            <a class="button second" href="/my">\(say("清除", "Clear"))</a></form></details>
            """
    }

    private func select(
        _ name: String, _ label: String, _ options: [(String, String)], _ chosen: String?, _ say: PageLanguage
    ) -> HTML {
        let items = ([("", say("全部", "All"))] + options).map { value, title -> HTML in
            value == chosen ?? ""
                ? #"<option value="\#(value)" selected>\#(title)</option>"#
                : #"<option value="\#(value)">\#(title)</option>"#
        }
        return
            #"<div><label for="\#(name)">\#(label)</label><select id="\#(name)" name="\#(name)">\#(items)</select></div>"#
    }

    /// What an empty list means, and what to do.
    func nothing(_ count: Int, _ say: PageLanguage) -> HTML {
        isFiltered && count > 0
            ? """
            <p class="panel" role="status">\(say(
                "您在本机构共有 \(count) 件转移业务，没有一件符合所选条件。请清除筛选查看全部。",
                "You have \(count) transfers here, and none of them fits. Clear the filter to see them all."))</p>
            """
            : """
            <p class="panel" role="status">\(say(
                "本机构没有经手您本人的转移业务：可能尚未申请，或由其他机构办理。要转移，请向新参保地经办机构申请。",
                "This office has no transfer of yours: none was applied for, or other offices have it. To transfer, apply at "
                    + "the office of your new place."))</p>
            """
    }
}

extension PersonPages {
    func list(_ call: Call) async throws(Problem) -> Answer {
        let (person, say) = (try call.person, call.say)
        let filter = try PersonList(call.query)
        let all: [CaseListEntry]
        do throws(StoreError) { all = try await persons.records.cases(of: person) } catch {
            throw Problem(error)
        }
        let entries = try await filter.entries(of: all, from: house.desk)
        let items = entries.map { entry -> HTML in
            let due = entry.summary.due.map { say("最迟 \(say.day($0))", "Due by \(say.day($0))") } ?? ""
            return """
                <li class="panel"><a href="/my/transfers/\(entry.number.text)">\(entry.number.text)</a>
                <span class="mark">\(say.coarse(entry.summary))</span><br>
                \(house.name(of: entry.origin, say)) → \(house.name(of: entry.destination, say))<br>
                \(say(CaseWords.phaseWording(entry.summary.phase))) \(due)</li>
                """
        }
        let found: HTML = entries.isEmpty ? filter.nothing(all.count, say) : "<ul class=\"plain\">\(items)</ul>"
        return house.page(
            say("我的转移", "My transfers"), here: "/my", call.page,
            """
            <p>\(say("这里列出本机构经手的、您本人的转移业务。", "These are your transfers in which this office has a part."))</p>
            \(filter.form(say))\(found)
            <p class="small">\(say("没有您要找的业务？登记了其他手机号码的业务，请用它的业务编号登录；尚未申请的，请向新参保地经办机构申请，或拨打 12333。",
                "Is one missing? Where a transfer names another telephone, log in with its number; where there is none yet, apply "
                    + "at the office of your new place, or call 12333."))</p>
            """)
    }
}
