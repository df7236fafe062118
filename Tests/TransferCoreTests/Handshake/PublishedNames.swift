import FoundationEssentials
import Testing
import TransferCore

/// The page of published names is a contract: what the machines do stands there, and nothing else.
@Suite struct `The page of published names` {
    /// A machine: its part of the page, and what it takes in which phase.
    private struct Part: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let taken: [String: Set<String>]

        init(_ title: String, _ taken: [String: Set<String>]) {
            testDescription = title
            // Told once for all phases with a clock; the lapse of an application is told in words.
            self.taken = taken.mapValues { names in names.filter { !$0.hasSuffix("deadline-passed") } }
        }
    }

    private static let parts = [
        Part("Pension leg at the destination", Walks.destination.taken),
        Part("Pension leg at the origin", Walks.origin.taken), Part("Payout leg at the origin", Walks.payout.taken),
        Part("Payout leg at the destination", Walks.awaitedPayout.taken), Part("Queries", Walks.queries.taken),
        Part("Recall", Walks.recall.taken), Part("Correction", Walks.correction.taken),
        Part("Money sent back, at the destination", Walks.fundsReturn.taken),
        Part("Money sent back, at the origin", Walks.awaitedReturn.taken),
        Part("Months insured twice", Walks.clearing.taken),
    ]

    @Test(arguments: parts)
    private func `has every phase with the events that it takes`(part: Part) throws {
        var listed: [String: Set<String>] = [:]
        for row in try Self.rows(of: part.testDescription) where row.count == 3 && row[0].count == 1 {
            // The table of phases has somebody who acts in its second column, and no name there.
            guard row[1].isEmpty, part.taken[row[0][0]] != nil else { continue }
            listed[row[0][0]] = Set(row[2])
        }
        #expect(listed == part.taken)
    }

    @Test(arguments: parts)
    private func `has every event of a machine, and no other`(part: Part) throws {
        let phases = Set(part.taken.keys)
        let rows = try Self.rows(of: part.testDescription).filter { $0[0].count == 1 && $0.count > 1 && $0[1].isEmpty }
        let listed = Set(rows.map { $0[0][0] }).filter { !$0.hasSuffix("deadline-passed") }
        let events = Set(part.taken.values.joined())
        #expect(listed.subtracting(phases).subtracting(events) == [])
        #expect(events.subtracting(listed) == [])
    }

    /// What is named elsewhere in documents and histories.
    @Test(arguments: [
        ("Urging", ["reminder-sent", "reminder-arrived", "escalated"]),
        ("Clocks", Clock.allCases.map(\.rawValue)), ("Document kinds", DocumentKind.allCases.map(\.rawValue)),
        ("Alerts", Alert.allCases.map(\.rawValue)), ("Postings", Posting.Kind.allCases.map(\.rawValue)),
        ("Notices", notices.map(\.name)), ("Subjects of a query", QuerySubject.allCases.map(\.rawValue)),
        ("Outcomes of a query", QueryOutcome.allCases.map(\.rawValue)),
        ("Subjects of a recall", RecallSubject.allCases.map(\.rawValue)),
        ("Grounds of a recall", RecallGround.allCases.map(\.rawValue)),
        ("Grounds of a return", ReturnGround.allCases.map(\.rawValue)),
        ("Months that stay", KeptMonths.allCases.map(\.rawValue)),
    ])
    func `has every word of a closed list, and no other`(title: String, words: [String]) throws {
        #expect(Set(try Self.rows(of: title).compactMap { $0[0].first }) == Set(words))
    }

    private static let notices: [Notice] = [
        .refusal(.notEnrolled), .temporaryAccount(.enrolledLateAwayFromHome), .correctionNeeded(.identityDiffers),
        .supplementNeeded, .lapsed, .withdrawn, .completion, .partlyTransferred(.backPaymentWithoutPapers),
        .held(.legalHold), .ended(.deceased), .choiceNeeded, .payoutPaid, .payoutBounced(.accountClosed),
        .comeToTheDesk(.accountClosed),
    ]

    @Test func `has the prefixes of the legs that share the names of events`() throws {
        let page = try Self.page()
        #expect(page.contains("`\(PayoutPurpose.clearingRefund.prefix)`"))
        #expect(page.contains("`heir-1-` to `heir-\(HeirShares.most)-`"))
        #expect(PayoutPurpose.heir(4).prefix == "heir-4-" && PayoutPurpose.balance(.medical).prefix == "")
    }

    /// The rows of the tables under a heading: for each cell, what stands between backticks.
    private static func rows(of title: String) throws -> [[[String]]] {
        let lines = try page().split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "## \(title)"), "\(title) is no heading of the page")
        return lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| `") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map { cell in
                let pieces = cell.split(separator: "`", omittingEmptySubsequences: false)
                return pieces.enumerated().compactMap { $0.offset % 2 == 1 ? String($0.element) : nil }
            }
        }
    }

    private static func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let bytes = try Data(contentsOf: root.appending(path: "contracts/events.md"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
