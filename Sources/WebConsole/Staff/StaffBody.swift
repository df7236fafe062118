package import Casework
import TransferCore
package import TransferDocuments

/// The small bodies that staff send besides the forms of actions, and programs for webhooks: read strictly, each fault
/// with its place.
package struct StaffBody {
    private let reader: ObjectReader

    package init(_ body: [UInt8]) throws(Problem) {
        do throws(DocumentFault) {
            let json: JSON
            do throws(JSONFault) {
                json = try JSON.parse(body, limits: .request)
            } catch {
                throw DocumentFault(.init(rawValue: error.code.rawValue), error.pointer, error.code.mend)
            }
            reader = try ObjectReader(json)
        } catch {
            throw Problem(unread: error)
        }
    }

    private func read<Value>(
        _ use: (inout ObjectReader) throws(DocumentFault) -> Value
    ) throws(Problem) -> Value {
        var reader = reader
        do throws(DocumentFault) {
            let value = try use(&reader)
            try reader.end()
            return value
        } catch {
            throw Problem(unread: error)
        }
    }

    /// `{"digest": "…"}`: what an approval names.
    package func digest() throws(Problem) -> DocumentDigest {
        try read { (reader) throws(DocumentFault) in
            let text = try reader.string("digest", length: 43...43)
            guard let digest = DocumentDigest(text: text) else {
                throw DocumentFault(.invalidFormat, "/digest", "expected 43 characters of base64url")
            }
            return digest
        }
    }

    /// `{"text": "…"}`: words to a colleague.
    package func text() throws(Problem) -> String {
        try read { (reader) throws(DocumentFault) in try reader.string("text", length: 1...500) }
    }

    /// `{"url": "…"}`: where a webhook is reached.
    package func url() throws(Problem) -> String {
        try read { (reader) throws(DocumentFault) in try reader.string("url") }
    }

    /// `{"person": "…"}`, where null gives the case to nobody.
    package func person() throws(Problem) -> String? {
        try read { (reader) throws(DocumentFault) in
            guard let value = reader.optional("person"), !value.isNull else { return nil }
            return try value.string(length: 1...64)
        }
    }

    /// `{"work": "resend", "filter": {…}}` or `{"work": "action", "form": {…}, "filter": {…}}`: the form as bytes, as they
    /// are kept.
    package func job() throws(Problem) -> (filter: WorkDesk.StalledFilter, form: [UInt8]?) {
        try read { (reader) throws(DocumentFault) in
            let work = try reader.oneOf("work", Job.Work.self)
            var group = try reader.object("filter")
            let filter = try StaffFilter.read(&group)
            guard work == .action else { return (filter, nil) }
            let form = try reader.required("form").json
            do throws(JSONFault) {
                return (filter, try JSONWriter.bytes(of: form, limits: .request))
            } catch {
                throw DocumentFault(.init(rawValue: error.code.rawValue), "/form", error.code.mend)
            }
        }
    }
}

