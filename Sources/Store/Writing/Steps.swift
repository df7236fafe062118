package import Casework
import TransferCore
import TransferDocuments

extension JiexuStore {
    package func commit(_ step: CaseStep) async throws(StoreError) {
        try await commit(step) { _ in ((), true) }
    }

    /// Writes a step in one transaction with what belongs to it.
    ///
    /// - Parameter besides: what is written first, and whether the step is written then.
    @discardableResult
    func commit<Kept: Sendable>(
        _ step: CaseStep, _ besides: @escaping @Sendable (StoreTransaction) throws -> (Kept, Bool)
    ) async throws(StoreError) -> Kept {
        let work = try writing([step], besides)
        return try await writes.perform(work.work, committed: work.committed).0
    }

    /// A run is written whole or not at all.
    package func commit(_ runs: [[CaseStep]]) async -> [Result<Void, StoreError>] {
        var outcomes = [Result<Void, StoreError>](repeating: .success(()), count: runs.count)
        var pieces: [(place: Int, work: GroupCommit.Work<(Void, Bool, Bool)>)] = []
        for (place, run) in runs.enumerated() {
            do throws(StoreError) {
                pieces.append((place, try writing(run) { _ in ((), true) }))
            } catch {
                outcomes[place] = .failure(error)
            }
        }
        for (piece, outcome) in zip(pieces, await writes.perform(pieces.map(\.work))) {
            outcomes[piece.place] = outcome.map { _ in () }
        }
        return outcomes
    }

    /// - Parameters:
    ///   - run: steps of one case, in their order.
    ///   - besides: what is written first, and whether the steps are written then.
    private func writing<Kept: Sendable>(
        _ run: [CaseStep], _ besides: @escaping @Sendable (StoreTransaction) throws -> (Kept, Bool)
    ) throws(StoreError) -> GroupCommit.Work<(Kept, Bool, Bool)> {
        try gate.pass()
        for opening in run.compactMap(\.opening) { try gate.passNew(with: opening.counterparty) }
        let gate = gate
        return GroupCommit.Work(
            work: { transaction in
                for step in run where !step.orders.isEmpty {
                    try transaction.refuseOrder(of: step, while: gate.quarantined)
                }
                let (kept, isWritten) = try besides(transaction)
                var isTold = false
                for step in run where isWritten {
                    if try transaction.write(step) { isTold = true }
                }
                return (kept, isWritten, isTold)
            },
            committed: { [cache, webhookBell] _, isWritten, isTold in
                if isTold { webhookBell.ring() }
                guard isWritten else { return }
                for step in run {
                    if let opening = step.opening, let file = CaseFile.opened(opening).adding(step) {
                        cache.begin(file)
                    } else {
                        cache.update(step.number) { $0.adding(step) }
                    }
                }
            })
    }

    package func reserveSerials(_ count: Int, year: Int) async throws(StoreError) -> Range<Int> {
        precondition((1...10_000).contains(count) && (1900...2099).contains(year))
        return try await writes.perform { transaction in
            let next = try transaction.connection.integer(
                """
                INSERT INTO serials (year, next) VALUES ($1, 1 + $2)
                ON CONFLICT (year) DO UPDATE SET next = serials.next + $2 RETURNING next
                """, [.integer(year), .integer(count)])
            guard let next else { throw StoreError.corrupt("a serial was not returned") }
            return Int(next) - count..<Int(next)
        }
    }
}

extension CaseOpening {
    fileprivate var counterparty: AgencyCode { role == .destination ? origin : destination }
}

extension StoreTransaction {
    /// No money is ordered in a case with an agency against whose log an alarm stands: it waits for two persons.
    fileprivate func refuseOrder(of step: CaseStep, while quarantined: Set<AgencyCode>) throws {
        guard !quarantined.isEmpty else { return }
        if let opening = step.opening, quarantined.contains(opening.counterparty) {
            throw StoreError.unavailable(
                "no new transfer with \(opening.counterparty) begins: an alarm stands against its log")
        }
        let other = try connection.first(
            "SELECT CASE role WHEN 'destination' THEN origin ELSE destination END FROM cases WHERE number = $1",
            [.text(step.number.text)]
        ) { row throws(SQLFault) in try row.agency(0) }
        guard let other, quarantined.contains(other) else { return }
        throw StoreError.unavailable("an alarm stands against the log of \(other): no order until two persons decide")
    }

