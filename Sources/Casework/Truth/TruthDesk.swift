import Logging
package import TransferCore
import TransferDocuments

/// The port over which two nodes exchange statements of their common cases.
package protocol DigestLink: Sendable {
    /// Sends our statement and waits for the peer's.
    ///
    /// - Returns: the body of the answer. Whether it is the peer's statement is the caller's to check.
    func exchange(_ statement: [UInt8], with peer: AgencyCode) async throws(DeliveryFault) -> [UInt8]
}

/// Compares the books of this office with those of another: each signs what it says of the common cases, run by run, and
/// where the two differ is work for both.
///
/// What this guarantees: both statements are kept as they were signed before anybody is told what they came to. Nothing of
/// a case changes: a difference is shown, never mended by itself. If the process dies anywhere here, what was compared
/// before is kept, and the rest is compared again the next time.
package struct TruthDesk: Sendable {
    package let desk: Desk
    let store: any TruthStore
    let link: any DigestLink

    /// Of the cases that have ended, those within so many days are compared. Source: our choice: a month and a day.
    package static let endedWithinDays = 31
    /// No peer has more runs: a peer that always leaves something over would hold us for ever.
    private static let mostRuns = 5_000

    package init(desk: Desk, store: any TruthStore, link: any DigestLink) {
        self.desk = desk
        self.store = store
        self.link = link
    }

    /// Compares with a peer, through all common cases.
    ///
    /// - Returns: the sums of both sides, and every difference.
    package func compare(with code: AgencyCode) async throws(TruthFault) -> PeerReckoning {
        let directory = desk.directory.current
        let peer = directory.inForce(code)
        guard peer != desk.agency.code, directory[peer] != nil else { throw .noSuchPeer }
        let codes = directory.predecessors(of: peer)
        var reckoning = PeerReckoning()
        var after: CaseNumber?
        for _ in 0..<TruthDesk.mostRuns {
            let range = try await compareRun(after: after, with: peer, codes, &reckoning)
            guard let through = range.through else {
                desk.logger.notice(
                    "the books were compared",
                    metadata: ["peer": "\(peer)", "differences": "\(reckoning.differences.count)"])
                return reckoning
            }
            after = through
        }
        throw .answer("more-runs", "the peer has more runs of cases than anybody")
    }

    /// - Returns: the run that was compared.
    private func compareRun(
        after: CaseNumber?, with peer: AgencyCode, _ codes: [AgencyCode], _ reckoning: inout PeerReckoning
    ) async throws(TruthFault) -> StateDigest.Range {
        let moment = desk.clock.now
        let page = try await listed(after: after, days: TruthDesk.endedWithinDays, codes, at: moment)
        let ours = try await statement(page.cases, page.range, days: TruthDesk.endedWithinDays, for: peer, at: moment)
        // The peer may have it as soon as it is sent, so it is kept first.
        try await keep([ours.kept], nil)
        let bytes: [UInt8]
        do throws(DeliveryFault) {
            bytes = try await link.exchange(ours.kept.bytes, with: peer)
        } catch {
            throw .delivery(error)
        }
        let theirs: StateDigest
        do throws(MessageRefusal) {
            theirs = try desk.believed(bytes, from: peer)
        } catch {
            throw .answer(error.code, error.detail)
        }
        let asked = ours.digest.range
        guard theirs.range.after == asked.after, theirs.endedWithinDays == ours.digest.endedWithinDays,
            (theirs.range.through.map { asked.contains($0) }) ?? (asked.through == nil)
        else { throw .answer("other-run", "the answer covers another run of cases than was asked for") }

        let own = page.cases + (try await others(in: theirs, than: page.cases, codes))
        let looked = desk.clock.now
        let found = StateComparison.differences(
            own: own, theirs: theirs.cases, range: theirs.range, endedWithinDays: theirs.endedWithinDays, now: looked)
        try await keep(
            [KeptStatement(peer: peer, isOwn: false, serial: theirs.serial, at: looked, bytes: bytes)],
            KeptComparison(peer: peer, range: theirs.range, differences: found, at: looked))
        reckoning.add(found)
        reckoning.add(own: own, theirs: theirs.cases, range: theirs.range)
        return theirs.range
    }

    // MARK: Our own side

    /// The cases that a statement has to name, behind a number, and the run that they cover.
    func listed(
        after: CaseNumber?, through: CaseNumber? = nil, days: Int, _ codes: [AgencyCode], at moment: Instant
    ) async throws(TruthFault) -> (cases: [OwnCase], range: StateDigest.Range) {
        let since = moment.adding(milliseconds: -Int64(days) * 86_400_000)
        let facts: [CaseFacts]
        do throws(StoreError) {
            facts = try await store.sharedCases(
                with: codes, after: after, endedSince: since, limit: StateDigest.mostCases)
        } catch {
            throw .store(error)
        }
        // A full page ends at its last case; there may be more behind it.
        var end = facts.count == StateDigest.mostCases ? facts.last?.number : nil
        if let through { end = min(end ?? through, through) }
        let range = StateDigest.Range(after: after, through: end)
        return (facts.map(OwnCase.init).filter { range.contains($0.number) }, range)
    }

    /// Our cases that a statement names and a list does not have.
    func others(
        in theirs: StateDigest, than listed: [OwnCase], _ codes: [AgencyCode]
    ) async throws(TruthFault) -> [OwnCase] {
        let known = Set(listed.map(\.number))
        let named = theirs.cases.map(\.number).filter { !known.contains($0) }
        guard !named.isEmpty else { return [] }
        do throws(StoreError) {
            return try await store.sharedCases(with: codes, named: named).map(OwnCase.init)
        } catch {
            throw .store(error)
        }
    }

    /// Signs what we say of some cases. A case of which neither side has accepted anything is not common yet.
    func statement(
        _ cases: [OwnCase], _ range: StateDigest.Range, days: Int, for peer: AgencyCode, at moment: Instant
    ) async throws(TruthFault) -> (digest: StateDigest, kept: KeptStatement) {
        let serial: Int
        do throws(StoreError) { serial = try await store.reserveDigestSerial(for: peer) } catch { throw .store(error) }
        let digest = StateDigest(
            sender: desk.agency.code, recipient: peer, serial: serial, asOf: moment.signingTime, endedWithinDays: days,
            range: range, cases: cases.filter(\.isCommon).map(\.statement))
        do {
            let bytes = try desk.signer.sign(try digest.encoded(), type: .stateDigest, at: moment)
            return (digest, KeptStatement(peer: peer, isOwn: true, serial: serial, at: moment, bytes: bytes))
        } catch let fault as SigningFault {
            throw .signing(fault)
        } catch {
            throw .store(.corrupt("our own cases cannot be stated: \(error)"))
        }
    }

    func keep(_ statements: [KeptStatement], _ comparison: KeptComparison?) async throws(TruthFault) {
        do throws(StoreError) { try await store.keep(statements, comparison) } catch { throw .store(error) }
        for difference in comparison?.differences ?? [] {
            desk.logger.warning("the books differ", metadata: ["difference": "\(difference)"])
        }
    }
}

/// Why the books were not compared.
package enum TruthFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The directory has no such agency, or it is this one.
    case noSuchPeer
    case store(StoreError)
    case signing(SigningFault)
    /// The peer was not reached, or did not take our statement.
    case delivery(DeliveryFault)
    /// What the peer answered is not its statement.
    case answer(_ code: String, _ detail: String)

    package var description: String {
        switch self {
        case .noSuchPeer: "no-such-peer: the directory has no other agency of this code"
        case .store(let error): "store: \(error)"
        case .signing(let fault): "signing: \(fault)"
        case .delivery(let fault): "\(fault)"
        case .answer(let code, let detail): "\(code): \(detail)"
        }
    }
}
