import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The way on which the nodes' documents travel. What arrives is given to the desk of the recipient, so that bytes really
/// are signed, verified and receipted; what happens on the way is scripted by the test.
final class Road: Sendable {
    enum Fate: CaseIterable, Sendable {
        case arrives
        /// The document never arrives.
        case requestIsLost
        /// It arrives and is taken, and the sender never hears of it.
        case answerIsLost
        /// It arrives twice; the sender gets the second answer.
        case arrivesTwice
        /// Nothing is sent, as if the peer were down.
        case isKeptBack
    }

    struct Message: Sendable {
        let from: AgencyCode
        let to: AgencyCode
        let bytes: [UInt8]
        let kind: DocumentKind?
        /// How often these bytes were sent before.
        let earlier: Int
    }

    private struct State {
        var nodes: [AgencyCode: PairNode] = [:]
        var fate: @Sendable (Message) -> Fate = { _ in .arrives }
        var changed: @Sendable (Message, [UInt8]) -> [UInt8] = { _, receipt in receipt }
        var sent: [Message] = []
        var receipts: [[UInt8]: Set<[UInt8]>] = [:]
    }

    private let state = Mutex(State())

    func join(_ node: PairNode) { state.withLock { $0.nodes[node.code] = node } }

    /// Scripts what happens to a message.
    func script(_ fate: @escaping @Sendable (Message) -> Fate) { state.withLock { $0.fate = fate } }

    /// Scripts what becomes of a receipt on its way back.
    func change(_ changed: @escaping @Sendable (Message, [UInt8]) -> [UInt8]) {
        state.withLock { $0.changed = changed }
    }

    /// Every message that a node wanted to send, in order.
    var sent: [Message] { state.withLock { $0.sent } }
    /// Every message once.
    var distinct: [Message] { sent.filter { $0.earlier == 0 } }
    /// Every receipt that was given for the same bytes.
    var receipts: [[UInt8]: Set<[UInt8]>] { state.withLock { $0.receipts } }

    func carry(_ bytes: [UInt8], from: AgencyCode, to: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        let (message, fate, node) = state.withLock { state in
            let message = Message(
                from: from, to: to, bytes: bytes, kind: Road.kind(of: bytes),
                earlier: state.sent.count { $0.bytes == bytes })
            state.sent.append(message)
            return (message, state.fate(message), state.nodes[to])
        }
        guard let node, fate != .isKeptBack, fate != .requestIsLost else {
            throw DeliveryFault(code: "timeout", detail: "no answer", concernsPeer: true)
        }
        if fate == .arrivesTwice { _ = try await give(message, to: node) }
        let receipt = try await give(message, to: node)
        guard fate != .answerIsLost else {
            throw DeliveryFault(code: "timeout", detail: "no answer", concernsPeer: true)
        }
        return state.withLock { $0.changed }(message, receipt)
    }

    private func give(_ message: Message, to node: PairNode) async throws(DeliveryFault) -> [UInt8] {
        let answer = await node.desk.receive(message.bytes, from: message.from)
        // Whatever a process said while it died was not heard.
        guard !node.isDead else {
            throw DeliveryFault(code: "connection-lost", detail: "no answer", concernsPeer: true)
        }
        switch answer {
        case .receipt(let receipt):
            state.withLock { _ = $0.receipts[message.bytes, default: []].insert(receipt) }
            return receipt
        case .problem(let problem):
            throw DeliveryFault(
                code: problem.code, detail: problem.detail, concernsPeer: problem.status == 429 || problem.status >= 500
            )
        }
    }

    private static func kind(of bytes: [UInt8]) -> DocumentKind? {
        guard let jws = try? JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument) else { return nil }
        return (try? DocumentHead(decoding: jws.payload))?.kind
    }
}

/// One node's end of the road.
struct RoadEnd: PeerLink {
    let from: AgencyCode
    let road: Road

    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        try await road.carry(document, from: from, to: peer)
    }
}
