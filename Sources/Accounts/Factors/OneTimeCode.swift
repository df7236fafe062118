package import Casework
import Crypto
import FoundationEssentials

/// The second factor: six digits that change each half minute, from a seed that a telephone keeps.
///
/// Source: RFC 6238 with SHA-1, 30 seconds and one step to either side; section 4.2 of the domain handbook's checks.
package enum OneTimeCode {
    package static let secondsAStep: Int64 = 30
    package static let digits = 6
    /// 160 bits, the length of the hash.
    ///
    /// Source: RFC 4226, section 4 (R6).
    package static let seedBytes = 20

    /// The number of the half minute.
    package static func step(at moment: Instant) -> Int64 { max(0, moment.seconds) / secondsAStep }

    /// The code of a step.
    package static func code(of seed: [UInt8], step: Int64, digits: Int = OneTimeCode.digits) -> String {
        let message = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: seed)))
        let start = Int(hash[19] & 15)
        let number = hash[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(UInt32(1)) { power, _ in power * 10 }
        let text = String(number % modulus)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// Which step a code is of: that of the moment, the one before or the one behind it.
    ///
    /// All three are compared, each to its end.
    ///
    /// - Returns: nil for a code of none of them.
    package static func step(of code: String, seed: [UInt8], at moment: Instant) -> Int64? {
        let typed = Array(code.utf8)
        let now = step(at: moment)
        var found: Int64?
        for step in max(0, now - 1)...now + 1 where areSame(typed, Array(self.code(of: seed, step: step).utf8)) {
            found = step
        }
        return found
    }
}

/// The seed of a new second factor, shown to its holder once.
package struct Enrolment: Hashable, Sendable {
    /// The seed for typing in, in groups of four letters.
    package let typed: String
    /// The seed for a telephone, as an `otpauth` address.
    package let address: String

    init(seed: [UInt8], of name: AccountName) {
        typed = Base32.grouped(seed)
        address =
            "otpauth://totp/Jiexu:\(name)?secret=\(Base32.encode(seed))&issuer=Jiexu&algorithm=SHA1&digits=6&period=30"
    }
}

extension Enrolment: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a seed of a second factor" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["enrolment": description]) }
}

/// The key with which a node seals the seeds of second factors, so that a copy of its database is none of them.
package struct SeedKey: Sendable {
    private let key: SymmetricKey

    package static let byteCount = 32

    /// - Returns: nil unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == SeedKey.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// Seals a seed for one account: in the row of another it does not open.
    func seal(_ seed: [UInt8], of name: AccountName) -> [UInt8]? {
        let box = try? AES.GCM.seal(seed, using: key, authenticating: Array(name.text.utf8))
        return box?.combined.map { Array($0) }
    }

    /// - Returns: nil when it was sealed with another key or for another account, or was changed since.
    func open(_ sealed: [UInt8], of name: AccountName) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let seed = try? AES.GCM.open(box, using: key, authenticating: Array(name.text.utf8))
        else { return nil }
        return Array(seed)
    }
}

extension SeedKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "the key of the seeds" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["key": description]) }
}
