import Casework
import Synchronization
import TransferCore
import TransferDocuments

// An agency that has a valid certificate and no good will, and an intruder with a key that nobody lists. Whatever they
// send, no case may change.

extension World {
    func hostile(_ act: SimulatedFault.HostileAct) async {
        let answered = road.carried.filter(\.isAnswered)
        guard !time.areFaultsOver, !answered.isEmpty else { return }
        let message = numbers.pick(answered)
        let third = (0..<nodes.count).filter { $0 != message.from && $0 != message.to }
        guard let head = head(of: message.bytes), nodes[message.to].isServing else { return }
        let other = third.isEmpty ? nil : numbers.pick(third)
        switch act {
        case .replay:
            guard let other else { return }
            await send(message.bytes, from: other, to: message.to, act)
        case .misdirects:
            guard let other else { return }
            await send(message.bytes, from: message.from, to: other, act)
        case .equivocates:
            await send(altered(message, sequence: head.sequence, key: nil), from: message.from, to: message.to, act)
        case .jumpsAhead:
            await send(
                altered(message, sequence: head.sequence + 40, key: nil), from: message.from, to: message.to, act)
        case .meddles:
            guard let other else { return }
            await send(altered(message, sequence: 1, sender: other, key: nil), from: other, to: message.to, act)
        case .forges: await send(await forged(message, head), from: message.from, to: message.to, act)
        case .showsOlderHead: await showOlderHead(of: message.from, to: message.to)
        case .showsOtherHistory:
            guard let other else { return }
            await showOtherHistory(of: message.from, to: message.to, and: other)
        }
    }

    private func send(_ bytes: [UInt8]?, from: Int, to: Int, _ act: SimulatedFault.HostileAct) async {
        guard let bytes, !nodes[to].isDead else { return }
        watch.struck("hostile \(act)")
        let before = watch.state.withLock { $0.steps }
        let answer = await nodes[to].desk.receive(bytes, from: SimulatedCast.agencies[from])
        if case .problem(let problem) = answer { watch.note("hostile \(act) gets \(problem.code)") }
        if watch.state.withLock({ $0.steps }) != before {
            watch.find("hostile", "what a hostile agency sent (\(act)) has changed a case at \(watch.codes[to])")
        }
    }

    private func head(of bytes: [UInt8]) -> DocumentHead? {
        guard let jws = try? JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument) else { return nil }
        return try? DocumentHead(decoding: jws.payload)
    }

    /// The same content at another place, or a second later; signed by whoever sends it.
    private func altered(
        _ message: WorldRoad.Carried, sequence: Int, sender: Int? = nil, key: SigningKey?
    ) -> [UInt8]? {
        guard let jws = try? JWS.parse(message.bytes, typ: .document, maximumBytes: Desk.longestDocument),
            let envelope = try? DocumentEnvelope(decoding: jws.payload)
        else { return nil }
        let head = envelope.head
        let from = sender ?? message.from
        return signed(
            DocumentEnvelope(
                caseNumber: head.caseNumber, sender: SimulatedCast.agencies[from], recipient: head.recipient,
                sequence: sequence, previous: head.previous,
                issuedAt: time.instant.adding(milliseconds: -1_000).signingTime, maker: head.maker,
                checker: head.checker, content: envelope.content),
            key ?? SimulatedNetwork.shared.keys[from])
    }

    /// A document that would end the case, in its turn and in its chain, in another's name.
    private func forged(_ message: WorldRoad.Carried, _ head: DocumentHead) async -> [UInt8]? {
        guard let file = try? await nodes[message.to].store.caseFile(head.caseNumber) else { return nil }
        let today = time.instant.date
        let content: DocumentContent
        switch file.opening.role {
        case .destination:
            content = .endNotice(
                EndNotice(letterVersion: 1, reason: .deceased, text: "已注销。", endedOn: today))
        case .origin:
            content = .recallRequest(
                RecallRequest(subject: .letter, ground: .sentInError, text: "误发。", orderKey: nil))
        }
        let sender = SimulatedCast.agencies[message.from]
        return signed(
            DocumentEnvelope(
                caseNumber: head.caseNumber, sender: sender, recipient: SimulatedCast.agencies[message.to],
                sequence: file.documents.count { $0.sender == sender } + 1, previous: file.documents.last?.digest,
                issuedAt: time.instant.signingTime, maker: .straightThrough, checker: .straightThrough,
                content: content),
            SimulatedNetwork.shared.strayKeys[message.from])
    }

    private func signed(_ envelope: DocumentEnvelope, _ key: SigningKey) -> [UInt8]? {
        guard let payload = try? envelope.encoded() else { return nil }
        return try? key.sign(payload: payload, typ: .document, at: time.instant.signingTime)
    }
}
