import TransferCore

// The JSON members of a dossier, as they are read.

/// `case.json`: which case it is, and where it stands.
struct DossierCase: Hashable, Sendable {
    let caseNumber: CaseNumber
    let role: Role
    let origin: AgencyCode
    let destination: AgencyCode
    let payouts: [Branch]
    let phase: String

    init(_ dossier: Dossier) {
        caseNumber = dossier.caseNumber
        role = dossier.role
        origin = dossier.origin
        destination = dossier.destination
        payouts = dossier.payouts
        phase = dossier.phase
    }

    func encoded() throws(JSONFault) -> [UInt8] {
        try JSONWriter.object(limits: .dossier) { json in
            json.field("format", DocumentHead.format)
            json.field("case", caseNumber.text)
            json.field("role", role.rawValue)
            json.field("origin", origin.text)
            json.field("destination", destination.text)
            json.array("payouts", payouts) { $0.value($1.rawValue) }
            json.field("phase", phase)
        }
    }

    init(decoding bytes: ArraySlice<UInt8>) throws(DocumentFault) {
        var object = try ObjectReader(dossierMember: bytes)
        caseNumber = try object.caseNumber("case")
        role = try object.oneOf("role", Role.self)
        origin = try object.agency("origin")
        destination = try object.agency("destination")
        payouts = try object.array("payouts", max: Branch.allCases.count) { value throws(DocumentFault) in
            try value.oneOf(Branch.self)
        }
        phase = try object.string("phase", length: 1...64)
        try object.end()
        guard Set(payouts).count == payouts.count, !payouts.contains(.pension) else {
            throw DocumentFault(.duplicateValue, "/payouts", "expected medical and housing, each at most once")
        }
    }
}

/// `events.json`: the history.
enum DossierEvents {
    static func read(_ bytes: ArraySlice<UInt8>) throws(DocumentFault) -> [Dossier.Event] {
        var object = try ObjectReader(dossierMember: bytes)
        let events = try object.array("events", max: DossierMember.most) { value throws(DocumentFault) in
            var event = try value.object()
            let read = Dossier.Event(
                branch: try event.oneOf("branch", Branch.self), name: try event.string("name", length: 1...64),
                code: try event.textOrNull("code"),
                atMilliseconds: try event.integer("atMilliseconds", 0...4_102_444_799_999),
                actor: try event.string("actor", length: 1...200), cause: try event.textOrNull("cause"))
            try event.end()
            return read
        }
        try object.end()
        return events
    }
}

/// `postings.json`: what was booked. The lines are as they were read, also when they do not sum to zero.
struct DossierPosting: Hashable, Sendable {
    let kind: Posting.Kind
    let lines: [Line]

    struct Line: Hashable, Sendable {
        let account: String
        let fen: Int64
    }

    init(_ posting: Posting) {
        kind = posting.kind
        lines = posting.lines.map { Line(account: $0.account.name, fen: $0.amount.fen) }
    }

    private init(_ value: ValueReader) throws(DocumentFault) {
        let bound = 4 * Money.limit.fen
        var posting = try value.object()
        kind = try posting.oneOf("kind", Posting.Kind.self)
        lines = try posting.array("lines", max: 16) { value throws(DocumentFault) in
            var line = try value.object()
            let read = Line(
                account: try line.string("account", length: 1...64),
                fen: try line.integer("amountFen", -bound...bound))
            try line.end()
            return read
        }
        try posting.end()
    }

    static func read(_ bytes: ArraySlice<UInt8>) throws(DocumentFault) -> [DossierPosting] {
        var object = try ObjectReader(dossierMember: bytes)
        let postings = try object.array("postings", max: DossierMember.most) { value throws(DocumentFault) in
            try DossierPosting(value)
        }
        try object.end()
        return postings
    }
}

extension ObjectReader {
    fileprivate mutating func textOrNull(_ name: String) throws(DocumentFault) -> String? {
        let value = try required(name)
        return value.isNull ? nil : try value.string(length: 1...200)
    }
}