    /// Writes a step: first what may refuse it, so that a refused step has mostly written nothing.
    ///
    /// - Returns: whether a webhook is to be told of it.
    func write(_ step: CaseStep) throws -> Bool {
        let id = try step.opening.map { try open($0, with: step) } ?? moveOn(step)
        if let answer = step.idempotency { try keep(answer, of: id) }
        if let delivered = step.delivered {
            guard try deliver(delivered) else { throw StoreError.duplicate }
        }
        if let incoming = step.incoming { try keepDocument(incoming, of: id, number: step.number, isOutgoing: false) }
        for line in step.bankLines { try keepLine(line, of: id) }
        for (place, event) in step.events.enumerated() {
            try append(event, sequence: step.expecting + place + 1, of: id, number: step.number)
        }
        for document in step.outgoing { try keepDocument(document, of: id, number: step.number, isOutgoing: true) }
        let version = Int64(step.expecting + step.events.count)
        for posting in step.postings {
            try append(posting, of: .case(id: id, version: version, number: step.number))
        }
        for order in step.orders { try keep(order, of: id) }
        for (key, outcome) in step.orderOutcomes { try close(key, outcome, of: id) }
        for effect in step.newEffects {
            let effectID = try nextEffect()
            try write(
                "INSERT INTO effects (id, case_id, kind, due_at) VALUES ($1, $2, $3, $4)", .integer(effectID),
                .integer(id), .text(effect.kind.rawValue), .integer(effect.dueAt.milliseconds))
            leave(
                OpenEffect(id: effectID, number: step.number, kind: effect.kind, attempts: 0, dueAt: effect.dueAt))
        }
        for effect in step.doneEffects {
            // An effect that is done already stays done: the version of the case has said that this step may be written.
            try write(
                "UPDATE effects SET is_done = 1 WHERE id = $1 AND case_id = $2", .integer(effect), .integer(id))
        }
        for notice in step.notices {
            try write(
                "INSERT INTO notices (case_id, branch, name, code, at) VALUES ($1, $2, $3, $4, $5)", .integer(id),
                .text(notice.branch.rawValue), .text(notice.name), .text(notice.code), .integer(notice.at.milliseconds))
        }
        for alert in step.alerts {
            try write(
                "INSERT INTO alerts (case_id, branch, name, at) VALUES ($1, $2, $3, $4)", .integer(id),
                .text(alert.branch.rawValue), .text(alert.alert.rawValue), .integer(alert.at.milliseconds))
        }
        return try tellOwner(of: step, case: id)
    }

    private func open(_ opening: CaseOpening, with step: CaseStep) throws -> Int64 {
        precondition(step.expecting == 0 && opening.number == step.number, "a case begins with its own first step")
        if let letter = step.incoming {
            // A refused letter keeps its place: what comes in that place afterwards is the same again, or contradicts it.
            if try connection.refusedReceipt(letter.digest, sender: letter.sender) != nil { throw StoreError.duplicate }
            if try connection.hasRefused(from: letter.sender, opening.number) { throw StoreError.contradicted }
        }
        if step.isFirstOfPerson {
            let other = try connection.integer(
                "SELECT 1 FROM cases WHERE resident_id = $1 AND role = 'origin' LIMIT 1",
                [.text(opening.residentID.fullText)])
            guard other == nil else { throw StoreError.caseMovedOn }
        }
        let summary = step.summary
        if summary.isTerminal {
            // A case that ends in its first step does not meet the index of live cases, and begins beside none all the same.
            let live = try connection.integer(
                """
                SELECT 1 FROM cases
                WHERE resident_id = $1 AND origin = $2 AND role = $3 AND is_terminal = 0 AND number <> $4
                """,
                [
                    .text(opening.residentID.fullText), .text(opening.origin.text), .text(opening.role.rawValue),
                    .text(opening.number.text),
                ])
            guard live == nil else { throw StoreError.caseUnderWay }
        }
        let id = try connection.integer(
            """
            INSERT INTO cases (number, role, origin, destination, resident_id, payouts, opened_at, lodged_by, version,
                phase, holder, since, due, is_due_provisional, is_overdue_reported, is_terminal)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT DO NOTHING RETURNING id
            """,
            [
                .text(opening.number.text), .text(opening.role.rawValue), .text(opening.origin.text),
                .text(opening.destination.text), .text(opening.residentID.fullText), .text(opening.payouts.column),
                .integer(opening.openedAt.milliseconds), .text(opening.lodgedBy), .integer(step.events.count),
                .text(summary.phase), .text(summary.holder.rawValue), .integer(summary.since.milliseconds),
                .integer(summary.due.map { Int64($0.dayNumber) }), .flag(summary.isDueProvisional),
                .flag(summary.isOverdueReported), .flag(summary.isTerminal),
            ])
        guard let id else {
            let isThere = try connection.integer("SELECT 1 FROM cases WHERE number = $1", [.text(opening.number.text)])
            throw isThere == nil ? StoreError.caseUnderWay : StoreError.caseMovedOn
        }
        caseRows.keep(id, of: opening.number, at: summary.isTerminal ? nil : step.events.count)
        try countOpened(at: opening.openedAt)
        if let ended = EndedCase(summary, openedAt: opening.openedAt, version: step.events.count) { try count(ended) }
        if let application = opening.application {
            try write(
                "INSERT INTO applications (case_id, bytes) VALUES ($1, $2)", .integer(id), .bytes(application))
        }
        return id
    }

