import TransferCore
import TransferDocuments

/// A small network for the tests: Chengdu and Hangzhou, a root, a directory key, and a clock that stands at ``now``.
struct TrustCast {
    /// 2026-11-21T08:00:00Z.
    static let now: Int64 = 1_795_248_000
    static let year: Int64 = 365 * 86_400
    static let chengdu = AgencyCode("510100")!
    static let hangzhou = AgencyCode("330100")!

    let authority: CertificateAuthority
    let directoryKey: IssuedCertificate
    let chengduTLS: IssuedCertificate
    let chengduSigning: IssuedCertificate
    let hangzhouTLS: IssuedCertificate
    let hangzhouSigning: IssuedCertificate

    static let validity = (now - year)...(now + year)

    init(networkName: String = "Jiexu trial network") throws {
        let rootValidity = (TrustCast.now - 10 * TrustCast.year)...(TrustCast.now + 10 * TrustCast.year)
        authority = try CertificateAuthority.founding(networkName: networkName, validity: rootValidity)
        directoryKey = try authority.issueDirectory(validity: TrustCast.validity)
        chengduTLS = try authority.issueTLS(
            for: TrustCast.chengdu, hosts: ["node.chengdu.example", "127.0.0.1"], validity: TrustCast.validity)
        chengduSigning = try authority.issueSigning(for: TrustCast.chengdu, validity: TrustCast.validity)
        hangzhouTLS = try authority.issueTLS(
            for: TrustCast.hangzhou, hosts: ["node.hangzhou.example"], validity: TrustCast.validity)
        hangzhouSigning = try authority.issueSigning(for: TrustCast.hangzhou, validity: TrustCast.validity)
    }

    var anchors: TrustAnchors {
        get throws { try TrustAnchors(pem: authority.root.pem + directoryKey.certificatePEM) }
    }

    /// The entry of Chengdu, with anything replaced.
    func chengduEntry(
        tls: [TLSCertificateEntry]? = nil, signing: [SigningCertificateEntry]? = nil,
        receives: [Capability] = [Capability(branch: .pension, from: CivilDate("2026-01-01")!)],
        successor: AgencyCode? = nil
    ) -> DirectoryEntry {
        entry(
            TrustCast.chengdu, "成都市社会保险事业管理局", "Chengdu", "https://node.chengdu.example:8443",
            tls ?? [TLSCertificateEntry(chengduTLS.certificate)],
            signing ?? [SigningCertificateEntry(chengduSigning.certificate)], receives, successor)
    }

    func hangzhouEntry(signing: [SigningCertificateEntry]? = nil) -> DirectoryEntry {
        entry(
            TrustCast.hangzhou, "杭州市社会保险管理服务中心", "Hangzhou", "https://node.hangzhou.example:8443",
            [TLSCertificateEntry(hangzhouTLS.certificate)],
            signing ?? [SigningCertificateEntry(hangzhouSigning.certificate)],
            [Capability(branch: .pension, from: CivilDate("2026-01-01")!, until: CivilDate("2027-01-01")!)], nil)
    }

    private func entry(
        _ code: AgencyCode, _ chinese: String, _ english: String, _ endpoint: String, _ tls: [TLSCertificateEntry],
        _ signing: [SigningCertificateEntry], _ receives: [Capability], _ successor: AgencyCode?
    ) -> DirectoryEntry {
        DirectoryEntry(
            code: code, nameChinese: chinese, nameEnglish: english, endpoint: EndpointURL(endpoint)!,
            tlsCertificates: tls, signingCertificates: signing, receives: receives,
            deadlineProfile: DeadlineProfile(name: "national", workingDays: ["origin-reply": 15, "review": 15]),
            remittanceAccount: BankAccount(
                holder: "\(chinese)基金专户", bankName: "中国工商银行", bankCode: "102651000017",
                number: "4402239011900012345"),
            successor: successor)
    }

    func directory(version: Int64 = 7, issuedAt: Int64 = now - 60, expiresAt: Int64 = now + 86_400) -> AgencyDirectory {
        AgencyDirectory(
            version: version, issuedAt: issuedAt, expiresAt: expiresAt, agencies: [hangzhouEntry(), chengduEntry()])
    }

    func directory(_ agencies: [DirectoryEntry]) -> AgencyDirectory {
        AgencyDirectory(
            version: 7, issuedAt: TrustCast.now - 60, expiresAt: TrustCast.now + 86_400, agencies: agencies)
    }

    func signed(_ directory: AgencyDirectory, by key: IssuedCertificate? = nil, at time: Int64? = nil) throws -> [UInt8]
    {
        let time = SigningTime(secondsSince1970: time ?? directory.issuedAt)!
        return try directory.signed(by: (key ?? directoryKey).signingKey, at: time)
    }

    func opened(_ directory: AgencyDirectory) throws(TrustFault) -> SignedDirectory {
        let bytes: [UInt8]
        let anchors: TrustAnchors
        do {
            bytes = try signed(directory)
            anchors = try self.anchors
        } catch {
            throw error as? TrustFault ?? TrustFault(.directoryForm, "\(error)")
        }
        return try SignedDirectory.open(bytes, anchors: anchors, at: TrustCast.now)
    }
}

/// The code of the fault that something throws; nil when it throws none, or something else.
func faultCode(_ body: () throws -> Void) -> TrustFault.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? TrustFault)?.code
    }
}
