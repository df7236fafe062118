import TransferCore

/// The rules as a command line tool asks them: one case a line, one result line each, in JSON.
///
///     case    {"id": "...", "kind": "...", "input": {...}}
///     result  {"id": "...", "kind": "...", "result": {...}}
///     error   {"id": "...", "kind": "...", "error": {"code": "...", "path": "...", "message": "..."}}
///
/// Every line is answered; a bad one with exactly one error, the first that is met. A line is read depth first: at each
/// object its deciding field, then unknown fields by name, then the fields in their published order; last come the rules
/// across fields. Amounts are integer fen, rounded as ``FundComputation`` says.
package struct RuleCases {
    /// Answers one line.
    ///
    /// - Parameter line: the bytes of a line, without its end.
    /// - Returns: the result line without a line end; nil for a blank line, which has no answer.
    package static func answer(_ line: UnsafeRawBufferPointer) -> [UInt8]? {
        if line.allSatisfy(isBlank) { return nil }
        let json: JSON
        do {
            json = try JSON.parse(line, limits: .ruleCases)
        } catch {
            let fault = RuleFault(.invalidJSON, at: CasePath.line.text, error.description)
            return write(id: nil, kind: nil) { $0.fault(fault) }
        }
        let id = json["id"]?.text
        let kind = json["kind"]?.text
        do {
            let result = try result(of: CaseValue(json, at: .line))
            return write(id: id, kind: kind) { $0.object("result", result) }
        } catch {
            return write(id: id, kind: kind) { $0.fault(error) }
        }
    }

    /// Answers one line; see ``answer(_:)-(UnsafeRawBufferPointer)``.
    package static func answer(_ line: [UInt8]) -> [UInt8]? {
        line.withUnsafeBytes { answer($0) }
    }

    /// What one kind of case writes into its result.
    typealias Result = (inout JSONWriter) -> Void

    private static func result(of line: CaseValue) throws(RuleFault) -> Result {
        let line = try line.object(fields: ["id", "kind", "input"])
        _ = try line["id"].name()
        let kind: CaseKind = try line["kind"].known()
        let input = try line["input"]
        return switch kind {
        case .funds: try funds(input)
        case .eligibility: try eligibility(input)
        case .benefitPlace: try benefitPlace(input)
        case .deadline: try deadline(input)
        case .identifier: try identifier(input)
        case .overlapRefund: try overlapRefund(input)
        }
    }

    private enum CaseKind: String {
        case funds
        case eligibility
        case benefitPlace = "benefit-place"
        case deadline
        case identifier
        case overlapRefund = "overlap-refund"
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func write(id: String?, kind: String?, _ body: Result) -> [UInt8] {
        var limits = JSONLimits.ruleCases
        // An answer repeats at most the texts of its line, each a few times.
        limits.bytes *= 16
        do {
            return try JSONWriter.object(limits: limits) { json in
                json.field("id", orNull: id)
                json.field("kind", orNull: kind)
                body(&json)
            }
        } catch {
            return Array(
                #"{"id":null,"kind":null,"error":{"code":"invalid-json","path":"$","message":"too long"}}"#.utf8)
        }
    }
}

extension JSON {
    /// The text of a string; nil for any other value.
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

extension JSONWriter {
    mutating func field(_ name: String, orNull text: String?) {
        if let text { field(name, text) } else { null(name) }
    }

    mutating func field(_ name: String, orNull number: Int?) {
        if let number { field(name, number) } else { null(name) }
    }

    mutating func field(_ name: String, _ amount: Money) { field(name, amount.fen) }

    fileprivate mutating func fault(_ fault: RuleFault) {
        object("error") { json in
            json.field("code", fault.code.rawValue)
            json.field("path", fault.path)
            json.field("message", fault.message)
        }
    }
}
