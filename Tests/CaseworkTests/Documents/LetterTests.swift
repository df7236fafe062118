import Casework
import Testing
import TransferCore
import TransferDocuments

/// The test plays Weifang; Shenzhen is real.
@Suite struct `An acceptance letter` {
    private static func weifang(_ serial: Int = 1, agency: AgencyCode = PairCast.weifang) throws -> PlayedSide {
        PlayedSide(
            agency, peer: PairCast.shenzhen,
            number: try #require(CaseNumber(destination: agency, year: 2026, serial: serial)))
    }

    @Test func `opens a case at the origin`() async throws {
        try await NodePair.run(alone: Set(DecisionStep.allCases).subtracting([.settlement])) { pair in
            var weifang = try Self.weifang()
            let bytes = try weifang.next(weifang.letter(payouts: [.medical]))
            #expect(try await pair.said(pair.origin, bytes, from: PairCast.weifang) == .accepted)
            let view = try #require(try await pair.view(of: weifang.number, at: pair.origin))
            #expect(view.summary.phase == "checking")
            #expect(view.opening.payouts == [.medical])
            #expect(view.opening.destination == PairCast.weifang)
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: @Sendable (PlayedSide) throws -> [UInt8]
        let said: Said
    }

    static let rows = [
        Row(
            testDescription: "under a number that another destination gives",
            bytes: {
                let number = try #require(CaseNumber(destination: PairCast.wuhan, year: 2026, serial: 1))
                return try $0.sign(try $0.payload($0.letter(), number: number))
            }, said: .refused("wrong-number", "/case")),
        Row(
            testDescription: "under a number of the origin itself",
            bytes: {
                let number = try #require(CaseNumber(destination: PairCast.shenzhen, year: 2026, serial: 1))
                return try $0.sign(try $0.payload($0.letter(), number: number))
            }, said: .refused("wrong-number", "/case")),
        Row(
            testDescription: "as the second version", bytes: { try $0.sign(try $0.payload($0.letter(version: 2))) },
            said: .refused("letter-version", "/content/version")),
        Row(
            testDescription: "with a payee whom the directory does not name",
            bytes: {
                try $0.sign(try $0.payload($0.letter(payee: PairCast.account(of: PairCast.wuhan))))
            }, said: .refused("payee-differs", "/content/payee")),
        Row(
            testDescription: "with the payee's number under another name",
            bytes: {
                let payee = PairCast.account(of: PairCast.weifang)
                let other = BankAccount(
                    holder: "某公司", bankName: payee.bankName, bankCode: payee.bankCode, number: payee.number)
                return try $0.sign(try $0.payload($0.letter(payee: other)))
            }, said: .refused("payee-differs", "/content/payee")),
        Row(
            testDescription: "with a member that no letter has",
            bytes: {
                try $0.sign(try $0.payload($0.letter()).replacing(#""content":{"#, with: #""content":{"x":1,"#))
            }, said: .refused("unknown-field", "/content/x")),
        Row(
            testDescription: "as the second document of its case",
            bytes: { try $0.sign(try $0.payload($0.letter(), sequence: 2, previous: DocumentDigest(of: [1]))) },
            said: .problem(409, "out-of-order")),
    ]

    @Test(arguments: rows)
    func `that cannot begin a case opens none, and a right one does`(row: Row) async throws {
        try await NodePair.run { pair in
            var weifang = try Self.weifang()
            let before = try await pair.standing(of: pair.origin)
            let bytes = try row.bytes(weifang)
            let answer = await pair.origin.desk.receive(bytes, from: PairCast.weifang)
            #expect(try Said(answer) == row.said)
            #expect(await pair.origin.desk.receive(bytes, from: PairCast.weifang) == answer)
            let after = try await pair.standing(of: pair.origin)
            #expect(after.cases.isEmpty)
            #expect(after.documents == before.documents)
            if case .receipt(let refusal) = answer {
                // What was refused keeps its place: better words come under another number.
                weifang = try Self.weifang(2)
                let evidence = try await pair.origin.store.refusedEvidence(limit: 10)
                #expect(evidence.map(\.bytes) == [bytes])
                #expect(evidence.map(\.receipt) == [refusal])
            } else {
                #expect(after == before)
            }
            let good = try weifang.next(weifang.letter())
            #expect(try await pair.said(pair.origin, good, from: PairCast.weifang) == .accepted)
        }
    }

    /// The published code of the reason has no place in a receipt. Each try to sign it failed once, and the second
    /// destination was told for ever to send the letter again.
    @Test func `for a person whose case is under way is refused with a signature`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let number = try await pair.transfer()
            let wuhan = try Self.weifang(agency: PairCast.wuhan)
            let before = try await pair.standing(of: pair.origin)
            let bytes = try wuhan.sign(try wuhan.payload(wuhan.letter()))
            let answer = await pair.origin.desk.receive(bytes, from: PairCast.wuhan)
            #expect(try Said(answer) == .refused("case-under-way", "/case"))
            #expect(await pair.origin.desk.receive(bytes, from: PairCast.wuhan) == answer)
            let after = try await pair.standing(of: pair.origin)
            #expect(after.cases == before.cases)
            #expect(after.evidence == before.evidence + 1)
            #expect(try await pair.phase(of: number, at: pair.origin) == "checking")
        }
    }

    /// The same bytes, a second time and late on the road, once opened the case that their sender had ended meanwhile.
    @Test func `that was refused stays refused when the other case has ended`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let number = try await pair.transfer()
            let wuhan = try Self.weifang(agency: PairCast.wuhan)
            let bytes = try wuhan.sign(try wuhan.payload(wuhan.letter()))
            let answer = await pair.origin.desk.receive(bytes, from: PairCast.wuhan)
            #expect(try Said(answer) == .refused("case-under-way", "/case"))

            try await pair.destination.desk.withdraw(number, owner: "mill")
            try await pair.settle()
            try await pair.act(.consentToRecall, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.view(of: number, at: pair.origin)?.summary.isTerminal == true)
            #expect(await pair.origin.desk.receive(bytes, from: PairCast.wuhan) == answer)
            #expect(try await pair.view(of: wuhan.number, at: pair.origin) == nil)
        }
    }

