package import TransferDocuments

/// The limits of the client for peers.
package struct PeerClientSettings: Sendable {
    package var minimumTLS: TLSMinimum
    /// Until TCP and TLS are up, in milliseconds.
    package var connectMilliseconds: Int32
    /// Until the whole answer is here, in milliseconds, the time for connecting included.
    package var totalMilliseconds: Int32
    /// A connection that was idle for longer is not used again. Less than the peers' own limit, or they would close it
    /// under a request.
    package var idleSeconds: Int32
    /// A connection is not used again after this age, so that certificates are looked at again.
    package var lifetimeSeconds: Int32
    /// At a time to one peer; further requests wait within their deadline.
    package var connectionsPerHost: Int32
    /// Idle connections kept open, all peers together.
    package var connectionsKept: Int32
    /// The longest body of an answer.
    package var answerLimitBytes: Int

    package init(
        minimumTLS: TLSMinimum = .tls13, connectMilliseconds: Int32 = 5_000, totalMilliseconds: Int32 = 30_000,
        idleSeconds: Int32 = 45, lifetimeSeconds: Int32 = 3_600, connectionsPerHost: Int32 = 8,
        connectionsKept: Int32 = 256, answerLimitBytes: Int = 64 * 1024
    ) {
        self.minimumTLS = minimumTLS
        self.connectMilliseconds = connectMilliseconds
        self.totalMilliseconds = totalMilliseconds
        self.idleSeconds = idleSeconds
        self.lifetimeSeconds = lifetimeSeconds
        self.connectionsPerHost = connectionsPerHost
        self.connectionsKept = connectionsKept
        self.answerLimitBytes = answerLimitBytes
    }
}

/// Where a peer is reached, and which keys of which it must show one.
package struct PeerEndpoint: Hashable, Sendable {
    package let url: EndpointURL
    package let keyPins: [DocumentDigest]
    /// The pins as libcurl reads them: `sha256//BASE64;sha256//BASE64`.
    let pinText: String

    /// - Returns: nil without a pin: whoever answers at an address is not yet the agency that was meant.
    package init?(url: EndpointURL, keyPins: [DocumentDigest]) {
        guard !keyPins.isEmpty else { return nil }
        self.url = url
        self.keyPins = keyPins
        pinText = keyPins.map { "sha256//" + PeerEndpoint.base64($0) }.joined(separator: ";")
    }

    /// The endpoint of an agency at a time (seconds since 1970); nil when no key of it is in use then.
    package init?(_ entry: DirectoryEntry, at time: Int64) {
        self.init(url: entry.endpoint, keyPins: entry.keyPins(at: time))
    }

    /// The digest in the base64 of RFC 4648, section 4, with padding.
    private static func base64(_ digest: DocumentDigest) -> String {
        digest.text.replacing("-", with: "+").replacing("_", with: "/") + "="
    }
}
