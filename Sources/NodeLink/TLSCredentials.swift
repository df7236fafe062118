package import TransferCore
package import TransferDocuments

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

extension TLSCredentials {
    /// Checks that these are credentials that peers will accept: roots, a certificate for connections that one of them
    /// issued and that is valid now, and its key. Done at the start and before a reload, so that a wrong file is found
    /// by the one who put it there.
    ///
    /// - Parameter time: now, in seconds since 1970.
    /// - Returns: the agency that the certificate names.
    /// - Throws: the fault of the certificate.
    @discardableResult
    package func verify(at time: Int64) throws(TrustFault) -> AgencyCode {
        let roots = try NetworkCertificate.all(inPEM: String(decoding: rootPEM, as: UTF8.self))
        let own = try NetworkCertificate(pem: String(decoding: certificatePEM, as: UTF8.self))
        guard case .tls(let agency) = own.purpose else {
            throw TrustFault(.certificatePurpose, "expected a certificate for connections, found \(own.purpose)")
        }
        try own.verify(issuedBy: roots)
        guard own.isValid(at: time) else {
            throw TrustFault(.certificateTime, "our certificate for connections is not valid now")
        }
        do {
            _ = try SigningKey(
                privateKeyPEM: String(decoding: keyPEM, as: UTF8.self),
                certificatePEM: String(decoding: certificatePEM, as: UTF8.self))
        } catch {
            throw TrustFault(.certificateForm, error.description)
        }
        return agency
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
