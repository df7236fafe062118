import TransferDocuments

/// Where a webhook is reached: an address that begins with `https://`, of 500 bytes at most, whose host is a DNS name or
/// an IPv4 address. It has no user information and no fragment; a path and a query are the owner's.
package struct WebhookURL: Hashable, Sendable {
    /// As the owner wrote it. It may hold a secret of the owner's, so it belongs into no log.
    package let text: String
    /// In lower case.
    package let host: String

    package static let longestBytes = 500

    /// - Throws: what is wrong with it, which never repeats it.
    package init(_ text: String) throws(WebhookURLFault) {
        guard (1...WebhookURL.longestBytes).contains(text.utf8.count) else { throw .length }
        guard text.utf8.allSatisfy(WebhookURL.isAllowed) else { throw .character }
        let scheme = "https://"
        guard text.hasPrefix(scheme) else { throw .scheme }
        guard !text.utf8.contains(UInt8(ascii: "#")) else { throw .fragment }
        let authority = text.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" }
        guard !authority.utf8.contains(UInt8(ascii: "@")) else { throw .userInformation }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = parts.first, parts.count <= 2 else { throw .host }
        var port = 443
        if parts.count == 2 {
            guard let number = Int(parts[1]), String(number) == parts[1] else { throw .host }
            port = number
        }
        guard let endpoint = EndpointURL(host: name.lowercased(), port: port) else { throw .host }
        self.text = text
        host = endpoint.host
    }

    /// Whether the host is an IPv4 address: the last label of a name is never made of digits alone.
    var isAddress: Bool {
        host.split(separator: ".").last?.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            ?? false
    }

    /// The characters that an address may have. Source: RFC 3986, section 2.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "-._~:/?#@!$&'()*+,;=%".utf8.contains(byte)
        }
    }
}

extension WebhookURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The host alone.
    package var description: String { host }
    package var debugDescription: String { host }
    package var customMirror: Mirror { Mirror(self, children: ["host": host]) }
}

/// What is wrong with an address.
package enum WebhookURLFault: Error, Hashable, Sendable, CaseIterable {
    case length, character, scheme, fragment, userInformation, host
    /// It names an address of the own machine or network, which is never called.
    case notPublic

    /// What is expected.
    package var detail: String {
        switch self {
        case .length: "expected an address of 1 to \(WebhookURL.longestBytes) bytes"
        case .character: "expected the characters of addresses only; write others as %XX, and names of hosts in ASCII"
        case .scheme: "expected an address that begins with https://"
        case .fragment: "expected no fragment"
        case .userInformation: "expected no user name or password; put a secret into the path or the query"
        case .host: "expected a host that is a DNS name or an IPv4 address, and a port of 1 to 65535 or none"
        case .notPublic: "expected an address that the whole internet reaches"
        }
    }
}
