import TransferDocuments

/// Leaves of an open transaction that are written together, in few statements.
struct GatheredLeaves {
    private var values: [SQLValue] = []
    /// How many were ever gathered.
    private(set) var count = 0

    /// How many leaves the largest statement writes.
    private static let most = 16
    /// How many values a leaf has.
    private static let width = 5

    /// Whether there are enough of them for the largest statement.
    var areMany: Bool { values.count == GatheredLeaves.most * GatheredLeaves.width }

    mutating func add(_ position: Int64, _ kind: AuditLeaf.Kind, case id: Int64?, subject: Int64, _ hash: [UInt8]) {
        values += [.integer(position), .text(kind.rawValue), .integer(id), .integer(subject), .bytes(hash)]
        count += 1
    }

    /// Gives all of them away, in their order.
    ///
    /// - Parameter write: runs a statement that writes so many rows.
    mutating func empty(
        _ write: (_ sql: StaticString, _ values: [SQLValue], _ rows: Int) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        var rest = values[...]
        values = []
        while !rest.isEmpty {
            let (rows, sql): (Int, StaticString) =
                switch rest.count / GatheredLeaves.width {
                case 16...: (16, GatheredLeaves.sixteen)
                case 4...: (4, GatheredLeaves.four)
                default: (1, GatheredLeaves.one)
                }
            try write(sql, Array(rest.prefix(rows * GatheredLeaves.width)), rows)
            rest = rest.dropFirst(rows * GatheredLeaves.width)
        }
    }

    private static let one: StaticString = """
        INSERT INTO audit_leaves (position, kind, case_id, subject, hash) VALUES ($1, $2, $3, $4, $5)
        """

    private static let four: StaticString = """
        INSERT INTO audit_leaves (position, kind, case_id, subject, hash) VALUES
            ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15), ($16, $17, $18, $19, $20)
        """

    private static let sixteen: StaticString = """
        INSERT INTO audit_leaves (position, kind, case_id, subject, hash) VALUES
            ($1, $2, $3, $4, $5), ($6, $7, $8, $9, $10), ($11, $12, $13, $14, $15), ($16, $17, $18, $19, $20),
            ($21, $22, $23, $24, $25), ($26, $27, $28, $29, $30), ($31, $32, $33, $34, $35), ($36, $37, $38, $39, $40),
            ($41, $42, $43, $44, $45), ($46, $47, $48, $49, $50), ($51, $52, $53, $54, $55), ($56, $57, $58, $59, $60),
            ($61, $62, $63, $64, $65), ($66, $67, $68, $69, $70), ($71, $72, $73, $74, $75), ($76, $77, $78, $79, $80)
        """
}
