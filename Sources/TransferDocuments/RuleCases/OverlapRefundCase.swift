import TransferCore

extension RuleCases {
    /// What comes back when something was paid twice.
    static func overlapRefund(_ input: CaseValue) throws(RuleFault) -> Result {
        let type: OverlapType = try input.deciding("type")
        return switch type {
        case .employee: try employeeOverlap(input)
        case .residents: try residentsOverlap(input)
        case .doublePension: try doublePension(input)
        }
    }

    private enum OverlapType: String {
        case employee
        case residents
        case doublePension = "double-pension"
    }

    private static func employeeOverlap(_ input: CaseValue) throws(RuleFault) -> Result {
        let input = try input.object(fields: ["type", "keep", "originLines", "destinationLines"])
        let overlap = EmployeeOverlap(
            kept: try input["keep"].known(),
            originLines: try input["originLines"].list { line throws(RuleFault) in try overlapLine(line) },
            destinationLines: try input["destinationLines"].list { line throws(RuleFault) in try overlapLine(line) })
        let (lines, total) = try applying { () throws(RuleFault) in try overlap.clear() }
        return { json in
            json.array("lines", lines) { json, line in
                json.object { json in write(line, into: &json) }
            }
            write(total, into: &json)
        }
    }

    private static func write(_ refund: ClearingRefund, into json: inout JSONWriter) {
        json.field("months", refund.months)
        json.field("refundFen", refund.refund)
        json.field("pooledKeptFen", refund.pooledKept)
    }

    private static func overlapLine(_ value: CaseValue) throws(RuleFault) -> OverlapLine {
        let line = try value.object(fields: ["from", "to", "baseFen", "creditedShareBp"])
        return OverlapLine(
            from: try line["from"].month(),
            to: try line["to"].month(),
            base: try line["baseFen"].base(),
            creditedShare: try line["creditedShareBp"].share())
    }

    private static func residentsOverlap(_ input: CaseValue) throws(RuleFault) -> Result {
        let input = try input.object(fields: ["type", "year", "ownFen", "collectiveFen", "subsidyFen", "overlap"])
        let year = try input["year"].year()
        let own = try input["ownFen"].money()
        let collective = try input["collectiveFen"].money()
        let subsidy = try input["subsidyFen"].money()
        let months = try input["overlap"].object(fields: ["from", "to"])
        let overlap = ResidentsOverlap(
            year: year, own: own, collective: collective, subsidy: subsidy, from: try months["from"].month(),
            to: try months["to"].month())
        let refund = try applying { () throws(RuleFault) in try overlap.clear() }
        return { json in
            json.field("months", refund.months)
            json.field("ownRefundFen", refund.own)
            json.field("collectiveRefundFen", refund.collective)
            json.field("refundFen", refund.refund)
            json.field("subsidyKeptFen", refund.subsidyKept)
        }
    }

    private static func doublePension(_ input: CaseValue) throws(RuleFault) -> Result {
        let input = try input.object(fields: [
            "type", "paidTwiceFen", "endedAccountFen", "pensionFen", "deductionShareBp",
        ])
        let pensions = DoublePension(
            paidTwice: try input["paidTwiceFen"].money(),
            endedAccount: try input["endedAccountFen"].money(),
            pension: try input["pensionFen"].money(100...Money.limit.fen),
            deductionShare: try input["deductionShareBp"].share(100...10_000))
        let setOff = try applying { () throws(RuleFault) in try pensions.setOff() }
        return { json in
            json.field("setOffFen", setOff.fromAccount)
            json.field("accountToMemberFen", setOff.accountToPerson)
            json.field("restFen", setOff.rest)
            json.field("monthlyFen", setOff.monthly)
            json.field("fullMonths", setOff.fullMonths)
            json.field("finalFen", setOff.final)
            json.field("months", setOff.months)
        }
    }
}
