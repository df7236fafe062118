import Crypto
import Foundation
import TransferDocuments

let jsonFuzzers: [Fuzzer] = [
    Fuzzer(name: "json", longestInput: 8_192) { bytes in
        let lenient = try? JSON.parse(bytes, limits: .ruleCases)
        guard let json = try? JSON.parse(bytes, limits: .document) else { return }
        hold(lenient == json, "what the strict limits let in the wide ones read otherwise")
        let canonical = expect("what was read can be written") { try JSONWriter.bytes(of: json) }
        hold((try? JSON.parse(canonical, limits: .document)) == json, "what was written is read otherwise")
        hold(
            expect("what was read can be written") { try JSONWriter.bytes(of: json) } == canonical,
            "the same value gives other bytes")
        // Another's reader has to accept it too, and to find the same in it; the reverse is not asked.
        let other = expect("Foundation reads it too") {
            try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        }
        hold(isSame(json, other), "Foundation finds another value")
    },
    Fuzzer(name: "base64url", longestInput: 512) { bytes in
        let text = Base64URL.encode(bytes)
        hold(text.count == Base64URL.length(ofBytes: bytes.count), "the length of a text is not the one that is told")
        hold(Base64URL.decode(text[...]) == bytes, "what was encoded is decoded otherwise")
        guard let decoded = Base64URL.decode(bytes[...]) else { return }
        hold(Base64URL.encode(decoded) == bytes, "two texts for the same bytes")
    },
    Fuzzer(name: "jws", longestInput: 4_096) { bytes in
        // Many of the inputs are the parts themselves, so that what is inside the base64url is reached.
        let parts = bytes.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
        let signature = parts.count == 3 ? Array(parts[2]) : [UInt8](repeating: 7, count: 64)
        let made: [UInt8] =
            parts.count >= 2
            ? Base64URL.encode(parts[0]) + [0x2E] + Base64URL.encode(parts[1]) + [0x2E] + Base64URL.encode(signature)
            : bytes
        for typ in JWSType.allCases {
            guard let jws = try? JWS.parse(made, typ: typ, maximumBytes: 4_096) else { continue }
            hold(jws.bytes == made, "the bytes are not those that came")
            hold(jws.header.typ == typ, "another kind was accepted")
            let middle = made.split(separator: 0x2E, omittingEmptySubsequences: false)
            hold(middle.count == 3, "more or less than three parts")
            hold(Base64URL.encode(jws.payload) == Array(middle[1]), "the payload is another")
            let again = expect("a header that we write is read") {
                try JWSHeader(reading: jws.header.bytes, typ: typ)
            }
            hold(again == jws.header, "the header is read otherwise")
            hold((try? jws.verify(with: strangersKey.publicKey)) == nil, "a signature of nobody is good")
        }
    },
]

/// Whether two readers found the same value. A number of Foundation does not tell whether it was a truth value.
private func isSame(_ ours: JSON, _ theirs: Any) -> Bool {
    switch ours {
    case .null: return theirs is NSNull
    case .bool(let flag): return (theirs as? NSNumber)?.boolValue == flag
    case .integer(let number): return (theirs as? NSNumber)?.int64Value == number
    case .integerOutOfRange, .fraction: return false
    case .string(let text):
        guard let other = theirs as? String else { return false }
        return text.utf8.elementsEqual(other.utf8)
    case .array(let elements):
        guard let others = theirs as? [Any], others.count == elements.count else { return false }
        return zip(elements, others).allSatisfy { isSame($0, $1) }
    case .object(let object):
        guard let others = theirs as? [String: Any], others.count == object.members.count else { return false }
        return object.members.allSatisfy { name, value in others[name].map { isSame(value, $0) } ?? false }
    }
}
