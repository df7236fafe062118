package import TransferCore

/// What one agency says of the cases that it has with another one, at one moment and signed: where each stands, what was
/// written last, and what money has moved. Two such statements show where the books of two offices differ.
///
/// A statement covers a run of case numbers. It names every common case in the run that is live or ended within the last
/// days, and may name others that the other side has named before. Nothing in it concerns a person.
package struct StateDigest: PeerMessage, Hashable {
    /// Who says it, and to whom.
    package let sender: AgencyCode
    package let recipient: AgencyCode
    /// Rises with every statement for this recipient; a crash may leave a gap.
    package let serial: Int
    package let asOf: SigningTime
    /// Of the cases that have ended, those within so many days are named.
    package let endedWithinDays: Int
    package let range: Range
    /// In ascending order of their numbers; at most ``mostCases``.
    package let cases: [CaseStatement]

    /// No statement names more cases; what is left stands in the next one. Source: our choice: so many fit into the longest
    /// message.
    package static let mostCases = 2_000
    package static let typ = JWSType.stateDigest
    package static let longest = 1 << 20
    /// No statement reaches further back. Source: our choice.
    package static let days = 1...400

    /// A run of case numbers in their order: behind one, up to and including another.
    package struct Range: Hashable, Sendable {
        /// nil from the first number on.
        package let after: CaseNumber?
        /// nil up to the last number.
        package let through: CaseNumber?

        package init(after: CaseNumber?, through: CaseNumber?) {
            self.after = after
            self.through = through
        }

        package func contains(_ number: CaseNumber) -> Bool {
            (after.map { $0 < number } ?? true) && (through.map { number <= $0 } ?? true)
        }
    }

    package init(
        sender: AgencyCode, recipient: AgencyCode, serial: Int, asOf: SigningTime, endedWithinDays: Int, range: Range,
        cases: [CaseStatement]
    ) {
        self.sender = sender
        self.recipient = recipient
        self.serial = serial
        self.asOf = asOf
        self.endedWithinDays = endedWithinDays
        self.range = range
        self.cases = cases
    }
}

/// What one side says of one case.
package struct CaseStatement: Hashable, Sendable {
    package let number: CaseNumber
    package let state: StateClass
    /// The digests of the newest document that the signer has sent and the other side accepted, and of the newest that the
    /// signer has accepted from the other side.
    package let sent: DocumentDigest?
    package let received: DocumentDigest?
    package let money: MovedMoney

    package init(
        number: CaseNumber, state: StateClass, sent: DocumentDigest?, received: DocumentDigest?, money: MovedMoney
    ) {
        self.number = number
        self.state = state
        self.sent = sent
        self.received = received
        self.money = money
    }
}

/// Where a case stands, in the few words that both sides use. The names are published.
package enum StateClass: String, Hashable, Sendable, CaseIterable {
    /// No money has moved, or all of it has moved back.
    case open
    /// The remittance has left the origin, or has come to the destination.
    case paid
    /// Posted at the destination, and confirmed to the origin.
    case completed
    /// Ended in another way.
    case ended
}

/// What the books of one side say of a case: the origin of what it paid and got back, the destination of what came in and
/// went back. Amounts are fen.
package struct MovedMoney: Hashable, Sendable {
    package let remitted: Money
    package let returned: Money
    /// What the destination has posted; at the origin, what the completion notice says of it.
    package let posted: Money

    package static let none = MovedMoney(remitted: .zero, returned: .zero, posted: .zero)
    /// No sum of one case is larger. Source: our choice.
    static let limit: ClosedRange<Int64> = 0...1_000_000_000_000_000

    package init(remitted: Money, returned: Money, posted: Money) {
        self.remitted = remitted
        self.returned = returned
        self.posted = posted
    }

    /// What stayed with the destination.
    package var kept: Money { remitted - returned }

    package static func + (a: MovedMoney, b: MovedMoney) -> MovedMoney {
        MovedMoney(
            remitted: a.remitted + b.remitted, returned: a.returned + b.returned, posted: a.posted + b.posted)
    }
}

