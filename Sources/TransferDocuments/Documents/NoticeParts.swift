import TransferCore

// What an agency tells the other one beside the straight road, and asks no answer to.

extension HoldNotice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            letterVersion: try object.integer("letterVersion", FieldRule.letterVersions),
            reason: try object.oneOf("reason", Reason.self), text: try object.string("text"),
            until: try object.date("until"))
    }

    func write(to json: inout JSONWriter) {
        json.field("letterVersion", letterVersion)
        json.field("reason", reason.code)
        json.field("text", text)
        json.field("until", until.description)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(letterVersion, FieldRule.letterVersions, at: "/letterVersion")
        try FieldRule.clerksText(text, at: "/text")
    }
}

extension BounceNotice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            orderKey: try object.orderKey("orderKey"), amount: try object.money("amountFen"),
            reason: try object.oneOf("reason", BounceReason.self), bouncedOn: try object.date("bouncedOn"))
    }

    func write(to json: inout JSONWriter) {
        json.field("orderKey", orderKey.text)
        json.field("amountFen", amount.fen)
        json.field("reason", reason.rawValue)
        json.field("bouncedOn", bouncedOn.description)
    }

    func checkRules() throws(DocumentFault) {
        try orderKey.check(is: .remittance, at: "/orderKey")
        try FieldRule.amountAboveZero(amount, at: "/amountFen")
    }
}

extension EndNotice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            letterVersion: try object.integer("letterVersion", FieldRule.letterVersions),
            reason: try object.oneOf("reason", Reason.self), text: try object.string("text"),
            endedOn: try object.date("endedOn"))
    }

    func write(to json: inout JSONWriter) {
        json.field("letterVersion", letterVersion)
        json.field("reason", reason.code)
        json.field("text", text)
        json.field("endedOn", endedOn.description)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(letterVersion, FieldRule.letterVersions, at: "/letterVersion")
        try FieldRule.clerksText(text, at: "/text")
    }
}

extension ReturnAdvice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            orderKey: try object.orderKey("orderKey"), returns: try object.orderKey("returns"),
            amount: try object.money("amountFen"), ground: try object.oneOf("ground", ReturnGround.self),
            bankReference: try object.string("bankReference"), paidOn: try object.date("paidOn"))
    }

    func write(to json: inout JSONWriter) {
        json.field("orderKey", orderKey.text)
        json.field("returns", returns.text)
        json.field("amountFen", amount.fen)
        json.field("ground", ground.rawValue)
        json.field("bankReference", bankReference)
        json.field("paidOn", paidOn.description)
    }

    func checkRules() throws(DocumentFault) {
        try orderKey.check(is: .fundsReturn, at: "/orderKey")
        try returns.check(is: .remittance, at: "/returns")
        try FieldRule.amountAboveZero(amount, at: "/amountFen")
        try FieldRule.bankReference(bankReference, at: "/bankReference")
    }
}

extension ReturnConfirmation: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            orderKey: try object.orderKey("orderKey"), amount: try object.money("amountFen"),
            bankReference: try object.string("bankReference"), creditedOn: try object.date("creditedOn"))
    }

    func write(to json: inout JSONWriter) {
        json.field("orderKey", orderKey.text)
        json.field("amountFen", amount.fen)
        json.field("bankReference", bankReference)
        json.field("creditedOn", creditedOn.description)
    }

    func checkRules() throws(DocumentFault) {
        try orderKey.check(is: .fundsReturn, at: "/orderKey")
        try FieldRule.amountAboveZero(amount, at: "/amountFen")
        try FieldRule.bankReference(bankReference, at: "/bankReference")
    }
}

extension Reminder: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            number: try object.integer("number", FieldRule.numbers), clock: try object.oneOf("clock", Clock.self),
            dueOn: try object.date("dueOn"),
            workingDaysLate: try object.integer("workingDaysLate", Reminder.workingDays))
    }

    func write(to json: inout JSONWriter) {
        json.field("number", number)
        json.field("clock", clock.rawValue)
        json.field("dueOn", dueOn.description)
        json.field("workingDaysLate", workingDaysLate)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(number, FieldRule.numbers, at: "/number")
        try FieldRule.integer(workingDaysLate, Reminder.workingDays, at: "/workingDaysLate")
    }

    /// No step is later than about forty years. Source: our choice.
    private static let workingDays = 0...10_000
}
