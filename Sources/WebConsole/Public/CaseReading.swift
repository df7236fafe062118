import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Shows cases: lists, and one whole.
struct CaseReading: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, "/api/v1/cases", access: .everyRole, query: ["after", "limit", "live"], answer: list),
            Route(.get, "/api/v1/cases/{number}", access: .everyRole, answer: show),
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        var filter = CaseFilter()
        if !call.caller.role.seesEveryCase { filter.lodgedBy = call.caller.name }
        if let text = call.query["after"] {
            guard let number = CaseNumber(text) else { throw .query("after", "it is no case number.") }
            filter.after = number
        }
        filter.limit = try call.limit(upTo: 1_000)
        switch call.query["live"] {
        case nil, "false": filter.onlyLive = false
        case "true": filter.onlyLive = true
        default: throw .query("live", "it is true or false.")
        }
        let entries: [CaseListEntry]
        do throws(StoreError) { entries = try await desk.store.caseList(filter) } catch { throw Problem(error) }
        return try .json { json in
            json.array("cases", entries) { json, entry in json.object { entry.write(to: &$0) } }
            // A list that is full may go on; the address asks for the same with the next page.
            if entries.count == filter.limit, let last = entries.last {
                json.field(
                    "next",
                    "/api/v1/cases?after=\(last.number)&limit=\(filter.limit)\(filter.onlyLive ? "&live=true" : "")")
            }
        }
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        guard let number = CaseNumber(call.parameters[0]) else { throw .notFound }
        let view = try await desk.view(of: number)
        guard view.opening.isVisible(to: call.caller) else { throw .notFound }
        let caller = call.caller
        let dueRules = desk.agency.dueRules(of: view.story)
        return try Answer.json { json in
            view.write(to: &json, for: caller)
            guard let dueRules else { return }
            json.object("dueRules") { json in
                json.field("calendar", dueRules.calendar)
                json.field("profile", dueRules.profile)
                json.field("limits", dueRules.limits)
            }
        }.tagged(unlessKnown: call.fields[.ifNoneMatch])
    }
}

extension Call {
    /// The parameter `limit`; 100 where it is not given.
    func limit(upTo most: Int) throws(Problem) -> Int {
        guard let text = query["limit"] else { return min(100, most) }
        guard text.utf8.count <= 4, let limit = Int(text), (1...most).contains(limit), String(limit) == text else {
            throw .query("limit", "it is a number of 1 to \(most).")
        }
        return limit
    }
}

extension CaseListEntry {
    func write(to json: inout JSONWriter) {
        json.field("case", number.text)
        json.field("role", role.rawValue)
        json.field("origin", origin.text)
        json.field("destination", destination.text)
        json.object("person") { $0.field("residentId", residentID.description) }
        json.field("openedAt", openedAt.signingTime.text)
        summary.write(to: &json)
        json.links(to: number)
    }
}

extension CaseSummary {
    func write(to json: inout JSONWriter) {
        json.field("phase", phase)
        json.field("holder", holder.rawValue)
        json.field("since", since.signingTime.text)
        if let due {
            json.field("due", due.description)
            json.field("dueProvisional", isDueProvisional)
        }
        json.field("overdue", isOverdueReported)
        json.field("ended", isTerminal)
    }
}
