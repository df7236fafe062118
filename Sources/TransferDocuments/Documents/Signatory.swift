/// Whose consent a document has: that of the rule under which straight cases go through, or of a member of staff.
///
/// Every document has two: who made it and who checked it. Source: BR-240 of the domain handbook.
package enum Signatory: Hashable, Sendable {
    /// The agency's policy for cases in which every check passes.
    case straightThrough
    /// A person of the agency, by the number under which it knows them: 1 to 64 letters, digits, full stops, hyphens or
    /// underscores of ASCII.
    case staff(String)

    /// `policy:straight-through` or `staff:` and the number.
    package var text: String {
        switch self {
        case .straightThrough: Signatory.policy
        case .staff(let number): "staff:\(number)"
        }
    }

    /// - Returns: nil for anything else than what ``text`` gives.
    package init?(_ text: String) {
        if text.hasSameBytes(as: Signatory.policy) {
            self = .straightThrough
        } else if text.utf8.starts(with: "staff:".utf8) {
            // By bytes: a mark that combines with the colon would be one character with it, and be dropped too.
            self = .staff(String(decoding: text.utf8.dropFirst(6), as: UTF8.self))
            guard isWritable else { return nil }
        } else {
            return nil
        }
    }

    private static let policy = "policy:straight-through"

    var isWritable: Bool {
        guard case .staff(let number) = self else { return true }
        return (1...64).contains(number.utf8.count)
            && number.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension Signatory: CustomStringConvertible {
    package var description: String { text }
}
