package import TransferCore

/// What an agency has done to reach another one that does not answer, signed by the agency: every document without a receipt
/// or without an answer, every attempt to deliver it, and every reminder. Nothing in it concerns a person.
///
/// It proves that the agency did its part, as far as the agency's own word goes; where the other side has signed a receipt,
/// the receipt stands in it and proves that the document arrived.
package struct ProofOfSilence: Hashable, Sendable {
    package let caseNumber: CaseNumber
    /// Who says it.
    package let agency: AgencyCode
    /// Who does not answer: the other side of the case, and the agency that stands for it now.
    package let peer: AgencyCode
    package let peerInForce: AgencyCode
    package let madeAt: SigningTime
    /// The published name of the phase in which the agency has the case.
    package let phase: String
    /// The last working day for the step that the peer owes; nil when it owes none.
    package let due: CivilDate?
    /// Working days since then, by the calendar of the agency; 0 while it is in time.
    package let workingDaysLate: Int
    /// Documents without a receipt or without an answer, in the order in which they were signed.
    package let documents: [Unanswered]
    /// Reminders, in the same order.
    package let reminders: [Unanswered]

    package static let mostDocuments = 100

    /// A document of the agency, and what became of it.
    package struct Unanswered: Hashable, Sendable {
        package let kind: String
        package let sequence: Int
        /// The digest of its payload.
        package let digest: DocumentDigest
        package let signedAt: SigningTime
        /// The peer's receipt, a compact JWS; nil when none came.
        package let receipt: String?
        /// How many attempts failed, of which the first and the newest at least stand in ``attempts``.
        package let failedAttempts: Int
        /// In the order in which they were made.
        package let attempts: [Attempt]

        package init(
            kind: String, sequence: Int, digest: DocumentDigest, signedAt: SigningTime, receipt: String?,
            failedAttempts: Int, attempts: [Attempt]
        ) {
            self.kind = kind
            self.sequence = sequence
            self.digest = digest
            self.signedAt = signedAt
            self.receipt = receipt
            self.failedAttempts = failedAttempts
            self.attempts = attempts
        }
    }

    /// One attempt that brought no receipt.
    package struct Attempt: Hashable, Sendable {
        package let at: SigningTime
        /// A published code: of the transport, or of the problem with which the peer answered.
        package let code: String
        package let tls: TLSOutcome

        package init(at: SigningTime, code: String) {
            self.at = at
            self.code = code
            tls = TLSOutcome(ofCode: code)
        }
    }

    /// What is known of the connection of an attempt. The names are published.
    package enum TLSOutcome: String, Hashable, Sendable, CaseIterable {
        /// No connection came about.
        case notReached = "not-reached"
        /// One side did not accept the other's certificate, or the peer showed another key than the directory has.
        case failed
        /// The peer showed its key and answered.
        case established
        case unknown

        /// As far as the code of an attempt tells it.
        package init(ofCode code: String) {
            switch code {
            case "resolve", "connect", "peer-not-in-directory": self = .notReached
            case "tls", "peer-key": self = .failed
            case "timeout", "lost", "closed", "own-side", "other": self = .unknown
            default: self = .established
            }
        }
    }

    package init(
        caseNumber: CaseNumber, agency: AgencyCode, peer: AgencyCode, peerInForce: AgencyCode, madeAt: SigningTime,
        phase: String, due: CivilDate?, workingDaysLate: Int, documents: [Unanswered], reminders: [Unanswered]
    ) {
        self.caseNumber = caseNumber
        self.agency = agency
        self.peer = peer
        self.peerInForce = peerInForce
        self.madeAt = madeAt
        self.phase = phase
        self.due = due
        self.workingDaysLate = workingDaysLate
        self.documents = documents
        self.reminders = reminders
    }
}

// MARK: - Form

