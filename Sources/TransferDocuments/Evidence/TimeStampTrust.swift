import FoundationEssentials
import SwiftASN1
import X509

// Whether a token is what was asked for, and an authority's that is trusted.

extension TimeStampToken {
    /// Checks that a token is over a head, and was signed by an authority.
    ///
    /// The certificates are judged at the moment of the stamp, so that it holds for as long as nobody can forge what was
    /// signed then; whatever expires later changes nothing.
    ///
    /// - Parameter authorities: what is trusted: the authority's own certificate, or that of who issued it.
    package func verify(_ head: SignedTreeHead, signedBy authorities: [StampCertificate]) throws(TimeStampFault) {
        guard imprint == DocumentDigest(of: head.bytes) else {
            throw TimeStampFault(.imprint, "it is over other bytes")
        }
        // The authority's clock and the agency's are minutes apart at most.
        guard atMilliseconds >= head.head.atMilliseconds - SignedDirectory.clockTolerance * 1_000 else {
            throw TimeStampFault(.time, "it is older than the head that it is over")
        }
        let known = certificates + authorities
        guard let signer = known.first(where: { signature.isOf($0) }) else {
            throw TimeStampFault(.certificate, "the certificate of its signer is not there")
        }
        try TimeStampToken.checkPurpose(of: signer.certificate)
        guard signature.isValid(under: signer) else { throw TimeStampFault(.signature, "it does not hold") }
        try checkChain(of: signer, authorities)
    }

    /// Checks a token that was just asked for.
    ///
    /// - Parameter time: now, in milliseconds since 1970.
    package func verify(
        answers request: TimeStampRequest, for head: SignedTreeHead, signedBy authorities: [StampCertificate],
        at time: Int64
    ) throws(TimeStampFault) {
        guard imprint == request.imprint else { throw TimeStampFault(.imprint, "it is over other bytes") }
        guard nonce == request.nonce else { throw TimeStampFault(.nonce, "it answers another request") }
        if let asked = request.policy, asked != policy { throw TimeStampFault(.policy, "it is under \(policy)") }
        guard abs(atMilliseconds - time) <= SignedDirectory.clockTolerance * 1_000 else {
            throw TimeStampFault(.time, "the clocks of authority and node are more than five minutes apart")
        }
        try verify(head, signedBy: authorities)
    }

    /// For time-stamps alone, and said so that nobody may overlook it. Source: RFC 3161, section 2.3.
    private static func checkPurpose(of signer: Certificate) throws(TimeStampFault) {
        let usages = try? signer.extensions.extendedKeyUsage
        guard let usages, usages.count == 1, usages.contains(.init(oid: TimeStampNames.timeStamping)),
            signer.extensions[oid: .X509ExtensionID.extendedKeyUsage]?.critical == true
        else { throw TimeStampFault(.purpose, "its certificate is not for time-stamps alone") }
        if case .isCertificateAuthority? = try? signer.extensions.basicConstraints {
            throw TimeStampFault(.purpose, "its certificate is that of an issuer")
        }
        if let usage = try? signer.extensions.keyUsage, !usage.digitalSignature && !usage.nonRepudiation {
            throw TimeStampFault(.purpose, "its key is not for signatures")
        }
        guard StampCertificate.isStrong(signer) else {
            throw TimeStampFault(.algorithm, "its key is shorter than RSA of 2,048 bits or ECDSA of P-256")
        }
    }

    /// From the signer over at most three issuers to an authority.
    private func checkChain(
        of signer: StampCertificate, _ authorities: [StampCertificate]
    ) throws(TimeStampFault) {
        let time = atMilliseconds / 1_000
        var last = signer
        for _ in 0..<4 {
            guard last.isValid(at: time) else {
                throw TimeStampFault(.certificate, "a certificate of its chain was not valid then")
            }
            if authorities.contains(last) { return }
            if let authority = authorities.first(where: { $0.hasIssued(last) }) {
                guard authority.isValid(at: time) else {
                    throw TimeStampFault(.certificate, "the authority's certificate was not valid then")
                }
                return
            }
            guard let next = certificates.first(where: { $0.hasIssued(last) && $0 != last }) else {
                throw TimeStampFault(.certificate, "it is of no authority that is trusted")
            }
            last = next
        }
        throw TimeStampFault(.certificate, "its chain is too long")
    }
}

extension StampCertificate {
    /// Whether this is an issuer's certificate, and its key signed the other one.
    fileprivate func hasIssued(_ other: StampCertificate) -> Bool {
        guard certificate.subject == other.certificate.issuer, StampCertificate.isStrong(certificate),
            StampCertificate.strong.contains(other.certificate.signatureAlgorithm),
            case .isCertificateAuthority? = try? certificate.extensions.basicConstraints
        else { return false }
        if let usage = try? certificate.extensions.keyUsage, !usage.keyCertSign { return false }
        return certificate.publicKey.isValidSignature(other.certificate.signature, for: other.certificate)
    }

    /// No SHA-1.
    private static let strong: [Certificate.SignatureAlgorithm] = [
        .ecdsaWithSHA256, .ecdsaWithSHA384, .ecdsaWithSHA512, .sha256WithRSAEncryption, .sha384WithRSAEncryption,
        .sha512WithRSAEncryption,
    ]

    /// RSA of 2,048 bits at least; of curves only P-256 and above have a reader.
    fileprivate static func isStrong(_ certificate: Certificate) -> Bool {
        let key = Array(certificate.publicKey.subjectPublicKeyInfoBytes)
        // The key of RSA is a sequence of the modulus and the exponent; those of curves are points.
        guard key.first == 0x30 else { return true }
        let modulus = try? DER.sequence(try DER.parse(key), identifier: .sequence) { nodes in
            let modulus = nodes.next()?.primitive
            _ = nodes.next()
            return modulus
        }
        guard let digits = modulus?.drop(while: { $0 == 0 }), let first = digits.first else { return false }
        return digits.count * 8 - first.leadingZeroBitCount >= 2_048
    }
}
