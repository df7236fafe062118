/// What stands for a machine in a certificate and in an endpoint: a DNS name in lower case, or an IPv4 address.
enum HostName {
    /// Whether the text is a DNS name as RFC 1123 has it, in lower case, without a wildcard: at most 253 bytes, labels
    /// of 1 to 63 letters, digits and inner hyphens, and not made of digits alone.
    static func isName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, !last.allSatisfy(isDigit) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
                && label.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") }
        }
    }

    /// The four bytes of an IPv4 address in its usual form, nil for anything else.
    static func addressBytes(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(isDigit),
                part.count == 1 || part.first != UInt8(ascii: "0"),
                let byte = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
}

/// Where a node is reached: `https://host:port`, nothing else; the port is always written.
package struct EndpointURL: Hashable, Sendable {
    package let text: String
    package let host: String
    package let port: Int

    /// - Returns: nil unless the host is a DNS name in lower case or an IPv4 address, and the port is 1 to 65535.
    package init?(_ text: String) {
        guard text.hasPrefix("https://") else { return nil }
        let authority = text.dropFirst("https://".count)
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[1]), (1...65_535).contains(port), String(port) == parts[1] else {
            return nil
        }
        self.init(host: String(parts[0]), port: port)
    }

    package init?(host: String, port: Int) {
        guard (1...65_535).contains(port), HostName.isName(host) || HostName.addressBytes(host) != nil else {
            return nil
        }
        text = "https://\(host):\(port)"
        self.host = host
        self.port = port
    }
}

extension EndpointURL: CustomStringConvertible {
    package var description: String { text }
}