    /// Raises the version, if it still is the expected one, and sets the summary.
    private func moveOn(_ step: CaseStep) throws -> Int64 {
        precondition(!step.isFirstOfPerson, "only the step that opens a case can be a person's first")
        let summary = step.summary
        let version = step.expecting + step.events.count
        if !summary.isTerminal, let row = caseRows.row(of: step.number, at: step.expecting),
            try moveOnLive(step, in: row, to: version)
        {
            return row
        }
        let before = try connection.first(
            "SELECT id, opened_at, is_terminal, phase, since FROM cases WHERE number = $1 AND version = $2",
            [.text(step.number.text), .integer(step.expecting)]
        ) { row throws(SQLFault) in
            let openedAt = try row.instant(1)
            let ended =
                try row.flag(2)
                ? EndedCase(
                    phase: try row.text(3), openedAt: openedAt, since: try row.instant(4), version: step.expecting)
                : nil
            return (id: try row.integer(0), openedAt: openedAt, ended: ended)
        }
        guard let before else { throw StoreError.caseMovedOn }
        if !summary.isTerminal, before.ended == nil, try moveOnLive(step, in: before.id, to: version) {
            return before.id
        }
        do throws(SQLFault) {
            try connection.run(
                """
                UPDATE cases SET version = $1, phase = $2, holder = $3, since = $4, due = $5, is_due_provisional = $6,
                    is_overdue_reported = $7, is_terminal = $8
                WHERE id = $9
                """,
                [
                    .integer(version), .text(summary.phase), .text(summary.holder.rawValue),
                    .integer(summary.since.milliseconds), .integer(summary.due.map { Int64($0.dayNumber) }),
                    .flag(summary.isDueProvisional), .flag(summary.isOverdueReported), .flag(summary.isTerminal),
                    .integer(before.id),
                ])
        } catch {
            guard error.kind == .unique else { throw error }
            throw StoreError.caseUnderWay
        }
        caseRows.keep(before.id, of: step.number, at: summary.isTerminal ? nil : version)
        if let ended = before.ended { try uncount(ended) }
        if let ended = EndedCase(summary, openedAt: before.openedAt, version: version) { try count(ended) }
        return before.id
    }

    /// Moves a live case on that stays live: the common step, which leaves alone what says which cases are live, and what is
    /// counted of those that have ended.
    ///
    /// - Returns: false when the case does not stand in the row, is of another version, or has ended: nothing was written.
    private func moveOnLive(_ step: CaseStep, in row: Int64, to version: Int) throws(SQLFault) -> Bool {
        let summary = step.summary
        let isMoved = try writesOne(
            """
            UPDATE cases SET version = $1, phase = $2, holder = $3, since = $4, due = $5, is_due_provisional = $6,
                is_overdue_reported = $7
            WHERE id = $8 AND number = $9 AND version = $10 AND is_terminal = 0
            """, .integer(version), .text(summary.phase), .text(summary.holder.rawValue),
            .integer(summary.since.milliseconds), .integer(summary.due.map { Int64($0.dayNumber) }),
            .flag(summary.isDueProvisional), .flag(summary.isOverdueReported), .integer(row),
            .text(step.number.text), .integer(step.expecting))
        if isMoved { caseRows.keep(row, of: step.number, at: version) }
        return isMoved
    }

