/// The documents of a dossier with their receipts, for a node that has lost its own.
package enum DossierDocuments {
    /// One document, as it was signed.
    package struct Found: Hashable, Sendable {
        package let head: DocumentHead
        package let digest: DocumentDigest
        package let bytes: [UInt8]
        package let receipt: [UInt8]?
    }

    /// Findings that leave a doubt about who signed what; a dossier with one of them brings nothing back.
    private static let doubts: Set<DossierFinding.Code> = [
        .archiveDamaged, .memberMissing, .memberChanged, .memberUnlisted, .directoryNotTrusted, .signatureInvalid,
        .signerNotTrusted, .signerOther, .signedInFuture, .otherCase, .receiptDiffers,
    ]

    /// Reads the documents of a dossier whose signatures all hold. The case need not be complete.
    ///
    /// - Parameter time: now, in seconds since 1970.
    /// - Throws: the findings that leave a doubt.
    package static func read(
        _ bytes: [UInt8], anchors: TrustAnchors, at time: Int64
    ) throws(DossierDoubt) -> [Found] {
        let findings = DossierVerifier.verify(bytes, anchors: anchors, at: time).filter { doubts.contains($0.code) }
        guard findings.isEmpty, let archive = try? ArchiveReader(bytes) else { throw DossierDoubt(findings: findings) }
        var found: [Found] = []
        for number in 1...DossierMember.most {
            guard let document = archive[DossierMember.document(number)] else { break }
            guard let jws = try? JWS.parse(Array(document), typ: .document, maximumBytes: 2 << 20),
                let head = try? DocumentHead(decoding: jws.payload)
            else { continue }
            found.append(
                Found(
                    head: head, digest: jws.payloadDigest, bytes: Array(document),
                    receipt: archive[DossierMember.receipt(number)].map { Array($0) }))
        }
        return found
    }
}

/// Why a dossier brings nothing back.
package struct DossierDoubt: Error, Hashable, Sendable {
    package let findings: [DossierFinding]
}
