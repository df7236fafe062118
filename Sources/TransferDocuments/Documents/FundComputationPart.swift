import TransferCore

extension InformationForm: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            version: try object.integer("version", FieldRule.formVersions),
            letterVersion: try object.integer("letterVersion", FieldRule.letterVersions),
            person: try object.part("person"), request: try object.part("request"),
            computation: try object.part("computation"), frozenOn: try object.date("frozenOn"),
            rules: try object.optional("rules").map { value throws(DocumentFault) in try RuleVersions(value) })
    }

    func write(to json: inout JSONWriter) {
        json.field("version", version)
        json.field("letterVersion", letterVersion)
        json.part("person", person)
        json.part("request", request)
        json.part("computation", computation)
        json.field("frozenOn", frozenOn.description)
        if let rules { json.part("rules", rules) }
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(version, FieldRule.formVersions, at: "/version")
        try FieldRule.integer(letterVersion, FieldRule.letterVersions, at: "/letterVersion")
        try checked("/person", person.checkRules)
        try checked("/request") { () throws(DocumentFault) in try request.checkRules() }
        if let rules { try checked("/rules") { () throws(DocumentFault) in try rules.checkRules() } }
        try checked("/computation") { () throws(DocumentFault) in
            guard computation.lines.count == request.lines.count else {
                throw DocumentFault(.conflictingFields, "/lines", "expected one element for each line of the request")
            }
            try computation.check(carried: request.carried?.balance ?? .zero)
        }
    }
}

extension FundComputation: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            lines: try object.array("lines", max: FundRequest.mostLinesInForm) { value throws(DocumentFault) in
                try FundLine(value)
            },
            years: try object.array("years", max: FieldRule.years.count) { value throws(DocumentFault) in
                try FundYear(value)
            },
            months: try object.part("months"), principal: try object.money("principalFen"),
            interest: try object.money("interestFen"), account: try object.money("accountFen"),
            pooled: try object.money("pooledFen"), retained: try object.money("retainedFen"),
            raised: try object.money("raisedFen"), withheldAccount: try object.money("withheldAccountFen"),
            withheldPooled: try object.money("withheldPooledFen"), moneyMoves: try object.bool("moneyMoves"),
            transfer: try object.money("transferFen"))
    }

    func write(to json: inout JSONWriter) {
        json.array("lines", lines) { json, line in json.object { line.write(to: &$0) } }
        json.array("years", years) { json, year in json.object { year.write(to: &$0) } }
        json.part("months", months)
        json.field("principalFen", principal.fen)
        json.field("interestFen", interest.fen)
        json.field("accountFen", account.fen)
        json.field("pooledFen", pooled.fen)
        json.field("retainedFen", retained.fen)
        json.field("raisedFen", raised.fen)
        json.field("withheldAccountFen", withheldAccount.fen)
        json.field("withheldPooledFen", withheldPooled.fen)
        json.field("moneyMoves", moneyMoves)
        json.field("transferFen", transfer.fen)
    }

    func checkRules() throws(DocumentFault) {
        for (place, line) in lines.enumerated() {
            do throws(DocumentFault) { try line.checkRules() } catch { throw error.inside("/lines/\(place)") }
        }
        for (place, year) in years.enumerated() {
            do throws(DocumentFault) { try year.checkRules() } catch { throw error.inside("/years/\(place)") }
            guard place > 0 else { continue }
            guard year.year == years[place - 1].year + 1 else {
                throw DocumentFault(.wrongOrder, "/years/\(place)/year", "expected the year after the one before")
            }
            try FieldRule.sum(year.opening, of: years[place - 1].closing, at: "/years/\(place)/openingFen")
        }
        try checked("/months") { () throws(DocumentFault) in try months.checkRules() }
        try FieldRule.amount(principal, at: "/principalFen")
        try FieldRule.amount(interest, at: "/interestFen")
        try FieldRule.amount(account, at: "/accountFen")
        try FieldRule.amount(pooled, at: "/pooledFen")
        try FieldRule.amount(retained, at: "/retainedFen")
        try FieldRule.amount(raised, at: "/raisedFen")
        try FieldRule.amount(withheldAccount, at: "/withheldAccountFen")
        try FieldRule.amount(withheldPooled, at: "/withheldPooledFen")
        try FieldRule.amount(transfer, at: "/transferFen")
    }

    /// Checks that every total is the sum of its parts. Whether the parts are right is found by computing again.
    ///
    /// Source: BR-100 and X-11 of the domain handbook: a form whose sums are wrong cannot be sent.
    ///
    /// - Parameter carried: the balance with which the lines begin.
    func check(carried: Money) throws(DocumentFault) {
        try checkRules()
        var sum = (principal: carried, pooled: Money.zero, retained: Money.zero, raised: Money.zero)
        for line in lines {
            sum.principal += line.principal
            sum.pooled += line.pooled
            sum.retained += line.retained
            sum.raised += line.raised
        }
        try FieldRule.sum(principal, of: sum.principal, at: "/principalFen")
        try FieldRule.sum(
            interest, of: years.map { $0.openingInterest + $0.creditedInterest }.sum(), at: "/interestFen")
        try FieldRule.sum(account, of: principal + interest, at: "/accountFen")
        try FieldRule.sum(pooled, of: sum.pooled, at: "/pooledFen")
        try FieldRule.sum(retained, of: sum.retained, at: "/retainedFen")
        try FieldRule.sum(raised, of: sum.raised, at: "/raisedFen")
        try FieldRule.sum(transfer, of: moneyMoves ? account + pooled : .zero, at: "/transferFen")
    }
}

