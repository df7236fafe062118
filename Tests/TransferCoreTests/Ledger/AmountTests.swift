import Testing
import TransferCore

@Suite struct `An amount` {
    @Test(arguments: [(0, "0.00"), (5, "0.05"), (1_906_400, "19064.00"), (-1, "-0.01")])
    func `is written in yuan with two places`(fen: Int64, text: String) {
        #expect(Money(fen: fen).description == text)
    }

    @Test(arguments: [
        "1", "1.0", "1.000", "01.00", ".50", "1.5e", "１.00", "-1.00", " 1.00", "1,00", "9999999999999.00",
    ])
    func `is not read from any other form`(text: String) {
        #expect(Money(yuan: text) == nil)
    }

    @Test func `is read to the fen`() {
        #expect(Money(yuan: "19064.05") == Money(fen: 1_906_405))
        #expect(Money(yuan: "0.00") == .zero)
    }
}
