import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The chain of a case's documents` {
    @Test func `is taken in its order only, and the early one is taken in its turn`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let documents = try [shenzhen.certificate(), shenzhen.form(), shenzhen.advice()].map {
                try shenzhen.next($0)
            }
            let before = try await pair.standing(of: pair.destination)
            for early in documents.dropFirst().reversed() {
                #expect(
                    try await pair.said(pair.destination, early, from: PairCast.shenzhen)
                        == .problem(409, "out-of-order"))
            }
            #expect(try await pair.standing(of: pair.destination) == before)
            for document in documents {
                #expect(try await pair.said(pair.destination, document, from: PairCast.shenzhen) == .accepted)
            }
        }
    }

    @Test func `begins with the letter: what comes before it is out of order`() async throws {
        try await NodePair.run { pair in
            let number = try #require(CaseNumber(destination: PairCast.weifang, year: 2026, serial: 5))
            let before = try await pair.standing(of: pair.origin)
            let weifang = PlayedSide(
                PairCast.weifang, peer: PairCast.shenzhen, number: number, previous: DocumentDigest(of: [1]))
            let bytes = try weifang.sign(try weifang.payload(try weifang.completion()))
            #expect(
                try await pair.said(pair.origin, bytes, from: PairCast.weifang) == .problem(409, "out-of-order"))
            #expect(try await pair.standing(of: pair.origin) == before)
        }
    }

    @Test func `gives the same bytes the same receipt, byte for byte, now and years later`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let payload = try shenzhen.payload(shenzhen.certificate())
            let bytes = try shenzhen.next(shenzhen.certificate())
            let answer = await pair.destination.desk.receive(bytes, from: PairCast.shenzhen)
            #expect(try Said(answer) == .accepted)
            let after = try await pair.standing(of: pair.destination)
            #expect(await pair.destination.desk.receive(bytes, from: PairCast.shenzhen) == answer)
            // A signature can be made again, and is another each time: the document is the same.
            #expect(await pair.destination.desk.receive(try shenzhen.sign(payload), from: PairCast.shenzhen) == answer)
            _ = await pair.destination.desk.receive(try shenzhen.next(shenzhen.form()), from: PairCast.shenzhen)
            pair.clock.move(days: 400)
            try await pair.destination.restart()
            #expect(await pair.destination.desk.receive(bytes, from: PairCast.shenzhen) == answer)
            #expect(try await pair.standing(of: pair.destination).documents == after.documents + 1)
        }
    }

    /// Whoever looked before the first was kept and read the case after it once was told that it is out of order.
    @Test func `gives a hundred equal documents at once one receipt`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            for content in [shenzhen.certificate(), try shenzhen.form(), try shenzhen.advice()] {
                let bytes = try shenzhen.next(content)
                let answers = await withTaskGroup(of: PeerAnswer.self) { group in
                    for _ in 0..<100 {
                        group.addTask { await pair.destination.desk.receive(bytes, from: PairCast.shenzhen) }
                    }
                    return await group.reduce(into: Set<PeerAnswer>()) { $0.insert($1) }
                }
                #expect(try answers.map(Said.init) == [.accepted])
            }
            #expect(try await pair.view(of: shenzhen.number, at: pair.destination)?.file.version == 5)
        }
    }

    @Test func `has one document in each place: another one is refused, and both are kept`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let other = try shenzhen.sign(try shenzhen.payload(shenzhen.certificate(months: 7)))
            let bytes = try shenzhen.next(shenzhen.certificate())
            let answer = await pair.destination.desk.receive(bytes, from: PairCast.shenzhen)
            let before = try await pair.standing(of: pair.destination)
            for _ in 0..<3 {
                #expect(
                    try await pair.said(pair.destination, other, from: PairCast.shenzhen)
                        == .problem(409, "equivocation"))
            }
            let after = try await pair.standing(of: pair.destination)
            #expect(after.cases == before.cases)
            #expect(after.documents == before.documents)
            #expect(after.evidence == before.evidence + 1)
            #expect(after.leaves == before.leaves + 1)
            let evidence = try #require(try await pair.destination.store.refusedEvidence(limit: 1).first)
            #expect(evidence.code == "equivocation")
            #expect(evidence.bytes == other)
            #expect(evidence.number == shenzhen.number.text)
            let file = try #require(try await pair.destination.store.caseFile(shenzhen.number))
            #expect(file.documents.last?.bytes == bytes)
            #expect(await pair.destination.desk.receive(bytes, from: PairCast.shenzhen) == answer)
            let next = try shenzhen.next(try shenzhen.form())
            #expect(try await pair.said(pair.destination, next, from: PairCast.shenzhen) == .accepted)
        }
    }

    @Test func `cannot be continued with a document of another case`() async throws {
        try await NodePair.run { pair in
            let other = PairCast.person(2, name: "魏军")
            try await pair.know(.atDestination(other), nil)
            let first = try await pair.playedOrigin()
            let number = try await pair.lodge(PairCast.application(other), key: "key-2")
            for effect in try await pair.destination.store.openEffects(after: 0, limit: 10) {
                try await pair.destination.desk.carryOut(effect)
            }
            let second = try await PlayedSide.origin(of: number, at: pair.destination)
            let before = try await pair.standing(of: pair.destination)
            // The first case's certificate, posted as the second's, with either chain.
            let moved = try second.sign(try second.payload(first.certificate()))
            #expect(
                try await pair.said(pair.destination, moved, from: PairCast.shenzhen)
                    == .refused("person-differs", "/content/person"))
            let chained = try first.sign(
                try first.payload(first.certificate(), previous: second.previous))
            #expect(
                try await pair.said(pair.destination, chained, from: PairCast.shenzhen)
                    == .refused("chain", "/previous"))
            let after = try await pair.standing(of: pair.destination)
            #expect(after.cases == before.cases)
            #expect(after.ledger == before.ledger)
        }
    }

    @Test func `is kept whole at both ends, and every document names one that stands before it`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer(PairCast.application(branches: [.medical, .housing]))
            for node in pair.nodes {
                let file = try #require(try await node.store.caseFile(number))
                var known: Set<DocumentDigest> = []
                for document in file.documents {
                    let jws = try JWS.parse(
                        document.bytes, typ: .document, maximumBytes: Desk.longestDocument)
                    let head = try DocumentHead(decoding: jws.payload)
                    #expect(jws.payloadDigest == document.digest)
                    #expect(head.previous.map(known.contains) ?? known.isEmpty)
                    known.insert(document.digest)
                }
                #expect(known.count == 7)
            }
        }
    }

    @Test func `stands still while the node cannot sign or write, and goes on after`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let bytes = try shenzhen.next(shenzhen.certificate())
            let before = try await pair.standing(of: pair.destination)
            pair.destination.signer.takeAway(true)
            #expect(
                try await pair.said(pair.destination, bytes, from: PairCast.shenzhen) == .problem(503, "unavailable"))
            pair.destination.signer.takeAway(false)
            #expect(try await pair.standing(of: pair.destination) == before)
            try await pair.destination.restart(fault: .init(write: 1, manner: .refuses))
            #expect(
                try await pair.said(pair.destination, bytes, from: PairCast.shenzhen) == .problem(503, "unavailable"))
            #expect(try await pair.standing(of: pair.destination) == before)
            #expect(try await pair.said(pair.destination, bytes, from: PairCast.shenzhen) == .accepted)
        }
    }
}
