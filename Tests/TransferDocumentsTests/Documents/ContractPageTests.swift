import Testing
import TransferCore
import TransferDocuments

@Suite struct `The pages of the contracts` {
    @Test func `list the reasons in their order, in the words that people are told`() throws {
        let rows = try SampleFiles.lines(ofPage: "reasons.md").filter { $0.hasPrefix("| `RJ") }.prefix(
            Reason.allCases.count)
        let expected = Reason.allCases.map { reason in
            let why = "\(reason.sentence.chinese) \(reason.sentence.english)"
            return [reason.code, why, "\(reason.nextStep.chinese) \(reason.nextStep.english)"]
        }
        let found = rows.map { row in
            let cells = row.split(separator: "|").map {
                String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            return [String(cells[0].dropFirst().dropLast()), cells[3], cells[4]]
        }
        #expect(found == expected)
    }

    @Test func `list every code that a partner can be told`() throws {
        let page = try SampleFiles.lines(ofPage: "reasons.md").joined(separator: "\n")
        let faults: [DocumentFault.Code] = [
            .missingField, .unknownField, .wrongType, .outOfRange, .invalidFormat, .unknownValue, .unsupportedFormat,
            .samePerson, .chain, .wrongOrder, .conflictingFields, .sumDiffers, .checkDigit, .duplicateValue,
        ]
        let rules: [RuleFault.Code] = [
            .monthOutsideYear, .overlappingLines, .beforeCarried, .afterTransfer, .missingRate,
        ]
        let codes =
            Reason.allCases.map(\.code) + BounceReason.allCases.map(\.rawValue) + Difference.allCases.map(\.rawValue)
            + QuerySubject.allCases.map(\.rawValue) + QueryOutcome.allCases.map(\.rawValue)
            + RecallSubject.allCases.map(\.rawValue) + RecallGround.allCases.map(\.rawValue)
            + ReturnGround.allCases.map(\.rawValue) + KeptMonths.allCases.map(\.rawValue)
            + JSONFault.Code.allCases.map(\.rawValue) + JWSFault.Code.allCases.map(\.rawValue)
            + faults.map(\.rawValue) + rules.map(\.rawValue)
        for code in codes { #expect(Bool(page.contains("`\(code)`")), "\(code)") }
    }

    @Test func `list every finding of a dossier`() throws {
        let page = try SampleFiles.lines(ofPage: "dossier.md").joined(separator: "\n")
        for code in DossierFinding.Code.allCases {
            #expect(Bool(page.contains("`\(code.rawValue)`")), "\(code.rawValue)")
        }
    }

    @Test func `list every posting and notice`() throws {
        let page = try SampleFiles.lines(ofPage: "events.md").joined(separator: "\n")
        for kind in Posting.Kind.allCases { #expect(Bool(page.contains("| `\(kind.rawValue)` |")), "\(kind.rawValue)") }
        let notices: [Notice] = [
            .refusal(.notEnrolled), .temporaryAccount(.notEnrolled), .correctionNeeded(.notEnrolled),
            .supplementNeeded, .lapsed, .withdrawn, .completion, .partlyTransferred(.backPaymentWithoutPapers),
            .held(.currentMonthUnsettled), .ended(.deceased), .choiceNeeded, .payoutPaid,
            .payoutBounced(.accountClosed), .comeToTheDesk(.accountClosed),
        ]
        for notice in notices { #expect(Bool(page.contains("`\(notice.name)`")), "\(notice.name)") }
    }

    @Test(arguments: Leg.all)
    func `show the phases and events of each leg as the handshake has them`(leg: Leg) throws {
        let lines = try SampleFiles.lines(ofPage: "events.md")
        let section = lines.drop { $0 != "## " + leg.title }.dropFirst().prefix { !$0.hasPrefix("## ") }
        let events = section.prefix { !$0.hasPrefix("| phase") }.filter { $0.hasPrefix("| `") }.map { Leg.names($0)[0] }
        #expect(events == leg.events)
        let phases = section.drop { !$0.hasPrefix("| phase") }.filter { $0.hasPrefix("| `") }.map(Leg.names)
        #expect(Set(phases.map { [$0[0]] + $0.dropFirst().sorted() }) == leg.phases)
    }
}