    private func append(_ event: StoredEvent, sequence: Int, of id: Int64, number: CaseNumber) throws {
        try write(
            """
            INSERT INTO events (case_id, sequence, branch, name, code, at, actor, cause, attachment)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, .integer(id), .integer(sequence), .text(event.branch.rawValue), .text(event.name), .text(event.code),
            .integer(event.at.milliseconds), .text(event.actor), .text(event.cause), .bytes(event.attachment))
        let hash = AuditLeaf.event(event, sequence: sequence, of: number)
        try appendLeaf(.event, case: id, subject: Int64(sequence), hash)
    }

    private func keep(_ answer: IdempotentAnswer, of id: Int64) throws {
        try write(
            """
            INSERT INTO idempotent_answers (owner, key, case_id, body_digest, answer) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """, .text(answer.owner), .text(answer.key), .integer(id), .bytes(answer.bodyDigest.bytes),
            .bytes(answer.answer), orThrow: .duplicate)
    }

    private func keep(_ order: StoredOrder, of id: Int64) throws {
        precondition(order.messageID == nil, "an order gets its message from the store")
        let outcome = order.outcome?.columns
        try write(
            """
            INSERT INTO orders (key, case_id, amount, holder, bank_name, bank_code, account, outcome, outcome_word)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
            """, .text(order.key.text), .integer(id), .integer(order.amount.fen), .text(order.creditor.holder),
            .text(order.creditor.bankName), .text(order.creditor.bankCode), .text(order.creditor.number),
            .text(outcome?.0), .text(outcome?.1), orThrow: .duplicate)
    }

    private func close(_ key: OrderKey, _ outcome: StoredOrder.Outcome, of id: Int64) throws {
        let (kind, word) = outcome.columns
        try write(
            "UPDATE orders SET outcome = $1, outcome_word = $2 WHERE key = $3 AND case_id = $4", .text(kind),
            .text(word), .text(key.text), .integer(id),
            orThrow: .corrupt("the order \(key) that the bank answers is not stored"))
    }

    /// - Parameter unmatched: why the line belongs to no case, and since when; nil when it does.
    /// - Throws: ``StoreError/duplicate`` when a line of this reference is stored already.
    func keepLine(_ line: BankLine, of id: Int64?, unmatched: (why: String, at: Instant)? = nil) throws {
        try write(
            """
            INSERT INTO bank_lines (reference, case_id, direction, amount, end_to_end_key, booked_on, return_reason,
                why, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
            """, .text(line.reference), .integer(id), .text(line.direction.rawValue), .integer(line.amount.fen),
            .text(line.endToEndKey), .integer(line.bookedOn.dayNumber), .text(line.returnReason?.rawValue),
            .text(unmatched?.why), .integer(unmatched?.at.milliseconds), orThrow: .duplicate)
    }

    /// Whose a posting is: a case's, or a bank line's that belongs to no case.
    enum PostingOwner {
        case `case`(id: Int64, version: Int64, number: CaseNumber)
        case bankLine(reference: String)
    }

    /// Books a group of lines; the sum is looked at once more, so that no sum but zero can be committed.
    func append(_ posting: Posting, of owner: PostingOwner) throws {
        let group = try nextGroup()
        let lines = posting.lines.map { (account: $0.account.name, amount: $0.amount.fen) }
        guard lines.reduce(Int128(0), { $0 + Int128($1.amount) }) == 0 else {
            throw StoreError.corrupt("a posting does not sum to zero")
        }
        let (caseID, version, number, reference): (Int64?, Int64?, CaseNumber?, String?) =
            switch owner {
            case .case(let id, let version, let number): (id, version, number, nil)
            case .bankLine(let reference): (nil, nil, nil, reference)
            }
        try write(
            """
            INSERT INTO posting_groups (id, case_id, case_version, bank_reference, kind) VALUES ($1, $2, $3, $4, $5)
            """, .integer(group), .integer(caseID), .integer(version), .text(reference),
            .text(posting.kind.rawValue))
        for (place, line) in lines.enumerated() {
            try write(
                "INSERT INTO posting_lines (group_id, line, account, amount) VALUES ($1, $2, $3, $4)", .integer(group),
                .integer(place + 1), .text(line.account), .integer(line.amount))
        }
        let hash = AuditLeaf.posting(
            kind: posting.kind.rawValue, lines: lines, of: number, bankReference: reference)
        try appendLeaf(.posting, case: caseID, subject: group, hash)
    }
}
