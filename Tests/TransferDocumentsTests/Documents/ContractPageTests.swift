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
            .refusal(.notEnrolled), .temporaryAccount(.notEnrolled), .correctionNeeded(.notEnrolled), .completion,
            .payoutPaid, .payoutBounced(.accountClosed), .comeToTheDesk(.accountClosed),
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

/// One leg of a case, walked through from its beginning by every event.
struct Leg: Sendable, CustomTestStringConvertible {
    let title: String
    let events: [String]
    /// Each phase that can be reached, followed by the events that can happen in it, in alphabetical order.
    let phases: Set<[String]>

    var testDescription: String { title }

    /// The names in a row of a table: what stands between backquotes.
    static func names(_ row: String) -> [String] {
        row.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
            String($0.element)
        }
    }

    private init<Machine: Equatable, Event>(
        _ title: String, from start: Machine, _ events: [Event], _ name: (Event) -> String,
        _ phase: (Machine) -> String, _ apply: (inout Machine, Event) throws -> Void
    ) {
        var reached = [start]
        var allowed: [String: Set<String>] = [:]
        var next = 0
        while next < reached.count {
            let machine = reached[next]
            next += 1
            allowed[phase(machine), default: []].formUnion([])
            for event in events {
                var copy = machine
                guard (try? apply(&copy, event)) != nil else { continue }
                if name(event) != "deadline-passed" { allowed[phase(machine), default: []].insert(name(event)) }
                if !reached.contains(copy), reached.count < 200 { reached.append(copy) }
            }
        }
        self.title = title
        self.events = events.map(name)
        phases = Set(allowed.map { [$0.key] + $0.value.sorted() })
    }

    static let all: [Leg] = [
        Leg(
            "Pension leg at the destination", from: DestinationHandshake(),
            [
                DestinationHandshake.Event.applicationLodged, .applicationPassed, .applicationFailed(.notEnrolled),
                .temporaryAccountDue(.enrolledLateAwayFromHome), .letterReturned(.identityDiffers),
                .applicationCorrected, .certificateArrived, .formArrived, .adviceArrived, .fundsArrived, .booksMatched,
                .booksDiffered(.creditShort), .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
        Leg(
            "Pension leg at the origin", from: OriginHandshake(),
            [
                OriginHandshake.Event.letterArrived, .recordsPassed, .recordsFailed(.noRecordAtOrigin),
                .remittancePaid, .remittanceBounced(.accountClosed), .completionArrived, .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
        Leg(
            "Payout leg at the origin", from: PayoutLeg(),
            [
                PayoutLeg.Event.balanceDue, .balanceZero, .payoutPaid, .payoutBounced(.accountClosed),
                .accountCorrected, .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
        Leg(
            "Payout leg at the destination", from: AwaitedPayout(),
            [AwaitedPayout.Event.payoutNoticeArrived, .applicationEnded], \.name, \.phase.name, { try $0.apply($1) }),
    ]
}
