import PostgresShim

/// The types of PostgreSQL that statements take and give, by the numbers that they have in every database.
///
/// Source: PostgreSQL 15, catalogue `pg_type`.
enum PostgresType {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let numeric: Oid = 1_700
}

extension SQLValue {
    var postgresType: Oid {
        switch self {
        case .integer: PostgresType.int8
        case .text: PostgresType.text
        case .bytes: PostgresType.bytea
        }
    }
}

/// The values of a statement as they go over the wire, one behind the other: integers as eight bytes, the highest first,
/// texts and bytes as they are.
struct PostgresParameters {
    private var bytes: [UInt8] = []
    /// Where each begins; nil for NULL.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []

    init(_ values: [SQLValue]) {
        for value in values {
            let start = bytes.count
            switch value {
            case .integer(nil), .text(nil), .bytes(nil):
                starts.append(nil)
                lengths.append(0)
                continue
            case .integer(let number?): withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            case .text(let text?): bytes.append(contentsOf: text.utf8)
            case .bytes(let given?): bytes.append(contentsOf: given)
            }
            starts.append(start)
            lengths.append(Int32(bytes.count - start))
        }
        // What is empty has an address too: none would mean NULL.
        bytes.append(0)
    }

    /// The three lists of libpq: addresses, lengths, formats.
    func withPointers<Value>(
        _ use: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { raw in
            let base = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = starts.map { start in start.flatMap { base?.advanced(by: $0) } }
            return use(pointers, lengths, [Int32](repeating: 1, count: starts.count))
        }
    }
}
