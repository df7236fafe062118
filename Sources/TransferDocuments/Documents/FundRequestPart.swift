import TransferCore

extension FundRequest: DocumentPart {
    /// How many lines a form holds: monthly lines of fifty years.
    static let mostLinesInForm = 600

    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            origin: try object.agency("origin"), destination: try object.agency("destination"),
            destinationScheme: try object.oneOf("destinationScheme", PensionScheme.self),
            relation: try object.oneOf("relation", Relation.self),
            transferMonth: try object.month("transferMonth"), interest: try object.part("interest"),
            carried: try object.optional("carried").map { value throws(DocumentFault) in try CarriedBalance(value) },
            lines: try object.array("lines", max: FundRequest.mostLinesInForm) { value throws(DocumentFault) in
                try ContributionLine(value)
            })
    }

    func write(to json: inout JSONWriter) {
        json.field("origin", origin.text)
        json.field("destination", destination.text)
        json.field("destinationScheme", destinationScheme.rawValue)
        json.field("relation", relation.rawValue)
        json.field("transferMonth", transferMonth.description)
        json.part("interest", interest)
        if let carried { json.part("carried", carried) }
        json.array("lines", lines) { json, line in json.object { line.write(to: &$0) } }
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(transferMonth.year, FieldRule.years, at: "/transferMonth")
        try checked("/interest") { () throws(DocumentFault) in try interest.checkRules() }
        if let carried { try checked("/carried") { () throws(DocumentFault) in try carried.checkRules() } }
        guard lines.count <= FundRequest.mostLinesInForm else {
            throw DocumentFault(.outOfRange, "/lines", "expected at most \(FundRequest.mostLinesInForm) elements")
        }
        for (place, line) in lines.enumerated() {
            do throws(DocumentFault) { try line.checkRules() } catch { throw error.inside("/lines/\(place)") }
        }
        do throws(RuleFault) { try check() } catch { throw DocumentFault(error) }
    }
}

extension InterestTerms: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        let formula = try object.oneOf("formula", InterestFormula.self)
        var map = try object.object("ratesBp")
        var rates: [Int: BasisPoints] = [:]
        for (name, value) in try map.entries(max: FieldRule.years.count) {
            guard FieldRule.isDigits(name, 4...4), let year = Int(name), FieldRule.years.contains(year) else {
                throw value.fault(.invalidFormat, "expected a year of 1980 to 2079 as the name")
            }
            rates[year] = BasisPoints(try value.integer(0...BasisPoints.highestInterestRate.value))
        }
        self.init(formula: formula, rates: rates)
    }

    func write(to json: inout JSONWriter) {
        json.field("formula", formula.rawValue)
        json.object("ratesBp") { json in
            for (year, rate) in rates.sorted(by: { $0.key < $1.key }) { json.field(String(year), rate.value) }
        }
    }

    func checkRules() throws(DocumentFault) {
        for year in rates.keys { try FieldRule.integer(year, FieldRule.years, at: "/ratesBp/\(year)") }
    }
}

extension CarriedBalance: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            yearEnd: try object.integer("yearEnd", FieldRule.years), balance: try object.money("balanceFen"))
    }

    func write(to json: inout JSONWriter) {
        json.field("yearEnd", yearEnd)
        json.field("balanceFen", balance.fen)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(yearEnd, FieldRule.years, at: "/yearEnd")
        try FieldRule.amount(balance, at: "/balanceFen")
    }
}

extension ContributionLine: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            year: try object.integer("year", FieldRule.years), from: try object.month("from"),
            to: try object.month("to"), kind: try object.oneOf("kind", ContributionKind.self),
            base: Money(fen: try object.integer("baseFen", 0...FundRequest.highestBase.fen)),
            baseLimits: try object.optional("baseLimits").map { value throws(DocumentFault) in try BaseLimits(value) },
            ownShare: try object.share("ownShareBp"), creditedShare: try object.share("creditedShareBp"),
            employerShare: try object.share("employerShareBp"),
            region: try object.optionalString("region", as: "a region code of six digits") { RegionCode($0) },
            paidOn: try object.optionalString("paidOn", as: "a day of the years 1900 to 2099 as YYYY-MM-DD") {
                CivilDate($0)
            })
    }

    func write(to json: inout JSONWriter) {
        json.field("year", year)
        json.field("from", from.description)
        json.field("to", to.description)
        json.field("kind", kind.rawValue)
        json.field("baseFen", base.fen)
        if let baseLimits { json.part("baseLimits", baseLimits) }
        json.field("ownShareBp", ownShare.value)
        json.field("creditedShareBp", creditedShare.value)
        json.field("employerShareBp", employerShare.value)
        json.field("region", ifPresent: region?.text)
        json.field("paidOn", ifPresent: paidOn?.description)
    }

    /// What one line can say of itself; the rest is a rule of the whole request.
    func checkRules() throws(DocumentFault) {
        try FieldRule.integer(year, FieldRule.years, at: "/year")
        try FieldRule.integer(from.year, FieldRule.years, at: "/from")
        try FieldRule.integer(to.year, FieldRule.years, at: "/to")
    }
}

extension BaseLimits: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            floor: Money(fen: try object.integer("floorFen", 0...FundRequest.highestBase.fen)),
            ceiling: Money(fen: try object.integer("ceilingFen", 0...FundRequest.highestBase.fen)))
    }

    func write(to json: inout JSONWriter) {
        json.field("floorFen", floor.fen)
        json.field("ceilingFen", ceiling.fen)
    }

    /// The bounds are checked with the request, which knows the highest base.
    func checkRules() throws(DocumentFault) {}
}

extension ObjectReader {
    mutating func share(_ name: String) throws(DocumentFault) -> BasisPoints {
        let value = try required(name)
        guard let share = BasisPoints(try value.integer(0...10_000)) else {
            throw value.fault(.outOfRange, "expected 0 to 10000")
        }
        return share
    }
}
