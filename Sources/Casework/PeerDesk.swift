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
        } catch {
            return await answer(to: bytes, from: peer, after: error)
        }
    }

    /// Takes documents of a peer that came in one request: each as ``receive(_:from:)-([UInt8],_)`` takes it, those of one
    /// case in the order in which they stand, and all of them written together. The receipts for what is new share a
    /// signature; while nothing can be signed, none of it is kept.
    ///
    /// - Returns: the answer to each, in their order.
    package func receive(_ documents: [[UInt8]], from peer: AgencyCode) async -> [PeerAnswer] {
        if documents.count == 1 { return [await receive(documents[0], from: peer)] }
        let read = await documents.mapOnCores { bytes in Result { try verified(bytes, from: peer) } }
        var answers = [PeerAnswer?](repeating: nil, count: documents.count)
        var cases: [CaseNumber: Int] = [:]
        var ofCases: [[ReadDocument]] = []
        for (place, document) in read.enumerated() {
            do {
                let document = ReadDocument(place: place, bytes: documents[place], document: try document.get())
                let ofCase = cases[document.document.head.caseNumber] ?? ofCases.count
                if ofCase == ofCases.count { ofCases.append([]) }
                cases[document.document.head.caseNumber] = ofCase
                ofCases[ofCase].append(document)
            } catch {
                answers[place] = await answer(to: documents[place], from: peer, after: error)
            }
        }
        for atOnce in [true, false] {
            let decided = await ofCases.mapSideBySide { await decidedRun($0, from: peer, atOnce: atOnce) }
            for run in decided { for (place, answer) in run.answers { answers[place] = answer } }
            let runs = decided.filter { !$0.taken.isEmpty }
            ofCases = []
            do {
                let receipts = try receipts(for: runs)
                let steps = zip(runs, receipts).map { run, receipts in
                    zip(run.taken, receipts).map { $0.document.step(with: $1) }
                }
                for ((run, receipts), outcome) in zip(zip(runs, receipts), await write(steps)) {
                    switch outcome {
                    case .success:
                        for (taken, receipt) in zip(run.taken, receipts) { answers[taken.place] = .receipt(receipt) }
                    // The person has another case here: the check waits for the commit.
                    case .failure(.caseMovedOn) where run.isFirstOfPerson: ofCases.append(run.documents)
                    case .failure: continue
                    }
                }
            } catch {
                for taken in runs.flatMap(\.taken) {
                    answers[taken.place] = await answer(to: documents[taken.place], from: peer, after: error)
                }
            }
            if ofCases.isEmpty { break }
        }
        // What the store did not take as it was decided, because somebody else was faster or for another reason, is taken by
        // itself.
        for (place, answer) in answers.enumerated() where answer == nil {
            answers[place] = await receive(documents[place], from: peer)
        }
        return answers.compactMap(\.self)
    }

    /// A document of a request, with its place there.
    private struct ReadDocument: Sendable {
        let place: Int
        let bytes: [UInt8]
        let document: VerifiedDocument
    }

    /// What documents of one case that came in one request come to, decided one after the other.
    ///
    /// - Parameter atOnce: whether what a policy decides alone is decided in the same step. It is not where more documents of
    ///   the case have come: a recall that is here already is to be known before money is ordered.
    private func decidedRun(
        _ documents: [ReadDocument], from peer: AgencyCode, atOnce: Bool
    ) async -> DecidedRun {
        var run = DecidedRun(documents: documents)
        for read in documents {
            let ahead = run.ahead
            // What came twice is answered when the first is written.
            if ahead?.has(read.document.head) == true { continue }
            do {
                switch try await judge(
                    read.document, read.bytes, ahead: ahead, atOnce: atOnce && documents.count == 1)
                {
                case .known(let answer): run.answers.append((read.place, answer))
                case .new(let taken, let before):
                    if run.taken.isEmpty { run.before = before }
                    run.taken.append((read.place, taken))
                }
            } catch {
                run.answers.append((read.place, await answer(to: read.bytes, from: peer, after: error)))
            }
        }
        return run
    }

    private struct DecidedRun: Sendable {
        let documents: [ReadDocument]
        /// The case as it stood in the store; nil for one that the first step opens.
        var before: CaseFile?
        /// What is to be written, with the places of the documents that it takes.
        var taken: [(place: Int, document: TakenDocument)] = []
        /// What may be answered at once, with the places.
        var answers: [(place: Int, answer: PeerAnswer)] = []

        /// The case as it is then. Few requests have a second document of a case, so it is made when one comes.
        var ahead: CaseFile? {
            taken.first.flatMap { first in
                taken.reduce(before ?? first.document.opening.map(CaseFile.opened)) { $1.document.following($0) }
            }
        }

        var isFirstOfPerson: Bool { taken.first?.document.isFirstOfPerson ?? false }
    }

    /// A step that takes a document in, as long as the receipt for it is not signed: the receipts for documents that came
    /// together are signed together.
    private struct TakenDocument: Sendable {
        /// It has the payload of the receipt in the place of the receipt.
        private let unsigned: CaseStep
        let receipt: [UInt8]
        /// When the document was taken.
        let at: Instant

        init(_ step: CaseStep) {
            guard let document = step.incoming, let receipt = document.receipt else {
                preconditionFailure("a document was taken with what its receipt says")
            }
            unsigned = step
            self.receipt = receipt
            at = document.at
        }

        /// The step as it may be written.
        func step(with signed: [UInt8]) -> CaseStep {
            var step = unsigned
            step.incoming = step.incoming.map { $0.with(bytes: $0.bytes, receipt: signed, isRefused: $0.isRefused) }
            return step
        }

        /// What it opens; nil where the case is known.
        var opening: CaseOpening? { unsigned.opening }
        var isFirstOfPerson: Bool { unsigned.isFirstOfPerson }

        /// The case after it, on which the next document of the same request is decided. Receipts decide nothing.
        func following(_ file: CaseFile?) -> CaseFile? { file?.adding(unsigned) }
    }

    /// Signs the receipts for documents that came in one request.
    private func receipts(for runs: [DecidedRun]) throws(DeskFault) -> [[[UInt8]]] {
        let taken = runs.flatMap(\.taken).map(\.document)
        guard let moment = taken.map(\.at).max() else { return [] }
        var signed: ArraySlice<[UInt8]>
        do throws(SigningFault) {
            signed = try signer.sign(receipts: taken.map(\.receipt), at: moment)[...]
        } catch {
            throw .signing(error)
        }
        return runs.map { run in
            defer { signed = signed.dropFirst(run.taken.count) }
            return Array(signed.prefix(run.taken.count))
        }
    }

    private func answer(to bytes: [UInt8], from peer: AgencyCode, after error: any Error) async -> PeerAnswer {
        switch error {
        case let rejection as Rejection: return await reject(bytes, from: peer, rejection)
        case let error as StoreError: return .problem(unavailable(error))
        case let fault as DeskFault:
            if case .store(let error) = fault { return .problem(unavailable(error)) }
            return .problem(
                Problem(
                    status: 503, code: "unavailable", title: "Service unavailable", detail: "Try again later.",
                    retryAfterSeconds: 30))
        default: preconditionFailure("receiving throws rejections, store errors and desk faults only")
        }
    }

    private func unavailable(_ error: StoreError) -> Problem {
        logger.error("a document could not be kept", metadata: ["cause": "\(error)"])
        return Problem(
            status: 503, code: "unavailable", title: "Service unavailable",
            detail: "The document could not be kept. Send the same bytes again later.", retryAfterSeconds: 30)
    }

    // MARK: Who signed, and what

    /// A document whose signature, signer and sender are one and the same agency. What it says may still be faulty.
    private struct VerifiedDocument {
        let head: DocumentHead
        let content: Result<DocumentContent, DocumentFault>
        let digest: DocumentDigest

        /// Reads the envelope at least: a content that its schema does not take is refused as a document of its case.
        init(_ jws: JWS) throws(DocumentFault) {
            digest = jws.payloadDigest
            do {
                let envelope = try DocumentEnvelope(decoding: jws.payload)
                head = envelope.head
                content = .success(envelope.content)
                ReadDocuments.shared.keep(ReadDocuments.Reading(jws: jws, digest: digest, envelope: envelope))
            } catch {
                guard let head = try? DocumentHead(decoding: jws.payload) else { throw error }
                self.head = head
                content = .failure(error)
            }
        }

        init(_ known: ReadDocuments.Reading) {
            digest = known.digest
            head = known.envelope.head
            content = .success(known.envelope.content)
        }
    }

    private func verified(_ bytes: [UInt8], from peer: AgencyCode) throws -> VerifiedDocument {
        let known = ReadDocuments.shared.reading(of: bytes)
        let jws: JWS
        do {
            if let known {
                jws = known.jws
            } else {
                jws = try JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument)
            }
        } catch {
            throw Rejection(status: error.code == .size ? 413 : 400, code: error.code.rawValue, detail: error.detail)
        }
        let now = clock.now.seconds
        let signedAt = jws.header.signingTime.secondsSince1970
        let signer: AgencyCode
        do {
            signer = try directory.signer(of: jws, seenAt: now)
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

        let document: VerifiedDocument
        do throws(DocumentFault) {
            if let known { document = VerifiedDocument(known) } else { document = try VerifiedDocument(jws) }
        } catch {
            throw Rejection(status: 400, code: error.code.rawValue, pointer: error.pointer, detail: error.detail)
        }
        guard document.head.sender == signer else {
            throw Rejection(
                status: 403, code: "signer-not-sender",
                detail: "The document names another sender than the agency that signed it.")
        }
        // From here on the document is the peer's own, so that a refusal can be signed and kept: evidence for both.
        guard directory.current.stands(agency.code, for: document.head.recipient) else {
            throw Rejection(
                authentic: document.digest, document.head, code: "wrong-recipient", pointer: "/to",
                detail: "The document is for another agency.")
        }
        return document
    }

    // MARK: What to do with it

    /// What a document that was read comes to.
    private enum Judgement {
        /// It was taken before.
        case known(PeerAnswer)
        /// What is to be written, and the case on which it was decided.
        case new(TakenDocument, CaseFile?)
    }

    /// - Parameters:
    ///   - ahead: the case as it will be once what came before in the same request is written; nil for the case as it stands
    ///     in the store.
    ///   - atOnce: whether what a policy decides alone is decided in the same step.
    private func judge(
        _ document: VerifiedDocument, _ bytes: [UInt8], ahead: CaseFile? = nil, atOnce: Bool = true
    ) async throws -> Judgement {
        let head = document.head
        var file = ahead
        if file == nil { file = try await store.caseFile(head.caseNumber) }
        if file?.has(head) == true,
            let known = try await store.incoming(head.caseNumber, sender: head.sender, sequence: head.sequence)
        {
            return .known(try repeated(known, document))
        }
        return .new(TakenDocument(try await decide(document, bytes, file: file, atOnce: atOnce)), file)
    }

    private func take(_ document: VerifiedDocument, _ bytes: [UInt8]) async throws -> PeerAnswer {
        let head = document.head
        for attempt in 1... {
            do {
                let taken: TakenDocument
                // The person may have another case, which only the store knows for sure: then the check waits for the commit.
                switch try await judge(document, bytes, atOnce: attempt == 1) {
                case .known(let answer): return answer
                case .new(let decided, _): taken = decided
                }
                let receipt = try signedReceipt(taken.receipt, at: taken.at)
                let step = taken.step(with: receipt)
                do throws(StoreError) {
                    try await write(step)
                    return .receipt(receipt)
                } catch {
                    // It would open an ended case again, and the person has another one under way by now. The sender is
                    // right to speak of this case: its own store lets one case of a person live, and it is this one. So
                    // the other is about to end, and the document waits until it has.
                    guard error == .caseUnderWay, step.opening == nil else { throw error }
                    return .problem(
                        Problem(
                            status: 409, code: "case-under-way", title: "Another case is under way",
                            detail: "Another case of this person is ending here. Send the same bytes again later."))
                }
            } catch StoreError.caseMovedOn where attempt < Desk.attempts {
                continue
            } catch StoreError.duplicate where attempt < Desk.attempts {
                // The same document came on another connection at the same time, or it is the first of a case and was
                // refused before: answer with the receipt that was given.
                if let known = try await store.refusedReceipt(document.digest, sender: head.sender) {
                    return .receipt(try currentReceipt(known))
                }
                continue
            } catch StoreError.contradicted {
                throw equivocation(head)
            } catch StoreError.caseUnderWay {
                throw Rejection(
                    authentic: document.digest, head, code: "case-under-way", pointer: "/case",
                    detail: "Another case for this person is under way here.")
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }

    private func repeated(_ known: StoredDocument, _ document: VerifiedDocument) throws -> PeerAnswer {
        guard known.digest == document.digest, let receipt = known.receipt else {
            throw equivocation(document.head)
        }
        return .receipt(try currentReceipt(receipt))
    }

    private func equivocation(_ head: DocumentHead) -> Rejection {
        Rejection(
            status: 409, code: "equivocation",
            detail: "Another document with the same case, sender and sequence was received before; both are kept.",
            head: head)
    }

    /// Judges a new document of a case: in its turn, in its chain, from the right side, and allowed by the handshake.
    ///
    /// - Returns: the step, with the payload of the receipt in the place of the receipt.
    private func decide(
        _ document: VerifiedDocument, _ bytes: [UInt8], file: CaseFile?, atOnce: Bool
    ) async throws -> CaseStep {
        let head = document.head
        let opening: CaseOpening
        if let file { opening = file.opening } else { opening = try await newOpening(document) }
        // A third agency learns nothing of the case, not even that it exists.
        guard directory.current.stands(head.sender, for: opening.peerCode) else { throw unknownCase(head) }
        let moment = clock.now
        var draft = try StepDraft(file: file, opening: opening, agency: agency, signer: signer, at: moment)
        let expected = (file?.documents ?? []).count { !draft.isOurs($0.sender) } + 1
        guard head.sequence == expected else {
            throw Rejection(
                status: 409, code: "out-of-order",
                detail: "Sequence \(expected) of this case is awaited; send it first.", head: head)
        }

        var refusal: (code: String, pointer: String)?
        do {
            try checkChain(head, file)
            try await apply(document, bytes, to: &draft, file: file, opening: opening, at: moment)
            if file == nil, atOnce {
                // Whose first case it is, for that person nothing was settled before; the store looks at it once more.
                draft = await decidedAtOnce(.checkRecords, draft) { (file, draft) throws(DeskFault) in
                    draft.countOnNoOtherCase()
                    try await checkRecords(file, &draft, by: .policy, after: SettledBefore())
                }
            }
        } catch DeskFault.notAllowed(let fault) {
            logger.notice("a document was refused", metadata: ["case": "\(head.caseNumber)", "cause": "\(fault)"])
            refusal = ("not-allowed", "/kind")
        } catch let fault as DocumentFault {
            refusal = (fault.code.rawValue, fault.pointer)
        } catch let mismatch as Mismatch {
            refusal = (mismatch.code, mismatch.pointer)
        }
        if let refusal {
            guard let file else {
                throw Rejection(
                    authentic: document.digest, head, code: refusal.code, pointer: refusal.pointer,
                    detail: "The case cannot begin with this document.")
            }
            try allowRefusal(of: bytes, head.sender)
            return try refuse(document, bytes, refusal, file: file)
        }
        return draft.step
    }

    /// A refused document keeps its place in the chain, and changes nothing else.
    private func refuse(
        _ document: VerifiedDocument, _ bytes: [UInt8], _ refusal: (code: String, pointer: String), file: CaseFile
    ) throws -> CaseStep {
        let moment = clock.now
        var draft = try StepDraft(file: file, opening: file.opening, agency: agency, signer: signer, at: moment)
        let receipt = try receipt(for: document.head, document.digest, refusal: refusal, at: moment)
        draft.take(stored(document, bytes, receipt: receipt, isRefused: true, at: moment))
        return draft.step
    }

    /// Only the first document of a case names none before it; every other one names a document that is here.
    private func checkChain(_ head: DocumentHead, _ file: CaseFile?) throws(Mismatch) {
        let documents = file?.documents ?? []
        let isInChain = head.previous.map { previous in documents.contains { $0.digest == previous } }
        guard isInChain ?? documents.isEmpty else { throw Mismatch(code: "chain", pointer: "/previous") }
    }

    private func apply(
        _ document: VerifiedDocument, _ bytes: [UInt8], to draft: inout StepDraft, file: CaseFile?,
        opening: CaseOpening, at moment: Instant
    ) async throws {
        let content = try document.content.get()
        let receipt = try receipt(for: document.head, document.digest, refusal: nil, at: moment)
        let meaning = try await self.meaning(of: content, file: file, opening: opening, draft)
        draft.take(stored(document, bytes, receipt: receipt, isRefused: false, at: moment))
        let actor = "peer:\(document.head.sender)"
        let mustReconcile = try draft.apply(
            meaning.event, actor: actor, cause: document.digest.text, materials: meaning.materials)
        guard let file else { return }
        if mustReconcile { try await reconcile(file, &draft) }
        try await follow(content, file, &draft, actor: actor)
        try await settleOwed(file, &draft)
    }

    /// The answer to whoever is no side of a case, and to a document that comes before its first letter.
    private func unknownCase(_ head: DocumentHead) -> Rejection {
        Rejection(
            status: 409, code: "out-of-order",
            detail: "This case is not known here; it begins with the acceptance letter.", head: nil)
    }

    /// What a first letter opens at the origin.
    private func newOpening(_ document: VerifiedDocument) async throws -> CaseOpening {
        let head = document.head
        // What was signed before the refusal of the first letter came would wait for it for ever.
        if head.sequence > 1, try await hasRefusedLetter(before: head) {
            throw Rejection(
                authentic: document.digest, head, code: "letter-refused", pointer: "/case",
                detail: "The first letter of this case was refused; there is no such case here.")
        }
        guard head.kind == .acceptanceLetter else {
            throw unknownCase(head)
        }
        guard directory.current.stands(head.sender, for: head.caseNumber.destination), head.sender != agency.code
        else {
            throw Rejection(
                authentic: document.digest, head, code: "wrong-number", pointer: "/case",
                detail: "A case number begins with the code of the destination that gives it.")
        }
        // Running cases go on under an expired directory; what is new waits for the next one (K4).
        guard !directory.current.isExpired(at: clock.now.seconds) else {
            throw Rejection(
                status: 409, code: "directory-expired",
                detail: "The directory of this node has expired; new cases wait. Send the same bytes again later.")
        }
        switch document.content {
        case .success(.acceptanceLetter(let letter)):
            return CaseOpening(
                number: head.caseNumber, role: .origin, origin: agency.code, destination: head.sender,
                residentID: letter.person.residentID, payouts: letter.payouts, openedAt: clock.now, application: nil,
                lodgedBy: nil)
        case .success:
            preconditionFailure("a content is of the kind that its envelope names")
        case .failure(let fault):
            throw Rejection(
                authentic: document.digest, head, code: fault.code.rawValue, pointer: fault.pointer,
                detail: fault.detail)
        }
    }

    /// Whether the sender, or the agency from which it took over the case, was refused the first letter.
    private func hasRefusedLetter(before head: DocumentHead) async throws -> Bool {
        let destination = head.caseNumber.destination
        guard directory.current.stands(head.sender, for: destination) else { return false }
        if try await store.hasRefused(from: head.sender, head.caseNumber) { return true }
        guard destination != head.sender else { return false }
        return try await store.hasRefused(from: destination, head.caseNumber)
    }

    // MARK: Receipts and refusals

    /// - Throws: a rejection when more of what the sender sends wrongly is not kept for the time being.
    private func allowRefusal(of bytes: [UInt8], _ sender: AgencyCode) throws(Rejection) {
        guard let seconds = refusals.take(sender, bytes: bytes.count, at: clock.now) else { return }
        throw Rejection(
            status: 429, code: "too-many-refusals",
            detail: "Too many documents of this agency were refused. Look why; send the same bytes again later.",
            retryAfterSeconds: seconds)
    }

    private func stored(
        _ document: VerifiedDocument, _ bytes: [UInt8], receipt: [UInt8], isRefused: Bool, at moment: Instant
    ) -> StoredDocument {
        StoredDocument(
            sender: document.head.sender, recipient: agency.code, sequence: document.head.sequence,
            kind: document.head.kind, digest: document.digest, bytes: bytes, at: moment, receipt: receipt,
            isRefused: isRefused)
    }

    /// The payload of a receipt.
    private func receipt(
        for head: DocumentHead, _ digest: DocumentDigest, refusal: (code: String, pointer: String?)?, at moment: Instant
    ) throws(DeskFault) -> [UInt8] {
        let receipt = Receipt(
            caseNumber: head.caseNumber, sender: head.sender, recipient: agency.code, sequence: head.sequence,
            digest: digest, result: refusal.map { .refused(code: $0.code, pointer: $0.pointer) } ?? .accepted,
            receivedAt: moment.signingTime, receiver: Desk.receiver)
        do throws(DocumentFault) {
            return try receipt.encoded()
        } catch {
            throw .unwritable(head.kind, "\(error)")
        }
    }

    /// A receipt that goes by itself.
    func signedReceipt(_ payload: [UInt8], at moment: Instant) throws(DeskFault) -> [UInt8] {
        do throws(SigningFault) {
            return try signer.sign(payload, type: .receipt, at: moment)
        } catch {
            throw .signing(error)
        }
    }

    /// Why a document was not taken.
    private struct Rejection: Error {
        let status: Int
        let code: String
        let pointer: String?
        let detail: String
        let retryAfterSeconds: Int?
        /// Present when the bytes are proven to be the peer's own: the refusal is signed and kept.
        let digest: DocumentDigest?
        let head: DocumentHead?

        init(
            status: Int, code: String, pointer: String? = nil, detail: String, head: DocumentHead? = nil,
            retryAfterSeconds: Int? = nil
        ) {
            self.retryAfterSeconds = retryAfterSeconds
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
            retryAfterSeconds = nil
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
            detail: rejection.detail, pointer: rejection.pointer, retryAfterSeconds: rejection.retryAfterSeconds)
        do {
            if let digest = rejection.digest, let head = rejection.head {
                return .receipt(try await refusal(of: bytes, from: peer, digest, head, rejection))
            }
            if rejection.code == "equivocation", let head = rejection.head,
                refusals.take(peer, bytes: bytes.count, at: clock.now) == nil
            {
                // Signed by the peer, and contradicting what the peer signed before: both are kept.
                try await store.keepRefused(
                    RefusedEvidence(
                        sender: peer, number: head.caseNumber.text, digest: DocumentDigest(of: bytes),
                        code: rejection.code, bytes: bytes, receipt: nil, at: clock.now))
            }
            // What is not proven to be the peer's is counted by the listener, and never fills the store.
            return .problem(problem)
        } catch let late as Rejection {
            return await reject(bytes, from: peer, late)
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
        if let known = try await store.refusedReceipt(digest, sender: peer) { return try currentReceipt(known) }
        try allowRefusal(of: bytes, peer)
        let moment = clock.now
        let signed = try signedReceipt(
            try receipt(for: head, digest, refusal: (rejection.code, rejection.pointer), at: moment), at: moment)
        do {
            try await store.keepRefused(
                RefusedEvidence(
                    sender: peer, number: head.caseNumber.text, digest: digest, code: rejection.code, bytes: bytes,
                    receipt: signed, at: moment))
        } catch StoreError.duplicate {
            // The same bytes came on another connection at the same time: answer with the refusal that was kept.
            guard let known = try await store.refusedReceipt(digest, sender: peer) else { throw StoreError.duplicate }
            return known
        }
        return signed
    }

    /// What receipts name as the receiver.
    private static let receiver = "node"
}

extension CaseFile {
    /// Whether the place of a document in its case is taken, by it or by another.
    fileprivate func has(_ head: DocumentHead) -> Bool {
        documents.contains { $0.sender == head.sender && $0.sequence == head.sequence }
    }
}
