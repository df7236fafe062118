import Glibc

/// From where somebody tries to log in: one IPv4 address, or the first 64 bits of an IPv6 address, which is what one
/// household or office has to itself.
package struct LoginSource: Hashable, Sendable, CustomStringConvertible {
    /// As it is kept: `192.0.2.7`, `2001:db8:1:2::/64`; `unknown` for a text that is no address.
    package let place: String

    /// - Parameter address: as the connection has it, or the proxy before the node; an IPv4 address in IPv6 is taken as
    ///   the former.
    package init(address: String) {
        if let bytes = LoginSource.parse(address, AF_INET, 4) {
            place = bytes.map(String.init).joined(separator: ".")
        } else if let bytes = LoginSource.parse(address, AF_INET6, 16) {
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                place = bytes[12...].map(String.init).joined(separator: ".")
            } else {
                let groups = stride(from: 0, to: 8, by: 2).map { place in
                    String(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), radix: 16)
                }
                place = groups.joined(separator: ":") + "::/64"
            }
        } else {
            place = "unknown"
        }
    }

    private static func parse(_ address: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        guard address.utf8.count <= 45, inet_pton(family, address, &bytes) == 1 else { return nil }
        return bytes
    }

    package var description: String { place }
}
