import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Shows how deliveries to each peer stand, and holds or resumes them.
///
/// A hold is kept in memory: a node that starts again delivers.
struct PeerSwitch: Sendable {
    let desk: Desk
    let outbox: Outbox

    var routes: [Route] {
        [
            Route(.get, "/ops/peers", access: .local, answer: list),
            Route(.post, "/ops/peers/{code}/hold", access: .local, answer: hold),
            Route(.post, "/ops/peers/{code}/resume", access: .local, answer: resume),
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        let states = try await states()
        return try .json { json in
            json.array("peers", states) { json, state in json.object { state.write(to: &$0) } }
        }
    }

    private func hold(_ call: Call) async throws(Problem) -> Answer {
        let peer = try peer(call)
        await outbox.hold(peer, by: "operations", .unsaid)
        return try await answer(for: peer)
    }

    private func resume(_ call: Call) async throws(Problem) -> Answer {
        let peer = try peer(call)
        await outbox.resume(peer)
        return try await answer(for: peer)
    }

    private func peer(_ call: Call) throws(Problem) -> AgencyCode {
        guard let code = AgencyCode(call.parameters[0]), code != desk.agency.code,
            desk.directory.current[code] != nil
        else { throw .notFound }
        return code
    }

    private func answer(for peer: AgencyCode) async throws(Problem) -> Answer {
        guard let state = try await states().first(where: { $0.peer == peer }) else { throw .notFound }
        return try .json { state.write(to: &$0) }
    }

    private struct State {
        let peer: AgencyCode
        let hold: PeerHold?
        let failures: Int
        let inFlight: Int
        let waiting: Int
        /// How long the oldest document has waited; nil when none waits.
        let oldestSeconds: Int64?

        func write(to json: inout JSONWriter) {
            json.field("peer", peer.text)
            json.field("held", hold != nil)
            json.field("heldBy", ifPresent: hold?.who)
            json.field("heldSince", ifPresent: hold?.since.signingTime.text)
            json.field("heldBecause", ifPresent: hold?.reason.rawValue)
            json.field("failures", failures)
            json.field("inFlight", inFlight)
            json.field("waiting", waiting)
            json.field("oldestSeconds", ifPresent: oldestSeconds)
        }
    }

    /// Every agency to which something was or is to be delivered, in the order of codes.
    private func states() async throws(Problem) -> [State] {
        let counts: StoreCounts
        do throws(StoreError) { counts = try await desk.store.counts() } catch { throw Problem(error) }
        let lanes = await outbox.peers
        let now = desk.clock.now
        return Set(lanes.map(\.peer)).union(counts.outboxByRecipient.keys).sorted().map { peer in
            let lane = lanes.first { $0.peer == peer }
            return State(
                peer: peer, hold: lane?.hold, failures: lane?.failures ?? 0,
                inFlight: lane?.inFlight ?? 0, waiting: counts.outboxByRecipient[peer] ?? 0,
                oldestSeconds: counts.oldestOutboxAt[peer].map { max(0, now.seconds - $0.seconds) })
        }
    }
}
