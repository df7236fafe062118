package import TransferCore
package import TransferDocuments

// The destination's side: applications come in, are reviewed, and are answered.

extension Desk {
    /// What became of an application that was lodged.
    package enum Lodging: Sendable {
        /// A case was opened: its number, and the published name of its phase.
        case opened(CaseNumber, phase: String)
        /// The same key brought the same application before: the case that it opened then.
        case repeated(CaseNumber)
        /// The same key brought another application before.
        case keyReused
        /// A live case for the person and this origin exists (BR-016).
        case underWay(CaseNumber?)
        /// The form is well formed but cannot be taken, with every fault.
        case faulty([FormFault])
    }

    /// Takes an application in: it is on disk when this returns.
    ///
    /// - Parameters:
    ///   - form: the bytes that were lodged; they are what the acceptance letter names by digest.
    ///   - owner: the name of the access token that lodged it.
    ///   - key: the caller's idempotency key.
    package func lodge(
        _ application: TransferApplication, form: [UInt8], owner: String, key: String
    ) async throws(DeskFault) -> Lodging {
        let digest = DocumentDigest(of: form)
        do {
            if let answer = try await store.idempotentAnswer(owner: owner, key: key) {
                return repeated(answer, of: digest)
            }
            guard !directory.current.isExpired(at: clock.now.seconds) else { throw DeskFault.directoryExpired }
            let faults = faults(of: application)
            guard faults.isEmpty else { return .faulty(faults) }

            let moment = clock.now
            try signer.checkMoment()
            // A process that was started with a wrong clock, and has not heard of any peer yet, does not doubt it.
            guard directory.current.hasKey(of: agency.code, inUseAt: moment.seconds) else {
                throw DeskFault.signing(
                    SigningFault(
                        "no key of agency \(agency.code) is in use at \(moment); look at the clock of this node"))
            }
            let number = try await serials.next(for: agency.code, year: moment.date.year)
            let opening = CaseOpening(
                number: number, role: .destination, origin: application.origin, destination: agency.code,
                residentID: application.person.residentID, payouts: application.otherBranches.sorted(),
                openedAt: moment, application: form, lodgedBy: owner
            )
            var draft = try StepDraft(file: nil, opening: opening, agency: agency, signer: signer, at: moment)
            _ = try draft.apply(
                .destination(.applicationLodged), actor: "token:\(owner)", cause: digest.text)
            draft = await decidedAtOnce(.review, draft) { (file, draft) throws(DeskFault) in
                try await review(file, &draft, by: .policy)
            }
            var step = draft.step
            step.idempotency = IdempotentAnswer(
                owner: owner, key: key, bodyDigest: digest, answer: Array(number.text.utf8))
            try await write(step)
            return .opened(number, phase: step.summary.phase)
        } catch let fault as DeskFault {
            throw fault
        } catch let fault as SigningFault {
            throw .signing(fault)
        } catch StoreError.caseUnderWay {
            // Perhaps it is this application's own case: the same key came twice at the same time.
            if let answer = try await idempotentAnswer(owner: owner, key: key) { return repeated(answer, of: digest) }
            return .underWay(try await live(application))
        } catch StoreError.duplicate {
            // The same key came twice at the same time; the other one was written.
            guard let answer = try await idempotentAnswer(owner: owner, key: key) else {
                throw .store(.outcomeUnknown("the key \(key) was taken while this application was lodged"))
            }
            return repeated(answer, of: digest)
        } catch {
            throw .store((error as? StoreError) ?? .unavailable("\(error)"))
        }
    }

    private func repeated(_ answer: IdempotentAnswer, of digest: DocumentDigest) -> Lodging {
        guard answer.bodyDigest == digest, let number = CaseNumber(String(decoding: answer.answer, as: UTF8.self))
        else { return .keyReused }
        return .repeated(number)
    }

    private func idempotentAnswer(owner: String, key: String) async throws(DeskFault) -> IdempotentAnswer? {
        do { return try await store.idempotentAnswer(owner: owner, key: key) } catch { throw .store(error) }
    }

    private func live(_ application: TransferApplication) async throws(DeskFault) -> CaseNumber? {
        do {
            return try await store.liveCase(
                application.person.residentID, origin: application.origin, role: .destination)
        } catch { throw .store(error) }
    }

