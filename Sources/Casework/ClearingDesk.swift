import TransferCore
import TransferDocuments

// Months that were insured twice, cleared at the destination after the funds were posted.

extension Desk {
    /// Looks for months that the form and the agency's own records both have as paid.
    ///
    /// Source: 人社部发〔2010〕70号, item 十; by month (BR-173).
    func findOverlap(_ form: InformationForm, _ draft: inout StepDraft) async throws(DeskFault) {
        let record: PersonRecord?
        do throws(StoreError) { record = try await store.record(of: form.person.residentID) } catch {
            throw .store(error)
        }
        guard let record, draft.story.transfer.clearing.phase == .none else { return }
        let own = record.lines.overlapLines
        let moved = form.request.lines.overlapLines
        let isTwice = moved.contains { line in own.contains { $0.from <= line.to && line.from <= $0.to } }
        if isTwice { _ = try draft.apply(.clearing(.overlapFound), actor: DecisionStep.policy) }
    }

    /// The insured person has chosen: the account part of the other months is paid back to the own account.
    ///
    /// Source: BR-171, BR-172, BR-176 of the domain handbook.
    func chooseMonths(
        _ kept: KeptMonths, _ account: BankAccount?, _ decision: StaffDecision, _ file: CaseFile,
        _ draft: inout StepDraft, by deciders: Deciders
    ) async throws(DeskFault) {
        let record: PersonRecord?
        let own: BankAccount?
        let person: InsuredPerson
        do {
            record = try await store.record(of: file.opening.residentID)
            let application = try file.application().0
            (own, person) = (application.payoutAccount, application.person)
        } catch {
            throw .store(error)
        }
        guard let record, let form = try draft.newestForm(file) else {
            throw .notAllowed(NotAllowed(event: "choice-made", phase: draft.story.transfer.leading.phase))
        }
        _ = try draft.apply(
            .clearing(.choiceMade(kept)), actor: deciders.actor, cause: decision.digest.text,
            attachment: decision.form)
        let overlap = EmployeeOverlap(
            kept: kept == .moved ? .origin : .destination, originLines: form.request.lines.overlapLines,
            destinationLines: record.lines.overlapLines)
        let refund: Money
        do throws(RuleFault) { refund = try overlap.clear().total.refund } catch { throw .rule(error) }
        guard refund > .zero else {
            _ = try draft.apply(.payout(.clearingRefund, .balanceZero), actor: deciders.actor)
            return
        }
        guard let creditor = account ?? own, creditor.holder.utf8.elementsEqual(person.name.utf8) else {
            throw .notAllowed(NotAllowed(event: "choice-made", phase: "holder-differs"))
        }
        _ = try draft.apply(
            .payout(.clearingRefund, .balanceDue), actor: deciders.actor,
            materials: .init(
                postings: [.payoutSetAside(refund, of: .pension)],
                orders: [try order(.clearingRefund, attempt: 1, refund, to: creditor, in: file)], deciders: deciders))
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
