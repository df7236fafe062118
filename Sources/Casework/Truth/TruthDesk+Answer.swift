import Logging
package import TransferCore
import TransferDocuments

extension TruthDesk {
    /// Answers the statement of a peer with ours of the same run, and keeps both and where they differ.
    ///
    /// Our answer names what our own list has to name, and every case besides that the peer has named and that is one with
    /// it: so the end of the days that both look back is no difference.
    ///
    /// - Parameters:
    ///   - bytes: a compact JWS, as it came.
    ///   - peer: the agency to which the directory binds the TLS certificate of the connection.
    package func answer(_ bytes: [UInt8], from peer: AgencyCode) async -> PeerAnswer {
        do {
            return .receipt(try await answered(bytes, from: peer))
        } catch let refusal as MessageRefusal {
            desk.logger.notice(
                "a statement was not taken", metadata: ["peer": "\(peer)", "code": "\(refusal.code)"])
            return .problem(
                Problem(
                    status: refusal.status, code: refusal.code, title: "The statement was not taken",
                    detail: refusal.detail, pointer: refusal.pointer,
                    retryAfterSeconds: refusal.status == 429 ? 3_600 : nil))
        } catch {
            desk.logger.error("a statement was not answered", metadata: ["peer": "\(peer)", "cause": "\(error)"])
            return .problem(
                Problem(
                    status: 503, code: "unavailable", title: "Service unavailable",
                    detail: "The books could not be compared. Ask again later."))
        }
    }

    /// A peer may send so many statements in an hour: all runs of 400,000 cases. What is more would only fill the store.
    private static let mostInAnHour = 200

    private func answered(_ bytes: [UInt8], from peer: AgencyCode) async throws -> [UInt8] {
        let theirs: StateDigest = try desk.believed(bytes, from: peer)
        let moment = desk.clock.now
        let recent = try await store.statementCount(of: peer, since: moment.adding(milliseconds: -3_600_000))
        guard recent < TruthDesk.mostInAnHour else {
            throw MessageRefusal(429, "too-many-statements", "At most \(TruthDesk.mostInAnHour) statements in an hour.")
        }
        let codes = desk.directory.current.predecessors(of: peer)
        let page = try await listed(
            after: theirs.range.after, through: theirs.range.through, days: theirs.endedWithinDays, codes, at: moment)
        let named = try await others(in: theirs, than: page.cases, codes)
        var range = page.range
        var own = page.cases + named.filter { page.range.contains($0.number) }
        own.sort { $0.number < $1.number }
        if own.count > StateDigest.mostCases {
            own = Array(own.prefix(StateDigest.mostCases))
            range = StateDigest.Range(after: range.after, through: own.last?.number)
        }
        let ours = try await statement(own, range, days: theirs.endedWithinDays, for: peer, at: moment)
        let found = StateComparison.differences(
            own: own, theirs: theirs.cases, range: range, endedWithinDays: theirs.endedWithinDays, now: moment)
        let received = KeptStatement(peer: peer, isOwn: false, serial: theirs.serial, at: moment, bytes: bytes)
        let comparison = KeptComparison(peer: peer, range: range, differences: found, at: moment)
        do throws(TruthFault) {
            try await keep([received, ours.kept], comparison)
        } catch {
            guard case .store(.duplicate) = error else { throw error }
            throw MessageRefusal(409, "serial-used-before", "A statement with this serial number came before.")
        }
        return ours.kept.bytes
    }
}
