import TransferCore

/// Checks a dossier offline, with nothing but the trust anchors, and names everything that is wrong or missing.
///
/// Signatures are judged at the time at which they were made, by the directory that the dossier holds; so a dossier
/// that is good today is good in fifteen years, whatever has expired by then.
package enum DossierVerifier {
    /// - Parameters:
    ///   - bytes: the file.
    ///   - time: now, in seconds since 1970; only what was signed after it is wrong.
    /// - Returns: the findings, file first, then signatures, documents and case; empty when nothing is wrong.
    package static func verify(_ bytes: [UInt8], anchors: TrustAnchors, at time: Int64) -> [DossierFinding] {
        examine(bytes, anchors: anchors, at: time).findings
    }

    /// The same, with what is not wrong and should be known.
    ///
    /// - Parameter stampAuthorities: of which time-stamping authorities stamps are believed; empty for not looking at that.
    package static func examine(
        _ bytes: [UInt8], anchors: TrustAnchors, stampAuthorities: [StampCertificate] = [], at time: Int64
    ) -> (findings: [DossierFinding], remarks: [DossierRemark]) {
        let archive: ArchiveReader
        do throws(ArchiveFault) {
            archive = try ArchiveReader(bytes)
        } catch {
            let finding = DossierFinding(
                .archiveDamaged, "", "档案文件在第 \(error.offset) 字节处被改动或残缺。",
                "The file was changed or cut at byte \(error.offset): \(error.detail).")
            return ([finding], [])
        }
        var inspection = DossierInspection(
            archive: archive, anchors: anchors, stampAuthorities: stampAuthorities, now: time)
        inspection.run()
        return (inspection.findings, inspection.remarks)
    }
}

/// One check of one dossier: what has been read so far, and what was found.
struct DossierInspection {
    let archive: ArchiveReader
    let anchors: TrustAnchors
    let stampAuthorities: [StampCertificate]
    /// Seconds since 1970.
    let now: Int64
    private(set) var findings: [DossierFinding] = []
    private(set) var remarks: [DossierRemark] = []

    var directory: SignedDirectory?
    var caseFile: DossierCase?
    var documents: [CheckedDocument] = []
    var events: [Dossier.Event] = []
    var postings: [DossierPosting] = []
    /// The events applied again; nil when it is not known of which case they are.
    var history: DossierHistory?

    /// A document of the dossier that could be read.
    struct CheckedDocument {
        let number: Int
        let envelope: DocumentEnvelope
        let digest: DocumentDigest
        /// A document that its recipient refused keeps its place in the chain, and says nothing for the case.
        var isRefused = false
        var member: String { DossierMember.document(number) }
    }

    /// More findings than these say nothing new.
    static let mostFindings = 1_000

    init(archive: ArchiveReader, anchors: TrustAnchors, stampAuthorities: [StampCertificate], now: Int64) {
        self.archive = archive
        self.anchors = anchors
        self.stampAuthorities = stampAuthorities
        self.now = now
    }

    mutating func run() {
        guard let manifest = openManifest() else { return }
        checkMembers(against: manifest)
        readCase(of: manifest)
        history = caseFile.map { DossierHistory(events, role: $0.role, payouts: $0.payouts) }
        checkDocuments()
        let said = DossierContents(documents)
        checkContents(said)
        checkMoney(said)
        checkAnswers(said)
        checkHistory(said)
        checkPostings(said)
        checkLog(by: manifest.agency)
    }

    mutating func remark(_ remark: DossierRemark) { remarks.append(remark) }

    mutating func find(_ code: DossierFinding.Code, _ member: String, _ chinese: String, _ english: String) {
        guard findings.count < DossierInspection.mostFindings else { return }
        findings.append(DossierFinding(code, member, chinese, english))
    }
}

// MARK: - The file

extension DossierInspection {
    /// Opens directory and manifest: who exported the dossier, when, and what has to be in it.
    private mutating func openManifest() -> DossierManifest? {
        guard let bytes = archive[DossierMember.manifest] else {
            find(.memberMissing, DossierMember.manifest, "缺少清单。", "The table of contents is missing.")
            return nil
        }
        let signature: JWS
        let manifest: DossierManifest
        do {
            signature = try JWS.parse(Array(bytes), typ: .dossier, maximumBytes: 32 << 20)
            manifest = try DossierManifest(decoding: signature.payload)
        } catch {
            find(
                .memberUnreadable, DossierMember.manifest, "清单无法读取。", "The table of contents cannot be read: \(error).")
            return nil
        }
        openDirectory(exportedAt: manifest.exportedAt)
        guard signature.header.signingTime == manifest.exportedAt else {
            find(
                .signatureInvalid, DossierMember.manifest, "清单的签名时间与导出时间不一致。",
                "The table of contents was not signed at the time of export.")
            return manifest
        }
        verify(signature, DossierMember.manifest, by: manifest.agency, seenAt: manifest.exportedAt)
        return manifest
    }

