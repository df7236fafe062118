package import TransferCore
package import TransferDocuments

/// A step while it is being decided: events go in, and what must be kept with them is gathered.
///
/// The draft is pure: it reads no clock and no store, so that the same file, moment and materials always make the same
/// step (but for the randomness inside signatures).
struct StepDraft {
    fileprivate(set) var step: CaseStep
    private(set) var story: CaseStory
    private let agency: AgencySettings
    private let opening: CaseOpening
    private let moment: Instant
    private let signer: any DocumentSigner
    fileprivate var documents: [StoredDocument]

    /// What an event's effects may need. Whoever raises the event prepares them.
    struct Materials {
        var contents: [DocumentContent] = []
        var postings: [Posting] = []
        var orders: [StoredOrder] = []
        /// Who prepared and who checked what leaves the agency.
        var deciders = Deciders.policy
    }

    /// - Parameter file: nil for a case that this step opens.
    init(
        file: CaseFile?, opening: CaseOpening, agency: AgencySettings, signer: any DocumentSigner, at moment: Instant
    ) throws(StoreError) {
        if let file {
            story = try CaseStory(replaying: file)
        } else {
            story = CaseStory(opening: opening)
        }
        step = CaseStep(
            number: opening.number, expecting: file?.version ?? 0,
            summary: story.summary(limits: agency.limits, calendar: agency.calendar)
        )
        if file == nil { step.opening = opening }
        documents = file?.documents ?? []
        self.agency = agency
        self.opening = opening
        self.moment = moment
        self.signer = signer
    }

    /// The peer of this case.
    var peer: AgencyCode {
        opening.peerCode
    }

    /// Whether a document was sent by this side, perhaps under the code that the agency had before.
    func isOurs(_ sender: AgencyCode) -> Bool { sender == agency.code || sender == opening.ownCode }

    /// Whether the handshake goes on while the origin has taken nothing of this case: its first letter was refused.
    var isUnknownToPeer: Bool {
        guard case .destination(let handshake) = story.transfer.pension, let first = documents.first else {
            return false
        }
        return first.isRefused && isOurs(first.sender) && documents.allSatisfy { isOurs($0.sender) }
            && !handshake.phase.isTerminal
    }

    /// Takes a document in with the receipt that is given for it.
    mutating func take(_ document: StoredDocument) {
        step.incoming = document
        documents.append(document)
    }

    /// Keeps the receipt of a document that went out.
    mutating func deliver(_ delivered: DeliveredDocument) {
        step.delivered = delivered
        documents = documents.map { document in
            guard document.digest == delivered.entry.digest, isOurs(document.sender) else { return document }
            return document.with(
                bytes: document.bytes, receipt: delivered.receipt, isRefused: delivered.isRefused)
        }
    }

    /// Applies an event and gathers its effects.
    ///
    /// - Returns: the effects that the caller decides at once: reconciling.
    mutating func apply(
        _ event: CaseEvent, actor: String, cause: String? = nil, attachment: [UInt8]? = nil,
        materials: Materials = .init()
    ) throws(DeskFault) -> Bool {
        let effects: [CaseEffect]
        do {
            effects = try story.apply(event, at: moment)
        } catch {
            throw .notAllowed(error)
        }
        step.events.append(
            StoredEvent(
                branch: event.branch, name: event.name, code: event.code, at: moment, actor: actor, cause: cause,
                attachment: attachment
            )
        )
        var mustReconcile = false
        for effect in effects {
            mustReconcile = try gather(effect, of: event.branch, materials) || mustReconcile
        }
        step.summary = story.summary(limits: agency.limits, calendar: agency.calendar)
        return mustReconcile
    }

    private mutating func gather(
        _ effect: CaseEffect, of branch: Branch, _ materials: Materials
    ) throws(DeskFault) -> Bool {
        switch effect {
        case .destination(.review): leave(.review)
        case .origin(.checkRecords): leave(.checkRecords)
        case .destination(.confirmAccount): leave(.confirmAccount)
        case .side(.returnFunds): leave(.returnFunds)
        case .side(.answerRecall): leave(.answerRecall)
        case .origin(.remit):
            // Where a policy decides, the order is made in this very step by whoever froze.
            if !decidesAlone(.remittance) { leave(.remit) }
        case .destination(.send(let kind)), .origin(.send(let kind)), .payout(_, .send(let kind)),
            .side(.send(let kind)):
            try send(kind, of: branch, materials)
        case .destination(.post(let kind)), .origin(.post(let kind)), .payout(_, .post(let kind)),
            .side(.post(let kind)):
            try post(kind, materials)
        case .origin(.orderRemittance): try order(.remittance, materials)
        case .payout(let purpose, .orderPayout): try order(purpose.orderLeg, materials)
        case .side(.orderReturn): try order(.fundsReturn, materials)
        case .destination(.notifyApplicant(let notice)), .payout(_, .notifyInsuredPerson(let notice)),
            .origin(.notifyInsuredPerson(let notice)), .side(.notifyInsuredPerson(let notice)):
            step.notices.append(StoredNotice(branch: branch, name: notice.name, code: notice.code, at: moment))
        case .destination(.alertClerk(let alert)), .origin(.alertClerk(let alert)), .payout(_, .alertClerk(let alert)),
            .side(.alertClerk(let alert)):
            step.alerts.append(StoredAlert(branch: branch, alert: alert, at: moment))
        case .destination(.reconcile):
            return true
        }
        return false
    }

