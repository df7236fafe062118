import Testing
import TransferCore

@Suite struct `The benefit place` {
    @Test func `is the household province when the current relationship is there`() throws {
        let place = try place([("440700", "1985-01", "1999-12"), ("340100", "2000-01", "2000-01")])
        #expect(place.province == province("34") && place.rule == .currentIsHousehold)
    }

    @Test(arguments: [("2013-04", BenefitPlaceRule.currentHasTenYears), ("2013-05", .household)])
    func `is the current province from 120 months on`(from: String, rule: BenefitPlaceRule) throws {
        #expect(try place([("330100", from, "2023-03")]).rule == rule)
    }

    @Test func `is else the last province with ten years`() throws {
        let place = try place([
            ("440100", "1990-01", "2000-12"), ("110100", "2001-01", "2011-12"), ("330100", "2012-01", "2013-12"),
        ])
        #expect(place.province == province("11") && place.rule == .lastWithTenYears)
        #expect(place.lastRegion == region("110100"))
    }

    @Test func `is else the household province, with or without a record there`() throws {
        let none = try place([])
        #expect(none.province == province("34") && none.rule == .household && none.lastRegion == nil)
        let some = try place([("340100", "2000-01", "2001-12"), ("440100", "2002-01", "2006-12")])
        #expect(some.rule == .household && some.lastRegion == region("340100"))
        #expect(some.generalMonths == [province("34"): 24, province("44"): 60])
    }

    @Test func `adds the months of a province over gaps and cities`() throws {
        let place = try place([
            ("330100", "2000-01", "2004-12"), ("440100", "2005-01", "2005-12"), ("330200", "2006-01", "2010-12"),
        ])
        #expect(place.rule == .currentHasTenYears && place.lastRegion == region("330200"))
    }

    @Test func `counts deemed months like paid ones`() throws {
        let career = Career(
            householdProvince: province("34"),
            segments: [
                CareerSegment(
                    region: region("330100"), account: .general, counted: .deemed, from: month("1985-01"),
                    to: month("1994-11")),
                CareerSegment(
                    region: region("330100"), account: .general, counted: .paid, from: month("1994-12"),
                    to: month("1994-12")),
            ])
        #expect(try career.benefitPlace().rule == .currentHasTenYears)
    }

    @Test func `is never where the account is temporary, and the forces are no province`() throws {
        let career = Career(
            householdProvince: province("34"),
            segments: [
                CareerSegment(
                    region: region("330100"), account: .temporary, counted: .paid, from: month("2000-01"),
                    to: month("2015-12")),
                CareerSegment(
                    region: region("910000"), account: .general, counted: .paid, from: month("1985-01"),
                    to: month("1999-12")),
            ])
        let place = try career.benefitPlace()
        #expect(place.rule == .household && place.generalMonths.isEmpty)
    }

    @Test func `does not hang on the order of the segments`() throws {
        var random = SplitMix(seed: 6)
        let career = [
            ("440100", "1990-01", "2000-12"), ("110100", "2001-01", "2011-12"), ("330100", "2012-01", "2013-12"),
            ("340100", "2014-02", "2014-03"), ("330100", "2014-04", "2014-05"),
        ]
        let expected = try place(career)
        for _ in 0..<20 { #expect(try place(career.shuffled(using: &random)) == expected) }
    }

    @Test func `cannot be found when segments share a month or run backwards`() {
        let shared = fault { () throws(RuleFault) in
            try place([("330100", "2010-01", "2015-12"), ("440100", "2015-12", "2018-12")])
        }
        #expect(shared?.code == .overlappingLines && shared?.path == "segments[1]")
        let backwards = fault { () throws(RuleFault) in
            try place([("330100", "2010-01", "2015-12"), ("440100", "2015-12", "2010-12")])
        }
        #expect(backwards?.code == .wrongOrder && backwards?.path == "segments[1].to")
    }

    /// The benefit place of Zhao Min, whose household is in Anhui.
    private func place(_ segments: [(String, String, String)]) throws(RuleFault) -> BenefitPlace {
        try Career(
            householdProvince: province("34"),
            segments: segments.map {
                CareerSegment(
                    region: region($0.0), account: .general, counted: .paid, from: month($0.1), to: month($0.2))
            }
        ).benefitPlace()
    }
}
