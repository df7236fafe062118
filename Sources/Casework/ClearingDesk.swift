import TransferCore
import TransferDocuments

// Months that were insured twice, cleared at the destination after the funds were posted.

extension Desk {
    /// Looks for months that the form and the agency's own records both have as paid, and keeps the own lines:
    /// by the day of the choice the records may hold the moved months as well.
    ///
    /// Months that this agency has given away itself are not its own any more, whatever its records still show.
    ///
    /// Source: 人社部发〔2010〕70号, item 十; by month (BR-173).
    func findOverlap(_ form: InformationForm, _ file: CaseFile, _ draft: inout StepDraft) async throws(DeskFault) {
        guard draft.story.transfer.clearing.phase == .none else { return }
        let attachment: [UInt8]
        do {
            guard let record = try await store.record(of: form.person.residentID) else { return }
            let moved = form.request.lines.overlapLines
            func isTwice(_ own: OverlapLine) -> Bool { moved.contains { own.from <= $0.to && $0.from <= own.to } }
            guard record.lines.overlapLines.contains(where: isTwice) else { return }
            let settled = try await self.settled(before: file)
            let own = record.lines.flatMap { settled.rest(of: $0) }.overlapLines
            guard own.contains(where: isTwice) else { return }
            attachment = try OwnLines.write(own)
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .unwritable(.completionNotice, "the own lines: \(error)")
        }
        _ = try draft.apply(.clearing(.overlapFound), actor: DecisionStep.policy, attachment: attachment)
    }

    /// The insured person has chosen: the account part of the other months is paid back to the own account.
    ///
    /// Source: BR-171, BR-172, BR-176 of the domain handbook.
    func chooseMonths(
        _ kept: KeptMonths, _ account: BankAccount?, _ decision: StaffDecision, _ file: CaseFile,
        _ draft: inout StepDraft, by deciders: Deciders
    ) async throws(DeskFault) {
        let ownLines: [OverlapLine]?
        let application: TransferApplication
        do throws(StoreError) {
            ownLines = try await linesHere(file)
            application = try file.application().0
        } catch {
            throw .store(error)
        }
        guard let ownLines, let form = try draft.newestForm(file) else {
            throw .notAllowed(NotAllowed(event: "choice-made", phase: draft.story.transfer.leading.phase))
        }
        _ = try draft.apply(
            .clearing(.choiceMade(kept)), actor: deciders.actor, cause: decision.digest.text,
            attachment: decision.form)
        let overlap = EmployeeOverlap(
            kept: kept == .moved ? .origin : .destination, originLines: form.request.lines.overlapLines,
            destinationLines: ownLines)
        let refund: Money
        do throws(RuleFault) { refund = try overlap.clear().total.refund } catch { throw .rule(error) }
        guard refund > .zero else {
            _ = try draft.apply(.payout(.clearingRefund, .balanceZero), actor: deciders.actor)
            return
        }
        guard let creditor = account ?? application.payoutAccount,
            creditor.holder.utf8.elementsEqual(application.person.name.utf8)
        else {
            throw .notAllowed(NotAllowed(event: "choice-made", phase: "holder-differs"))
        }
        _ = try draft.apply(
            .payout(.clearingRefund, .balanceDue), actor: deciders.actor,
            materials: .init(
                postings: [.payoutSetAside(refund, of: .pension)],
                orders: [try order(.clearingRefund, attempt: 1, refund, to: creditor, in: file)], deciders: deciders))
    }

    /// What the own records had when the shared months were found; nil where there is no record.
    private func linesHere(_ file: CaseFile) async throws(StoreError) -> [OverlapLine]? {
        guard let found = file.events.last(where: { $0.name == Clearing.Event.overlapFound.name })?.attachment else {
            // Found by an earlier version of the program, which kept nothing.
            return try await store.record(of: file.opening.residentID)?.lines.overlapLines
        }
        do throws(DocumentFault) { return try OwnLines.read(found) } catch {
            throw .corrupt("\(file.opening.number): the own lines of the shared months cannot be read: \(error)")
        }
    }
}

extension [ContributionLine] {
    /// The months that were paid, as the clearing reads them.
    var overlapLines: [OverlapLine] {
        filter { $0.kind.carriesMoney }.map {
            OverlapLine(from: $0.from, to: $0.to, base: $0.countedBase, creditedShare: $0.creditedShare)
        }
    }
}
