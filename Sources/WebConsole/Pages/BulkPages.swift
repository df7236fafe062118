import Casework
import HTTPTypes
import Synchronization
import TransferCore
import TransferDocuments

/// The same for many cases: chosen on the page of what is stuck or in the worklist, rehearsed before anything is done, and
/// begun as a job that has a page of its own.
struct BulkPages: Sendable {
    let house: PageHouse
    let work: WorkDesk
    let list: List
    private let started = StartedJobs()

    init(house: PageHouse, work: WorkDesk, of list: List) {
        self.house = house
        self.work = work
        self.list = list
    }

    /// Where the cases are chosen.
    enum List {
        /// What is stuck: any action, on what is ticked or on all of a filter.
        case stalled
        /// What waits for an answer: only where every rule holds, and only what is ticked.
        case worklist

        var address: String { self == .stalled ? "/stalled" : "/desk" }
        fileprivate var prepare: String { "\(address)/prepare" }
        fileprivate var start: String { "\(address)/start" }
    }

    /// How many cases are tried before a job begins; of more the first are.
    private static let rehearsed = 200
    /// To let the outbox try again now, which is no action of a case.
    static let resend = "resend"

    var routes: [Route] {
        [
            Route(.post, list.prepare, access: DeskPages.access, body: .form, answer: prepare),
            Route(.post, list.start, access: DeskPages.access, body: .form, answer: start),
        ]
    }

    /// The cases that are meant: those that were ticked, or all that the filter takes.
    private struct Selection {
        let filter: WorkDesk.StalledFilter
        /// Nil for all of them.
        let ticked: Set<CaseNumber>?
        let numbers: [CaseNumber]
        /// How many were ticked that are not stuck, or not to be answered so, any more.
        let gone: Int
    }

    private func selection(_ call: Call) async throws(Problem) -> Selection {
        var parameters: [String: String] = [:]
        for name in ["cause", "peer", "level"] { parameters[name] = call.form[name] }
        var filter = try StaffFilter.read(parameters)
        filter.limit = Job.most + 1
        let ticked = Set(call.form.all("case").compactMap { CaseNumber($0) })
        var found: [CaseNumber] = []
        do throws(WorkFault) {
            switch list {
            case .stalled: found = try await work.stalledBoard().board.cases(filter).map(\.number)
            case .worklist:
                let action = call.form["work"]
                for number in ticked.sorted().prefix(WorklistPages.pageSize) {
                    guard let readiness = try await work.readiness(of: number), readiness.why == nil,
                        readiness.action.name == action
                    else { continue }
                    found.append(number)
                }
            }
        } catch {
            throw Problem(error)
        }
        guard list == .worklist || call.form["scope"] != "all" else {
            return Selection(filter: filter, ticked: nil, numbers: found, gone: 0)
        }
        let chosen = found.filter { ticked.contains($0) }
        return Selection(filter: filter, ticked: ticked, numbers: chosen, gone: ticked.count - chosen.count)
    }

    /// What can be done to many: to try the outbox again, and every action that has a form here.
    static func actions(_ say: PageLanguage) -> [(String, String)] {
        [(resend, say("重新送达（不改变业务）", "Send again (changes no case)"))]
            + ActionFields.examples.reduce(into: [(String, String)]()) { list, action in
                if !list.contains(where: { $0.0 == action.name }) { list.append((action.name, say(action.title))) }
            }
    }

    // MARK: Before

    private func prepare(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        return try await prepare(call, faults: [])
    }

