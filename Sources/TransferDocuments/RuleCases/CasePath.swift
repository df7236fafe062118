/// Where a value stands in the line of a case: `$.input.lines[0].baseFen`. Its text is put together only when a fault
/// needs it.
indirect enum CasePath {
    /// The whole line.
    case line
    case field(String, of: CasePath)
    case item(Int, of: CasePath)

    /// Names are written as they are, whatever they hold.
    var text: String {
        switch self {
        case .line: "$"
        case .field(let name, let outer): "\(outer.text).\(name)"
        case .item(let index, let outer): "\(outer.text)[\(index)]"
        }
    }

    /// The path of what a rule names from the root of its request: `lines[0].to`.
    static func inInput(_ path: String) -> String { path.isEmpty ? "$.input" : "$.input.\(path)" }
}
