import Logging
package import TransferCore
import TransferDocuments

// Documents that come in from peers: verified, judged, kept with their receipt, and only then acknowledged.
//
// What this guarantees: an acknowledged document is on disk. The same bytes again get the same receipt, byte for byte.
// The same place in the chain with other bytes is refused and kept as evidence. Nothing is believed of what a message
// says about its own sender: the key that signed is bound to an agency by the directory, and that agency must be the
// one on the other end of the TLS connection and the one that the document names.
//
// If the process dies anywhere here, nothing was acknowledged, the sender sends again, and the step is either found in
// the store (same receipt) or taken anew.

/// The answer to what a peer sent.
package enum PeerAnswer: Hashable, Sendable {
    /// A signed receipt, accepting or refusing: the sender has its evidence and stops sending.
    case receipt([UInt8])
    /// Nothing was taken; the sender may mend or wait and send again.
    case problem(Problem)
}

extension Desk {
    /// Takes a document of a peer.
    ///
    /// - Parameters:
    ///   - bytes: a compact JWS, as it came.
    ///   - peer: the agency to which the directory binds the TLS certificate of the connection.
    package func receive(_ bytes: [UInt8], from peer: AgencyCode) async -> PeerAnswer {
        do {
            let document = try verified(bytes, from: peer)
            return try await take(document, bytes)
        } catch let rejection as Rejection {
            return await reject(bytes, from: peer, rejection)
        } catch let error as StoreError {
            return .problem(unavailable(error))
        } catch let fault as DeskFault {
            if case .store(let error) = fault { return .problem(unavailable(error)) }
            return .problem(
                Problem(status: 503, code: "unavailable", title: "Service unavailable", detail: "Try again later."))
        } catch {
            preconditionFailure("receiving throws rejections, store errors and desk faults only")
        }
    }

    private func unavailable(_ error: StoreError) -> Problem {
        logger.error("a document could not be kept", metadata: ["cause": "\(error)"])
        return Problem(
            status: 503, code: "unavailable", title: "Service unavailable",
            detail: "The document could not be kept. Send the same bytes again later.")
    }

    // MARK: Who signed, and what

    /// A document whose signature, signer and sender are one and the same agency.
    private struct VerifiedDocument {
        let envelope: DocumentEnvelope
        let digest: DocumentDigest
    }

    private func verified(_ bytes: [UInt8], from peer: AgencyCode) throws -> VerifiedDocument {
        let jws: JWS
        do {
            jws = try JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument)
        } catch {
            throw Rejection(status: error.code == .size ? 413 : 400, code: error.code.rawValue, detail: error.detail)
        }
        let now = clock.now.seconds
        let signedAt = jws.header.signingTime.secondsSince1970
        let signer: AgencyCode
        do {
            let key = try directory.current.signer(
                thumbprint: jws.header.certificate, signedAt: signedAt, seenAt: now)
            signer = key.agency
            try jws.verify(with: key.publicKey)
        } catch let fault as TrustFault {
            throw Rejection(status: 403, code: fault.code.rawValue, detail: fault.detail)
        } catch let fault as JWSFault {
            throw Rejection(status: 401, code: fault.code.rawValue, detail: fault.detail)
        }
        guard signer == peer else {
            throw Rejection(
                status: 403, code: "signer-not-sender",
                detail: "The document is signed by another agency than the one that holds this connection.")
        }
        // Honest clocks are minutes apart at most; more would let a document be dated into the time of another key.
        guard signedAt - now <= SignedDirectory.clockTolerance else {
            throw Rejection(status: 400, code: "time", detail: "The signing time lies in the future; check the clock.")
        }

