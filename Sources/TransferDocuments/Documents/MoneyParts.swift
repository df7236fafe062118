import TransferCore

extension RemittanceAdvice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            orderKey: try object.orderKey("orderKey"), amount: try object.money("amountFen"),
            payee: try object.part("payee"), bankReference: try object.string("bankReference"),
            paidOn: try object.date("paidOn"), makesUp: try object.optionalOrderKey("makesUp"))
    }

    func write(to json: inout JSONWriter) {
        json.field("orderKey", orderKey.text)
        json.field("amountFen", amount.fen)
        json.part("payee", payee)
        json.field("bankReference", bankReference)
        json.field("paidOn", paidOn.description)
        json.field("makesUp", ifPresent: makesUp?.text)
    }

    func checkRules() throws(DocumentFault) {
        try orderKey.check(is: .remittance, at: "/orderKey")
        if let makesUp {
            try makesUp.check(is: .remittance, at: "/makesUp")
            guard makesUp != orderKey else {
                throw DocumentFault(.conflictingFields, "/makesUp", "an order does not make up for itself")
            }
        }
        try FieldRule.amountAboveZero(amount, at: "/amountFen")
        try checked("/payee", payee.checkRules)
        try FieldRule.bankReference(bankReference, at: "/bankReference")
    }
}

extension PayoutNotice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            branch: try object.oneOf("branch", Branch.self), amount: try object.money("amountFen"),
            payment: try object.partOrNull("payment"))
    }

    func write(to json: inout JSONWriter) {
        json.field("branch", branch.rawValue)
        json.field("amountFen", amount.fen)
        json.partOrNull("payment", payment)
    }

    func checkRules() throws(DocumentFault) {
        guard branch != .pension else {
            throw DocumentFault(.unknownValue, "/branch", "the pension branch is never paid out")
        }
        try FieldRule.amount(amount, at: "/amountFen")
        guard (payment == nil) == (amount == .zero) else {
            throw DocumentFault(.conflictingFields, "/payment", "an amount above zero is paid, zero is not")
        }
        guard let payment else { return }
        try checked("/payment") { () throws(DocumentFault) in
            try payment.orderKey.check(is: .balance(branch), at: "/orderKey")
            try payment.checkRules()
        }
    }
}

extension PayoutNotice.Payment: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            orderKey: try object.orderKey("orderKey"), maskedAccount: try object.string("maskedAccount"),
            bankReference: try object.string("bankReference"), paidOn: try object.date("paidOn"))
    }

    func write(to json: inout JSONWriter) {
        json.field("orderKey", orderKey.text)
        json.field("maskedAccount", maskedAccount)
        json.field("bankReference", bankReference)
        json.field("paidOn", paidOn.description)
    }

    func checkRules() throws(DocumentFault) {
        let hidden = maskedAccount.utf8.prefix { $0 == UInt8(ascii: "*") }.count
        guard (1...28).contains(hidden),
            FieldRule.isDigits(String(decoding: maskedAccount.utf8.dropFirst(hidden), as: UTF8.self), 4...4)
        else {
            throw DocumentFault(.invalidFormat, "/maskedAccount", "expected asterisks and the last four digits")
        }
        try FieldRule.bankReference(bankReference, at: "/bankReference")
    }
}

extension CompletionNotice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            orderKey: try object.orderKey("orderKey"), individual: try object.money("individualFen"),
            pooled: try object.money("pooledFen"), monthsJoined: try object.integer("monthsJoined", FieldRule.months),
            bankReference: try object.string("bankReference"), completedOn: try object.date("completedOn"),
            formVersion: try object.integer("formVersion", FieldRule.formVersions))
    }

    func write(to json: inout JSONWriter) {
        json.field("orderKey", orderKey.text)
        json.field("individualFen", individual.fen)
        json.field("pooledFen", pooled.fen)
        json.field("monthsJoined", monthsJoined)
        json.field("bankReference", bankReference)
        json.field("completedOn", completedOn.description)
        json.field("formVersion", formVersion)
    }

    func checkRules() throws(DocumentFault) {
        try orderKey.check(is: .remittance, at: "/orderKey")
        try FieldRule.amount(individual, at: "/individualFen")
        try FieldRule.amount(pooled, at: "/pooledFen")
        try FieldRule.integer(monthsJoined, FieldRule.months, at: "/monthsJoined")
        try FieldRule.bankReference(bankReference, at: "/bankReference")
        try FieldRule.integer(formVersion, FieldRule.formVersions, at: "/formVersion")
    }
}

extension OrderKey {
    func check(is leg: Leg, at pointer: String) throws(DocumentFault) {
        guard self.leg == leg else {
            throw DocumentFault(.conflictingFields, pointer, "the order belongs to another leg")
        }
    }
}
