import TransferCore

// What a policy decides alone is decided in the step that asks for it: one commit less, and nobody waits in between.

extension Desk {
    /// Decides in a step what the step has left to be decided, where a policy decides it alone.
    ///
    /// Nobody waits for it. A decision reads the agency's own records and signs; what it sends and orders is carried out
    /// after the commit, as ever. Where it cannot be made now, the step stays as it was, the effect waits in the store, and
    /// whoever carries it out says why.
    ///
    /// - Parameters:
    ///   - draft: the first step of a case.
    ///   - decide: gets the case as it is after what the draft has gathered so far.
    /// - Returns: the step with the decision, or as it was.
    func decidedAtOnce(
        _ kind: NewEffect.Kind, _ draft: StepDraft,
        _ decide: (CaseFile, inout StepDraft) async throws(DeskFault) -> Void
    ) async -> StepDraft {
        guard decidesAlone(kind), let file = draft.step.opening.flatMap({ CaseFile.opened($0).adding(draft.step) })
        else {
            return draft
        }
        var decided = draft
        guard decided.takeUp(kind) else { return draft }
        do throws(DeskFault) {
            try await decide(file, &decided)
            return decided
        } catch {
            return draft
        }
    }
}