/// Which stalled cases are meant, as a query and as a part of a body have it.
enum StaffFilter {
    /// - Throws: a problem that names the parameter.
    static func read(_ query: [String: String]) throws(Problem) -> WorkDesk.StalledFilter {
        var filter = WorkDesk.StalledFilter()
        if let text = query["cause"] {
            guard let cause = StalledCause(rawValue: text) else {
                throw .query(
                    "cause", "it is one of \(StalledCause.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            filter.cause = cause
        }
        if let text = query["peer"] {
            guard let peer = AgencyCode(text) else { throw .query("peer", "it is a region code of six digits.") }
            filter.peer = peer
        }
        if let text = query["level"] {
            guard let level = ["0", "1", "2"].firstIndex(of: text) else {
                throw .query("level", "it is 0, 1 or 2.")
            }
            filter.level = level
        }
        if let text = query["after"] {
            guard let number = CaseNumber(text) else { throw .query("after", "it is no case number.") }
            filter.after = number
        }
        return filter
    }

    static func read(_ group: inout ObjectReader) throws(DocumentFault) -> WorkDesk.StalledFilter {
        var filter = WorkDesk.StalledFilter()
        if let text = try group.optionalString("cause", length: 1...40) {
            guard let cause = StalledCause(rawValue: text), cause != .moneyWithoutCase else {
                throw group.fault(.unknownValue, in: "cause", "expected a cause of stalled cases")
            }
            filter.cause = cause
        }
        if let text = try group.optionalString("peer", length: 6...6) {
            guard let peer = AgencyCode(text) else {
                throw group.fault(.invalidFormat, in: "peer", "expected a region code of six digits")
            }
            filter.peer = peer
        }
        filter.level = try group.optionalInteger("level", 0...2)
        try group.end()
        return filter
    }

    /// The address of the page behind a case.
    static func address(_ filter: WorkDesk.StalledFilter, after number: CaseNumber) -> String {
        var address = "/api/v1/staff/stalled?after=\(number)&limit=\(filter.limit)"
        if let cause = filter.cause { address += "&cause=\(cause.rawValue)" }
        if let peer = filter.peer { address += "&peer=\(peer)" }
        if let level = filter.level { address += "&level=\(level)" }
        return address
    }
}

extension Call {
    /// The person who asks.
    var staff: StaffCaller {
        get throws(Problem) {
            guard let member = caller.member else {
                throw Problem(
                    status: 403, code: "person-required", title: "Only for persons",
                    detail: "This access token belongs to a system; the settings list the accounts of persons.")
            }
            return StaffCaller(member: member, account: caller.name)
        }
    }

    /// The case in the address.
    var caseNumber: CaseNumber {
        get throws(Problem) {
            guard let number = CaseNumber(parameters[0]) else { throw .notFound }
            return number
        }
    }

    /// The number of a proposal or a job in the address.
    var id: Int64 {
        get throws(WorkFault) {
            let text = parameters[0]
            guard text.utf8.count <= 18, let id = Int64(text), id > 0, String(id) == text else {
                throw .noSuchProposal
            }
            return id
        }
    }

    /// A number in the query; nil where it is not given.
    func identifier(_ name: String) throws(Problem) -> Int64? {
        guard let text = query[name] else { return nil }
        guard text.utf8.count <= 18, let id = Int64(text), id >= 0, String(id) == text else {
            throw .query(name, "it is a whole number.")
        }
        return id
    }
}

extension Problem {
    /// JSON that cannot be read, or a fault of what it says.
    fileprivate init(unread fault: DocumentFault) {
        let isUnreadable = fault.code.rawValue.hasPrefix("json-")
        self.init(
            status: isUnreadable ? 400 : 422, code: fault.code.rawValue,
            title: isUnreadable ? "Body is not the JSON that is read here" : "Body not complete or not correct",
            detail: fault.detail, pointer: fault.pointer)
    }

    /// Why something that staff asked for was not done.
    init(_ fault: WorkFault) {
        switch fault {
        case .desk(.store(.caseMovedOn)):
            self.init(
                status: 409, code: "case-moved-on", title: "The case has moved on",
                detail: "Somebody else was faster; look at the case again.")
        case .desk(let fault): self.init(fault)
        case .noSuchProposal, .noSuchJob: self = .notFound
        case .dutyMissing: self = .dutyMissing("\(fault).")
        case .samePerson:
            self.init(
                status: 403, code: "same-person", title: "Another person is needed",
                detail: "您是经办人，不能复核。 You made it, so you cannot check it, with whatever account.")
        case .digestDiffers:
            self.init(
                status: 409, code: "digest-differs", title: "Not what was proposed",
                detail: "The digest is not that of the proposal; look at it again before you approve it.")
        case .decidedAlready:
            self.init(status: 409, code: "decided-already", title: "Decided already", detail: "\(fault).")
        case .proposedAlready:
            self.init(status: 409, code: "proposed-already", title: "Proposed already", detail: "\(fault).")
        case .movedOn:
            self.init(
                status: 409, code: "case-moved-on", title: "The case has moved on",
                detail: "\(fault); look at the case again.")
        case .seenToBy: self.init(status: 409, code: "seen-to-by", title: "Somebody sees to it", detail: "\(fault).")
        case .noSuchPerson:
            self.init(status: 422, code: "no-such-person", title: "No such person", detail: "\(fault).")
        case .nothingToDo:
            self.init(status: 409, code: "nothing-to-do", title: "Nothing to do", detail: "No stalled case fits.")
        case .tooMany:
            self.init(
                status: 409, code: "too-many-cases", title: "Too many cases",
                detail: "\(fault), at most \(Job.most); narrow the filter.")
        }
    }
}