    private mutating func openDirectory(exportedAt: SigningTime) {
        guard let bytes = archive[DossierMember.directory] else {
            find(.memberMissing, DossierMember.directory, "缺少经办机构目录。", "The directory of agencies is missing.")
            return
        }
        do throws(TrustFault) {
            let time = exportedAt.secondsSince1970
            let opened = try SignedDirectory.open(
                Array(bytes), anchors: anchors, at: time, expiry: .allowedForEvidence)
            directory = opened
            if opened.isExpired(at: time) {
                find(
                    .directoryExpired, DossierMember.directory, "导出时目录已经过期。",
                    "The directory had expired when the dossier was exported."
                )
            }
        } catch {
            find(
                .directoryNotTrusted, DossierMember.directory, "目录不能用所给的信任锚验证。",
                "The directory is not trusted: \(error).")
        }
    }

    private mutating func checkMembers(against manifest: DossierManifest) {
        for member in manifest.members {
            guard let content = archive[member.name] else {
                find(.memberMissing, member.name, "清单列出的文件不在档案中。", "The table of contents names it, but it is missing.")
                continue
            }
            if content.count != member.bytes || DocumentDigest(of: content) != member.digest {
                find(
                    .memberChanged, member.name, "文件内容与清单中的摘要不符。",
                    "Its content is not the one in the table of contents.")
            }
        }
        let listed = Set(manifest.members.map(\.name))
        for (name, _) in archive.entries where name != DossierMember.manifest && !listed.contains(name) {
            find(.memberUnlisted, name, "档案中有清单没有列出的文件。", "It is not in the table of contents.")
        }
    }

    private mutating func readCase(of manifest: DossierManifest) {
        caseFile = read(DossierMember.caseFile) { bytes throws(DocumentFault) in try DossierCase(decoding: bytes) }
        events = read(DossierMember.events) { bytes throws(DocumentFault) in try DossierEvents.read(bytes) } ?? []
        postings = read(DossierMember.postings) { bytes throws(DocumentFault) in try DossierPosting.read(bytes) } ?? []
        guard let caseFile else { return }
        if caseFile.caseNumber != manifest.caseNumber {
            find(.otherCase, DossierMember.caseFile, "业务编号与清单不一致。", "It is of another case than the table of contents.")
        }
        let exporter = caseFile.role == .origin ? caseFile.origin : caseFile.destination
        if caseFile.role != manifest.role || !isSame(manifest.agency, as: exporter) {
            find(
                .signerOther, DossierMember.manifest, "导出机构不是该业务的\(caseFile.role == .origin ? "转出地" : "转入地")。",
                "The exporting agency is not the \(caseFile.role.rawValue) of the case.")
        }
        if caseFile.role == .destination, archive[DossierMember.application] == nil {
            find(.memberMissing, DossierMember.application, "缺少申请表。", "The application is missing.")
        }
    }

    private mutating func read<Value>(
        _ member: String, _ decode: (ArraySlice<UInt8>) throws(DocumentFault) -> Value
    ) -> Value? {
        guard let bytes = archive[member] else {
            find(.memberMissing, member, "缺少该文件。", "It is missing.")
            return nil
        }
        do throws(DocumentFault) { return try decode(bytes) } catch {
            find(.memberUnreadable, member, "文件无法读取。", "It cannot be read: \(error).")
            return nil
        }
    }
}

// MARK: - Who signed

extension DossierInspection {
    /// Checks one signature: that the agency's key made it, and that the key was good when it did.
    ///
    /// - Parameter seenAt: when somebody else saw the signature; a key that was revoked before is not believed.
    mutating func verify(_ signature: JWS, _ member: String, by agency: AgencyCode, seenAt: SigningTime) {
        guard let directory else { return }
        let signedAt = signature.header.signingTime.secondsSince1970
        do throws(TrustFault) {
            let signer = try directory.signer(
                thumbprint: signature.header.certificate, signedAt: signedAt, seenAt: seenAt.secondsSince1970)
            do throws(JWSFault) { try signature.verify(with: signer.publicKey) } catch {
                find(.signatureInvalid, member, "签名与内容不符。", "The signature is not the signer's on these bytes.")
            }
            if signer.agency != agency {
                find(
                    .signerOther, member, "签名机构是\(signer.agency)，不是\(agency)。",
                    "It was signed by \(signer.agency), not by \(agency).")
            }
        } catch {
            find(.signerNotTrusted, member, "签名所用的密钥在签名时不可信。", "The signer's key was not good then: \(error).")
        }
        if signedAt > now + SignedDirectory.clockTolerance {
            find(.signedInFuture, member, "签名时间在当前时间之后。", "It was signed after the present time.")
        }
    }

    /// Whether an agency is another one, or has taken it over.
    func isSame(_ agency: AgencyCode, as other: AgencyCode) -> Bool {
        var current = other
        for _ in 0..<8 {
            if current == agency { return true }
            guard let next = directory?[current]?.successor else { return false }
            current = next
        }
        return false
    }
}