extension ProofOfSilence {
    /// The payload to be signed.
    package func encoded() throws(DocumentFault) -> [UInt8] {
        try checkRules()
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .silence) { json in
                json.field("format", DocumentHead.format)
                json.field("case", caseNumber.text)
                json.field("agency", agency.text)
                json.field("peer", peer.text)
                json.field("peerInForce", peerInForce.text)
                json.field("madeAt", madeAt.text)
                json.field("phase", phase)
                json.text("due", orNull: due.map { "\($0)" })
                json.field("workingDaysLate", workingDaysLate)
                json.array("documents", documents) { json, item in json.object { item.write(to: &$0) } }
                json.array("reminders", reminders) { json, item in json.object { item.write(to: &$0) } }
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    /// Reads a payload whose signature was verified.
    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(payload, limits: .silence)
        } catch {
            throw DocumentFault(error)
        }
        var object = try ObjectReader(json)
        let format = try object.required("format")
        guard try format.string() == DocumentHead.format else {
            throw format.fault(.unsupportedFormat, "this program reads \(DocumentHead.format)")
        }
        caseNumber = try object.caseNumber("case")
        agency = try object.agency("agency")
        peer = try object.agency("peer")
        peerInForce = try object.agency("peerInForce")
        madeAt = try object.signingTime("madeAt")
        phase = try object.string("phase")
        let dueValue = try object.required("due")
        due = dueValue.isNull ? nil : try dueValue.string(as: "a day of the form 2026-11-21") { CivilDate($0) }
        workingDaysLate = try object.integer("workingDaysLate", 0...100_000)
        documents = try object.array("documents", max: ProofOfSilence.mostDocuments, Unanswered.init(reading:))
        reminders = try object.array("reminders", max: ProofOfSilence.mostDocuments, Unanswered.init(reading:))
        try object.end()
        try checkRules()
    }

    private func checkRules() throws(DocumentFault) {
        guard agency != peer else {
            throw DocumentFault(.conflictingFields, "/peer", "the silent side is another agency")
        }
        guard !phase.isEmpty, phase.utf8.count <= 64, phase.isWordsAndHyphens else {
            throw DocumentFault(.invalidFormat, "/phase", "expected 1 to 64 lower-case letters, digits or hyphens")
        }
        for (name, list) in [("documents", documents), ("reminders", reminders)] {
            for (place, item) in list.enumerated() {
                try item.checkRules(at: "/\(name)/\(place)", madeAt: madeAt)
            }
        }
    }
}

extension ProofOfSilence.Unanswered {
    /// The attempts that the store keeps of one document, and the newest.
    package static let mostAttempts = 1_001
    private static let longestReceipt = 8_192

    fileprivate func write(to json: inout JSONWriter) {
        json.field("kind", kind)
        json.field("sequence", sequence)
        json.field("digest", digest.text)
        json.field("signedAt", signedAt.text)
        json.text("receipt", orNull: receipt)
        json.field("failedAttempts", failedAttempts)
        json.array("attempts", attempts) { json, attempt in
            json.object { json in
                json.field("at", attempt.at.text)
                json.field("code", attempt.code)
                json.field("tls", attempt.tls.rawValue)
            }
        }
    }

    fileprivate init(reading value: ValueReader) throws(DocumentFault) {
        var object = try value.object()
        kind = try object.string("kind")
        sequence = try object.integer("sequence", DocumentHead.sequences)
        digest = try object.digest("digest")
        signedAt = try object.signingTime("signedAt")
        let receiptValue = try object.required("receipt")
        receipt = receiptValue.isNull ? nil : try receiptValue.string(length: 1...Self.longestReceipt)
        failedAttempts = try object.integer("failedAttempts", 0...Int(Int32.max))
        attempts = try object.array("attempts", max: Self.mostAttempts) { value throws(DocumentFault) in
            var object = try value.object()
            let attempt = ProofOfSilence.Attempt(at: try object.signingTime("at"), code: try object.string("code"))
            let tls = try object.required("tls")
            guard try tls.oneOf(ProofOfSilence.TLSOutcome.self) == attempt.tls else {
                throw tls.fault(.conflictingFields, "the code says \(attempt.tls.rawValue)")
            }
            try object.end()
            return attempt
        }
        try object.end()
    }

    fileprivate func checkRules(at pointer: String, madeAt: SigningTime) throws(DocumentFault) {
        guard !kind.isEmpty, kind.utf8.count <= 40, kind.isWordsAndHyphens else {
            throw DocumentFault(.invalidFormat, "\(pointer)/kind", "expected the name of a kind of document")
        }
        guard attempts.count <= failedAttempts else {
            throw DocumentFault(.conflictingFields, "\(pointer)/failedAttempts", "more attempts stand here")
        }
        var newest: SigningTime?
        for (place, attempt) in attempts.enumerated() {
            guard !attempt.code.isEmpty, attempt.code.utf8.count <= 64, attempt.code.isWordsAndHyphens else {
                throw DocumentFault(.invalidFormat, "\(pointer)/attempts/\(place)/code", "expected a published code")
            }
            guard newest.map({ $0 <= attempt.at }) ?? true, attempt.at <= madeAt else {
                throw DocumentFault(.wrongOrder, "\(pointer)/attempts/\(place)/at", "expected ascending times")
            }
            newest = attempt.at
        }
    }
}

extension String {
    /// Whether it has nothing but lower-case letters, digits and hyphens.
    fileprivate var isWordsAndHyphens: Bool {
        utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
    }
}

extension JSONLimits {
    /// A proof of silence with all attempts of all documents.
    static let silence = JSONLimits(
        bytes: 24 << 20, depth: 8, members: 1_000_000, topLevelObjectOnly: true, integersOnly: true,
        textRule: .document)
}