// MARK: - Form

extension StateDigest {
    package func encoded() throws(DocumentFault) -> [UInt8] {
        try checkRules()
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .signedDocument) { json in
                json.messageHead(of: self) { $0.field("serial", serial) }
                json.field("endedWithinDays", endedWithinDays)
                json.text("after", orNull: range.after?.text)
                json.text("through", orNull: range.through?.text)
                json.array("cases", cases) { json, item in json.object { item.write(to: &$0) } }
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        var object = try ObjectReader(signedPayload: payload)
        (sender, recipient, asOf) = try object.messageHead()
        serial = try object.integer("serial", 1...Int(Int32.max))
        endedWithinDays = try object.integer("endedWithinDays", StateDigest.days)
        range = Range(after: try object.caseNumberOrNull("after"), through: try object.caseNumberOrNull("through"))
        cases = try object.array("cases", max: StateDigest.mostCases) { value throws(DocumentFault) in
            try CaseStatement(reading: value)
        }
        try object.end()
        try checkRules()
    }

    private func checkRules() throws(DocumentFault) {
        try checkSides()
        try FieldRule.integer(endedWithinDays, StateDigest.days, at: "/endedWithinDays")
        guard cases.count <= StateDigest.mostCases else {
            throw DocumentFault(.outOfRange, "/cases", "expected at most \(StateDigest.mostCases) cases")
        }
        if let after = range.after, let through = range.through, through <= after {
            throw DocumentFault(.wrongOrder, "/through", "expected a number behind that of /after")
        }
        for (place, item) in cases.enumerated() {
            guard range.contains(item.number) else {
                throw DocumentFault(.outOfRange, "/cases/\(place)/case", "outside the run of the statement")
            }
            if place > 0, item.number <= cases[place - 1].number {
                throw DocumentFault(.wrongOrder, "/cases/\(place)/case", "expected ascending numbers")
            }
        }
    }
}

extension CaseStatement {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("case", number.text)
        json.field("state", state.rawValue)
        json.text("sent", orNull: sent?.text)
        json.text("received", orNull: received?.text)
        json.field("remittedFen", money.remitted.fen)
        json.field("returnedFen", money.returned.fen)
        json.field("postedFen", money.posted.fen)
    }

    fileprivate init(reading value: ValueReader) throws(DocumentFault) {
        var object = try value.object()
        number = try object.caseNumber("case")
        state = try object.oneOf("state", StateClass.self)
        sent = try object.digestOrNothing("sent")
        received = try object.digestOrNothing("received")
        money = MovedMoney(
            remitted: Money(fen: try object.integer("remittedFen", MovedMoney.limit)),
            returned: Money(fen: try object.integer("returnedFen", MovedMoney.limit)),
            posted: Money(fen: try object.integer("postedFen", MovedMoney.limit)))
        try object.end()
    }
}

extension JSONWriter {
    /// A member that is always there: the text, or null.
    mutating func text(_ name: String, orNull text: String?) {
        if let text { field(name, text) } else { null(name) }
    }
}

extension ObjectReader {
    mutating func caseNumberOrNull(_ name: String) throws(DocumentFault) -> CaseNumber? {
        let value = try required(name)
        guard !value.isNull else { return nil }
        return try value.string(as: "a case number with its check character") { CaseNumber($0) }
    }

    mutating func digestOrNothing(_ name: String) throws(DocumentFault) -> DocumentDigest? {
        let value = try required(name)
        guard !value.isNull else { return nil }
        return try value.string(as: "a SHA-256 digest in base64url") { DocumentDigest(text: $0) }
    }

    mutating func signingTimeOrNull(_ name: String) throws(DocumentFault) -> SigningTime? {
        let value = try required(name)
        guard !value.isNull else { return nil }
        return try value.string(as: "a time of the form 2026-11-21T08:00:00Z") { SigningTime($0) }
    }
}
