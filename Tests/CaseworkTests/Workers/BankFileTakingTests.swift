import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The taking of whole bank files` {
    private static let account = PairCast.account(of: PairCast.weifang).number
    private static let morning = "2026-11-20T09:00:00+08:00"

    private static func entry(
        _ amount: Money = PairCast.transfer, reference: String = "R1", key: String? = nil, text: String? = nil,
        on day: CivilDate = PairCast.noon.date
    ) -> AccountEntry {
        AccountEntry(
            direction: .credit, amount: amount, bankReference: reference, endToEndKey: key,
            counterpartyName: "广东省社会保障基金财政专户", counterpartyAccount: nil, bookedOn: day, purposeText: text,
            returned: nil)
    }

    private static func notification(
        _ entries: [AccountEntry], id: String = "N1", at instant: String = PairCast.noon.signingTime.text
    ) throws -> [UInt8] {
        try AccountNotificationFile(
            messageID: id, createdAt: instant, notificationID: id, account: account, entries: entries
        ).bytes()
    }

    private static func statement(
        _ entries: [AccountEntry], id: String = "T7", number: Int? = 7, opening: Money = .zero,
        on day: CivilDate = PairCast.noon.date, at instant: String = PairCast.noon.signingTime.text
    ) throws -> [UInt8] {
        try AccountStatementFile(
            messageID: id, createdAt: instant, statementID: id, sequenceNumber: number, account: account,
            opening: AccountBalance(amount: opening, day: day),
            closing: AccountBalance(amount: opening + entries.map(\.signedAmount).sum(), day: day), entries: entries
        ).bytes()
    }

    private static func sheet(_ entries: [AccountEntry], number: Int? = 7, of account: String = account) throws
        -> [UInt8]
    {
        try AccountSheetFile(
            messageID: "Z\(number ?? 0)", createdAt: PairCast.noon.signingTime.text, account: account,
            sequenceNumber: number, firstDay: PairCast.noon.date, lastDay: PairCast.noon.date, balances: nil,
            entries: entries
        ).bytes(.gb18030)
    }

    /// The files in which the credit of a transfer may be told, with the key where it belongs or in the text.
    enum Telling: String, CaseIterable {
        case notification
        case statement
        case sheet

        func bytes(_ entry: AccountEntry) throws -> [UInt8] {
            switch self {
            case .notification: try `The taking of whole bank files`.notification([entry])
            case .statement: try `The taking of whole bank files`.statement([entry])
            case .sheet: try `The taking of whole bank files`.sheet([entry])
            }
        }
    }

    @Test(arguments: Telling.allCases, [true, false])
    func `completes a transfer whichever file tells the credit, and wherever its key stands`(
        _ telling: Telling, isInText: Bool
    ) async throws {
        try await NodePair.run { pair in
            pair.bank.script { _ in [] }
            let number = try await pair.transfer()
            let entry =
                isInText
                ? Self.entry(text: "省级统一支付\(number)/P1转移") : Self.entry(key: "\(number)/P1")
            pair.bank.put(try telling.bytes(entry), named: "A.dat", for: PairCast.weifang)
            try await pair.settle()
            #expect(pair.bank.refusals(of: PairCast.weifang) == [])
            #expect(try await pair.phase(of: number, at: pair.destination) == "completed")
            #expect(try await pair.destination.store.unmatchedBankLines().isEmpty)
        }
    }

    @Test func `passes over in a statement and a sheet what a notification has told`() async throws {
        try await NodePair.run { pair in
            pair.bank.script { _ in [] }
            let number = try await pair.transfer()
            let entry = Self.entry(text: "\(number)/P1")
            pair.bank.put(try Self.notification([entry]), named: "A.xml", for: PairCast.weifang)
            try await pair.settle()
            let before = try await pair.standing(of: pair.destination)
            pair.bank.put(try Self.statement([entry]), named: "B.xml", for: PairCast.weifang)
            pair.bank.put(try Self.sheet([entry], number: 8), named: "C.csv", for: PairCast.weifang)
            try await pair.settle()
            #expect(pair.bank.refusals(of: PairCast.weifang) == [])
            #expect(try await pair.standing(of: pair.destination) == before)
        }
    }

    @Test func `leaves a credit with two keys in its text to a clerk`() async throws {
        try await NodePair.run { pair in
            pair.bank.script { _ in [] }
            let number = try await pair.transfer()
            let entry = Self.entry(text: "\(number)/P1 \(number)/P2")
            pair.bank.put(try Self.statement([entry]), named: "A.xml", for: PairCast.weifang)
            try await pair.settle()
            #expect(try await pair.destination.store.unmatchedBankLines().map(\.why) == ["no-such-key"])
        }
    }

    /// A file after others, and the beginning of what stands beside it; nil when it is taken.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let reason: String?
        let before: @Sendable () throws -> [[UInt8]]
        let file: @Sendable () throws -> [UInt8]

        init(
            _ description: String, _ reason: String?, after before: @escaping @Sendable () throws -> [[UInt8]] = { [] },
            _ file: @escaping @Sendable () throws -> [UInt8]
        ) {
            testDescription = description
            self.reason = reason
            self.before = before
            self.file = file
        }
    }

    private static let statementPlace = "BkToCstmrStmt/Stmt[1]"

    static let rows: [Row] = [
        Row("a good statement", nil) { try statement([entry()]) },
        Row("half a statement", "malformed at \(statementPlace)/Ntry[1]") { try statement([entry()]).dropLast(80) },
        Row("half a sheet", "malformed at line[4]") { try sheet([entry()]).dropLast(8) },
        Row("a statement that does not add up", "balance at \(statementPlace)/Bal[2]/Amt") {
            try changed(try statement([entry()], opening: Money(fen: 1)), "CNY\">0.01", "CNY\">0.02")
        },
        Row("a wrong sum", "control-sum at \(statementPlace)/TxsSummry/TtlNtries/Sum") {
            try changed(try statement([entry()]), "<Sum>8000.00", "<Sum>8000.01")
        },
        Row("a wrong count", "transaction-count at \(statementPlace)/TxsSummry/TtlNtries/NbOfNtries") {
            try changed(try statement([entry()]), "<NbOfNtries>1", "<NbOfNtries>2")
        },
        Row("another currency", "currency at \(statementPlace)/Acct/Ccy") {
            try changed(try statement([entry()]), "<Ccy>CNY", "<Ccy>HKD")
        },
        Row("another account", "account at line[2]/账号") {
            try sheet([entry()], of: PairCast.account(of: PairCast.wuhan).number)
        },
        Row(
            "another file under a used identifier", "duplicate-file at BkToCstmrDbtCdtNtfctn/GrpHdr/MsgId",
            after: { [try notification([])] }, { try notification([entry()]) }),
        Row("the same bytes", nil, after: { [try statement([entry()])] }, { try statement([entry()]) }),
        Row(
            "yesterday's statement", "stale at \(statementPlace)/Bal[2]/Dt", after: { [try statement([])] },
            { try statement([entry(on: yesterday)], id: "T6", number: 6, on: yesterday) }),
        Row(
            "a statement with a used number", "stale at \(statementPlace)/ElctrncSeqNb", after: { [try statement([])] },
            { try statement([entry()], id: "T6", number: 7) }),
        Row(
            "a statement that does not follow", "balance at \(statementPlace)/Bal[1]/Amt",
            after: { [try statement([])] }, { try statement([entry()], id: "T8", number: 8, opening: Money(fen: 1)) }),
        Row(
            "a statement after a gap", nil, after: { [try statement([])] },
            { try statement([entry()], id: "T9", number: 9, opening: Money(fen: 1)) }),
        Row(
            "the statement of the gap", nil, after: { [try statement([]), try statement([], id: "T9", number: 9)] },
            { try statement([entry()], id: "T8", number: 8) }),
        Row(
            "an old notification with news", "stale at BkToCstmrDbtCdtNtfctn/GrpHdr/CreDtTm",
            after: { [try statement([])] }, { try notification([entry()], at: morning) }),
        Row(
            "an old notification without news", nil, after: { [try statement([entry()])] },
            { try notification([entry()], at: morning) }),
    ]

    private static let yesterday = PairCast.day("2026-11-19")

    private static func changed(_ bytes: [UInt8], _ old: String, _ new: String) throws -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let range = try #require(text.firstRange(of: old))
        return Array(text.replacingCharacters(in: range, with: new).utf8)
    }

    @Test(arguments: rows)
    func `refuses a file whole with the reason beside it, or takes it`(_ row: Row) async throws {
        try await NodePair.run { pair in
            for (index, bytes) in try row.before().enumerated() {
                pair.bank.put(bytes, named: "\(index).xml", for: PairCast.weifang)
                try await pair.destination.office.takeAnswers()
            }
            #expect(pair.bank.refusals(of: PairCast.weifang) == [])
            let before = try await pair.destination.store.ledgerBalances()
            let known = try await pair.destination.store.unmatchedBankLines().count
            pair.bank.put(try row.file(), named: "last.xml", for: PairCast.weifang)
            try await pair.destination.office.takeAnswers()
            let words = pair.bank.refusals(of: PairCast.weifang)
            if let reason = row.reason {
                #expect(pair.bank.refusedFiles(of: PairCast.weifang) == ["last.xml"])
                #expect(words.count == 1 && words[0].hasPrefix(reason), "\(words)")
                #expect(try await pair.destination.store.ledgerBalances() == before)
            } else {
                #expect(words == [])
                // The money is in suspense once, whether the file before told it or this one.
                #expect(try await pair.destination.store.unmatchedBankLines().count == max(known, 1))
            }
        }
    }

    /// The note of two thousand files was once written whole for each notification, many times a second.
    @Test func `adds a line to its note for a notification, and writes it whole for a statement`() async throws {
        try await NodePair.run { pair in
            let folder = pair.bank.folder(of: PairCast.weifang)
            var known: BankNote?
            var notes: [[UInt8]] = []
            let told = try Self.notification([Self.entry()])
            for (index, bytes) in [
                try Self.statement([]), told, told, try Self.statement([Self.entry()], id: "T8", number: 8),
            ].enumerated() {
                pair.bank.put(bytes, named: "\(index).xml", for: PairCast.weifang)
                try await pair.destination.office.takeAnswers(knowing: &known)
                notes.append(try #require(try await folder.note()))
            }
            #expect(pair.bank.refusals(of: PairCast.weifang) == [])
            #expect(notes[1].starts(with: notes[0]) && notes[1].count > notes[0].count)
            // The same bytes again are the same file.
            #expect(notes[2] == notes[1])
            #expect(try BankFileHistory(reading: notes[3]).newest?.number == 8)
            #expect(try BankFileHistory(reading: notes[3]).bytes() == notes[3])

            // Whoever begins again has read the note, and goes on with a whole one.
            try await folder.add(toNote: Array("file camt.054 ha".utf8))
            pair.bank.put(
                try Self.statement([], id: "T9", number: 9, opening: PairCast.transfer), named: "last.xml",
                for: PairCast.weifang)
            try await pair.destination.office.takeAnswers()
            let note = try #require(try await folder.note())
            #expect(try BankFileHistory(reading: note).bytes() == note)
        }
    }

    @Test func `begins its note anew when nobody can read it, and takes no movement twice`() async throws {
        try await NodePair.run { pair in
            let folder = pair.bank.folder(of: PairCast.weifang)
            pair.bank.put(try Self.statement([Self.entry()]), named: "A.xml", for: PairCast.weifang)
            try await pair.destination.office.takeAnswers()
            let before = try await pair.destination.store.ledgerBalances()
            try await folder.keep(note: Array("half a no".utf8))
            pair.bank.put(
                try Self.statement([Self.entry()], id: "T6", number: 6), named: "B.xml", for: PairCast.weifang)
            try await pair.destination.office.takeAnswers()
            #expect(pair.bank.refusals(of: PairCast.weifang) == [])
            #expect(try await pair.destination.store.ledgerBalances() == before)
            let note = try #require(try await folder.note())
            #expect(try BankFileHistory(reading: note).newest?.number == 6)
        }
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>, with other: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: other)
        return copy
    }
}
