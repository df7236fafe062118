import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// What the agency's people do over the public interface: prepare decisions, check those of others, and see to what is
/// stuck. Whoever acts is a person, known by the account with which they came in.
struct StaffAPI: Sendable {
    let work: WorkDesk

    private static let staff = Route.Access.roles([.staff])

    var routes: [Route] {
        proposals + cases + [
            Route(
                .get, "/api/v1/staff/stalled", access: StaffAPI.staff,
                query: ["cause", "peer", "level", "limit", "after"], answer: listStalled),
            Route(.get, "/api/v1/staff/stalled/{number}", access: StaffAPI.staff, answer: showStalled),
            Route(
                .get, "/api/v1/staff/forecast", access: StaffAPI.staff, query: ["days", "limit"], answer: forecast),
            Route(.get, "/api/v1/staff/persons", access: StaffAPI.staff, answer: listPersons),
        ] + StaffJobs(work: work).routes
    }

    private var proposals: [Route] {
        let path = "/api/v1/staff/proposals"
        return [
            Route(.get, path, access: StaffAPI.staff, query: ["state", "limit", "after"], answer: listProposals),
            Route(.get, "\(path)/{id}", access: StaffAPI.staff, answer: showProposal),
            Route(.post, "\(path)/{id}/approve", access: StaffAPI.staff, body: .json, answer: approve),
            Route(.post, "\(path)/{id}/decline", access: StaffAPI.staff, body: .json, answer: decline),
        ]
    }

    private var cases: [Route] {
        let path = "/api/v1/staff/cases/{number}"
        return [
            Route(.get, "\(path)/checks", access: StaffAPI.staff, answer: showChecks),
            Route(
                .post, "\(path)/rehearsals", access: StaffAPI.staff, body: .json, changes: false, answer: rehearse),
            Route(.post, "\(path)/proposals", access: StaffAPI.staff, body: .json, answer: propose),
            Route(.post, "\(path)/resend", access: StaffAPI.staff, answer: resend),
            Route(.post, "\(path)/claim", access: StaffAPI.staff, answer: claim),
            Route(.post, "\(path)/hand-over", access: StaffAPI.staff, body: .json, answer: handOver),
        ]
    }

    // MARK: Proposals

    private func rehearse(_ call: Call) async throws(Problem) -> Answer {
        let number = try call.caseNumber
        let caller = try call.staff
        let proposed: WorkDesk.Proposed
        do throws(WorkFault) {
            proposed = try await work.propose(call.body, on: number, by: caller, isRehearsal: true)
        } catch {
            throw Problem(error)
        }
        return try .json { json in
            json.field("case", number.text)
            json.field("version", proposed.version)
            json.write(proposed.form)
            json.write(proposed.rehearsal)
        }
    }

    private func propose(_ call: Call) async throws(Problem) -> Answer {
        let number = try call.caseNumber
        let caller = try call.staff
        let proposed: WorkDesk.Proposed
        let view: CaseView
        do throws(WorkFault) {
            proposed = try await work.propose(call.body, on: number, by: caller)
            view = try await work.view(of: number)
        } catch {
            throw Problem(error)
        }
        guard let proposal = proposed.proposal else { throw .internalFault }
        var answer = try Answer.json(.created) { json in
            json.write(proposal, isWhole: false)
            json.field("needsChecker", proposed.form.action.needsChecker)
            json.write(proposed.rehearsal)
            json.object("caseNow") { $0.write(view) }
        }
        answer.fields[.location] = "/api/v1/staff/proposals/\(proposal.id)"
        return answer
    }

