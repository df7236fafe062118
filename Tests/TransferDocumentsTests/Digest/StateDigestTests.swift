import Testing
import TransferCore
import TransferDocuments

@Suite struct `A statement of common cases` {
    private static func number(_ serial: Int) -> CaseNumber {
        CaseNumber(destination: SampleCase.destination, year: 2026, serial: serial)!
    }

    private static func statement(_ serial: Int, sent: DocumentDigest? = DocumentDigest(of: [1])) -> CaseStatement {
        CaseStatement(
            number: number(serial), state: .paid, sent: sent, received: nil,
            money: MovedMoney(remitted: Money(fen: 800_000), returned: .zero, posted: .zero))
    }

    private static func digest(
        _ cases: [CaseStatement], after: CaseNumber? = nil, through: CaseNumber? = nil, to: AgencyCode? = nil
    ) -> StateDigest {
        StateDigest(
            sender: SampleCase.destination, recipient: to ?? SampleCase.origin, serial: 3,
            asOf: SigningTime("2026-11-21T18:00:00Z")!, endedWithinDays: 31,
            range: StateDigest.Range(after: after, through: through), cases: cases)
    }

    @Test func `is read as it was written`() throws {
        for item in [
            Self.digest([]), Self.digest([Self.statement(1), Self.statement(2, sent: nil)]),
            Self.digest([Self.statement(2)], after: Self.number(1), through: Self.number(2)),
        ] {
            let bytes = try item.encoded()
            #expect(try StateDigest(decoding: bytes) == item)
            #expect(try StateDigest(decoding: bytes).encoded() == bytes)
        }
    }

    @Test func `of the most cases fits into the longest message`() throws {
        let full = Self.digest((1...StateDigest.mostCases).map { Self.statement($0) })
        let payload = try full.encoded()
        #expect(payload.count * 4 / 3 + 400 < 1 << 20)
        #expect(try StateDigest(decoding: payload) == full)
    }

    @Test func `has its cases in order and within its run`() {
        let faulty = [
            Self.digest([Self.statement(2), Self.statement(1)]), Self.digest([Self.statement(1), Self.statement(1)]),
            Self.digest([Self.statement(1)], after: Self.number(1)),
            Self.digest([Self.statement(2)], through: Self.number(1)),
            Self.digest([], after: Self.number(2), through: Self.number(2)),
            Self.digest([], to: SampleCase.destination),
            Self.digest((1...StateDigest.mostCases + 1).map { Self.statement($0) }),
        ]
        for item in faulty { #expect(throws: DocumentFault.self) { try item.encoded() } }
    }

    @Test(arguments: [
        (#""serial":3"#, #""serial":0"#, "/serial"),
        (#""endedWithinDays":31"#, #""endedWithinDays":401"#, "/endedWithinDays"),
        (#""state":"paid""#, #""state":"almost""#, "/cases/0/state"),
        (#""remittedFen":800000"#, #""remittedFen":-1"#, "/cases/0/remittedFen"),
        (#""postedFen":0"#, #""postedFen":0,"more":1"#, "/cases/0/more"),
        (#""after":null,"#, "", "/after"), (#""through":null"#, #""through":"370700-2026-0000001-0""#, "/through"),
        (#""received":null"#, #""received":"""#, "/cases/0/received"), ("jiexu/1", "jiexu/2", "/format"),
    ])
    func `is read strictly`(part: String, other: String, pointer: String) throws {
        let text = String(decoding: try Self.digest([Self.statement(1)]).encoded(), as: UTF8.self)
        let changed = text.split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
        #expect(changed != text)
        let fault = #expect(throws: DocumentFault.self) { try StateDigest(decoding: Array(changed.utf8)) }
        #expect(fault?.pointer == pointer)
    }
}

@Suite struct `What is known of the connection of an attempt` {
    @Test(arguments: [
        ("connect", ProofOfSilence.TLSOutcome.notReached), ("resolve", .notReached), ("tls", .failed),
        ("peer-key", .failed), ("timeout", .unknown), ("lost", .unknown), ("status-500", .established),
        ("unavailable", .established), ("receipt-invalid", .established), ("own-side", .unknown),
    ])
    func `follows from its code`(code: String, tls: ProofOfSilence.TLSOutcome) {
        #expect(ProofOfSilence.TLSOutcome(ofCode: code) == tls)
    }
}