    /// Other bytes in the place of a refused letter, signed by an agency that says two things, once opened the case.
    @Test func `in the place of one that was refused contradicts it, and both are kept`() async throws {
        try await NodePair.run { pair in
            let weifang = try Self.weifang()
            let refused = try weifang.sign(try weifang.payload(weifang.letter(version: 2)))
            let other = try weifang.sign(try weifang.payload(weifang.letter()))
            #expect(
                try await pair.said(pair.origin, refused, from: PairCast.weifang)
                    == .refused("letter-version", "/content/version"))
            for _ in 1...2 {
                #expect(
                    try await pair.said(pair.origin, other, from: PairCast.weifang) == .problem(409, "equivocation"))
            }
            #expect(try await pair.view(of: weifang.number, at: pair.origin) == nil)
            let evidence = try await pair.origin.store.refusedEvidence(limit: 10)
            #expect(evidence.map(\.bytes) == [other, refused])
            #expect(evidence.map(\.code) == ["equivocation", "letter-version"])
        }
    }

    /// Found by the simulation (seed 855): a recall that was signed before its letter's refusal came was told for ever to
    /// send the letter first. The case that had nothing else left counted as live, and kept out what came for another.
    @Test func `that was refused has what was signed behind it refused too, and its case ends`() async throws {
        try await NodePair.run { pair in
            var wuhan = try Self.weifang(agency: PairCast.wuhan)
            #expect(
                try await pair.said(pair.origin, wuhan.next(wuhan.letter()), from: PairCast.wuhan) == .accepted)
            let number = try await pair.lodge()
            try await pair.destination.desk.withdraw(number, owner: "mill")
            try await pair.settle()

            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.file.documents.map(\.kind) == [.acceptanceLetter, .recallRequest])
            #expect(view.file.documents.map(\.isRefused) == [true, true])
            #expect(view.summary.phase == "withdrawn" && view.summary.isTerminal)
            #expect(view.story.transfer.recall.phase == .declined(.letter))
            #expect(try await pair.destination.store.outbox(after: 0, limit: 10).isEmpty)
            let evidence = try await pair.origin.store.refusedEvidence(limit: 10)
            #expect(evidence.map(\.code) == ["letter-refused", "case-under-way"])
            #expect(try await pair.lodge(key: "key-2") != number)
        }
    }

    @Test func `that was refused says nothing to a third agency that names its case`() async throws {
        try await NodePair.run { pair in
            var weifang = try Self.weifang()
            let refused = try weifang.next(weifang.letter(version: 2))
            #expect(
                try await pair.said(pair.origin, refused, from: PairCast.weifang)
                    == .refused("letter-version", "/content/version"))
            let recall = DocumentContent.recallRequest(
                RecallRequest(subject: .letter, ground: .applicantWithdrew, text: "given up"))
            let strange = PlayedSide(
                PairCast.wuhan, peer: PairCast.shenzhen, number: weifang.number, previous: weifang.previous)
            let foreign = try strange.sign(try strange.payload(recall, sequence: 2))
            #expect(
                try await pair.said(pair.origin, foreign, from: PairCast.wuhan) == .problem(409, "out-of-order"))
            let own = try weifang.next(recall)
            for _ in 1...2 {
                #expect(
                    try await pair.said(pair.origin, own, from: PairCast.weifang)
                        == .refused("letter-refused", "/case"))
            }
        }
    }

    @Test func `for months that were transferred already comes back: nothing is there any more`() async throws {
        try await NodePair.run { pair in
            let first = try await pair.transfer()
            #expect(try await pair.complaints(about: first) == [])
            let second = try await pair.lodge(key: "key-2")
            try await pair.settle()
            #expect(try await pair.phase(of: second, at: pair.destination) == "returned")
            #expect(pair.bank.movements.map(\.key) == ["\(first)/P1"])
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `that is checked or was returned can only be corrected, for the same person and branches`() async throws
    {
        try await NodePair.run(
            records: false, alone: Set(DecisionStep.allCases).subtracting([.settlement])
        ) { pair in
            var weifang = try Self.weifang()
            let letter = try weifang.next(weifang.letter(payouts: [.medical]))
            #expect(try await pair.said(pair.origin, letter, from: PairCast.weifang) == .accepted)
            // While it is checked, a second version takes its place: that one is checked and answered, once.
            let second = try weifang.next(weifang.letter(version: 2, payouts: [.medical]))
            #expect(try await pair.said(pair.origin, second, from: PairCast.weifang) == .accepted)
            #expect(try await pair.phase(of: weifang.number, at: pair.origin) == "checking")
            for effect in try await pair.origin.store.openEffects(after: 0, limit: 10) {
                try await pair.origin.desk.carryOut(effect)
            }
            #expect(try await pair.phase(of: weifang.number, at: pair.origin) == "returned")
            let file = try #require(try await pair.origin.store.caseFile(weifang.number))
            #expect(file.documents.map(\.kind) == [.acceptanceLetter, .acceptanceLetter, .returnNote])
            guard case .returnNote(let note)? = try file.newest(.returnNote)?.content else { return }
            #expect(note.letterVersion == 2)
            weifang.previous = file.documents.last?.digest

            let rows: [(DocumentContent, String, String)] = [
                (weifang.letter(version: 1, payouts: [.medical]), "letter-version", "/content/version"),
                (
                    weifang.letter(version: 4, person: PairCast.person(9), payouts: [.medical]), "person-differs",
                    "/content/person/residentId"
                ),
                (weifang.letter(version: 5), "payouts-differ", "/content/payouts"),
            ]
            for (content, code, pointer) in rows {
                let payload = try weifang.payload(content)
                #expect(
                    try await pair.said(pair.origin, try weifang.sign(payload), from: PairCast.weifang)
                        == .refused(code, pointer))
                weifang.passed(payload)
            }
            #expect(try await pair.phase(of: weifang.number, at: pair.origin) == "returned")
            #expect(try await pair.origin.store.ledgerBalances() == [:])
        }
    }
}