    /// Leaves work to be done after the commit.
    mutating func leave(_ kind: NewEffect.Kind) {
        step.newEffects.append(NewEffect(kind: kind, dueAt: moment))
    }

    /// Takes up work that this very step has left.
    ///
    /// - Returns: whether it has left such work.
    mutating func takeUp(_ kind: NewEffect.Kind) -> Bool {
        guard let place = step.newEffects.lastIndex(where: { $0.kind == kind }) else { return false }
        step.newEffects.remove(at: place)
        return true
    }

    /// The step counts on it that the person has no other case at this origin, ended ones included.
    mutating func countOnNoOtherCase() { step.isFirstOfPerson = true }

    /// Whether the agency's policy decides a step alone.
    func decidesAlone(_ decision: DecisionStep) -> Bool { agency.straightThrough.contains(decision) }

    private mutating func post(_ kind: Posting.Kind, _ materials: Materials) throws(DeskFault) {
        guard let posting = materials.postings.first(where: { $0.kind == kind }) else {
            throw unprepared("post \(kind.rawValue)")
        }
        // Where nothing moves there is nothing to write.
        if !posting.lines.isEmpty { step.postings.append(posting) }
    }

    private mutating func order(_ leg: OrderKey.Leg, _ materials: Materials) throws(DeskFault) {
        guard let order = materials.orders.first(where: { $0.key.leg == leg }),
            !step.orders.contains(where: { $0.key == order.key })
        else { throw unprepared("order") }
        // The bank is told a day; an order by two persons needs no signature that would have looked at the clock.
        do { try signer.checkMoment() } catch { throw .signing(error) }
        step.orders.append(order)
    }

    /// An event came in a phase in which it does more than whoever raised it had prepared. Nothing is written: what the
    /// world says must not be able to end the process.
    private func unprepared(_ effect: String) -> DeskFault {
        .notAllowed(NotAllowed(event: "\(effect), unprepared", phase: story.transfer.leading.phase))
    }

    /// Signs a document as the next of this side in the case's chain.
    private mutating func send(
        _ kind: DocumentKind, of branch: Branch, _ materials: Materials
    ) throws(DeskFault) {
        guard let content = materials.contents.first(where: { $0.kind == kind && $0.branch == branch }) else {
            throw unprepared("send \(kind.rawValue)")
        }
        let sequence = documents.count { isOurs($0.sender) } + 1
        let envelope = DocumentEnvelope(
            caseNumber: opening.number, sender: agency.code, recipient: peer, sequence: sequence,
            previous: documents.last?.digest, issuedAt: moment.signingTime, maker: materials.deciders.maker,
            checker: materials.deciders.checker, content: content
        )
        do {
            let payload = try envelope.encoded()
            let document = StoredDocument(
                sender: agency.code, recipient: peer, sequence: sequence, kind: kind,
                digest: DocumentDigest(of: payload), bytes: try signer.sign(payload, type: .document, at: moment),
                at: moment, receipt: nil, isRefused: false
            )
            step.outgoing.append(document)
            documents.append(document)
            // What a side has promised it reads again when the other one answers.
            if kind == .acceptanceLetter || kind == .informationForm {
                ReadDocuments.shared.keep(envelope, signedAs: document)
            }
        } catch let fault as SigningFault {
            throw .signing(fault)
        } catch {
            throw .unwritable(kind, "\(error)")
        }
    }
}

extension DocumentContent {
    /// The leg to which the content belongs.
    var branch: Branch {
        if case .payoutNotice(let notice) = self { notice.branch } else { .pension }
    }
}

extension Notice {
    /// The code of the reason, if the notice has one.
    package var code: String? {
        switch self {
        case .refusal(let reason), .temporaryAccount(let reason), .correctionNeeded(let reason),
            .partlyTransferred(let reason), .held(let reason), .ended(let reason):
            reason.code
        case .payoutBounced(let bounce), .comeToTheDesk(let bounce): bounce.rawValue
        case .completion, .payoutPaid, .supplementNeeded, .lapsed, .withdrawn, .choiceNeeded: nil
        }
    }
}

