import TransferCore

// What an agency asks of the other one beside the straight road, and what is answered.

extension Query: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            number: try object.integer("number", FieldRule.numbers),
            subject: try object.oneOf("subject", QuerySubject.self), text: try object.string("text"),
            expected: try object.optionalMoney("expectedFen"), found: try object.optionalMoney("foundFen"),
            difference: try object.optionalOneOf("difference", Difference.self),
            answerBy: try object.date("answerBy"))
    }

    func write(to json: inout JSONWriter) {
        json.field("number", number)
        json.field("subject", subject.rawValue)
        json.field("text", text)
        if let expected { json.field("expectedFen", expected.fen) }
        if let found { json.field("foundFen", found.fen) }
        json.field("difference", ifPresent: difference?.rawValue)
        json.field("answerBy", answerBy.description)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(number, FieldRule.numbers, at: "/number")
        try FieldRule.clerksText(text, at: "/text")
        guard (expected == nil) == (found == nil) else {
            throw DocumentFault(
                .conflictingFields, expected == nil ? "/expectedFen" : "/foundFen",
                "a query about money has both amounts, another has none")
        }
        if let expected { try FieldRule.amount(expected, at: "/expectedFen") }
        if let found { try FieldRule.amount(found, at: "/foundFen") }
    }
}

extension QueryAnswer: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            number: try object.integer("number", FieldRule.numbers),
            outcome: try object.oneOf("outcome", QueryOutcome.self), text: try object.string("text"))
    }

    func write(to json: inout JSONWriter) {
        json.field("number", number)
        json.field("outcome", outcome.rawValue)
        json.field("text", text)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(number, FieldRule.numbers, at: "/number")
        try FieldRule.clerksText(text, at: "/text")
    }
}

extension RecallRequest: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            subject: try object.oneOf("subject", RecallSubject.self),
            ground: try object.oneOf("ground", RecallGround.self), text: try object.string("text"),
            orderKey: try object.optionalOrderKey("orderKey"))
    }

    func write(to json: inout JSONWriter) {
        json.field("subject", subject.rawValue)
        json.field("ground", ground.rawValue)
        json.field("text", text)
        json.field("orderKey", ifPresent: orderKey?.text)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.clerksText(text, at: "/text")
        guard (orderKey != nil) == (subject == .remittance) else {
            throw DocumentFault(
                .conflictingFields, "/orderKey", "a recall of the remittance names its order, another names none")
        }
        try orderKey?.check(is: .remittance, at: "/orderKey")
    }
}

extension RecallAnswer: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            subject: try object.oneOf("subject", RecallSubject.self), isConsent: try object.bool("isConsent"),
            ground: try object.optionalOneOf("ground", RecallGround.self), text: try object.string("text"))
    }

    func write(to json: inout JSONWriter) {
        json.field("subject", subject.rawValue)
        json.field("isConsent", isConsent)
        json.field("ground", ifPresent: ground?.rawValue)
        json.field("text", text)
    }

    func checkRules() throws(DocumentFault) {
        guard (ground == nil) == isConsent else {
            throw DocumentFault(.conflictingFields, "/ground", "a refusal has a ground, a consent has none")
        }
        try FieldRule.clerksText(text, at: "/text")
    }
}

extension CorrectionRequest: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            formVersion: try object.integer("formVersion", FieldRule.formVersions), text: try object.string("text"))
    }

    func write(to json: inout JSONWriter) {
        json.field("formVersion", formVersion)
        json.field("text", text)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(formVersion, FieldRule.formVersions, at: "/formVersion")
        try FieldRule.clerksText(text, at: "/text")
    }
}

extension CorrectionAnswer: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            formVersion: try object.integer("formVersion", FieldRule.formVersions),
            isConsent: try object.bool("isConsent"), text: try object.string("text"))
    }

    func write(to json: inout JSONWriter) {
        json.field("formVersion", formVersion)
        json.field("isConsent", isConsent)
        json.field("text", text)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(formVersion, FieldRule.formVersions, at: "/formVersion")
        try FieldRule.clerksText(text, at: "/text")
    }
}
