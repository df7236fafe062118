/// Numbers that follow from a seed alone: the same on every machine and in every version of the library.
///
/// Source: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
package struct SeededNumbers: Sendable {
    private var state: UInt64

    /// - Parameter stream: numbers of different streams of one seed have nothing to do with each other.
    package init(seed: UInt64, stream: UInt64 = 0) {
        state = seed
        state = next() ^ (stream &* 0xD134_2543_DE82_EF95)
        _ = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number from 0 up to, and without, the bound; the bound is at least 1.
    package mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    /// A number of the range, both ends included.
    package mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// A number of the range, both ends included.
    package mutating func among(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// A number of milliseconds between two numbers of minutes.
    package mutating func milliseconds(_ minutes: ClosedRange<Int>) -> Int64 {
        within(Int64(minutes.lowerBound) * 60_000...Int64(minutes.upperBound) * 60_000)
    }

    /// True so many times out of a thousand.
    package mutating func chance(_ perMille: Int) -> Bool { below(1_000) < perMille }

    /// One of the elements; there is at least one.
    package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}

/// A fingerprint of everything that a run did, line by line: FNV-1a of 64 bits.
package struct RunningDigest: Hashable, Sendable {
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    package init() {}

    private mutating func mix(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    package mutating func add(_ text: some StringProtocol) {
        for byte in text.utf8 { mix(byte) }
        mix(0)
    }

    package mutating func add(_ number: Int64) {
        var rest = UInt64(bitPattern: number)
        for _ in 0..<8 {
            mix(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}
