import TransferCore

extension RuleCases {
    /// What the origin pays.
    static func funds(_ input: CaseValue) throws(RuleFault) -> Result {
        let request = try fundRequest(input)
        let funds = try applying { () throws(RuleFault) in try request.computeFunds() }
        return { json in
            json.array("lines", funds.lines) { json, line in
                json.object { json in
                    json.field("principalFen", line.principal)
                    json.field("interestFen", line.interest)
                    json.field("pooledFen", line.pooled)
                    json.field("retainedFen", line.retained)
                    json.field("raisedFen", line.raised)
                }
            }
            json.array("years", funds.years) { json, year in
                json.object { json in
                    json.field("year", year.year)
                    json.field("openingFen", year.opening)
                    json.field("openingInterestFen", year.openingInterest)
                    json.field("creditedFen", year.credited)
                    json.field("creditedInterestFen", year.creditedInterest)
                    json.field("closingFen", year.closing)
                }
            }
            json.object("months") { json in
                json.field("paid", funds.months.paid)
                json.field("deemed", funds.months.deemed)
                json.field("arrears", funds.months.arrears)
                json.field("waived", funds.months.waived)
                json.field("withheld", funds.months.withheld)
            }
            json.field("principalFen", funds.principal)
            json.field("interestFen", funds.interest)
            json.field("accountFen", funds.account)
            json.field("pooledFen", funds.pooled)
            json.field("retainedFen", funds.retained)
            json.field("raisedFen", funds.raised)
            json.field("withheldAccountFen", funds.withheldAccount)
            json.field("withheldPooledFen", funds.withheldPooled)
            json.field("moneyMoves", funds.moneyMoves)
            json.field("transferFen", funds.transfer)
        }
    }

    /// The request of a whole funds case, or of the input of one alone.
    static func fundRequest(inCaseOrInput json: JSON) throws(RuleFault) -> FundRequest {
        guard json["input"] != nil else { return try fundRequest(CaseValue(json, at: .line)) }
        let line = try CaseValue(json, at: .line).object(fields: ["id", "kind", "input"])
        if let kind = line.optional("kind"), try kind.text() != "funds" {
            throw kind.fault(.unknownValue, "only a case of kind funds is explained")
        }
        return try fundRequest(try line["input"])
    }

    private static func fundRequest(_ input: CaseValue) throws(RuleFault) -> FundRequest {
        let input = try input.object(fields: [
            "origin", "destination", "destinationScheme", "relation", "transferMonth", "interest", "carried", "lines",
        ])
        return FundRequest(
            origin: try input["origin"].region(armedForces: .included),
            destination: try input["destination"].region(),
            destinationScheme: try input["destinationScheme"].known(),
            relation: try input["relation"].known(),
            transferMonth: try input["transferMonth"].month(),
            interest: try interestTerms(input["interest"]),
            carried: try carriedBalance(input.optional("carried")),
            lines: try input["lines"].list { line throws(RuleFault) in try contributionLine(line) })
    }

    private static func interestTerms(_ value: CaseValue) throws(RuleFault) -> InterestTerms {
        let terms = try value.object(fields: ["formula", "ratesBp"])
        let formula: InterestFormula = try terms["formula"].known()
        let rates = try terms["ratesBp"].map { name, rate throws(RuleFault) in
            (try rate.yearName(name), try rate.share(0...BasisPoints.highestInterestRate.value))
        }
        return InterestTerms(formula: formula, rates: Dictionary(rates) { first, _ in first })
    }

    private static func carriedBalance(_ value: CaseValue?) throws(RuleFault) -> CarriedBalance? {
        guard let carried = try value?.object(fields: ["yearEnd", "balanceFen"]) else { return nil }
        return CarriedBalance(yearEnd: try carried["yearEnd"].year(), balance: try carried["balanceFen"].money())
    }

    private static func contributionLine(_ value: CaseValue) throws(RuleFault) -> ContributionLine {
        let line = try value.object(fields: [
            "year", "from", "to", "kind", "baseFen", "baseLimits", "ownShareBp", "creditedShareBp",
            "employerShareBp", "region", "paidOn",
        ])
        return ContributionLine(
            year: try line["year"].year(),
            from: try line["from"].month(),
            to: try line["to"].month(),
            kind: try line["kind"].known(),
            base: try line["baseFen"].base(),
            baseLimits: try baseLimits(line.optional("baseLimits")),
            ownShare: try line["ownShareBp"].share(),
            creditedShare: try line["creditedShareBp"].share(),
            employerShare: try line["employerShareBp"].share(),
            region: try line.optional("region")?.region(armedForces: .included),
            paidOn: try line.optional("paidOn")?.date())
    }

    private static func baseLimits(_ value: CaseValue?) throws(RuleFault) -> BaseLimits? {
        guard let limits = try value?.object(fields: ["floorFen", "ceilingFen"]) else { return nil }
        return BaseLimits(floor: try limits["floorFen"].base(), ceiling: try limits["ceilingFen"].base())
    }
}
