/// Where people reach a node: one listener for everything, or administration apart from what the world sees, on an address
/// that only the offices' own network reaches.
///
/// Source: SE-38 of the domain handbook's checks.
enum ListenerSide: Sendable {
    case everything
    /// Where administration is elsewhere: its addresses are answered as if they did not exist.
    case world
    /// Administration, with the way in and out, and nothing else.
    case administration

    func serves(_ route: Route) -> Bool {
        switch self {
        case .everything: true
        case .world: !ListenerSide.isBelow(route.pattern, "/admin")
        case .administration:
            route.pattern == "/" || ListenerSide.ofAdministration.contains { ListenerSide.isBelow(route.pattern, $0) }
        }
    }

    private static let ofAdministration = [
        "/admin", "/login", "/logout", "/activate", "/account", "/language", "/guide", "/static",
    ]

    private static func isBelow(_ pattern: String, _ place: String) -> Bool {
        pattern == place || pattern.hasPrefix(place + "/")
    }
}

/// The listeners for people besides the usual one.
package struct OtherAddresses: Hashable, Sendable {
    /// Where browsers are asked for a certificate; the same pages are there. Nil where nobody logs in with one.
    package var certificates: ListenAddress?
    /// Where administration is, and there alone; nil where it is on the usual listener.
    package var administration: ListenAddress?

    package init(certificates: ListenAddress? = nil, administration: ListenAddress? = nil) {
        self.certificates = certificates
        self.administration = administration
    }

    /// - Throws: ``ListenerFault/plainBeyondLoopback(host:)``.
    package func check() throws(ListenerFault) {
        try certificates?.check()
        try administration?.check()
    }
}

extension ListenAddress {
    /// Secrets cross the network behind TLS only.
    ///
    /// - Throws: ``ListenerFault/plainBeyondLoopback(host:)``.
    func check() throws(ListenerFault) {
        guard tls != nil || isLoopback else { throw .plainBeyondLoopback(host: host) }
    }
}