    private func prepare(_ call: Call, faults: [FormFault]) async throws(Problem) -> Answer {
        let (say, selection) = (call.say, try await selection(call))
        let name = call.form["work"] ?? BulkPages.resend
        let title = BulkPages.actions(say).first { $0.0 == name }?.1
        guard let title else { throw .notFound }
        guard !selection.numbers.isEmpty else {
            let words =
                list == .stalled
                ? say("没有选中滞留的业务，或者所选业务已不再滞留。", "Nothing was chosen, or what was chosen is not stuck any more.")
                : say("没有选中可以一并办理的业务，或者所选业务已有变动。", "Nothing was chosen that can be answered so, or it has changed.")
            return house.form(
                title, error: words, status: .unprocessableContent, here: list.address, call.page,
                """
                <p><a href="\(list.address)">\(say("返回", "Back"))</a></p>
                """)
        }
        let fields = ActionFields(name)
        let inputs = fields?.inputs(say)
        let key = call.form["key"] ?? String(SessionTable.random().prefix(32))
        let numbers = selection.ticked.map { $0.sorted() } ?? []
        let hidden = numbers.map { number -> HTML in #"<input type="hidden" name="case" value="\#(number.text)">"# }
        let filter = ["cause", "peer", "level", "scope"].compactMap { part -> HTML? in
            call.form[part].map { #"<input type="hidden" name="\#(part)" value="\#($0)">"# }
        }
        let count = selection.numbers.count
        let gone: HTML? =
            selection.gone > 0
            ? """
            <p class="late">\(list == .stalled
                ? say("所选业务中有 \(selection.gone) 件已不再滞留，不会办理。",
                    "\(selection.gone) of those chosen are not stuck any more and are left alone.")
                : say("所选业务中有 \(selection.gone) 件不能这样一并办理，不会办理。",
                    "\(selection.gone) of those chosen cannot be answered so and are left alone."))</p>
            """ : nil
        return house.page(
            (faults.isEmpty ? "" : say("错误：", "Error: ")) + say("批量：\(title)", "Many: \(title)"),
            status: faults.isEmpty ? .ok : .unprocessableContent, here: list.address, call.page,
            """
            \(ApplicationFields.summary(faults, say))
            <div class="panel now"><p><strong>\(say("共 \(count) 件", "\(count) cases"))</strong></p>\(gone)</div>
            \(try await rehearsal(name, selection.numbers, say))
            <form class="panel" method="post" action="\(list.start)">\(house.secret(call.page))\(hidden)\(filter)
            <input type="hidden" name="key" value="\(key)"><input type="hidden" name="work" value="\(name)">
            <input type="hidden" name="expected" value="\(count)">\(inputs)
            <button>\(say("确认：对 \(count) 件办理", "Confirm: \(count) cases"))</button>
            <a class="button second" href="\(list.address)">\(say("不办理", "Do nothing"))</a></form>
            """)
    }

    /// What it would do here and at the other office, tried on the cases themselves without writing anything.
    private func rehearsal(
        _ name: String, _ cases: [CaseNumber], _ say: PageLanguage
    ) async throws(Problem) -> HTML {
        guard let action = ActionFields.examples.first(where: { $0.name == name }) else {
            return """
                <div class="panel"><p>\(say(
                    "在本机构：立即再送一次没有回执的文书，业务状态不变。在对方机构：收到与原来相同的文书；已经收到过的只回执，不重复记载。",
                    "Here: the documents without a receipt are tried again now; no case changes. At the other office: the same "
                        + "documents as before; one that is there already is receipted and not recorded twice."))</p></div>
                """
        }
        let tried = cases.prefix(BulkPages.rehearsed)
        let outcomes: [(number: CaseNumber, outcome: Result<Rehearsal, WorkFault>)]
        do throws(WorkFault) {
            outcomes = try await work.rehearseJob(action, on: Array(tried))
        } catch {
            throw Problem(error)
        }
        var groups: [(consequences: Consequences, count: Int)] = []
        var refused: [HTML] = []
        for (number, outcome) in outcomes {
            switch outcome {
            case .success(let rehearsal):
                let consequences = Consequences(of: rehearsal)
                if let place = groups.firstIndex(where: { $0.consequences == consequences }) {
                    groups[place].count += 1
                } else {
                    groups.append((consequences, 1))
                }
            case .failure(let fault):
                let problem = Problem(fault)
                refused.append("<li>\(number.text): \(PageProblem.words(problem, say).words.html(say))</li>")
            }
        }
        let rows = groups.sorted { $0.count > $1.count }.map { group -> HTML in
            let here = group.consequences.here.map { wording -> HTML in "<li>\(say(wording))</li>" }
            let there = group.consequences.atPeer.map { wording -> HTML in "<li>\(say(wording))</li>" }
            return """
                <tr><td class="number">\(group.count)</td><td><ul>\(here)</ul></td><td><ul>\(there)</ul></td></tr>
                """
        }
        let more: HTML? =
            cases.count > tried.count
            ? """
            <p class="small">\(say(
                "试办了前 \(tried.count) 件；其余在办理时逐件判断。", "The first \(tried.count) were tried; the others are judged one by one."))</p>
            """ : nil
        let left: HTML? =
            refused.isEmpty
            ? nil
            : """
            <details class="panel"><summary class="late">\(say(
                "\(refused.count) 件当前不允许，将被跳过", "\(refused.count) do not allow it now and will be left alone"))</summary><ul>\(refused)</ul></details>
            """
        let checker: HTML? =
            action.needsChecker
            ? """
            <p class="panel">\(say("须第二人复核：批准后才办理。", "A second person checks the job; nothing is done before."))</p>
            """ : nil
        return """
            <h2>\(say("试办结果（未作任何改变）", "What it would do (nothing was changed)"))</h2>
            <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">\(say("件数", "Cases"))</th>
            <th scope="col">\(say("在本机构", "Here"))</th><th scope="col">\(say("在对方机构", "At the other office"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>\(more)\(left)\(checker)
            """
    }

    // MARK: Beginning

    private func start(_ call: Call) async throws(Problem) -> Answer {
        let (caller, selection) = (try call.staff, try await selection(call))
        guard let name = call.form["work"], let key = call.form["key"], key.utf8.count == 32 else { throw .formNotOurs }
        if let known = started.job(key) { return PageHouse.redirect(to: "/jobs/\(known)") }
        // What was confirmed is what is done: when the number has changed meanwhile, it is confirmed anew.
        guard call.form["expected"] == String(selection.numbers.count), !selection.numbers.isEmpty else {
            return try await prepare(
                call, faults: [FormFault("", "changed", "所选业务有变动，请重新核对件数。", "What was chosen has changed: look again.")]
            )
        }
        var form: [UInt8]?
        if name != BulkPages.resend {
            guard let fields = ActionFields(name) else { throw .notFound }
            form = try fields.bytes(call.form)
        }
        guard started.begin(key) else { return PageHouse.redirect(to: "/jobs") }
        let job: Job
        do throws(WorkFault) {
            switch (list, form) {
            case (.worklist, let form?): job = try await work.makeJob(form, answering: selection.numbers, by: caller)
            case (.worklist, nil): throw .nothingToDo
            case (.stalled, _):
                job = try await work.makeJob(
                    form, on: selection.filter, choosing: Set(selection.numbers), by: caller)
            }
        } catch {
            started.forget(key)
            if case .desk(.faulty(let faults)) = error { return try await prepare(call, faults: faults) }
            throw Problem(error)
        }
        started.note(job.id, key)
        return PageHouse.redirect(to: "/jobs/\(job.id)")
    }
}

/// The forms with which jobs were begun, so that one that is sent twice begins one job.
final class StartedJobs: Sendable {
    private static let most = 2_000
    private let jobs = Mutex<[(key: String, job: JobID?)]>([])

    func job(_ key: String) -> JobID? { jobs.withLock { jobs in jobs.first { $0.key == key }?.job } }

    /// - Returns: false when a job is being begun, or was, with this form.
    func begin(_ key: String) -> Bool {
        jobs.withLock { jobs in
            guard !jobs.contains(where: { $0.key == key }) else { return false }
            jobs.append((key, nil))
            if jobs.count > StartedJobs.most { jobs.removeFirst() }
            return true
        }
    }

    func note(_ job: JobID, _ key: String) {
        jobs.withLock { jobs in
            if let place = jobs.firstIndex(where: { $0.key == key }) { jobs[place].job = job }
        }
    }

    func forget(_ key: String) { jobs.withLock { jobs in jobs.removeAll { $0.key == key } } }
}
