import Testing
import TransferCore

@Suite struct `A case number` {
    @Test func `is read as it is written`() throws {
        let number = try #require(CaseNumber(destination: AgencyCode("370700")!, year: 2026, serial: 12))
        #expect(CaseNumber(number.text) == number)
        #expect(number.text.hasPrefix("370700-2026-0000012-"))
        #expect(number.destination == AgencyCode("370700"))
    }

    @Test func `is refused when any one of its characters is mistyped`() throws {
        let text = try #require(CaseNumber(destination: AgencyCode("440300")!, year: 2026, serial: 1_234_567)).text
        for index in text.indices {
            for digit in "0123456789" where digit != text[index] {
                let other = text[..<index] + String(digit) + text[text.index(after: index)...]
                #expect(CaseNumber(other) == nil, "\(other)")
            }
        }
    }
}

@Suite struct `The key of an order` {
    private static let number = CaseNumber(destination: AgencyCode("420100")!, year: 2026, serial: 1)!

    private static let legs: [OrderKey.Leg] =
        [.remittance, .balance(.medical), .balance(.housing), .clearingRefund, .fundsReturn]
        + (1...9).map(OrderKey.Leg.heir)

    @Test func `is read as it is written, for every leg and try`() throws {
        var texts: Set<String> = []
        for leg in Self.legs {
            for attempt in 1...99 {
                let key = try #require(OrderKey(caseNumber: Self.number, leg: leg, attempt: attempt))
                #expect(OrderKey(key.text) == key)
                #expect(key.text.utf8.count <= 35, "a bank takes 35 characters")
                texts.insert(key.text)
            }
        }
        #expect(texts.count == Self.legs.count * 99)
    }

    @Test func `has a letter for each leg`() {
        let letters = Self.legs.map { OrderKey(caseNumber: Self.number, leg: $0, attempt: 7)!.text.dropFirst(22) }
        #expect(letters == ["P7", "M7", "H7", "C7", "R7"] + (1...9).map { "E\($0)-7" })
    }

    @Test(arguments: [
        "", "P", "1", "p1", "P0", "P01", "P100", "P-1", "P+1", "P 1", "P1 ", " P1", "P1/", "P1/P1", "PP1", "X1", "B1",
        "E1", "E-1", "E0-1", "E10-1", "E1-0", "E1-01", "E1-100", "E1--1", "E1_1", "E1-", "e1-1", "P１", "E１-1", "R0",
        "C1-1", "M1-1", "R1\n", "\u{FEFF}P1",
    ])
    func `is not read from what is nearly one`(end: String) {
        #expect(OrderKey("\(Self.number)/\(end)") == nil)
        #expect(OrderKey("\(Self.number)\(end)") == nil)
    }

    @Test func `is not read behind a case number that is none`() {
        #expect(OrderKey("420100-2026-0000001-0/P1") == nil)
        #expect(OrderKey("/P1") == nil)
    }

    @Test func `is not made for what is never ordered`() {
        #expect(OrderKey(caseNumber: Self.number, leg: .balance(.pension), attempt: 1) == nil)
        for heir in [Int.min, -1, 0, 10, .max] {
            #expect(OrderKey(caseNumber: Self.number, leg: .heir(heir), attempt: 1) == nil)
        }
        for attempt in [Int.min, 0, 100, .max] {
            #expect(OrderKey(caseNumber: Self.number, leg: .remittance, attempt: attempt) == nil)
        }
    }

    @Test func `leads back to what is paid out under it`() {
        for leg in Self.legs {
            switch leg {
            case .remittance, .fundsReturn: #expect(PayoutPurpose(leg) == nil)
            default: #expect(PayoutPurpose(leg)?.orderLeg == leg)
            }
        }
    }
}
