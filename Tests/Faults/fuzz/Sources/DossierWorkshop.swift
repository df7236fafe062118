import TransferCore
import TransferDocuments

/// Signs whatever the input gives with keys that are in the directory, so that the checker of dossiers has to judge what
/// an agency could truly have signed: behind a good signature, anything may stand.
///
/// The input is the members of the dossier, parted by zero bytes, in the order of ``names``; an empty one is left out.
let dossierWorkshop: @Sendable ([UInt8]) -> Void = { bytes in
    let workshop = Workshop.only
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
    var members: [(name: String, content: [UInt8])] = [("directory.jws", workshop.directory)]
    for (name, part) in zip(names, parts) where !part.isEmpty {
        members.append((name, name.hasSuffix(".jws") ? workshop.signed(Array(part), as: name) : Array(part)))
    }
    guard let dossier = workshop.dossier(members) else { return }
    _ = DossierVerifier.examine(dossier, anchors: workshop.anchors, at: Workshop.now)
    // Raw bytes too: most of them are no archive, and none of them is a dossier of this network.
    hold(
        !DossierVerifier.verify(bytes, anchors: workshop.anchors, at: Workshop.now).isEmpty,
        "bytes of nobody are a good dossier")
}

private let names = [
    "case.json", "events.json", "postings.json", "application.json", "log.json", "documents/0001.jws",
    "receipts/0001.jws", "documents/0002.jws", "receipts/0002.jws", "documents/0003.jws", "attachments/0001.json",
]

private struct Workshop {
    /// 2026-11-21T08:00:00Z.
    static let now: Int64 = 1_795_248_000
    static let only = expect("a network of two agencies") { try Workshop() }

    let anchors: TrustAnchors
    let directory: [UInt8]
    private let keys: [AgencyCode: SigningKey]

    private static let origin = AgencyCode("510100")!
    private static let destination = AgencyCode("330100")!

    private init() throws {
        let year: Int64 = 365 * 86_400
        let validity = (Workshop.now - year)...(Workshop.now + year)
        let authority = try CertificateAuthority.founding(
            networkName: "Jiexu fuzzing", validity: (Workshop.now - 2 * year)...(Workshop.now + 2 * year))
        let directoryKey = try authority.issueDirectory(validity: validity)
        var keys: [AgencyCode: SigningKey] = [:]
        var entries: [DirectoryEntry] = []
        for code in [Workshop.destination, Workshop.origin] {
            let tls = try authority.issueTLS(for: code, hosts: ["node.example"], validity: validity)
            let signing = try authority.issueSigning(for: code, validity: validity)
            keys[code] = signing.signingKey
            entries.append(
                DirectoryEntry(
                    code: code, nameChinese: "某市社会保险经办机构", nameEnglish: "Agency",
                    endpoint: EndpointURL("https://node.example:8443")!,
                    tlsCertificates: [TLSCertificateEntry(tls.certificate)],
                    signingCertificates: [SigningCertificateEntry(signing.certificate)],
                    receives: [Capability(branch: .pension, from: CivilDate("2026-01-01")!)],
                    deadlineProfile: DeadlineProfile(name: "national", workingDays: [:]),
                    remittanceAccount: BankAccount(
                        holder: "基金专户", bankName: "中国工商银行", bankCode: "102651000017",
                        number: "4402239011900012345"),
                    successor: nil))
        }
        self.keys = keys
        anchors = try TrustAnchors(pem: authority.root.pem + directoryKey.certificatePEM)
        directory = try AgencyDirectory(
            version: 7, issuedAt: Workshop.now - 60, expiresAt: Workshop.now + 86_400, agencies: entries
        ).signed(by: directoryKey.signingKey, at: SigningTime(secondsSince1970: Workshop.now - 60)!)
    }

    /// Signed by the agency that the payload names as its sender; a receipt by the other.
    func signed(_ payload: [UInt8], as name: String) -> [UInt8] {
        let json = try? JSON.parse(payload, limits: .document)
        var sender = Workshop.origin
        if case .string(let text)? = json?[name.hasPrefix("receipts") ? "to" : "from"], let code = AgencyCode(text) {
            sender = code
        }
        var time = SigningTime(secondsSince1970: Workshop.now - 60)!
        if case .string(let text)? = json?[name.hasPrefix("receipts") ? "receivedAt" : "issuedAt"],
            let told = SigningTime(text)
        {
            time = told
        }
        return sign(payload, by: sender, name.hasPrefix("receipts") ? .receipt : .document, at: time)
    }

    private func sign(_ payload: [UInt8], by agency: AgencyCode, _ typ: JWSType, at time: SigningTime) -> [UInt8] {
        guard let key = keys[agency] ?? keys[Workshop.origin] else { violate("an agency without a key") }
        return expect("a signature") { try key.sign(payload: payload, typ: typ, at: time) }
    }

    /// The members under a table of contents that is right; nil when they are no archive.
    func dossier(_ members: [(name: String, content: [UInt8])]) -> [UInt8]? {
        let exportedAt = SigningTime(secondsSince1970: Workshop.now - 30)!
        let about = members.first { $0.name == "case.json" }.flatMap { try? JSON.parse($0.content, limits: .document) }
        var number = "330100-2026-0000001-"
        if case .string(let text)? = about?["case"] { number = text }
        let isOrigin = about?["role"] != .string("destination")
        guard
            let manifest = try? JSONWriter.object({ json in
                json.field("format", "jiexu/1")
                json.field("case", number)
                json.field("agency", isOrigin ? "510100" : "330100")
                json.field("role", isOrigin ? "origin" : "destination")
                json.field("exportedAt", exportedAt.text)
                json.array("members", members) { json, member in
                    json.object { json in
                        json.field("name", member.name)
                        json.field("digest", DocumentDigest(of: member.content).text)
                        json.field("bytes", member.content.count)
                    }
                }
            })
        else { return nil }
        var writer = ArchiveWriter()
        let agency = isOrigin ? Workshop.origin : Workshop.destination
        guard (try? writer.add("manifest.jws", sign(manifest, by: agency, .dossier, at: exportedAt))) != nil else {
            return nil
        }
        for member in members where (try? writer.add(member.name, member.content)) == nil { return nil }
        return writer.finish()
    }
}