    private func listProposals(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let limit = try call.limit(upTo: 500)
        let after = try call.identifier("after") ?? 0
        var state: Proposal.State?
        if let text = call.query["state"] {
            guard let word = Proposal.State(rawValue: text) else {
                throw .query(
                    "state", "it is one of \(Proposal.State.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            state = word
        }
        let found: [Proposal]
        do throws(StoreError) {
            found = try await work.store.proposals(in: state, after: after, limit: limit)
        } catch {
            throw Problem(error)
        }
        return try .json { json in
            json.array("proposals", found) { json, proposal in
                json.object { $0.write(proposal, isWhole: false) }
            }
            if found.count == limit, let last = found.last {
                let filter = state.map { "&state=\($0.rawValue)" } ?? ""
                json.field("next", "/api/v1/staff/proposals?after=\(last.id)&limit=\(limit)\(filter)")
            }
        }
    }

    private func showProposal(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let proposal: Proposal
        do throws(WorkFault) { proposal = try await work.proposal(try call.id) } catch { throw Problem(error) }
        return try .json { $0.write(proposal, isWhole: true) }
    }

    private func approve(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        let digest = try StaffBody(call.body).digest()
        return try await answer { () throws(WorkFault) in
            try await work.approve(try call.id, digest: digest, by: caller)
        }
    }

    private func decline(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        let text = try StaffBody(call.body).text()
        return try await answer { () throws(WorkFault) in
            try await work.decline(try call.id, text: text, by: caller)
        }
    }

    /// The proposal as it stands after something was done, with the state of its case.
    private func answer(
        _ act: () async throws(WorkFault) -> Proposal
    ) async throws(Problem) -> Answer {
        let proposal: Proposal
        let view: CaseView
        do throws(WorkFault) {
            proposal = try await act()
            view = try await work.view(of: proposal.number)
        } catch {
            throw Problem(error)
        }
        return try .json { json in
            json.write(proposal, isWhole: false)
            json.object("caseNow") { $0.write(view) }
        }
    }

    // MARK: Cases

    /// What each rule says of the application or the letter of a case, with what it rests on.
    private func showChecks(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let number = try call.caseNumber
        let view: CaseView
        let evidence: CaseEvidence?
        do throws(WorkFault) {
            view = try await work.view(of: number)
            evidence = try await work.evidence(in: view.file)
        } catch {
            throw Problem(error)
        }
        guard let evidence else { throw .notFound }
        return try .json { json in
            json.field("case", number.text)
            json.field("version", view.file.version)
            json.write(evidence)
        }
    }

    private func resend(_ call: Call) async throws(Problem) -> Answer {
        let (number, caller) = (try call.caseNumber, try call.staff)
        let waiting: Int
        do throws(WorkFault) { waiting = try await work.resend(number, by: caller) } catch { throw Problem(error) }
        return try .json(.accepted) { json in
            json.field("case", number.text)
            json.field("waiting", waiting)
        }
    }

    private func claim(_ call: Call) async throws(Problem) -> Answer {
        let (number, caller) = (try call.caseNumber, try call.staff)
        let assignment: Assignment
        do throws(WorkFault) {
            assignment = try await work.claim(number, by: caller)
        } catch {
            throw Problem(error)
        }
        return try .json { $0.write(assignment) }
    }

    private func handOver(_ call: Call) async throws(Problem) -> Answer {
        let (number, caller) = (try call.caseNumber, try call.staff)
        let person = try StaffBody(call.body).person()
        let assignment: Assignment
        do throws(WorkFault) {
            assignment = try await work.handOver(number, to: person, by: caller)
        } catch {
            throw Problem(error)
        }
        return try .json { $0.write(assignment) }
    }

    private func listPersons(_ call: Call) async throws(Problem) -> Answer {
        let own = try call.staff.member
        let members = work.staff.values.sorted { $0.person < $1.person }
        return try .json { json in
            json.field("you", own.person)
            json.array("persons", members) { json, member in
                json.object { json in
                    json.field("person", member.person)
                    json.field("name", member.name)
                    json.array("roles", member.duties.map(\.rawValue).sorted()) { $0.value($1) }
                }
            }
        }
    }

    // MARK: What is stuck

    private func listStalled(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        var filter = try StaffFilter.read(call.query)
        filter.limit = try call.limit(upTo: 1_000)
        let found: [StalledCase]
        var money: [StalledMoney] = []
        do throws(WorkFault) {
            found = filter.cause == .moneyWithoutCase ? [] : try await work.stalled(filter)
            if filter.cause ?? .moneyWithoutCase == .moneyWithoutCase, filter.peer == nil, filter.after == nil,
                filter.level == nil
            {
                money = try await work.stalledMoney()
            }
        } catch {
            throw Problem(error)
        }
        let persons = try await persons(found.map(\.number))
        let owner = work.desk.agency.code
        return try .json { json in
            json.array("stalled", found) { json, stalled in
                json.object { json in
                    json.write(stalled)
                    json.field("person", ifPresent: persons[stalled.number])
                }
            }
            json.array("money", money) { json, money in json.object { $0.write(money, owner: owner) } }
            if found.count == filter.limit, let last = found.last {
                json.field("next", StaffFilter.address(filter, after: last.number))
            }
        }
    }

    /// Who sees to each case; cases to which nobody does are left out.
    private func persons(_ numbers: [CaseNumber]) async throws(Problem) -> [CaseNumber: String] {
        var persons: [CaseNumber: String] = [:]
        do throws(StoreError) {
            for number in numbers { persons[number] = try await work.store.assignment(of: number)?.person }
        } catch {
            throw Problem(error)
        }
        return persons
    }

    private func showStalled(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let number = try call.caseNumber
        let view: CaseView
        let stalled: StalledCase?
        var possible: [WorkDesk.Possibility] = []
        let assignment: Assignment?
        do throws(WorkFault) {
            view = try await work.view(of: number)
            stalled = try await work.judge(view)
            if let stalled { possible = try await work.possibilities(for: stalled, in: view) }
        } catch {
            throw Problem(error)
        }
        do throws(StoreError) {
            assignment = try await work.store.assignment(of: number)
        } catch {
            throw Problem(error)
        }
        guard let stalled else {
            let awaited: Wording
            do throws(WorkFault) { awaited = try await work.awaited(of: view) } catch { throw Problem(error) }
            let person = assignment?.person
            throw Problem(
                status: 404, code: "not-stalled", title: "Not stuck",
                detail: "\(awaited.chinese)；\(person.map { "由 \($0) 领取" } ?? "尚无人领取")。 \(awaited.english); "
                    + (person.map { "\($0) sees to it." } ?? "nobody sees to it."), caseNumber: number)
        }
        return try .json { json in
            json.write(stalled)
            if let assignment { json.object("assignment") { $0.write(assignment) } }
            json.array("actions", possible) { json, possible in
                json.object { json in
                    json.field("action", possible.action.name)
                    json.object("form") { $0.writeExample(possible.action) }
                    json.object("title") { $0.write(possible.action.title) }
                    json.field("needsChecker", possible.action.needsChecker)
                    json.write(possible.consequences)
                }
            }
        }
    }

    private func forecast(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let limit = try call.limit(upTo: 1_000)
        var days = 5
        if let text = call.query["days"] {
            guard let number = Int(text), (0...60).contains(number), String(number) == text else {
                throw .query("days", "it is a number of 0 to 60.")
            }
            days = number
        }
        let found: [CaseListEntry]
        do throws(WorkFault) {
            found = try await work.forecast(workingDays: days, limit: limit)
        } catch {
            throw Problem(error)
        }
        return try .json { json in
            json.array("cases", found) { json, entry in json.object { entry.write(to: &$0) } }
        }
    }
}
