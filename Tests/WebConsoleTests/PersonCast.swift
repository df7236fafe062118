import Accounts
import Casework
import Store
import Synchronization
import TestPostgres
import Testing
import TransferCore

/// Takes what the node hands over to the telephones of people.
final class KeptTexts: NoticePort {
    private let kept = Mutex<[NoticeText]>([])
    var texts: [NoticeText] { kept.withLock { $0 } }

    func hand(over texts: [NoticeText]) async throws(NoticeFault) { kept.withLock { $0 += texts } }

    /// The digits of the newest code; waits until there are so many codes.
    func code(_ count: Int = 1) async throws -> String {
        for _ in 0..<200 {
            let codes = texts.filter { $0.kind == .code }
            if codes.count >= count, let words = codes.last?.words {
                return String(words.drop { !$0.isNumber }.prefix(6))
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("no code has come")
        return ""
    }
}

extension Browser {
    /// Asks for a code with two numbers, and leaves the page open on which it is typed.
    @discardableResult
    func askForCode(_ residentID: String, _ number: String) async throws -> Reply {
        try await open("/my/login")
        return try await send("/my/login", ["resident-id": residentID, "number": number])
    }

    /// Logs in as an insured person.
    static func person(_ node: WebNode, _ residentID: String, _ number: String) async throws -> Browser {
        let browser = Browser(node)
        let before = node.texts.texts.count { $0.kind == .code }
        try await browser.askForCode(residentID, number)
        try await browser.send("/my/login/code", ["code": try await node.texts.code(before + 1)])
        try await browser.follow()
        return browser
    }
}

extension WebNode {
    /// Runs a script on the database without the triggers that guard it, as somebody with access to the file would.
    func runUnguarded(_ sql: String) async throws {
        try await TestStore.runUnguarded(sql, at: path)
    }

    var records: JiexuStore {
        guard let store = store as? JiexuStore else { preconditionFailure("the node has a store of the real kind") }
        return store
    }
}

/// A transfer of which the form has come: Lin Fang from Chengdu to Hangzhou.
enum WebTransfer {
    static func certified(
        branches: [String] = [], record: PersonRecord? = nil,
        _ use: (_ destination: WebNode, _ origin: WebNode, _ number: String) async throws -> Void
    ) async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            try await origin.store.importRecords(
                [try record ?? WebCast.record(isActive: false)], at: origin.clock.now)
            let lodged = try await destination.lodge(WebCast.application(branches: branches), key: "key-1")
            try await destination.exchange(with: origin)
            try await use(destination, origin, try #require(lodged.text("case")))
        }
    }

    /// Three years, the first of them with a balance before it and a back payment.
    static func record() throws -> PersonRecord {
        let short = try WebCast.record(isActive: false)
        func line(_ year: Int, _ from: String, _ to: String, _ base: Int64) throws -> ContributionLine {
            let line = try #require(short.lines.first)
            return ContributionLine(
                year: year, from: try #require(CalendarMonth(from)), to: try #require(CalendarMonth(to)),
                kind: .ordinary, base: Money(fen: base), ownShare: line.ownShare, creditedShare: line.creditedShare,
                employerShare: line.employerShare)
        }
        return PersonRecord(
            person: short.person, householdProvince: short.householdProvince, relation: .general, isActive: false,
            enrolledOn: short.enrolledOn, isDeceased: false, drawsPension: false, hasLegalHold: false,
            carried: CarriedBalance(yearEnd: 2023, balance: Money(fen: 1_234_567)),
            lines: [
                try line(2024, "2024-01", "2024-07", 512_345), try line(2024, "2024-09", "2024-12", 533_333),
                try line(2025, "2025-01", "2025-12", 601_007), try line(2026, "2026-01", "2026-06", 644_401),
            ], balances: [.medical: Money(fen: 12_345)])
    }
}
