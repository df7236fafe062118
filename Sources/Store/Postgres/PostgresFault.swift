import PostgresShim

extension SQLFault {
    /// What a server answered.
    ///
    /// Only its first line is kept: the lines behind it may show values of rows.
    ///
    /// Source: PostgreSQL 15, appendix A (error codes).
    init(result: OpaquePointer) {
        let state = SQLFault.field(result, "C")
        let text = SQLFault.field(result, "M")
        self.init(SQLFault.kind(ofState: state), "\(text) (PostgreSQL \(state.isEmpty ? "without a code" : state))")
    }

    /// Where the server or the way to it has failed.
    static func lost(_ handle: OpaquePointer?, _ otherwise: String) -> SQLFault {
        let text = handle.flatMap { PQerrorMessage($0) }.map { String(cString: $0) } ?? ""
        let line = text.split(separator: "\n").first.map(String.init) ?? otherwise
        return SQLFault(.lost, line)
    }

    private static func field(_ result: OpaquePointer, _ name: Unicode.Scalar) -> String {
        PQresultErrorField(result, Int32(name.value)).map { String(cString: $0) } ?? ""
    }

    /// The five letters and digits that say what went wrong.
    static func kind(ofState state: String) -> Kind {
        switch state {
        case "23505": .unique
        case "P0001": .refused
        // It gave up for another transaction, or waited too long for one.
        case "40001", "40P01", "55P03", "57014": .busy
        case "XX001", "XX002": .corrupt
        // The server ends the session: by an operator, in a crash, before it is up, or after a silence.
        case "57P01", "57P02", "57P03", "57P05", "25P03": .lost
        default:
            switch state.prefix(2) {
            case "08": .lost
            case "22", "23": .refused
            case "53": .full
            case "58": .disk
            default: .other
            }
        }
    }
}
