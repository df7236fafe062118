package import TransferCore
import TransferDocuments

/// Writes a step in one transaction with what belongs to it and is not the case's: all of it, or nothing.
package typealias StepWriting = @Sendable (CaseStep) async throws(StoreError) -> Void

extension Desk {
    /// Decides and commits one step of a case, again and again while others are faster.
    ///
    /// - Parameters:
    ///   - evenEmpty: whether a step without anything in it is written, so that the summary of the case is.
    ///   - writing: writes the step, even an empty one, together with what belongs to it; nil for the step alone.
    ///   - decide: gets the newest file of the case and gathers the step; it may throw to write nothing.
    /// - Returns: what `decide` returned for the step that was written.
    func commit<Answer: Sendable>(
        _ number: CaseNumber, evenEmpty: Bool = false, through writing: StepWriting? = nil,
        _ decide: (CaseFile, inout StepDraft) async throws(DeskFault) -> Answer
    ) async throws(DeskFault) -> Answer {
        for attempt in 1... {
            do {
                guard let file = try await store.caseFile(number) else { throw DeskFault.noSuchCase }
                var draft = try StepDraft(
                    file: file, opening: file.opening, agency: agency, signer: signer, at: clock.now)
                let answer = try await decide(file, &draft)
                try await settleOwed(file, &draft)
                // Where nothing was decided there is nothing to write, unless the summary is wanted anew.
                if evenEmpty || writing != nil || !draft.step.isEmpty { try await write(draft.step, through: writing) }
                return answer
            } catch StoreError.caseMovedOn where attempt < Desk.attempts {
                continue
            } catch let error as StoreError {
                throw .store(error)
            } catch let fault as DeskFault {
                throw fault
            } catch {
                preconditionFailure("a step throws store errors and desk faults only")
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }

    /// Commits a step and wakes those who carry out what it left to be done.
    func write(_ step: CaseStep, through writing: StepWriting? = nil) async throws(StoreError) {
        if let writing { try await writing(step) } else { try await store.commit(step) }
        wake(for: step)
    }

    /// Commits runs of steps, each of one case and by itself, and wakes those who carry out what they left to be done.
    ///
    /// - Returns: what became of each run, in their order.
    func write(_ runs: [[CaseStep]]) async -> [Result<Void, StoreError>] {
        let outcomes = await store.commit(runs)
        // Of a run that failed some steps may be written.
        for step in runs.joined() { wake(for: step) }
        return outcomes
    }

    private func wake(for step: CaseStep) {
        if !step.outgoing.isEmpty { bells.outbox.ring() }
        if !step.newEffects.isEmpty { bells.effects.ring() }
        if !step.orders.isEmpty { bells.orders.ring() }
    }
}

extension CaseFile {
    /// The newest accepted document of a kind, read from its signed bytes; nil when there is none.
    package func newest(_ kind: DocumentKind) throws(StoreError) -> (
        document: StoredDocument, content: DocumentContent
    )? {
        guard let document = documents.last(where: { $0.kind == kind && !$0.isRefused }) else { return nil }
        return (document, try content(of: document))
    }

    /// Reads a stored document again. It was checked before it was stored, so a fault means that the store is corrupt.
    package func content(of document: StoredDocument) throws(StoreError) -> DocumentContent {
        if let known = ReadDocuments.shared.reading(of: document.bytes) { return known.envelope.content }
        do {
            let jws = try JWS.parse(document.bytes, typ: .document, maximumBytes: Desk.longestDocument)
            let envelope = try DocumentEnvelope(decoding: jws.payload)
            ReadDocuments.shared.keep(
                ReadDocuments.Reading(jws: jws, digest: jws.payloadDigest, envelope: envelope))
            return envelope.content
        } catch {
            throw .corrupt("\(opening.number): document \(document.sequence) of \(document.sender): \(error)")
        }
    }

    /// How many documents of a kind a side has sent in this case.
    func count(of kind: DocumentKind) -> Int { documents.count { $0.kind == kind } }
}
