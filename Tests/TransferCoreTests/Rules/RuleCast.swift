import TransferCore

// The small cast of the rule tests. Lin Fang moves from Guangdong (440100) to Zhejiang (330100); every test says only
// what is different from her plain case.

func month(_ text: String) -> CalendarMonth { CalendarMonth(text)! }
func day(_ text: String) -> CivilDate { CivilDate(text)! }
func region(_ text: String) -> RegionCode { RegionCode(text)! }
func province(_ text: String) -> Province { Province(text)! }
func share(_ value: Int) -> BasisPoints { BasisPoints(value)! }

/// A line of contributions at 8 percent own and credited share and 20 percent from the employer.
func line(
    _ from: String, _ to: String, base: Int64 = 5_000_00, kind: ContributionKind = .ordinary, year: Int? = nil,
    limits: BaseLimits? = nil, own: Int = 800, credited: Int = 800, employer: Int = 2_000, paidOn: String? = nil
) -> ContributionLine {
    ContributionLine(
        year: year ?? month(from).year, from: month(from), to: month(to), kind: kind, base: Money(fen: base),
        baseLimits: limits, ownShare: share(own), creditedShare: share(credited), employerShare: share(employer),
        paidOn: paidOn.map { day($0) })
}

/// Lin Fang's request for funds.
func funds(
    _ lines: [ContributionLine], in transferMonth: String = "2024-06", from origin: String = "440100",
    to destination: String = "330100", scheme: PensionScheme = .employee, relation: Relation = .general,
    formula: InterestFormula = .none, rates: [Int: Int] = [:], carried: CarriedBalance? = nil
) -> FundRequest {
    FundRequest(
        origin: region(origin), destination: region(destination), destinationScheme: scheme, relation: relation,
        transferMonth: month(transferMonth),
        interest: InterestTerms(formula: formula, rates: rates.mapValues { share($0) }), carried: carried,
        lines: lines)
}

/// Lin Fang's application: born 1986, household in Anhui, enrolled in Zhejiang at 39; nothing stands in the way.
func linFang(_ change: (inout PensionFacts) -> Void = { _ in }) -> PensionFacts {
    var facts = PensionFacts(
        applicationDate: day("2026-04-10"), birthDate: day("1986-03-15"), sex: .female,
        householdProvince: province("34"), origin: region("440100"), destination: region("330100"),
        originRelation: .general, purpose: .move, enrolments: [day("2026-03-01")], monthsPaid: 1,
        moveIsApproved: false, hasLabourRelation: false, nameAtOrigin: "林芳", nameAtDestination: "林芳",
        hasCaseUnderWay: false, isDeceased: false, drawsPension: false, hasRecordAtOrigin: true,
        isActiveAtOrigin: false, isUnderLegalHold: false, arrearsMonths: 0, backPayments: [])
    change(&facts)
    return facts
}

/// The fault a rule throws; nil when it throws none.
func fault<Answer>(_ rule: () throws(RuleFault) -> Answer) -> RuleFault? {
    do throws(RuleFault) {
        _ = try rule()
        return nil
    } catch {
        return error
    }
}

/// A small generator of numbers that gives the same ones for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
