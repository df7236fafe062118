import PostgresShim

/// The row of a result that holds one. Everything in it is in its binary form.
struct PostgresRow: SQLRow {
    let result: OpaquePointer

    func isNull(_ column: Int) -> Bool { PQgetisnull(result, 0, Int32(column)) == 1 }

    /// Counts and truth values are integers here, and so are sums, which the server makes wider than what they add up.
    func integer(_ column: Int) throws(SQLFault) -> Int64 {
        let bytes = try value(column)
        switch PQftype(result, Int32(column)) {
        case PostgresType.int8 where bytes.count == 8: return Int64(truncatingIfNeeded: PostgresRow.number(bytes))
        case PostgresType.int4 where bytes.count == 4:
            return Int64(Int32(truncatingIfNeeded: PostgresRow.number(bytes)))
        case PostgresType.int2 where bytes.count == 2:
            return Int64(Int16(truncatingIfNeeded: PostgresRow.number(bytes)))
        case PostgresType.bool where bytes.count == 1: return Int64(PostgresRow.number(bytes))
        case PostgresType.numeric:
            guard let number = PostgresRow.numeric(bytes) else { throw wrong(column) }
            return number
        default: throw wrong(column)
        }
    }

    func text(_ column: Int) throws(SQLFault) -> String {
        let bytes = try value(column)
        guard PQftype(result, Int32(column)) == PostgresType.text else { throw wrong(column) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func bytes(_ column: Int) throws(SQLFault) -> [UInt8] {
        let bytes = try value(column)
        guard PQftype(result, Int32(column)) == PostgresType.bytea else { throw wrong(column) }
        return [UInt8](bytes)
    }

    /// The bytes of a value, which are there until the result is cleared.
    private func value(_ column: Int) throws(SQLFault) -> UnsafeRawBufferPointer {
        guard column < Int(PQnfields(result)), !isNull(column),
            let start = PQgetvalue(result, 0, Int32(column))
        else { throw wrong(column) }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, 0, Int32(column))))
    }

    private func wrong(_ column: Int) -> SQLFault {
        let name = PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
        return SQLFault(.unreadable, "column \(name) holds another type than it should")
    }

    /// At most eight bytes, the highest first.
    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A whole number among decimal ones: how many digits to the base of 10,000 there are, the power of that base which
    /// the first has, the sign, how many decimals are shown, and the digits, two bytes each.
    ///
    /// - Returns: nil for a fraction, for what is no number, and for one of more than 63 bits.
    ///
    /// Source: `numeric_send` of PostgreSQL 15.
    static func numeric(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count >= 8, bytes.count % 2 == 0 else { return nil }
        let words = stride(from: 0, to: bytes.count, by: 2).map { number(bytes[$0..<$0 + 2]) }
        let (digits, weight, sign) = (words[4...], Int(Int16(truncatingIfNeeded: words[1])), words[2])
        guard digits.count == Int(words[0]), sign == 0 || sign == 0x4000, digits.allSatisfy({ $0 < 10_000 }) else {
            return nil
        }
        guard !digits.isEmpty else { return 0 }
        // Zeros at the end are not sent.
        guard weight >= digits.count - 1, weight < 5 else { return nil }
        var total = Int128(0)
        for place in 0...weight {
            let digit = place < digits.count ? digits[digits.startIndex + place] : 0
            total = total * 10_000 + Int128(digit)
        }
        return Int64(exactly: sign == 0 ? total : -total)
    }
}
