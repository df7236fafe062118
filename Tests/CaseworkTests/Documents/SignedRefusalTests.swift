import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A document that is the peer's own and cannot be taken` {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let payload: @Sendable (PlayedSide) throws -> [UInt8]
        let code: String
        let pointer: String
    }

    /// Weifang waits for the certificate.
    static let rows = [
        Row(
            testDescription: "names a document before it that the case has not",
            payload: { try $0.payload($0.certificate(), previous: DocumentDigest(of: [7])) }, code: "chain",
            pointer: "/previous"),
        Row(
            testDescription: "has a member that no certificate has",
            payload: { try $0.payload($0.certificate()).replacing(#""content":{"#, with: #""content":{"x":1,"#) },
            code: "unknown-field", pointer: "/content/x"),
        Row(
            testDescription: "has a long member that no certificate has",
            payload: {
                let name = String(repeating: "長", count: 2_000)
                return try $0.payload($0.certificate())
                    .replacing(#""content":{"#, with: #""content":{"\#(name)":1,"#)
            }, code: "unknown-field", pointer: "/content/" + String(repeating: "長", count: 64) + "…"),
        Row(
            testDescription: "lacks an amount",
            payload: { try $0.payload($0.certificate()).replacing("accountBalanceFen", with: "accountFen") },
            code: "missing-field", pointer: "/content/accountBalanceFen"),
        Row(
            testDescription: "has an amount beyond the limit",
            payload: { try $0.payload($0.certificate()).replacing("320000", with: "999999999999999999") },
            code: "out-of-range", pointer: "/content/accountBalanceFen"),
        Row(
            testDescription: "has an amount below zero",
            payload: { try $0.payload($0.certificate()).replacing("320000", with: "-1") },
            code: "out-of-range", pointer: "/content/accountBalanceFen"),
        Row(
            testDescription: "is the form before the certificate", payload: { try $0.payload(try $0.form()) },
            code: "not-allowed", pointer: "/kind"),
        Row(
            testDescription: "is the advice before all papers", payload: { try $0.payload(try $0.advice()) },
            code: "not-allowed", pointer: "/kind"),
        Row(
            testDescription: "is a document of the other side", payload: { try $0.payload(try $0.completion()) },
            code: "not-allowed", pointer: "/kind"),
        Row(
            testDescription: "is of a leg that the case has not",
            payload: { try $0.payload($0.payoutNotice(.medical)) },
            code: "not-allowed", pointer: "/kind"),
        Row(
            testDescription: "answers a letter that was never sent",
            payload: { try $0.payload($0.certificate(version: 2)) }, code: "letter-version",
            pointer: "/content/letterVersion"),
        Row(
            testDescription: "returns a letter that was never sent",
            payload: { try $0.payload($0.returnNote(version: 2)) }, code: "letter-version",
            pointer: "/content/letterVersion"),
        Row(
            testDescription: "is for another person",
            payload: { try $0.payload($0.certificate(person: PairCast.person(9))) }, code: "person-differs",
            pointer: "/content/person"),
        Row(
            testDescription: "names the person by another name",
            payload: { try $0.payload($0.certificate(person: PairCast.person(name: "林芬"))) }, code: "person-differs",
            pointer: "/content/person"),
        Row(
            testDescription: "advises an order of nothing",
            payload: {
                try $0.payload(try $0.advice())
                    .replacing(#""amountFen":\#(PairCast.transfer.fen)"#, with: #""amountFen":0"#)
            },
            code: "out-of-range", pointer: "/content/amountFen"),
        Row(
            testDescription: "names an order of another case",
            payload: {
                let other = try #require(CaseNumber(destination: PairCast.weifang, year: 2026, serial: 77))
                return try $0.payload(try $0.advice()).replacing(#"Key":"\#($0.number)"#, with: #"Key":"\#(other)"#)
            }, code: "conflicting-fields", pointer: "/content/orderKey"),
    ]

    @Test(arguments: rows)
    func `gets a signed refusal, keeps its place, changes nothing else, and the next one is taken`(
        row: Row
    ) async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let before = try await pair.standing(of: pair.destination)
            let payload = try row.payload(shenzhen)
            let bytes = try shenzhen.sign(payload)
            let answer = await pair.destination.desk.receive(bytes, from: PairCast.shenzhen)
            #expect(try Said(answer) == .refused(row.code, row.pointer))

            let after = try await pair.standing(of: pair.destination)
            #expect(after.cases == before.cases)
            #expect(after.ledger == before.ledger)
            #expect(after.events == before.events)
            #expect(after.documents == before.documents + 1)
            let view = try #require(try await pair.view(of: shenzhen.number, at: pair.destination))
            #expect(view.file.documents.last?.bytes == bytes)
            #expect(view.file.documents.last?.isRefused == true)

            // The same bytes get the same refusal, also when they are signed anew.
            #expect(await pair.destination.desk.receive(bytes, from: PairCast.shenzhen) == answer)
            #expect(await pair.destination.desk.receive(try shenzhen.sign(payload), from: PairCast.shenzhen) == answer)
            #expect(try await pair.standing(of: pair.destination) == after)

            shenzhen.passed(payload)
            for content in [shenzhen.certificate(), try shenzhen.form(), try shenzhen.advice()] {
                let next = try shenzhen.next(content)
                #expect(try await pair.said(pair.destination, next, from: PairCast.shenzhen) == .accepted)
            }
            #expect(try await pair.phase(of: shenzhen.number, at: pair.destination) == "awaiting-funds")
        }
    }

    @Test func `is for another agency, and is kept as evidence`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let before = try await pair.standing(of: pair.destination)
            let bytes = try shenzhen.sign(try shenzhen.payload(shenzhen.certificate(), to: PairCast.wuhan))
            let answer = await pair.destination.desk.receive(bytes, from: PairCast.shenzhen)
            #expect(try Said(answer) == .refused("wrong-recipient", "/to"))
            #expect(await pair.destination.desk.receive(bytes, from: PairCast.shenzhen) == answer)

            let after = try await pair.standing(of: pair.destination)
            #expect(after.evidence == before.evidence + 1)
            #expect(after.leaves == before.leaves + 1)
            #expect(after.cases == before.cases)
            #expect(after.documents == before.documents)
            let evidence = try #require(try await pair.destination.store.refusedEvidence(limit: 1).first)
            #expect(evidence.bytes == bytes)
            #expect(evidence.sender == PairCast.shenzhen)
            #expect(answer == .receipt(try #require(evidence.receipt)))
            let good = try shenzhen.next(shenzhen.certificate())
            #expect(try await pair.said(pair.destination, good, from: PairCast.shenzhen) == .accepted)
        }
    }

    @Test func `names regions that are not those of the case`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            _ = try await pair.said(
                pair.destination, try shenzhen.next(shenzhen.certificate()), from: PairCast.shenzhen)
            let form = try shenzhen.next(try shenzhen.form(destination: PairCast.wuhan))
            #expect(
                try await pair.said(pair.destination, form, from: PairCast.shenzhen)
                    == .refused("regions-differ", "/content/request"))
            let better = try shenzhen.next(try shenzhen.form())
            #expect(try await pair.said(pair.destination, better, from: PairCast.shenzhen) == .accepted)
        }
    }

    @Test func `comes a hundred times at once and gets one refusal`() async throws {
        try await NodePair.run { pair in
            let shenzhen = try await pair.playedOrigin()
            for to in [PairCast.wuhan, PairCast.weifang] {
                let bytes = try shenzhen.sign(try shenzhen.payload(try shenzhen.form(), to: to))
                let answers = await withTaskGroup(of: PeerAnswer.self) { group in
                    for _ in 0..<100 {
                        group.addTask { await pair.destination.desk.receive(bytes, from: PairCast.shenzhen) }
                    }
                    return await group.reduce(into: Set<PeerAnswer>()) { $0.insert($1) }
                }
                #expect(answers.count == 1, "\(answers.map { try? Said($0) })")
                guard case .receipt = answers.first else {
                    Issue.record("\(answers)")
                    return
                }
            }
        }
    }
}
