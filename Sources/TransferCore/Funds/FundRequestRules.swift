extension FundRequest {
    /// Checks what no single field can say of itself, in the order of the rules; the first fault is thrown.
    ///
    /// Source: our choice (rule-case contract, section 3): BR-101 to BR-104, and 人社部发〔2014〕17号 for the schemes.
    package func check() throws(RuleFault) {
        try checkAmounts()
        if relation == .temporary, destinationScheme == .residents {
            throw RuleFault(
                .conflictingFields, at: "relation", "a temporary account does not go to the residents' scheme")
        }
        for (place, line) in lines.enumerated() {
            try check(line, at: "lines[\(place)]")
        }
        if let carried, carried.yearEnd >= runningYear {
            throw RuleFault(.afterTransfer, at: "carried.yearEnd", "the year is not settled in the transfer month")
        }
        if let place = firstOverlap(in: lines.lazy.map { monthIndices(from: $0.from, to: $0.to) }) {
            throw RuleFault(.overlappingLines, at: "lines[\(place)]", "shares a month with an earlier line")
        }
        for year in settledYears where interest.rates[year] == nil {
            throw RuleFault(.missingRate, at: "interest.ratesBp.\(year)", "the rate of a settled year is missing")
        }
    }

    private func check(_ line: ContributionLine, at path: String) throws(RuleFault) {
        guard line.from <= line.to else {
            throw RuleFault(.wrongOrder, at: "\(path).to", "the end is before the beginning")
        }
        try line.kind.isPaidLate ? checkLate(line, at: path) : checkOnTime(line, at: path)
        if let limits = line.baseLimits, limits.ceiling < limits.floor {
            throw RuleFault(.wrongOrder, at: "\(path).baseLimits.ceilingFen", "the ceiling is below the floor")
        }
        if let carried, line.year <= carried.yearEnd {
            throw RuleFault(.beforeCarried, at: "\(path).year", "the carried balance already holds this year")
        }
        if let paidOn = line.paidOn {
            guard CalendarMonth(of: paidOn) <= transferMonth else {
                throw RuleFault(.afterTransfer, at: "\(path).paidOn", "after the transfer month")
            }
        } else if line.to > transferMonth {
            throw RuleFault(.afterTransfer, at: "\(path).to", "after the transfer month")
        }
    }

    private func checkLate(_ line: ContributionLine, at path: String) throws(RuleFault) {
        guard let paidOn = line.paidOn else {
            throw RuleFault(.missingField, at: "\(path).paidOn", "months paid late need the day of payment")
        }
        guard line.to.year == line.from.year else {
            throw RuleFault(.monthOutsideYear, at: "\(path).to", "the months lie in more than one calendar year")
        }
        guard paidOn.year == line.year else {
            throw RuleFault(.monthOutsideYear, at: "\(path).paidOn", "not in the year of the line")
        }
        guard line.to <= CalendarMonth(of: paidOn) else {
            throw RuleFault(.wrongOrder, at: "\(path).paidOn", "paid before the months it is for")
        }
    }

    private func checkOnTime(_ line: ContributionLine, at path: String) throws(RuleFault) {
        guard line.paidOn == nil else {
            throw RuleFault(.conflictingFields, at: "\(path).paidOn", "only for months paid late")
        }
        guard line.from.year == line.year else {
            throw RuleFault(.monthOutsideYear, at: "\(path).from", "not in the year of the line")
        }
        guard line.to.year == line.year else {
            throw RuleFault(.monthOutsideYear, at: "\(path).to", "not in the year of the line")
        }
    }

    /// The bounds within which every sum of a computation fits 64 bits. A reader that has applied the same bounds
    /// never meets a fault here.
    private func checkAmounts() throws(RuleFault) {
        guard lines.count <= FundRequest.mostLines else {
            throw RuleFault(.outOfRange, at: "lines", "at most \(FundRequest.mostLines) lines")
        }
        if let carried {
            guard CivilDate.years.contains(carried.yearEnd) else {
                throw RuleFault(.outOfRange, at: "carried.yearEnd", "no year of the calendar")
            }
            guard (Money.zero...Money.limit).contains(carried.balance) else {
                throw RuleFault(.outOfRange, at: "carried.balanceFen", "must be 0 to \(Money.limit.fen)")
            }
        }
        let bases = Money.zero...FundRequest.highestBase
        for (place, line) in lines.enumerated() {
            guard bases.contains(line.base) else {
                throw RuleFault(.outOfRange, at: "lines[\(place)].baseFen", "must be 0 to \(bases.upperBound.fen)")
            }
            guard let limits = line.baseLimits else { continue }
            guard bases.contains(limits.floor), bases.contains(limits.ceiling) else {
                throw RuleFault(.outOfRange, at: "lines[\(place)].baseLimits", "must be 0 to \(bases.upperBound.fen)")
            }
        }
        if let year = interest.rates.filter({ $0.value > .highestInterestRate }).keys.min() {
            throw RuleFault(.outOfRange, at: "interest.ratesBp.\(year)", "at most \(BasisPoints.highestInterestRate)")
        }
    }

    package static let mostLines = 1_000

    /// The highest contribution base of a month: 10^10 fen.
    package static let highestBase = Money(fen: 10_000_000_000)
}
