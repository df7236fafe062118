import Casework
import TransferCore

/// What a list of an employer shows, as it stands in the address of the page: nothing of it is personal.
struct ListAddress: Sendable {
    var query = CaseQuery()
    /// Which page this is, counted from 1; the reader sees it, the list does not need it.
    var page = 1

    static let parameters: Set<String> = [
        "stage", "order", "phase", "origin", "branch", "from", "to", "batch", "after", "page",
    ]

    /// - Throws: a problem that names the parameter.
    init(_ parameters: [String: String], lodgedBy: String?) throws(Problem) {
        query.lodgedBy = lodgedBy
        if let text = parameters["stage"], !text.isEmpty {
            guard let stage = CaseQuery.Stage(rawValue: text) else {
                throw .query("stage", "it is todo, open or done.")
            }
            query.stage = stage
        }
        if let text = parameters["order"], !text.isEmpty {
            guard let order = CaseQuery.Order(rawValue: text) else {
                throw .query("order", "it is number, newest, due or since.")
            }
            query.order = order
        }
        if let text = parameters["phase"], !text.isEmpty {
            guard (1...40).contains(text.utf8.count) else { throw .query("phase", "it is the name of a phase.") }
            query.phase = text
        }
        if let text = parameters["origin"], !text.isEmpty {
            guard let origin = AgencyCode(text) else { throw .query("origin", "it is a region code of six digits.") }
            query.origin = origin
        }
        if let text = parameters["branch"], !text.isEmpty {
            guard let branch = Branch(rawValue: text) else { throw .query("branch", "it is medical or housing.") }
            query.branch = branch
        }
        query.openedFrom = try ListAddress.day("from", parameters)
        query.openedThrough = try ListAddress.day("to", parameters)
        if let text = parameters["batch"], !text.isEmpty {
            guard text.utf8.count == 32 else { throw .query("batch", "it is the number of a batch.") }
            query.batch = text
        }
        query.after = try ListAddress.place("after", parameters)
        if let text = parameters["page"] {
            guard text.utf8.count <= 6, let number = Int(text), number > 0 else {
                throw .query("page", "it is a whole number.")
            }
            page = number
        }
    }

    private static func day(_ name: String, _ parameters: [String: String]) throws(Problem) -> CivilDate? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        guard let day = CivilDate(text) else { throw .query(name, "it is a day, such as 2026-03-02.") }
        return day
    }

    /// A place in a list as an address has it: the key and the number of the case, with a point between.
    static func place(_ name: String, _ parameters: [String: String]) throws(Problem) -> CaseQuery.Place? {
        guard let text = parameters[name], !text.isEmpty else { return nil }
        let halves = text.split(separator: ".", maxSplits: 1)
        guard halves.count == 2, let key = Int64(halves[0]), let number = CaseNumber(String(halves[1])) else {
            throw .query(name, "it is what the link to the next page has.")
        }
        return CaseQuery.Place(key: key, number: number)
    }

    /// Whether anything is left out of the list.
    var isFiltered: Bool {
        query.phase != nil || query.origin != nil || query.branch != nil || query.openedFrom != nil
            || query.openedThrough != nil || query.batch != nil
    }

    /// The same list in another order, from its beginning.
    func ordered(_ order: CaseQuery.Order) -> ListAddress {
        var other = self
        other.query.order = order
        other.query.after = nil
        other.page = 1
        return other
    }

    func next(behind entry: CaseListEntry) -> ListAddress {
        var other = self
        other.query.after = query.place(of: entry)
        other.page += 1
        return other
    }

    /// What stands behind the address of the page.
    var text: String {
        var parts = ["stage=\(query.stage.rawValue)"]
        if query.order != .number { parts.append("order=\(query.order.rawValue)") }
        if let phase = query.phase { parts.append("phase=\(phase)") }
        if let origin = query.origin { parts.append("origin=\(origin)") }
        if let branch = query.branch { parts.append("branch=\(branch.rawValue)") }
        if let day = query.openedFrom { parts.append("from=\(day)") }
        if let day = query.openedThrough { parts.append("to=\(day)") }
        if let batch = query.batch { parts.append("batch=\(batch)") }
        if let place = query.after { parts.append("after=\(place.key).\(place.number)") }
        if page > 1 { parts.append("page=\(page)") }
        return parts.joined(separator: "&")
    }
}