/// Why the desk did not take a step. Nothing was written.
package enum DeskFault: Error, Sendable, CustomStringConvertible {
    case notAllowed(NotAllowed)
    case store(StoreError)
    case signing(SigningFault)
    /// A document could not be written: a value that its schema does not take.
    case unwritable(DocumentKind, String)
    /// An order that no file for the bank can hold: what is wrong with it, and where.
    case unorderable(String)
    case noSuchCase
    /// What was entered cannot be taken, with every fault.
    case faulty([FormFault])
    /// The rules could not be computed from the records: what is wrong there, with the place.
    case rule(RuleFault)
    /// The directory of agencies has expired: what has begun goes on, and nothing new begins.
    case directoryExpired

    /// Whether trying the same thing again can succeed.
    package var isTransient: Bool {
        switch self {
        case .store(let error): error.isTransient
        case .signing, .directoryExpired: true
        case .notAllowed, .unwritable, .unorderable, .noSuchCase, .faulty, .rule: false
        }
    }

    package var description: String {
        switch self {
        case .notAllowed(let fault): "\(fault)"
        case .store(let error): "\(error)"
        case .signing(let fault): "signing failed: \(fault)"
        case .unwritable(let kind, let why): "\(kind.rawValue) cannot be written: \(why)"
        case .unorderable(let why): "no order can be made: \(why)"
        case .noSuchCase: "there is no such case"
        case .faulty(let faults): "\(faults.count) faults in what was entered"
        case .directoryExpired: "the directory of agencies has expired; no new case is taken"
        case .rule(let fault): "the records cannot be computed: \(fault)"
        }
    }
}

extension StepDraft {
    /// Marks an effect as carried out by this step.
    mutating func finish(_ effect: EffectID) { step.doneEffects.append(effect) }

    /// Calls for a clerk's eye without anything having happened to the case.
    mutating func alert(_ alert: Alert) {
        step.alerts.append(StoredAlert(branch: .pension, alert: alert, at: moment))
    }

    /// Matches a bank line to the case.
    mutating func match(_ line: BankLine) { step.bankLines.append(line) }

    /// Books what the bank has moved and no event of the case explains.
    mutating func book(_ posting: Posting) { step.postings.append(posting) }

    /// Keeps the bank's answer to an order.
    mutating func settle(_ key: OrderKey, _ outcome: StoredOrder.Outcome) { step.orderOutcomes[key] = outcome }
}

extension StepDraft {
    /// The newest accepted document of a kind, this step's own included; nil when there is none.
    func newest(
        _ kind: DocumentKind, from sender: AgencyCode? = nil, _ file: CaseFile, evenRefused: Bool = false
    ) throws(DeskFault) -> DocumentContent? {
        let document = documents.last { document in
            document.kind == kind && (evenRefused || !document.isRefused)
                && sender.map { isSameSide($0, document.sender) } ?? true
        }
        guard let document else { return nil }
        do throws(StoreError) { return try file.content(of: document) } catch { throw .store(error) }
    }

    private func isSameSide(_ a: AgencyCode, _ b: AgencyCode) -> Bool { isOurs(a) == isOurs(b) }

    func newestForm(_ file: CaseFile) throws(DeskFault) -> InformationForm? {
        guard case .informationForm(let form)? = try newest(.informationForm, file) else { return nil }
        return form
    }

    /// Every accepted document of a kind, in order, this step's own included.
    func all(_ kind: DocumentKind, _ file: CaseFile) throws(DeskFault) -> [DocumentContent] { try all([kind], file) }

    /// The same of some kinds.
    func all(_ kinds: Set<DocumentKind>, _ file: CaseFile) throws(DeskFault) -> [DocumentContent] {
        try all(kinds, file, andRefused: nil).map(\.content)
    }

    /// The same, with those of this side and of a kind that the other office has refused.
    func all(
        _ kinds: Set<DocumentKind>, _ file: CaseFile, andRefused refused: DocumentKind?
    ) throws(DeskFault) -> [(content: DocumentContent, isRefused: Bool)] {
        var contents: [(content: DocumentContent, isRefused: Bool)] = []
        for document in documents where kinds.contains(document.kind) {
            guard !document.isRefused || (document.kind == refused && isOurs(document.sender)) else { continue }
            do throws(StoreError) { contents.append((try file.content(of: document), document.isRefused)) } catch {
                throw .store(error)
            }
        }
        return contents
    }

    /// What the bank credited to the destination as remittances of the case, this step's own included.
    func remittanceCredits(_ file: CaseFile) -> [BankLine] {
        (file.bankLines + step.bankLines).filter { line in
            line.direction == .credit && line.returnReason == nil && OrderKey(line.endToEndKey)?.leg == .remittance
        }
    }
}
