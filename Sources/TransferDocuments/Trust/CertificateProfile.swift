import SwiftASN1
import TransferCore
import X509

/// The extensions of a certificate, taken apart, and the one table that says which of them make which purpose.
///
///     purpose    authority    key usage                            extended key usage       alternative names
///     root       yes, none    keyCertSign, cRLSign                 none                     none
///                below it
///     directory  no           digitalSignature                     none                     urn:jiexu:directory
///     tls        no           digitalSignature                     serverAuth, clientAuth   urn:jiexu:agency:CODE,
///                                                                                           DNS names, IP addresses
///     signing    no           digitalSignature, nonRepudiation     documentSigning          urn:jiexu:agency:CODE
///
/// Anything else is refused: a certificate that would do for two purposes is made for none.
///
/// Source: our choice; RFC 9336 for documentSigning.
struct CertificateProfile {
    let isAuthority: Bool
    let keyUsage: KeyUsage
    let extendedUsages: Set<ASN1ObjectIdentifier>
    let resourceNames: [String]
    let hostNames: [String]
    let hasAddresses: Bool
    let hasOtherNames: Bool

    static let documentSigning: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 36]
    static let directoryName = "urn:jiexu:directory"
    static let agencyPrefix = "urn:jiexu:agency:"
    /// More alternative names than this are not looked at.
    static let mostNames = 32

    private static let known: Set<ASN1ObjectIdentifier> = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
        .X509ExtensionID.subjectAlternativeName, .X509ExtensionID.subjectKeyIdentifier,
        .X509ExtensionID.authorityKeyIdentifier,
    ]

    init(_ certificate: Certificate) throws(TrustFault) {
        let extensions = certificate.extensions
        guard extensions.allSatisfy({ !$0.critical || CertificateProfile.known.contains($0.oid) }) else {
            throw TrustFault(.certificateForm, "has a critical extension that is not known here")
        }
        do {
            switch try extensions.basicConstraints {
            case .isCertificateAuthority(let maximumPathLength):
                guard maximumPathLength == 0 else {
                    throw TrustFault(.certificateForm, "an authority must have a path length of 0")
                }
                isAuthority = true
            case .notCertificateAuthority, nil: isAuthority = false
            }
            guard let usage = try extensions.keyUsage else {
                throw TrustFault(.certificateForm, "has no key usage")
            }
            keyUsage = usage
            extendedUsages = Set(try extensions.extendedKeyUsage?.map { ASN1ObjectIdentifier($0) } ?? [])
            guard try extensions.subjectKeyIdentifier != nil else {
                throw TrustFault(.certificateForm, "has no subject key identifier")
            }
            let names = try extensions.subjectAlternativeNames ?? SubjectAlternativeNames()
            guard names.count <= CertificateProfile.mostNames else {
                throw TrustFault(.certificateForm, "has more than \(CertificateProfile.mostNames) names")
            }
            resourceNames = names.compactMap {
                if case .uniformResourceIdentifier(let name) = $0 { name } else { nil }
            }
            hostNames = names.compactMap { if case .dnsName(let name) = $0 { name } else { nil } }
            hasOtherNames = names.contains {
                switch $0 {
                case .uniformResourceIdentifier, .dnsName, .ipAddress: false
                default: true
                }
            }
            hasAddresses = names.contains { if case .ipAddress = $0 { true } else { false } }
        } catch let fault as TrustFault {
            throw fault
        } catch {
            throw TrustFault(.certificateForm, "has an extension that cannot be read")
        }
    }

    func purpose() throws(TrustFault) -> NetworkCertificate.Purpose {
        guard !hasOtherNames else {
            throw TrustFault(.certificatePurpose, "has a name that is no URI, host or address")
        }
        if isAuthority {
            guard keyUsage == KeyUsage(keyCertSign: true, cRLSign: true), extendedUsages.isEmpty,
                resourceNames.isEmpty, !hasHosts
            else { throw TrustFault(.certificatePurpose, "an authority that is not only a root") }
            return .root
        }
        guard resourceNames.count == 1 else {
            throw TrustFault(
                .certificatePurpose, "expected one name of the form \(CertificateProfile.agencyPrefix)CODE")
        }
        if resourceNames[0] == CertificateProfile.directoryName {
            guard keyUsage == KeyUsage(digitalSignature: true), extendedUsages.isEmpty, !hasHosts else {
                throw TrustFault(.certificatePurpose, "a directory certificate with further usages or names")
            }
            return .directory
        }
        guard resourceNames[0].hasPrefix(CertificateProfile.agencyPrefix),
            let agency = AgencyCode(resourceNames[0].dropFirst(CertificateProfile.agencyPrefix.count))
        else { throw TrustFault(.certificatePurpose, "names no agency") }
        switch extendedUsages {
        case [.ExtendedKeyUsage.serverAuth, .ExtendedKeyUsage.clientAuth]:
            guard keyUsage == KeyUsage(digitalSignature: true), hasHosts else {
                throw TrustFault(.certificatePurpose, "a TLS certificate with further key usages or without a host")
            }
            guard hostNames.allSatisfy({ !$0.contains("*") }) else {
                throw TrustFault(.certificatePurpose, "a TLS certificate for all hosts of a domain")
            }
            return .tls(agency)
        case [CertificateProfile.documentSigning]:
            guard keyUsage == KeyUsage(digitalSignature: true, nonRepudiation: true), !hasHosts else {
                throw TrustFault(.certificatePurpose, "a signing certificate with further usages or names")
            }
            return .signing(agency)
        default:
            throw TrustFault(
                .certificatePurpose, "expected the extended key usages of TLS (server and client) or document signing")
        }
    }

    private var hasHosts: Bool { !hostNames.isEmpty || hasAddresses }
}