    /// What only this node can see wrong in an application: agencies and branches that the directory does not have.
    private func faults(of application: TransferApplication) -> [FormFault] {
        var faults: [FormFault] = []
        if application.origin == agency.code {
            faults.append(
                FormFault(
                    "/origin", "origin-is-destination", "转出地不能是本机构",
                    "The origin is this agency itself; name the agency that holds the record now."
                )
            )
        } else if directory.current[application.origin] == nil {
            faults.append(
                FormFault(
                    "/origin", "unknown-agency", "机构目录中没有该转出地",
                    "The directory of agencies has no such agency; check the code of the origin."
                )
            )
        }
        for (index, branch) in application.otherBranches.enumerated() where branch == .pension {
            faults.append(
                FormFault(
                    "/otherBranches/\(index)", "branch-not-settled-here", "养老保险关系本身就是转移的内容，不在此处填写",
                    "The pension is what is transferred; it is no other branch."))
        }
        return faults
    }

    /// Takes a corrected application in, after the origin has returned the letter, or after papers were asked for. What
    /// makes the case this case cannot be corrected: the person's number, the origin, and the branches that are settled.
    ///
    /// - Throws: ``DeskFault/faulty(_:)`` with every fault of the correction.
    package func correct(
        _ number: CaseNumber, _ application: TransferApplication, form: [UInt8], owner: String
    ) async throws(DeskFault) {
        try await commit(number) { (file, draft) throws(DeskFault) in
            let faults = fixed(application, in: file.opening)
            guard faults.isEmpty else { throw .faulty(faults) }
            var event = DestinationHandshake.Event.applicationCorrected
            if case .destination(let handshake) = draft.story.transfer.pension, handshake.phase == .supplementing {
                event = .applicationSupplemented
            }
            _ = try draft.apply(
                .destination(event), actor: "token:\(owner)", cause: DocumentDigest(of: form).text, attachment: form)
        }
    }

    /// The applicant takes the application back: at once while nothing was sent, by a recall of the letter afterwards.
    ///
    /// Source: phase 15 of the domain handbook.
    ///
    /// - Parameter writing: writes the step together with what else is kept of the withdrawal.
    package func withdraw(
        _ number: CaseNumber, owner: String, through writing: StepWriting? = nil
    ) async throws(DeskFault) {
        try await commit(number, through: writing) { (file, draft) throws(DeskFault) in
            try withdraw(
                .applicantWithdrew, text: "申请人撤回申请。 The applicant has withdrawn.", actor: "token:\(owner)",
                by: .policy, file, &draft)
        }
    }

    func withdraw(
        _ ground: RecallGround, text: String, actor: String, by deciders: Deciders, _ file: CaseFile,
        _ draft: inout StepDraft
    ) throws(DeskFault) {
        guard case .destination(let handshake) = draft.story.transfer.pension else {
            throw .notAllowed(NotAllowed(event: "application-withdrawn", phase: "other-role"))
        }
        switch handshake.phase {
        case .draft, .reviewing, .supplementing:
            try takeLetterBack(file, &draft, by: deciders)
            _ = try draft.apply(.destination(.applicationWithdrawn), actor: actor)
            try endPayouts(file, &draft, actor: actor)
        default:
            let request = RecallRequest(subject: .letter, ground: ground, text: text)
            _ = try draft.apply(
                .recall(.recallAsked(.letter)), actor: actor,
                materials: .init(contents: [.recallRequest(request)], deciders: deciders))
        }
    }

    private func fixed(_ application: TransferApplication, in opening: CaseOpening) -> [FormFault] {
        var faults: [FormFault] = []
        let mend = (
            "该项不能更正；请撤回后重新申请", "This cannot be corrected in the same case; lodge a new application."
        )
        if application.person.residentID != opening.residentID {
            faults.append(FormFault("/person/residentId", "not-correctable", mend.0, mend.1))
        }
        if application.origin != opening.origin {
            faults.append(FormFault("/origin", "not-correctable", mend.0, mend.1))
        }
        if application.otherBranches.sorted() != opening.payouts {
            faults.append(FormFault("/otherBranches", "not-correctable", mend.0, mend.1))
        }
        return faults
    }

