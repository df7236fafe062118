/// The province in which a person will draw the pension (待遇领取地).
package struct BenefitPlace: Hashable, Sendable {
    package let province: Province
    package let rule: BenefitPlaceRule
    /// The region of the last general account in that province; nil when there was none.
    package let lastRegion: RegionCode?
    /// Contribution months, paid and deemed, in general accounts by province.
    package let generalMonths: [Province: Int]
}

/// Which of the four rules gave the benefit place.
///
/// Source: 国办发〔2009〕66号, Art. 6.
package enum BenefitPlaceRule: Int, Hashable, CaseIterable, Sendable {
    /// The current relationship is in the household province.
    case currentIsHousehold = 1
    /// The province of the current relationship has ten years.
    case currentHasTenYears = 2
    /// The last earlier province with ten years.
    case lastWithTenYears = 3
    /// The household province, with or without a record there.
    case household = 4
}

/// Consecutive months in one region and one kind of account.
package struct CareerSegment: Hashable, Sendable {
    package let region: RegionCode
    package let account: Relation
    /// Whether the months were paid or are deemed; both count alike.
    package let counted: CountedAs
    package let from: CalendarMonth
    package let to: CalendarMonth

    package enum CountedAs: String, Hashable, CaseIterable, Sendable {
        case paid
        case deemed
    }

    package init(
        region: RegionCode, account: Relation, counted: CountedAs, from: CalendarMonth, to: CalendarMonth
    ) {
        self.region = region
        self.account = account
        self.counted = counted
        self.from = from
        self.to = to
    }
}

/// A person's career, from which the benefit place follows.
package struct Career: Hashable, Sendable {
    package let householdProvince: Province
    /// In any order.
    package let segments: [CareerSegment]

    package init(householdProvince: Province, segments: [CareerSegment]) {
        self.householdProvince = householdProvince
        self.segments = segments
    }

    /// Ten years, as the statute has it.
    ///
    /// Source: 国办发〔2009〕66号, Art. 6; 120 months are our reading (BR-157).
    private static let tenYears = 120

    /// The benefit place. Only general accounts in provinces count: a temporary account never makes a benefit place, and
    /// service in the armed forces is in no province.
    ///
    /// Source: 国办发〔2009〕66号, Art. 6; 人社部规〔2016〕5号, items 一 and 三 (BR-155 to BR-159).
    ///
    /// - Throws: `wrong-order` for the first segment that ends before it begins, then `overlapping-lines`.
    package func benefitPlace() throws(RuleFault) -> BenefitPlace {
        try check()
        var months: [Province: Int] = [:]
        var last: [Province: CareerSegment] = [:]
        for segment in segments where segment.account == .general {
            guard let province = segment.region.province else { continue }
            months[province, default: 0] += monthIndices(from: segment.from, to: segment.to).count
            if let known = last[province], known.to >= segment.to { continue }
            last[province] = segment
        }
        // Segments share no month, so no two provinces end in the same one.
        let latestFirst = last.keys.sorted { last[$0].map(\.to.index) ?? 0 > last[$1].map(\.to.index) ?? 0 }
        let withTenYears = latestFirst.first { months[$0, default: 0] >= Career.tenYears }

        let (province, rule): (Province, BenefitPlaceRule) =
            switch (latestFirst.first, withTenYears) {
            case (householdProvince?, _): (householdProvince, .currentIsHousehold)
            case (let current?, let long?) where current == long: (current, .currentHasTenYears)
            case (_, let long?): (long, .lastWithTenYears)
            case (_, nil): (householdProvince, .household)
            }
        return BenefitPlace(
            province: province, rule: rule, lastRegion: last[province]?.region, generalMonths: months)
    }

    private func check() throws(RuleFault) {
        if let place = segments.firstIndex(where: { $0.to < $0.from }) {
            throw RuleFault(.wrongOrder, at: "segments[\(place)].to", "the end is before the beginning")
        }
        if let place = firstOverlap(in: segments.lazy.map { monthIndices(from: $0.from, to: $0.to) }) {
            throw RuleFault(.overlappingLines, at: "segments[\(place)]", "shares a month with an earlier line")
        }
    }
}
