import TransferDocuments

/// What scrypt costs: the memory is 128 bytes × 2^exponent × block size.
///
/// Source: RFC 7914, section 2.
package struct ScryptCost: Hashable, Sendable {
    /// The number of rounds is two to this power: 1 to 20.
    package let exponent: Int
    /// 1 to 32.
    package let blockSize: Int
    /// 1 to 16.
    package let parallelism: Int

    /// - Returns: nil for a cost that no node can pay.
    package init?(exponent: Int, blockSize: Int, parallelism: Int) {
        guard (1...20).contains(exponent), (1...32).contains(blockSize), (1...16).contains(parallelism) else {
            return nil
        }
        self.init(checked: exponent, blockSize, parallelism)
    }

    private init(checked exponent: Int, _ blockSize: Int, _ parallelism: Int) {
        self.exponent = exponent
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// 32 MiB, three times over: as hard to guess as one pass over 128 MiB, and two at a time fit a small machine.
    ///
    /// Source: our choice, after the equivalent settings of the OWASP cheat sheet on keeping passwords.
    package static let usual = ScryptCost(checked: 15, 8, 3)
}

/// What is kept of a password: a salt of its own, the cost, and what scrypt makes of the three.
package struct PasswordHash: Hashable, Sendable {
    package let cost: ScryptCost
    let salt: [UInt8]
    let key: [UInt8]

    static let saltBytes = 16
    static let keyBytes = 32

    init(cost: ScryptCost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// As the store keeps it: `scrypt$15$8$3$SALT$KEY`, the bytes in base64url.
    package var text: String {
        let bytes = [salt, key].map { String(decoding: Base64URL.encode($0), as: UTF8.self) }
        return "scrypt$\(cost.exponent)$\(cost.blockSize)$\(cost.parallelism)$\(bytes[0])$\(bytes[1])"
    }

    /// - Returns: nil for what ``text`` never gave.
    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let exponent = Int(parts[1]), let size = Int(parts[2]),
            let parallelism = Int(parts[3]),
            let cost = ScryptCost(exponent: exponent, blockSize: size, parallelism: parallelism),
            let salt = Base64URL.decode(parts[4]), salt.count == PasswordHash.saltBytes,
            let key = Base64URL.decode(parts[5]), key.count == PasswordHash.keyBytes
        else { return nil }
        self.init(cost: cost, salt: salt, key: key)
        guard self.text == text else { return nil }
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "a hash of a password" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["cost": "\(cost)"]) }
}

/// Compares to the end whatever is found, so that the time says nothing about where two differ.
func areSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for place in a.indices { difference |= a[place] ^ b[place] }
    return difference == 0
}
