import FoundationEssentials
import Testing
import TransferCore

/// The closed lists of words stand on the page of published names, whole. The machines are held against it elsewhere.
@Suite struct `The page of published names` {
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
