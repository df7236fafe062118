import TransferCore
package import TransferDocuments

/// Looks whether all that is stored of one case agrees with itself: its history with its summary, the postings with the
/// events that cause them, the orders with what the bank said, and every signature with the directory.
///
/// It trusts no column that says what another one proves. Nothing here reads a store or a clock.
package struct CaseAudit {
    private let record: CaseRecord
    private let agency: AgencySettings
    private let directory: SignedDirectory
    private var findings: [AuditFinding] = []

    private init(_ record: CaseRecord, agency: AgencySettings, directory: SignedDirectory) {
        self.record = record
        self.agency = agency
        self.directory = directory
    }

    /// Everything that is wrong with a case; empty when nothing is.
    ///
    /// - Parameters:
    ///   - agency: the limits and the calendar by which deadlines are computed, and whose case it is.
    ///   - directory: whose keys sign; it may have expired.
    package static func findings(
        in record: CaseRecord, agency: AgencySettings, directory: SignedDirectory
    ) -> [AuditFinding] {
        var audit = CaseAudit(record, agency: agency, directory: directory)
        audit.checkHistory()
        audit.checkOrders()
        audit.checkBank()
        audit.checkDocuments()
        return audit.findings
    }

    private var file: CaseFile { record.file }

    private mutating func find(_ what: String, mend: AuditFinding.Mend) {
        findings.append(AuditFinding("\(file.opening.number)", what, mend))
    }

    // MARK: History, summary and postings

    private mutating func checkHistory() {
        var story = CaseStory(opening: file.opening)
        var expected: [(kind: Posting.Kind, event: Int)] = []
        for (place, stored) in file.events.enumerated() {
            guard
                let event = CaseEvent(
                    role: file.opening.role, branch: stored.branch, name: stored.name, code: stored.code)
            else { return find("event \(place + 1): there is no event \(stored.name)", mend: .restore) }
            do throws(NotAllowed) {
                expected += try story.apply(event, at: stored.at).compactMap(\.postedKind).map { ($0, place + 1) }
            } catch {
                return find("event \(place + 1): \(error)", mend: .restore)
            }
        }
        checkSummary(story)
        checkPostings(expected)
    }

    private mutating func checkSummary(_ story: CaseStory) {
        let replayed = story.summary(limits: agency.limits, calendar: agency.calendar)
        guard replayed != record.summary else { return }
        func differ(_ name: String, _ stored: String, _ replayed: String) {
            if stored != replayed {
                find("its summary says \(name) \(stored), its history \(replayed)", mend: .rewriteSummary)
            }
        }
        let stored = record.summary
        differ("phase", stored.phase, replayed.phase)
        differ("holder", stored.holder.rawValue, replayed.holder.rawValue)
        differ("since", "\(stored.since.signingTime)", "\(replayed.since.signingTime)")
        differ("due", stored.due.map { "\($0)" } ?? "-", replayed.due.map { "\($0)" } ?? "-")
        differ("overdue", "\(stored.isOverdueReported)", "\(replayed.isOverdueReported)")
        differ("ended", "\(stored.isTerminal)", "\(replayed.isTerminal)")
    }

    /// Postings that move nothing are not written.
    private static let mayBeEmpty: Set<String> = ["return-booked", "payout-set-aside", "credit-reversed"]

    /// Each posting that the events cause, once and in their order, and no other.
    private mutating func checkPostings(_ expected: [(kind: Posting.Kind, event: Int)]) {
        var left = record.postings[...]
        for (kind, event) in expected {
            if let next = left.first, next.posting.kind == kind.rawValue, next.version >= event {
                left = left.dropFirst()
            } else if !CaseAudit.mayBeEmpty.contains(kind.rawValue) {
                find("event \(event) causes a posting \(kind.rawValue), which is not there", mend: .reversePosting)
            }
        }
        // What the bank moved in another order than it happened is booked when it is told.
        for group in left where group.posting.kind != Posting.Kind.debitHeld.rawValue {
            find("posting group \(group.id), \(group.posting.kind): no event causes it", mend: .reversePosting)
        }
    }

    // MARK: Orders and the bank

    /// One paid order is one debit line; one that bounced came back, or never left.
    private mutating func checkOrders() {
        let held = record.postings.count { $0.posting.kind == "debit-held" }
        for order in file.orders {
            let lines = file.bankLines.filter { $0.endToEndKey.utf8.elementsEqual(order.key.text.utf8) }
            let debits = lines.filter { $0.direction == .debit && $0.returnReason == nil }
            let returns = lines.filter { $0.returnReason != nil }
            func check(_ holds: Bool, _ what: String) {
                if !holds { find("order \(order.key): \(what)", mend: .askBank) }
            }
            check((debits + returns).allSatisfy { $0.amount == order.amount }, "a bank line has another amount")
            let net = debits.count - returns.count
            switch order.outcome {
            case .paid(let reference):
                check(
                    debits.contains { $0.reference == reference }, "it is paid by \(reference), which is no debit line")
                check(net >= 1 && net <= 1 + held, "it is paid, and \(net) debit lines stand")
                check(file.events.contains { $0.cause == reference }, "no event names \(reference)")
            case .bounced:
                check(net >= -held && net <= held, "it has bounced, and \(net) debit lines stand")
            case nil:
                check(lines.isEmpty, "it has no outcome, and \(lines.count) bank lines")
            }
        }
    }

    /// What the ledger says of the bank is what the bank's lines say, and what came in has a ground.
    private mutating func checkBank() {
        let lines = file.bankLines.map { $0.direction == .credit ? $0.amount : -$0.amount }.sum()
        let ledger = sum(of: LedgerAccount.bank.name)
        if lines != ledger {
            find("its bank lines come to \(lines), its postings to \(ledger)", mend: .askBank)
        }
        let keys = Set(file.orders.map(\.key.text))
        for line in file.bankLines where line.returnReason == nil && !keys.contains(line.endToEndKey) {
            if !file.events.contains(where: { $0.cause == line.reference }) {
                find("no event names the bank line \(line.reference)", mend: .askBank)
            }
        }
        guard file.opening.role == .destination else { return }
        // What stands in suspense is what came in and was neither posted nor set aside to go back.
        let credits = file.bankLines.filter { $0.direction == .credit && $0.returnReason == nil }.map(\.amount).sum()
        let moved = record.postings.filter { $0.posting.kind != Posting.Kind.creditHeld.rawValue }.flatMap(
            \.posting.lines
        )
        .filter { $0.account.hasPrefix(CaseAudit.suspense) }.map(\.amount).sum()
        let suspense = record.postings.flatMap(\.posting.lines).filter { $0.account.hasPrefix(CaseAudit.suspense) }
            .map(\.amount).sum()
        if suspense != moved - credits {
            find("\(suspense) stands in suspense, and \(moved - credits) should", mend: .reversePosting)
        }
    }

    /// What the names of the suspense accounts of all branches begin with.
    private static let suspense = "suspense:"

    private func sum(of account: String) -> Money {
        record.postings.flatMap(\.posting.lines).filter { $0.account == account }.map(\.amount).sum()
    }

    // MARK: Documents and receipts

    private mutating func checkDocuments() {
        for (document, isOwn) in zip(file.documents, record.isOwnDocument) {
            let name = "document \(document.sequence) of \(document.sender)"
            do {
                try check(document, isOwn: isOwn)
            } catch {
                find("\(name): \(error)", mend: isOwn ? .restore : .fetchFromPeer)
            }
            guard let receipt = document.receipt else {
                if !isOwn { find("\(name) was taken without a receipt", mend: .restore) }
                continue
            }
            do {
                try check(receipt, for: document, isOwn: isOwn)
            } catch {
                find("the receipt for \(name): \(error)", mend: isOwn ? .fetchFromPeer : .restore)
            }
        }
    }

    private struct Mismatch: Error, CustomStringConvertible { let description: String }

    private func isOurs(_ code: AgencyCode) -> Bool { directory.isSame(code, agency.code) }

    private func check(_ document: StoredDocument, isOwn: Bool) throws {
        let jws = try JWS.parse(document.bytes, typ: .document, maximumBytes: Desk.longestDocument)
        let head = try DocumentHead(decoding: jws.payload)
        guard try directory.signer(of: jws, seenAt: document.at.seconds) == document.sender,
            isOurs(document.sender) == isOwn
        else {
            throw Mismatch(description: "another agency signed it")
        }
        guard head.caseNumber == file.opening.number, head.sender == document.sender,
            head.recipient == document.recipient, head.sequence == document.sequence, head.kind == document.kind,
            jws.payloadDigest == document.digest
        else { throw Mismatch(description: "it says other things than the table") }
    }

    private func check(_ bytes: [UInt8], for document: StoredDocument, isOwn: Bool) throws {
        let jws = try JWS.parse(bytes, typ: .receipt, maximumBytes: Desk.longestDocument)
        let receipt = try Receipt(decoding: jws.payload)
        let signer = try directory.signer(of: jws, seenAt: nil)
        guard directory.stands(signer, for: document.recipient), isOurs(signer) != isOwn else {
            throw Mismatch(description: "another agency signed it")
        }
        guard receipt.caseNumber == file.opening.number, receipt.sequence == document.sequence,
            receipt.digest == document.digest, (receipt.result != .accepted) == document.isRefused
        else { throw Mismatch(description: "it is for another document, or says another result") }
    }
}

extension CaseAudit {
    /// Checks every case, one after the other, each in one view of the store; beside a serving node.
    ///
    /// - Parameter report: gets what is wrong, as it is found.
    /// - Returns: how many cases were looked at.
    @discardableResult
    package static func checkAll(
        _ store: any AuditStore, agency: AgencySettings, directory: SignedDirectory,
        _ report: (AuditFinding) -> Void
    ) async throws(StoreError) -> Int {
        var count = 0
        var after: CaseNumber?
        while true {
            do throws(StoreError) {
                guard let record = try await store.caseRecord(after: after) else { return count }
                after = record.file.opening.number
                for finding in findings(in: record, agency: agency, directory: directory) { report(finding) }
            } catch {
                guard case .corrupt(let why) = error, let number = try await store.caseNumber(after: after) else {
                    throw error
                }
                after = number
                report(AuditFinding("\(number)", "it cannot be read: \(why)", .restore))
            }
            count += 1
        }
    }
}
