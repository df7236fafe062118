import Testing
import TransferCore

@Suite struct `The rules on an application` {
    private static func facts(_ change: (inout PensionFacts) -> Void = { _ in }) throws -> PensionFacts {
        var facts = PensionFacts(
            applicationDate: try #require(CivilDate("2026-03-02")), birthDate: try #require(CivilDate("1990-01-01")),
            sex: .male, householdProvince: try #require(Province("42")), origin: try #require(RegionCode("440300")),
            destination: try #require(RegionCode("370700")), originRelation: .general, purpose: .move,
            enrolments: [try #require(CivilDate("2025-01-01"))], monthsPaid: 3, moveIsApproved: false,
            hasLabourRelation: false, nameAtOrigin: "林芳", nameAtDestination: "林芳", hasCaseUnderWay: false,
            isDeceased: false, drawsPension: false, hasRecordAtOrigin: true, isActiveAtOrigin: false,
            isUnderLegalHold: false, arrearsMonths: 0, backPayments: [])
        change(&facts)
        return facts
    }

    @Test func `all hold where a letter goes out without a word`() throws {
        let findings = try Self.facts().judge()
        #expect(findings.map(\.rule) == PensionRule.allCases)
        #expect(findings.allSatisfy { $0.verdict == .passed })
        #expect(try Self.facts().decide().decision == .letter)
    }

    /// What decides is the first rule that fails, and all that fail are told.
    @Test func `are all told, and the first that fails decides`() throws {
        let facts = try Self.facts { facts in
            facts.drawsPension = true
            facts.isActiveAtOrigin = true
            facts.arrearsMonths = 2
        }
        let findings = try facts.judge()
        #expect(findings.filter { $0.verdict == .failed }.map(\.rule) == [.noPension, .stoppedAtOrigin])
        #expect(findings.filter { $0.verdict == .noted }.map(\.rule) == [.arrears])
        let decision = try facts.decide()
        #expect(decision.decision == .refuse && decision.reason == .drawsPension)
        #expect(try Self.facts { $0.arrearsMonths = 2 }.decide().decision == .letter, "arrears do not stand in the way")
    }

    @Test(arguments: PensionRule.allCases)
    func `name their source, in both languages`(rule: PensionRule) {
        for text in [rule.source.chinese, rule.source.english, rule.sentence.chinese, rule.sentence.english] {
            #expect(!text.isEmpty)
        }
        #expect(!rule.judges.isEmpty)
    }

    @Test func `cite articles as the documents number them`() {
        #expect(Reason.notEnrolled.source.chinese == "国办发〔2009〕66号第八条第（一）项")
        #expect(Reason.notEnrolled.source.english == "国办发〔2009〕66号, Art. 8 (1)")
        #expect(FundRule.residentsScheme.source.chinese == "人社部发〔2014〕17号第五条、第六条")
        for reason in Reason.allCases { #expect(!reason.source.chinese.isEmpty && !reason.source.english.isEmpty) }
    }
}
