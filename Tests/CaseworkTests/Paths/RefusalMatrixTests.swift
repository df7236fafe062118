import Casework
import Testing
import TransferCore
import TransferDocuments

/// Every kind of document in every standing of a case: the other office writes it with its own key, in its turn and in
/// the chain. What the handshake has moves the case as the handshake says; everything else is refused with a signature
/// and changes nothing.
@Suite struct `A document in a standing of its case` {
    @Test(arguments: CaseStanding.all)
    func `moves it as the handshake says, or is refused and changes nothing`(standing: CaseStanding) async throws {
        var taken: Set<DocumentKind> = []
        var seen: Set<DocumentKind> = []
        var places: [Int] = []
        // Those that are refused come one after the other: none of them is in the way of the next.
        try await Self.at(standing) { pair, node, number in
            for place in try await Self.documents(of: number, in: pair, at: node).indices {
                let scene = try await Scene(pair, node, number, place)
                seen.insert(scene.document.content.kind)
                if try scene.expectation == nil {
                    places.append(place)
                } else {
                    try await scene.checkRefusal()
                }
            }
        }
        for place in places {
            try await Self.at(standing) { pair, node, number in
                let scene = try await Scene(pair, node, number, place)
                taken.insert(scene.document.content.kind)
                try await scene.checkTaking()
            }
        }
        #expect(seen == Set(DocumentKind.allCases))
        // Known by hand, so that a handshake that takes nothing, or everything, does not pass.
        #expect(taken.contains(standing.taken))
        #expect(taken.count < seen.count)
    }

    /// The origin does not know the case yet: whatever it writes has nothing that it could follow.
    @Test func `is refused before the first letter was sent`() async throws {
        try await NodePair.run(alone: []) { pair in
            let number = try await pair.transfer()
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.summary.phase == "reviewing")
            let before = try await pair.standing(of: pair.destination)
            let side = Self.side(of: view)
            let documents = try PlausibleDocuments(view: view, side: side).all()
            for (place, document) in documents.enumerated() {
                let bytes = try side.sign(try side.payload(document.content, sequence: place + 1))
                // Only a letter can be the first document of a case, and only the destination writes letters.
                let isLetter = document.content.kind == .acceptanceLetter
                #expect(
                    try await pair.said(pair.destination, bytes, from: PairCast.shenzhen)
                        == (isLetter ? .refused("not-allowed", "/kind") : .refused("chain", "/previous")))
            }
            let after = try await pair.standing(of: pair.destination)
            #expect(after.documents == before.documents + documents.count)
            #expect(after.withoutDocuments == before.withoutDocuments)
        }
    }

    /// A case brought to a standing, and the node at which it stands there.
    private static func at(
        _ standing: CaseStanding, _ use: (NodePair, PairNode, CaseNumber) async throws -> Void
    ) async throws {
        try await NodePair.run(alone: standing.alone) { pair in
            let number = try await standing.reach(pair, PairCast.application(branches: standing.branches))
            let node = standing.role == .destination ? pair.destination : pair.origin
            try #require(try await pair.pension(of: number, at: node) == standing.phase)
            try #require(try await pair.phase(of: number, at: node) == standing.leading)
            try await use(pair, node, number)
        }
    }

    fileprivate static func documents(
        of number: CaseNumber, in pair: NodePair, at node: PairNode
    ) async throws -> [PlausibleDocument] {
        let view = try #require(try await pair.view(of: number, at: node))
        return try PlausibleDocuments(view: view, side: Self.side(of: view)).all()
    }

    fileprivate static func side(of view: CaseView) -> PlayedSide {
        PlayedSide(
            view.opening.peerCode, peer: view.opening.ownCode, number: view.opening.number,
            previous: view.file.documents.last?.digest ?? DocumentDigest(of: [1]))
    }
}

/// One document before a node, with what the node has of the case.
private struct Scene {
    let pair: NodePair
    let node: PairNode
    let view: CaseView
    let document: PlausibleDocument
    let bytes: [UInt8]

    init(_ pair: NodePair, _ node: PairNode, _ number: CaseNumber, _ place: Int) async throws {
        let view = try #require(try await pair.view(of: number, at: node))
        let side = `A document in a standing of its case`.side(of: view)
        (self.pair, self.node, self.view) = (pair, node, view)
        document = try PlausibleDocuments(view: view, side: side).all()[place]
        let sequence = view.file.documents.count { $0.sender == side.agency } + 1
        bytes = try side.sign(try side.payload(document.content, sequence: sequence))
    }

    private var number: CaseNumber { view.opening.number }
    private var peer: AgencyCode { view.opening.peerCode }