@Suite struct `A completion notice` {
    @Test(arguments: [(Int64(1), Int64(0)), (0, -1), (1, -1)])
    func `of other amounts than the form's is refused, and the origin goes on waiting`(
        account: Int64, pooled: Int64
    ) async throws {
        try await NodePair.run { pair in
            pair.road.script { $0.kind == .completionNotice ? .isKeptBack : .arrives }
            let number = try await pair.transfer()
            #expect(try await pair.phase(of: number, at: pair.origin) == "awaiting-completion")
            let file = try #require(try await pair.origin.store.caseFile(number))
            var weifang = PlayedSide(
                PairCast.weifang, peer: PairCast.shenzhen, number: number, previous: file.documents.last?.digest)
            weifang.passed([1])
            weifang.previous = file.documents.last?.digest
            let wrong = try weifang.payload(
                try weifang.completion(
                    account: Money(fen: PairCast.account.fen + account),
                    pooled: Money(fen: PairCast.pooled.fen + pooled)))
            #expect(
                try await pair.said(pair.origin, try weifang.sign(wrong), from: PairCast.weifang)
                    == .refused("amount-mismatch", "/content"))
            #expect(try await pair.phase(of: number, at: pair.origin) == "awaiting-completion")
            weifang.passed(wrong)
            let right = try weifang.next(try weifang.completion())
            #expect(try await pair.said(pair.origin, right, from: PairCast.weifang) == .accepted)
            #expect(try await pair.phase(of: number, at: pair.origin) == "completed")
        }
    }
}
