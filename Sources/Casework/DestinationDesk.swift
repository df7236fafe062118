package import TransferCore
package import TransferDocuments

// The destination's side: applications come in, are reviewed, and are answered.

extension Desk {
    /// What became of an application that was lodged.
    package enum Lodging: Sendable {
        /// A case was opened.
        case opened(CaseNumber)
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
            let faults = faults(of: application)
            guard faults.isEmpty else { return .faulty(faults) }

            let moment = clock.now
            let number = try await serials.next(for: agency.code, year: moment.date.year)
            let opening = CaseOpening(
                number: number, role: .destination, origin: application.origin, destination: agency.code,
                residentID: application.person.residentID, payouts: application.otherBranches.sorted(),
                openedAt: moment, application: form, lodgedBy: owner
            )
            var draft = try StepDraft(file: nil, opening: opening, agency: agency, signer: signer, at: moment)
            _ = try draft.apply(
                .destination(.applicationLodged), actor: "token:\(owner)", cause: digest.text)
            var step = draft.step
            step.idempotency = IdempotentAnswer(
                owner: owner, key: key, bodyDigest: digest, answer: Array(number.text.utf8))
            try await write(step)
            return .opened(number)
        } catch let fault as DeskFault {
            throw fault
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
        let own = directory.current[agency.code]
        for (index, branch) in application.otherBranches.enumerated()
        where own?.canReceive(branch, on: clock.now.date) == true {
            faults.append(
                FormFault(
                    "/otherBranches/\(index)", "branch-not-settled-here",
                    "本机构可以接收该险种，不在本业务中支付给个人",

                    "This agency receives the branch itself, so its balance is not paid out in this case."
                )
            )
        }
        return faults
    }

    /// Takes a corrected application in, after the origin has returned the letter. What makes the case this case cannot
    /// be corrected: the person's number, the origin, and the branches that are settled.
    ///
    /// - Throws: ``DeskFault/faulty(_:)`` with every fault of the correction.
    package func correct(
        _ number: CaseNumber, _ application: TransferApplication, form: [UInt8], owner: String
    ) async throws(DeskFault) {
        try await commit(number) { (file, draft) throws(DeskFault) in
            let faults = fixed(application, in: file.opening)
            guard faults.isEmpty else { throw .faulty(faults) }
            _ = try draft.apply(
                .destination(.applicationCorrected), actor: "token:\(owner)", cause: DocumentDigest(of: form).text,
                attachment: form)
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
            do {
                let (application, form) = try file.application()
                let record = try await store.record(of: application.person.residentID)
                let decision = try reviewFacts(of: application, record: record, in: file).decide()
                try answer(decision, application, form: form, in: file, &draft)
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
    }

    private func answer(
        _ decision: PensionDecision, _ application: TransferApplication, form: [UInt8], in file: CaseFile,
        _ draft: inout StepDraft
    ) throws(DeskFault) {
        let policy = DecisionStep.policy
        switch decision.decision {
        case .letter, .partial:
            let letter = AcceptanceLetter(
                version: file.count(of: .acceptanceLetter) + 1, person: application.person,
                payee: directory.current[agency.code]?.remittanceAccount ?? agency.account,
                office: agency.office, payouts: file.opening.payouts,
                payoutAccount: file.opening.payouts.isEmpty ? nil : application.payoutAccount,
                applicationDigest: DocumentDigest(of: form).text, issuedOn: clock.now.date
            )
            _ = try draft.apply(
                .destination(.applicationPassed), actor: policy,
                materials: .init(contents: [.acceptanceLetter(letter)]))
        case .temporaryAccount:
            _ = try draft.apply(
                .destination(.temporaryAccountDue(decision.reason ?? .enrolledLateAwayFromHome)), actor: policy)
            try endPayouts(file, &draft)
        case .refuse, .end, .recordChange, .return, .hold, .wait, .payout, .keepAccount:
            _ = try draft.apply(
                .destination(.applicationFailed(decision.reason ?? .papersIncomplete)), actor: policy)
            try endPayouts(file, &draft)
        }
    }

    /// No transfer, no payout: the legs end with the application.
    private func endPayouts(_ file: CaseFile, _ draft: inout StepDraft) throws(DeskFault) {
        for branch in file.opening.payouts {
            _ = try draft.apply(.awaitedPayout(branch, .applicationEnded), actor: DecisionStep.policy)
        }
    }

    /// What the destination knows. What only the origin can know is taken to be in order: the origin judges it by the
    /// same rules when it has the letter.
    private func reviewFacts(
        of application: TransferApplication, record: PersonRecord?, in file: CaseFile
    ) -> PensionFacts {
        let person = application.person
        var employed = false
        if case .employer = application.applicant { employed = true }
        return PensionFacts(
            applicationDate: file.opening.openedAt.date, birthDate: person.residentID.birthDate,
            sex: person.residentID.sex,
            householdProvince: record?.householdProvince ?? file.opening.destination.provinceOrAny,
            origin: file.opening.origin, destination: file.opening.destination, originRelation: .general,
            purpose: .move, enrolments: record?.enrolledOn ?? [], monthsPaid: record?.monthsPaid ?? 0,
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
    func application() throws(StoreError) -> (TransferApplication, form: [UInt8]) {
        let corrected = events.last { $0.name == DestinationHandshake.Event.applicationCorrected.name }?.attachment
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

extension PersonRecord {
    /// Months for which money was paid here.
    var monthsPaid: Int { lines.filter { $0.kind.carriesMoney }.map(\.months).reduce(0, +) }

    /// Months in arrears here.
    var arrearsMonths: Int { lines.filter { $0.kind == .arrears }.map(\.months).reduce(0, +) }
}

extension RegionCode {
    /// The province; an agency's code always has one, because the directory takes no other.
    var provinceOrAny: Province {
        guard let province else { preconditionFailure("an agency serves a region of a province") }
        return province
    }
}
