extension JSONParser {
    /// Digits that any document may write: enough for every amount, and far from overflow when a few are added.
    private static var mostDigits: Int { 18 }

    mutating func number() throws(JSONFault) -> JSON {
        let start = at
        let isNegative = skip(UInt8(ascii: "-"))
        let firstDigit = at
        var magnitude: UInt64 = 0
        var isBeyond = false
        while at < text.count, case let digit = text[at] &- UInt8(ascii: "0"), digit < 10 {
            if at - firstDigit < JSONParser.mostDigits {
                magnitude = magnitude &* 10 &+ UInt64(digit)
            } else if !isBeyond {
                let (product, productIsBeyond) = magnitude.multipliedReportingOverflow(by: 10)
                let (sum, sumIsBeyond) = product.addingReportingOverflow(UInt64(digit))
                isBeyond = productIsBeyond || sumIsBeyond
                magnitude = sum
            }
            at += 1
        }
        let digits = at - firstDigit
        guard digits > 0, digits == 1 || text[firstDigit] != UInt8(ascii: "0") else {
            throw JSONFault(.number, at: start)
        }
        let isWhole = try skipFractionAndExponent(from: start)
        guard limits.integersOnly else {
            guard isWhole else { return .fraction }
            let bound = UInt64(Int64.max) + (isNegative ? 1 : 0)
            guard !isBeyond, magnitude <= bound else { return .integerOutOfRange }
            return .integer(isNegative ? 0 &- Int64(bitPattern: magnitude) : Int64(bitPattern: magnitude))
        }
        guard isWhole, !(isNegative && magnitude == 0 && digits == 1) else { throw JSONFault(.number, at: start) }
        guard digits <= JSONParser.mostDigits else { throw JSONFault(.range, at: start) }
        return .integer(isNegative ? -Int64(magnitude) : Int64(magnitude))
    }

    /// Steps over what may follow the digits of a number; whether there was nothing.
    private mutating func skipFractionAndExponent(from start: Int) throws(JSONFault) -> Bool {
        var isWhole = true
        if skip(UInt8(ascii: ".")) {
            isWhole = false
            try skipDigits(from: start)
        }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            isWhole = false
            if !skip(UInt8(ascii: "-")) { _ = skip(UInt8(ascii: "+")) }
            try skipDigits(from: start)
        }
        return isWhole
    }

    private mutating func skipDigits(from start: Int) throws(JSONFault) {
        let first = at
        while at < text.count, text[at] &- UInt8(ascii: "0") < 10 { at += 1 }
        guard at > first else { throw JSONFault(.number, at: start) }
    }
}
