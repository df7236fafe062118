package import Casework
package import TransferCore
package import TransferDocuments

/// The port of the check codes that stand on papers: which document a code is of, and that document as it is on disk now.
package protocol CheckCodeStore: Sendable {
    /// The code of a document: the one that it has, or else the one that is offered.
    ///
    /// - Parameter code: thirteen characters, random.
    /// - Returns: nil when there is no such document.
    func checkCode(
        of document: StoredDocument, in number: CaseNumber, orElse code: String, at: Instant
    ) async throws(StoreError) -> String?

    /// What is under a code, read from the disk and not from the memory of cases; nil for a code that was never given.
    func checkedDocument(_ code: String) async throws(StoreError) -> CheckedDocument?
}

/// A document under its check code.
package struct CheckedDocument: Sendable {
    package let number: CaseNumber
    package let residentID: ResidentID
    package let document: StoredDocument
    /// The digest that the document had when its code was given.
    package let digest: DocumentDigest
    /// Whether its sender has sent a later one of its kind in the case.
    package let isSuperseded: Bool

    package init(
        number: CaseNumber, residentID: ResidentID, document: StoredDocument, digest: DocumentDigest,
        isSuperseded: Bool
    ) {
        self.number = number
        self.residentID = residentID
        self.document = document
        self.digest = digest
        self.isSuperseded = isSuperseded
    }
}

/// What the signature of a document under a check code says.
package enum SignatureStanding: Hashable, Sendable {
    /// Its signature is that of the office that is named, on exactly these bytes.
    case good
    /// The bytes are not those that were signed.
    case broken
    /// Whether the key was good cannot be told here.
    case unknown
}

extension CheckedDocument {
    /// Checks the bytes anew: nothing that was found out before counts.
    ///
    /// - Returns: with the content, when the bytes are good.
    package func examine(by directory: any DirectorySource) -> (standing: SignatureStanding, content: DocumentContent?)
    {
        guard let jws = try? JWS.parse(document.bytes, typ: .document, maximumBytes: Desk.longestDocument),
            jws.payloadDigest == digest, document.digest == digest,
            let envelope = try? DocumentEnvelope(decoding: jws.payload)
        else { return (.broken, nil) }
        do {
            // It was judged when it came in; here it is asked whether it still is what was signed then.
            guard try directory.signer(of: jws, seenAt: document.at.seconds) == document.sender else {
                return (.unknown, nil)
            }
            return (.good, envelope.content)
        } catch is JWSFault {
            return (.broken, nil)
        } catch {
            return (.unknown, nil)
        }
    }
}