    /// Only the first letter of a case can be written without naming a document before it.
    private var namesNothing: Bool {
        document.content.kind == .acceptanceLetter && view.file.documents.allSatisfy { $0.sender != peer }
    }

    /// The code of the refusal that is due; nil for a document that is to be taken.
    var expectation: String? {
        get throws {
            let other: Role = view.opening.role == .origin ? .destination : .origin
            if namesNothing != view.file.documents.isEmpty { return "chain" }
            guard document.content.kind.senders.contains(other) else { return "not-allowed" }
            if let mismatch = document.mismatch { return mismatch }
            var story = view.story
            do {
                _ = try story.apply(document.event, at: pair.clock.now)
                return nil
            } catch {
                return "not-allowed"
            }
        }
    }

    func checkRefusal() async throws {
        let what = Comment(rawValue: "\(document.content.kind.rawValue), \(document.event.name)")
        let before = try await pair.standing(of: node)
        let answer = await node.desk.receive(bytes, from: peer)
        guard case .refused(let code, let pointer) = try Said(answer) else {
            Issue.record("\(what): \(answer)")
            return
        }
        #expect(code == (try expectation), what)
        if code == "not-allowed" { #expect(pointer == "/kind", what) }
        try checkSignature(of: answer)
        #expect(await node.desk.receive(bytes, from: peer) == answer, what)

        let after = try await pair.standing(of: node)
        #expect(after.documents == before.documents + 1, what)
        #expect(after.withoutDocuments == before.withoutDocuments, what)
        let file = try #require(try await node.store.caseFile(number))
        #expect(file.events == view.file.events, what)
        #expect(file.orders == view.file.orders, what)
        #expect(file.documents.last?.bytes == bytes, what)
        #expect(file.documents.last?.isRefused == true, what)
    }

    func checkTaking() async throws {
        let what = Comment(rawValue: "\(document.content.kind.rawValue), \(document.event.name)")
        #expect(try await pair.said(node, bytes, from: peer) == .accepted, what)
        var expected = view.story
        let effects = try expected.apply(document.event, at: pair.clock.now)

        let file = try #require(try await node.store.caseFile(number))
        let events = view.file.events.count
        try #require(file.events.count > events, what)
        #expect(file.events[events].name == document.event.name, what)
        #expect(file.events[events].code == document.event.code, what)
        #expect(file.events[events].actor == "peer:\(peer)", what)
        let first = CaseFile(
            opening: file.opening, events: Array(file.events.prefix(events + 1)), documents: file.documents,
            orders: file.orders, bankLines: file.bankLines)
        #expect(try CaseStory(replaying: first).transfer == expected.transfer, what)
        // Nothing follows but what the event itself asks for.
        let documents = file.documents.dropFirst(view.file.documents.count)
        #expect(documents.first?.bytes == bytes, what)
        #expect(documents.first?.isRefused == false, what)
        for kind in effects.compactMap(\.sent) {
            #expect(documents.dropFirst().contains { $0.kind == kind }, what)
        }
        if effects.isEmpty, document.event.endsNothingElse {
            #expect(file.events.count == events + 1, what)
            #expect(documents.count == 1, what)
        }
    }

    private func checkSignature(of answer: PeerAnswer) throws {
        guard case .receipt(let receipt) = answer else { return }
        let jws = try JWS.parse(receipt, typ: .receipt, maximumBytes: Desk.longestDocument)
        let now = pair.clock.now.seconds
        let signer = try pair.directory.current.signer(
            thumbprint: jws.header.certificate, signedAt: jws.header.signingTime.secondsSince1970, seenAt: now)
        try jws.verify(with: signer.publicKey)
        #expect(signer.agency == node.code)
    }
}

extension CaseEffect {
    /// The kind of document that the effect sends.
    fileprivate var sent: DocumentKind? {
        switch self {
        case .destination(.send(let kind)), .origin(.send(let kind)), .payout(_, .send(let kind)),
            .side(.send(let kind)):
            kind
        default: nil
        }
    }
}

extension CaseEvent {
    /// Whether no other machine of the case moves with it.
    fileprivate var endsNothingElse: Bool {
        switch self {
        case .recall, .query, .correction, .fundsReturn, .awaitedReturn: false
        default: true
        }
    }
}

extension Standing {
    /// Everything but the documents and the leaves under which they are kept.
    fileprivate var withoutDocuments: Standing {
        Standing(
            cases: cases, ledger: ledger, events: events, documents: 0, postings: postings, leaves: 0,
            openEffects: openEffects, outbox: outbox, ordersWaiting: ordersWaiting, evidence: evidence,
            unmatched: unmatched)
    }
}