        // From here on the bytes are the peer's own, so that a refusal can be signed and kept: evidence for both sides.
        let digest = jws.payloadDigest
        let envelope: DocumentEnvelope
        do {
            envelope = try DocumentEnvelope(decoding: jws.payload)
        } catch {
            throw faulty(jws.payload, digest, error)
        }
        guard envelope.head.sender == signer else {
            throw Rejection(
                status: 403, code: "signer-not-sender",
                detail: "The document names another sender than the agency that signed it.")
        }
        guard envelope.head.recipient == agency.code else {
            throw Rejection(
                authentic: digest, envelope.head, code: "wrong-recipient", pointer: "/to",
                detail: "The document is for another agency.")
        }
        return VerifiedDocument(envelope: envelope, digest: digest)
    }

    /// A payload that its schema does not take: refused with a signature when its envelope can be read at least.
    private func faulty(_ payload: [UInt8], _ digest: DocumentDigest, _ fault: DocumentFault) -> Rejection {
        guard let head = try? DocumentHead(decoding: payload) else {
            return Rejection(status: 400, code: fault.code.rawValue, pointer: fault.pointer, detail: fault.detail)
        }
        return Rejection(
            authentic: digest, head, code: fault.code.rawValue, pointer: fault.pointer, detail: fault.detail)
    }

    // MARK: What to do with it

    private func take(_ document: VerifiedDocument, _ bytes: [UInt8]) async throws -> PeerAnswer {
        let envelope = document.envelope
        for attempt in 1... {
            if let known = try await store.incoming(
                envelope.head.caseNumber, sender: envelope.head.sender, sequence: envelope.head.sequence)
            {
                return try repeated(known, document)
            }
            do {
                let file = try await store.caseFile(envelope.head.caseNumber)
                let (step, receipt) = try decide(document, bytes, file: file)
                try await write(step)
                return .receipt(receipt)
            } catch StoreError.caseMovedOn where attempt < Desk.attempts {
                continue
            } catch StoreError.duplicate where attempt < Desk.attempts {
                // The same document came on another connection at the same time: answer with its receipt.
                continue
            } catch StoreError.caseUnderWay {
                throw Rejection(
                    authentic: document.digest, envelope.head, code: Reason.caseUnderWay.code, pointer: "/case",
                    detail: "Another case for this person is under way here.")
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }

    private func repeated(_ known: StoredDocument, _ document: VerifiedDocument) throws -> PeerAnswer {
        guard known.digest == document.digest, let receipt = known.receipt else {
            throw Rejection(
                status: 409, code: "equivocation",
                detail: "Another document with the same case, sender and sequence was received before; both are kept.",
                head: document.envelope.head)
        }
        return .receipt(receipt)
    }

    /// Judges a new document of a case: in its turn, in its chain, from the right side, and allowed by the handshake.
    private func decide(
        _ document: VerifiedDocument, _ bytes: [UInt8], file: CaseFile?
    ) throws -> (CaseStep, receipt: [UInt8]) {
        let envelope = document.envelope
        let opening = try file?.opening ?? newOpening(document)
        let refuse = { (code: String, pointer: String, detail: String) in
            Rejection(
                authentic: document.digest, envelope.head, code: code, pointer: pointer, detail: detail)
        }
        let peer = opening.role == .destination ? opening.origin : opening.destination
        guard envelope.head.sender == peer else {
            throw Rejection(status: 403, code: "not-a-party", detail: "The sender is not a side of this case.")
        }
        let documents = file?.documents ?? []
        let expected = documents.count { $0.sender == envelope.head.sender } + 1
        guard envelope.head.sequence == expected else {
            throw Rejection(
                status: 409, code: "out-of-order",
                detail: "Sequence \(expected) of this case is awaited; send it first.", head: envelope.head)
        }
        if let previous = envelope.head.previous {
            guard documents.contains(where: { $0.digest == previous }) else {
                throw refuse("chain", "/previous", "The case has no document with this digest.")
            }
        } else if !documents.isEmpty {
            throw refuse("chain", "/previous", "Only the first document of a case has no document before it.")
        }

        let moment = clock.now
        var draft = try StepDraft(file: file, opening: opening, agency: agency, signer: signer, at: moment)
        var refusal: (code: String, pointer: String)?
        do {
            try apply(document, bytes, to: &draft, file: file, opening: opening, at: moment)
        } catch DeskFault.notAllowed(let fault) {
            logger.notice(
                "a document was refused", metadata: ["case": "\(envelope.head.caseNumber)", "cause": "\(fault)"])
            refusal = ("not-allowed", "/kind")
        } catch let mismatch as Mismatch {
            refusal = (mismatch.code, mismatch.pointer)
        }
        if let refusal {
            // A refused document keeps its place in the chain, and changes nothing else.
            draft = try StepDraft(file: file, opening: opening, agency: agency, signer: signer, at: moment)
            guard file != nil else {
                throw refuse(refusal.code, refusal.pointer, "The case cannot begin with this document.")
            }
            let receipt = try receipt(
                for: envelope, document.digest, refusal: refusal, at: moment)
            draft.take(stored(document, bytes, receipt: receipt, isRefused: true, at: moment))
            return (draft.step, receipt)
        }
        guard let receipt = draft.step.incoming?.receipt else {
            preconditionFailure("an applied document was taken with its receipt")
        }
        return (draft.step, receipt)
    }

    /// A content that contradicts what the case already holds.
    private struct Mismatch: Error {
        let code: String
        let pointer: String
    }

    private func apply(
        _ document: VerifiedDocument, _ bytes: [UInt8], to draft: inout StepDraft, file: CaseFile?,
        opening: CaseOpening, at moment: Instant
    ) throws {
        let envelope = document.envelope
        let receipt = try receipt(for: envelope, document.digest, refusal: nil, at: moment)
        draft.take(stored(document, bytes, receipt: receipt, isRefused: false, at: moment))
        let event = try event(for: envelope.content, file: file, opening: opening)
        let mustReconcile = try draft.apply(
            event, actor: "peer:\(envelope.head.sender)", cause: document.digest.text)
        if mustReconcile, let file { try reconcile(file, adding: envelope.content, credit: nil, &draft) }
    }

    /// The event that a document is, after its content was compared with what the case holds.
    private func event(
        for content: DocumentContent, file: CaseFile?, opening: CaseOpening
    ) throws -> CaseEvent {
        switch (opening.role, content) {
        case (.origin, .acceptanceLetter(let letter)):
            guard letter.person.residentID == opening.residentID else {
                throw Mismatch(code: "person-differs", pointer: "/content/person/residentId")
            }
            guard letter.version == (file?.count(of: .acceptanceLetter) ?? 0) + 1 else {
                throw Mismatch(code: "letter-version", pointer: "/content/version")
            }
            guard letter.payouts == opening.payouts else {
                throw Mismatch(code: "payouts-differ", pointer: "/content/payouts")
            }
            return .origin(.letterArrived)
        case (.origin, .completionNotice(let notice)):
            guard case .informationForm(let form)? = try file?.newest(.informationForm)?.content,
                notice.individual == form.computation.account, notice.pooled == form.computation.pooled
            else { throw Mismatch(code: "amount-mismatch", pointer: "/content") }
            return .origin(.completionArrived)
        case (.destination, .returnNote(let note)):
            try checkVersion(note.letterVersion, file)
            return .destination(.letterReturned(note.reason))
        case (.destination, .contributionCertificate(let certificate)):
            try checkVersion(certificate.letterVersion, file)
            try checkPerson(certificate.person, file)
            return .destination(.certificateArrived)
        case (.destination, .informationForm(let form)):
            try checkVersion(form.letterVersion, file)
            try checkPerson(form.person, file)
            guard form.request.origin == opening.origin, form.request.destination == opening.destination else {
                throw Mismatch(code: "regions-differ", pointer: "/content/request")
            }
            return .destination(.formArrived)
        case (.destination, .remittanceAdvice(let advice)):
            guard advice.orderKey.caseNumber == opening.number, advice.orderKey.branch == .pension else {
                throw Mismatch(code: "order-key", pointer: "/content/orderKey")
            }
            return .destination(.adviceArrived)
        case (.destination, .payoutNotice(let notice)):
            if let payment = notice.payment {
                guard payment.orderKey.caseNumber == opening.number, payment.orderKey.branch == notice.branch else {
                    throw Mismatch(code: "order-key", pointer: "/content/payment/orderKey")
                }
            }
            return .awaitedPayout(notice.branch, .payoutNoticeArrived)
        case (.origin, _), (.destination, _):
            throw DeskFault.notAllowed(NotAllowed(event: content.kind.rawValue, phase: "other-role"))
        }
    }

    private func checkVersion(_ version: Int, _ file: CaseFile?) throws {
        guard version == file?.count(of: .acceptanceLetter) else {
            throw Mismatch(code: "letter-version", pointer: "/content/letterVersion")
        }
    }

    private func checkPerson(_ person: InsuredPerson, _ file: CaseFile?) throws {
        guard case .acceptanceLetter(let letter)? = try file?.newest(.acceptanceLetter)?.content,
            letter.person.isSame(as: person)
        else { throw Mismatch(code: "person-differs", pointer: "/content/person") }
    }

    /// What a first letter opens at the origin.
    private func newOpening(_ document: VerifiedDocument) throws -> CaseOpening {
        let envelope = document.envelope
        guard case .acceptanceLetter(let letter) = envelope.content else {
            throw Rejection(
                status: 409, code: "out-of-order",
                detail: "This case is not known here; it begins with the acceptance letter.", head: envelope.head)
        }
        guard envelope.head.caseNumber.destination == envelope.head.sender, envelope.head.sender != agency.code else {
            throw Rejection(
                authentic: document.digest, envelope.head, code: "wrong-number", pointer: "/case",
                detail: "A case number begins with the code of the destination that gives it.")
        }
        return CaseOpening(
            number: envelope.head.caseNumber, role: .origin, origin: agency.code, destination: envelope.head.sender,
            residentID: letter.person.residentID, payouts: letter.payouts, openedAt: clock.now, application: nil,
            lodgedBy: nil)
    }

    // MARK: Receipts and refusals

    private func stored(
        _ document: VerifiedDocument, _ bytes: [UInt8], receipt: [UInt8], isRefused: Bool, at moment: Instant
    ) -> StoredDocument {
        StoredDocument(
            sender: document.envelope.head.sender, recipient: agency.code, sequence: document.envelope.head.sequence,
            kind: document.envelope.content.kind, digest: document.digest, bytes: bytes, at: moment, receipt: receipt,
            isRefused: isRefused)
    }

    private func receipt(
        for envelope: DocumentEnvelope, _ digest: DocumentDigest, refusal: (code: String, pointer: String)?,
        at moment: Instant
    ) throws -> [UInt8] {
        let receipt = Receipt(
            caseNumber: envelope.head.caseNumber, sender: envelope.head.sender, recipient: agency.code,
            sequence: envelope.head.sequence, digest: digest,
            result: refusal.map { .refused(code: $0.code, pointer: $0.pointer) } ?? .accepted,
            receivedAt: moment.signingTime, receiver: Desk.receiver)
        do {
            return try signer.sign(try receipt.encoded(), type: .receipt, at: moment)
        } catch let fault as SigningFault {
            throw DeskFault.signing(fault)
        } catch {
            throw DeskFault.unwritable(envelope.content.kind, "\(error)")
        }
    }

    /// Why a document was not taken.
    private struct Rejection: Error {
        let status: Int
        let code: String
        let pointer: String?
        let detail: String
        /// Present when the bytes are proven to be the peer's own: the refusal is signed and kept.
        let digest: DocumentDigest?
        let head: DocumentHead?

        init(status: Int, code: String, pointer: String? = nil, detail: String, head: DocumentHead? = nil) {
            self.status = status
            self.code = code
            self.detail = detail
            self.pointer = pointer
            self.head = head
            digest = nil
        }

        init(
            authentic digest: DocumentDigest, _ head: DocumentHead, code: String, pointer: String, detail: String
        ) {
            status = 400
            self.code = code
            self.pointer = pointer
            self.detail = detail
            self.digest = digest
            self.head = head
        }
    }

    private func reject(_ bytes: [UInt8], from peer: AgencyCode, _ rejection: Rejection) async -> PeerAnswer {
        logger.notice("a document was not taken", metadata: ["peer": "\(peer)", "code": "\(rejection.code)"])
        let problem = Problem(
            status: rejection.status, code: rejection.code, title: "The document was not taken",
            detail: rejection.detail, pointer: rejection.pointer)
        do {
            if let digest = rejection.digest, let head = rejection.head {
                return .receipt(try await refusal(of: bytes, from: peer, digest, head, rejection))
            }
            if rejection.code == "equivocation", let head = rejection.head {
                // Signed by the peer, and contradicting what the peer signed before: both are kept.
                try await store.keepRefused(
                    RefusedEvidence(
                        sender: peer, number: head.caseNumber.text, digest: DocumentDigest(of: bytes),
                        code: rejection.code, bytes: bytes, receipt: nil, at: clock.now))
            }
            // What is not proven to be the peer's is counted by the listener, and never fills the store.
            return .problem(problem)
        } catch {
            logger.error("a refusal could not be kept", metadata: ["peer": "\(peer)", "cause": "\(error)"])
            return .problem(
                Problem(
                    status: 503, code: "unavailable", title: "Service unavailable",
                    detail: "The document could not be judged. Send the same bytes again later."))
        }
    }

    /// The signed refusal of bytes that are the peer's own: the same bytes get the same refusal.
    private func refusal(
        of bytes: [UInt8], from peer: AgencyCode, _ digest: DocumentDigest, _ head: DocumentHead, _ rejection: Rejection
    ) async throws -> [UInt8] {
        if let known = try await store.refusedReceipt(digest, sender: peer) { return known }
        let moment = clock.now
        let receipt = Receipt(
            caseNumber: head.caseNumber, sender: head.sender, recipient: agency.code, sequence: head.sequence,
            digest: digest, result: .refused(code: rejection.code, pointer: rejection.pointer),
            receivedAt: moment.signingTime, receiver: Desk.receiver)
        let signed = try signer.sign(try receipt.encoded(), type: .receipt, at: moment)
        try await store.keepRefused(
            RefusedEvidence(
                sender: peer, number: head.caseNumber.text, digest: digest, code: rejection.code, bytes: bytes,
                receipt: signed, at: moment))
        return signed
    }

    /// What receipts name as the receiver.
    private static let receiver = "node"
}