    /// Carries out the effect ``NewEffect/Kind/review``: judges the application by the agency's own records.
    func review(_ effect: OpenEffect) async throws(DeskFault) {
        try await commit(effect.number) { (file, draft) throws(DeskFault) in
            draft.finish(effect.id)
            // A case that was reviewed already keeps its answer; the effect is only struck off.
            guard case .destination(let handshake) = draft.story.transfer.pension, handshake.phase == .reviewing
            else { return }
            try await review(file, &draft, by: .policy)
        }
    }

    /// Judges the application by the rules, and answers as they say.
    func review(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) async throws(DeskFault) {
        do {
            let (application, form) = try file.application()
            let record = try await store.record(of: application.person.residentID)
            let decision = try reviewFacts(of: application, record: record, in: file).decide()
            try answer(decision, application, form: form, in: file, by: deciders, &draft)
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as RuleFault {
            throw .rule(fault)
        } catch let fault as DeskFault {
            throw fault
        } catch {
            preconditionFailure("a review throws store errors, rule faults and desk faults only")
        }
    }

    private func answer(
        _ decision: PensionDecision, _ application: TransferApplication, form: [UInt8], in file: CaseFile,
        by deciders: Deciders, _ draft: inout StepDraft
    ) throws(DeskFault) {
        switch decision.decision {
        case .letter, .partial:
            let letter = letter(for: application, form: form, in: file)
            _ = try draft.apply(
                .destination(.applicationPassed), actor: deciders.actor,
                materials: .init(contents: [.acceptanceLetter(letter)], deciders: deciders))
        case .temporaryAccount:
            try openTemporaryAccount(decision.reason ?? .enrolledLateAwayFromHome, file, &draft, by: deciders)
        case .refuse, .end, .recordChange, .return, .hold, .wait, .payout, .keepAccount:
            try refuse(decision.reason ?? .papersIncomplete, file, &draft, by: deciders)
        }
    }

    func openTemporaryAccount(
        _ reason: Reason, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        try takeLetterBack(file, &draft, by: deciders)
        _ = try draft.apply(.destination(.temporaryAccountDue(reason)), actor: deciders.actor)
        try endPayouts(file, &draft, actor: deciders.actor)
    }

    func refuse(
        _ reason: Reason, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        try takeLetterBack(file, &draft, by: deciders)
        _ = try draft.apply(.destination(.applicationFailed(reason)), actor: deciders.actor)
        try endPayouts(file, &draft, actor: deciders.actor)
    }

    /// An application that ends after its letter had gone out and come back: the origin is told, so that its case ends as
    /// well.
    func takeLetterBack(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        guard file.count(of: .acceptanceLetter) > 0 else { return }
        let request = RecallRequest(
            subject: .letter, ground: .other, text: "申请不再办理。 The application has ended here.")
        _ = try draft.apply(
            .recall(.recallAsked(.letter)), actor: deciders.actor,
            materials: .init(contents: [.recallRequest(request)], deciders: deciders))
    }

    /// The next version of the letter.
    private func letter(for application: TransferApplication, form: [UInt8], in file: CaseFile) -> AcceptanceLetter {
        // What this agency can receive on the day of the application moves; the rest is paid to the person (BR-203).
        let own = directory.current[agency.code]
        let moves = file.opening.payouts.filter { own?.canReceive($0, on: file.opening.openedAt.date) == true }
        return AcceptanceLetter(
            version: file.count(of: .acceptanceLetter) + 1, person: application.person, payee: payee,
            office: agency.office, payouts: file.opening.payouts,
            payoutAccount: file.opening.payouts.count == moves.count ? nil : application.payoutAccount,
            applicationDigest: DocumentDigest(of: form).text, issuedOn: clock.now.date, purpose: application.purpose,
            moves: moves)
    }

    /// The account of this agency that the signed directory names: the only one that an origin will pay to.
    private var payee: BankAccount { directory.current[agency.code]?.remittanceAccount ?? agency.account }

    /// Carries out the effect ``NewEffect/Kind/confirmAccount``. A policy confirms only an account that the network's
    /// authority has changed in the directory since the last letter; whether the same account works after all is for two
    /// persons to say (BR-121).
    func confirmAccount(_ effect: OpenEffect) async throws(DeskFault) {
        try await commit(effect.number) { (file, draft) throws(DeskFault) in
            guard case .destination(let handshake) = draft.story.transfer.pension,
                case .awaitingAccount = handshake.phase
            else { return draft.finish(effect.id) }
            let last: DocumentContent?
            do throws(StoreError) {
                last = try file.newest(.acceptanceLetter)?.content
            } catch {
                throw .store(error)
            }
            if case .acceptanceLetter(let letter)? = last, letter.payee.isSameAccount(as: payee) {
                throw .notAllowed(NotAllowed(event: "account-confirmed", phase: "account-unchanged"))
            }
            draft.finish(effect.id)
            try confirmAccount(file, &draft, by: .policy)
        }
    }

    func confirmAccount(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        do {
            let (application, form) = try file.application()
            _ = try draft.apply(
                .destination(.accountConfirmed), actor: deciders.actor,
                materials: .init(
                    contents: [.acceptanceLetter(letter(for: application, form: form, in: file))],
                    deciders: deciders))
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as DeskFault {
            throw fault
        } catch {
            preconditionFailure("confirming throws store errors and desk faults only")
        }
    }

    /// No transfer, no payout: the legs that still wait end with the application.
    func endPayouts(_ file: CaseFile, _ draft: inout StepDraft, actor: String) throws(DeskFault) {
        for branch in file.opening.payouts
        where draft.story.transfer.awaitedPayouts[branch]?.phase == .awaitingPayout {
            _ = try draft.apply(.awaitedPayout(branch, .applicationEnded), actor: actor)
        }
    }

    /// What the destination knows. What only the origin can know is taken to be in order: the origin judges it by the
    /// same rules when it has the letter.
    func reviewFacts(
        of application: TransferApplication, record: PersonRecord?, in file: CaseFile
    ) -> PensionFacts {
        let person = application.person
        var employed = false
        if case .employer = application.applicant { employed = true }
        return PensionFacts(
            applicationDate: file.opening.openedAt.date, birthDate: person.residentID.birthDate,
            sex: person.residentID.sex,
            householdProvince: record?.householdProvince ?? file.opening.destination.provinceOrAny,
            origin: file.opening.origin, destination: file.opening.destination,
            originRelation: application.purpose == .gathering ? .temporary : .general,
            purpose: application.purpose,
            enrolments: record?.enrolledOn ?? [], monthsPaid: record?.monthsPaid ?? 0,
            moveIsApproved: application.approvedMove, hasLabourRelation: employed, nameAtOrigin: person.name,
            nameAtDestination: record?.person.name ?? person.name, hasCaseUnderWay: false,
            isDeceased: record?.isDeceased ?? false, drawsPension: record?.drawsPension ?? false,
            hasRecordAtOrigin: true, isActiveAtOrigin: false, isUnderLegalHold: false, arrearsMonths: 0,
            backPayments: []
        )
    }
}

extension CaseFile {
    /// The application as it stands after its corrections, with the bytes that were lodged.
    package func application() throws(StoreError) -> (TransferApplication, form: [UInt8]) {
        let corrected = events.last { CaseFile.corrections.contains($0.name) }?.attachment
        guard let form = corrected ?? opening.application else {
            throw .corrupt("\(opening.number): the application is missing")
        }
        do {
            return (try ApplicationForm.read(form), form)
        } catch {
            throw .corrupt("\(opening.number): the application cannot be read")
        }
    }
}

extension CaseFile {
    private static let corrections = [
        DestinationHandshake.Event.applicationCorrected.name, DestinationHandshake.Event.applicationSupplemented.name,
    ]
}

extension PersonRecord {
    /// Months for which money was paid here.
    var monthsPaid: Int { lines.filter { $0.kind.carriesMoney }.map(\.months).reduce(0, +) }

    /// Months in arrears here.
    var arrearsMonths: Int { lines.filter { $0.kind == .arrears }.map(\.months).reduce(0, +) }
}

extension RegionCode {
    /// The province; an agency's code always has one: neither the settings nor the directory take another (910000, the
    /// armed forces, has none).
    var provinceOrAny: Province {
        guard let province else { preconditionFailure("an agency serves a region of a province") }
        return province
    }
}
