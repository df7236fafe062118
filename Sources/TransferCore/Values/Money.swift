/// An amount of money, counted in fen (分, one hundredth of a yuan).
///
/// Adding and subtracting trap on overflow: a wrong sum must never be written to a ledger. Amounts that come from
/// outside are bounded by ``Money/limit`` when they are parsed, so nothing from outside can reach the trap.
///
/// Source: our choice (BR-098 of the domain handbook): integer fen, never floating point.
package struct Money: Hashable, Comparable, Sendable {
    /// The amount in fen; negative only as the other side of a posting.
    package let fen: Int64

    package init(fen: Int64) { self.fen = fen }

    package static let zero = Money(fen: 0)

    /// The largest single amount that is read from outside: 10^12 fen, ten thousand million yuan.
    package static let limit = Money(fen: 1_000_000_000_000)

    package static func + (a: Money, b: Money) -> Money { Money(fen: a.fen + b.fen) }
    package static func - (a: Money, b: Money) -> Money { Money(fen: a.fen - b.fen) }
    package static prefix func - (a: Money) -> Money { Money(fen: -a.fen) }
    package static func += (a: inout Money, b: Money) { a = a + b }
    package static func < (a: Money, b: Money) -> Bool { a.fen < b.fen }
}

extension Money: CustomStringConvertible {
    /// The amount in yuan with two places, as bank files and pages write it: `19064.00`.
    package var description: String {
        let magnitude = fen.magnitude
        let cents = magnitude % 100
        return "\(fen < 0 ? "-" : "")\(magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
    }
}

extension Money {
    /// Reads an amount in yuan of the form `0.00`: digits, a full stop, two digits. Nothing else is an amount.
    ///
    /// - Returns: nil when the text has another form or is beyond ``limit``.
    package init?(yuan text: some StringProtocol) { self.init(exactly: String(text)) }

    private init?(exactly text: String) {
        var text = text
        let fen = text.withUTF8 { bytes -> Int64? in
            let stop = bytes.count - 3
            guard (1...12).contains(stop), bytes[stop] == UInt8(ascii: "."),
                stop == 1 || bytes[0] != UInt8(ascii: "0")
            else { return nil }
            var fen: Int64 = 0
            for place in bytes.indices where place != stop {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) else { return nil }
                fen = fen * 10 + Int64(bytes[place] - UInt8(ascii: "0"))
            }
            return fen
        }
        guard let fen, fen <= Money.limit.fen else { return nil }
        self.init(fen: fen)
    }
}

extension Sequence<Money> {
    /// The sum of the amounts; zero for none.
    package func sum() -> Money { reduce(.zero, +) }
}
