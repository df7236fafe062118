import TransferCore

extension AcceptanceLetter: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            version: try object.integer("version", FieldRule.letterVersions), person: try object.part("person"),
            payee: try object.part("payee"), office: try object.part("office"),
            payouts: try object.array("payouts", max: Branch.allCases.count) { value throws(DocumentFault) in
                try value.oneOf(Branch.self)
            },
            payoutAccount: try object.partOrNull("payoutAccount"),
            applicationDigest: try object.string("applicationDigest"), issuedOn: try object.date("issuedOn"),
            purpose: try object.oneOf("purpose", TransferPurpose.self),
            moves: try object.optionalArray("moves", max: Branch.allCases.count) { value throws(DocumentFault) in
                try value.oneOf(Branch.self)
            } ?? [])
    }

    func write(to json: inout JSONWriter) {
        json.field("version", version)
        json.part("person", person)
        json.part("payee", payee)
        json.part("office", office)
        json.array("payouts", payouts) { $0.value($1.rawValue) }
        json.partOrNull("payoutAccount", payoutAccount)
        json.field("applicationDigest", applicationDigest)
        json.field("issuedOn", issuedOn.description)
        json.field("purpose", purpose.rawValue)
        if !moves.isEmpty { json.array("moves", moves) { $0.value($1.rawValue) } }
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(version, FieldRule.letterVersions, at: "/version")
        try checked("/person", person.checkRules)
        try checked("/payee", payee.checkRules)
        try checked("/office", office.checkRules)
        for (place, branch) in payouts.enumerated() {
            guard branch != .pension else {
                throw DocumentFault(.unknownValue, "/payouts/\(place)", "the pension branch is never paid out")
            }
            guard place == 0 || payouts[place - 1] < branch else {
                throw DocumentFault(.duplicateValue, "/payouts/\(place)", "expected each branch once, medical first")
            }
        }
        for (place, branch) in moves.enumerated() {
            guard payouts.contains(branch), place == 0 || moves[place - 1] < branch else {
                throw DocumentFault(
                    .conflictingFields, "/moves/\(place)", "expected branches of payouts, each once, in their order")
            }
        }
        if let payoutAccount {
            try checked("/payoutAccount") { () throws(DocumentFault) in try payoutAccount.checkIsOwn(of: person) }
        } else if payouts.contains(where: { !moves.contains($0) }) {
            throw DocumentFault(.conflictingFields, "/payoutAccount", "a payout needs the person's own account")
        }
        guard DocumentDigest(text: applicationDigest) != nil else {
            throw DocumentFault(.invalidFormat, "/applicationDigest", "expected a SHA-256 digest in base64url")
        }
    }
}

extension ReturnNote: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            letterVersion: try object.integer("letterVersion", FieldRule.letterVersions),
            reason: try object.oneOf("reason", Reason.self), text: try object.string("text"),
            returnedOn: try object.date("returnedOn"))
    }

    func write(to json: inout JSONWriter) {
        json.field("letterVersion", letterVersion)
        json.field("reason", reason.code)
        json.field("text", text)
        json.field("returnedOn", returnedOn.description)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(letterVersion, FieldRule.letterVersions, at: "/letterVersion")
        try FieldRule.clerksText(text, at: "/text")
    }
}

extension ContributionCertificate: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            letterVersion: try object.integer("letterVersion", FieldRule.letterVersions),
            person: try object.part("person"), relation: try object.oneOf("relation", Relation.self),
            firstMonth: try object.month("firstMonth"), lastMonth: try object.month("lastMonth"),
            monthsPaid: try object.integer("monthsPaid", FieldRule.months),
            accountBalance: try object.money("accountBalanceFen"), issuedOn: try object.date("issuedOn"))
    }

    func write(to json: inout JSONWriter) {
        json.field("letterVersion", letterVersion)
        json.part("person", person)
        json.field("relation", relation.rawValue)
        json.field("firstMonth", firstMonth.description)
        json.field("lastMonth", lastMonth.description)
        json.field("monthsPaid", monthsPaid)
        json.field("accountBalanceFen", accountBalance.fen)
        json.field("issuedOn", issuedOn.description)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(letterVersion, FieldRule.letterVersions, at: "/letterVersion")
        try checked("/person", person.checkRules)
        guard firstMonth <= lastMonth else {
            throw DocumentFault(.wrongOrder, "/lastMonth", "the last month is before the first")
        }
        try FieldRule.integer(firstMonth.year, FieldRule.years, at: "/firstMonth")
        try FieldRule.integer(lastMonth.year, FieldRule.years, at: "/lastMonth")
        try FieldRule.integer(monthsPaid, FieldRule.months, at: "/monthsPaid")
        guard monthsPaid <= lastMonth.index - firstMonth.index + 1 else {
            throw DocumentFault(.conflictingFields, "/monthsPaid", "more months than the period has")
        }
        try FieldRule.amount(accountBalance, at: "/accountBalanceFen")
    }
}
