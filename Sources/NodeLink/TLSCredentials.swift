/// What a node shows and trusts on its connections to peers: the root of the network, and its own TLS certificate with
/// its key, all in PEM. The key of documents is another one and never comes here.
package struct TLSCredentials: Sendable {
    /// One or more roots.
    package let rootPEM: [UInt8]
    package let certificatePEM: [UInt8]
    package let keyPEM: [UInt8]

    package init(rootPEM: [UInt8], certificatePEM: [UInt8], keyPEM: [UInt8]) {
        self.rootPEM = rootPEM
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }
}

/// The lowest version of TLS that is spoken with peers.
package enum TLSMinimum: String, Sendable, CaseIterable {
    case tls13 = "1.3"
    /// For peers behind old gateways; forward secrecy and authenticated encryption only.
    case tls12 = "1.2"
}

extension TLSCredentials: CustomStringConvertible {
    /// Never the key.
    package var description: String { "credentials of \(certificatePEM.count) bytes" }
}