extension FundLine: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            principal: try object.money("principalFen"), interest: try object.money("interestFen"),
            pooled: try object.money("pooledFen"), retained: try object.money("retainedFen"),
            raised: try object.money("raisedFen"))
    }

    func write(to json: inout JSONWriter) {
        json.field("principalFen", principal.fen)
        json.field("interestFen", interest.fen)
        json.field("pooledFen", pooled.fen)
        json.field("retainedFen", retained.fen)
        json.field("raisedFen", raised.fen)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.amount(principal, at: "/principalFen")
        try FieldRule.amount(interest, at: "/interestFen")
        try FieldRule.amount(pooled, at: "/pooledFen")
        try FieldRule.amount(retained, at: "/retainedFen")
        try FieldRule.amount(raised, at: "/raisedFen")
    }
}

extension FundYear: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            year: try object.integer("year", FieldRule.years), opening: try object.money("openingFen"),
            openingInterest: try object.money("openingInterestFen"), credited: try object.money("creditedFen"),
            creditedInterest: try object.money("creditedInterestFen"))
        let closing = try object.required("closingFen")
        guard try closing.integer(0...Money.limit.fen) == self.closing.fen else {
            throw closing.fault(.sumDiffers, "expected the sum of the other four, \(self.closing.fen) fen")
        }
    }

    func write(to json: inout JSONWriter) {
        json.field("year", year)
        json.field("openingFen", opening.fen)
        json.field("openingInterestFen", openingInterest.fen)
        json.field("creditedFen", credited.fen)
        json.field("creditedInterestFen", creditedInterest.fen)
        json.field("closingFen", closing.fen)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(year, FieldRule.years, at: "/year")
        try FieldRule.amount(opening, at: "/openingFen")
        try FieldRule.amount(openingInterest, at: "/openingInterestFen")
        try FieldRule.amount(credited, at: "/creditedFen")
        try FieldRule.amount(creditedInterest, at: "/creditedInterestFen")
        try FieldRule.amount(closing, at: "/closingFen")
    }
}

extension CountedMonths: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            paid: try object.integer("paid", FieldRule.months), deemed: try object.integer("deemed", FieldRule.months),
            arrears: try object.integer("arrears", FieldRule.months),
            waived: try object.integer("waived", FieldRule.months),
            withheld: try object.integer("withheld", FieldRule.months))
    }

    func write(to json: inout JSONWriter) {
        json.field("paid", paid)
        json.field("deemed", deemed)
        json.field("arrears", arrears)
        json.field("waived", waived)
        json.field("withheld", withheld)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(paid, FieldRule.months, at: "/paid")
        try FieldRule.integer(deemed, FieldRule.months, at: "/deemed")
        try FieldRule.integer(arrears, FieldRule.months, at: "/arrears")
        try FieldRule.integer(waived, FieldRule.months, at: "/waived")
        try FieldRule.integer(withheld, FieldRule.months, at: "/withheld")
    }
}
