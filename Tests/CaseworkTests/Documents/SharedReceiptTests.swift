import Casework
import Testing
import TransferCore
import TransferDocuments

/// What came in one request is answered with receipts that share a signature, and each is evidence of its own case alone.
@Suite struct `Receipts for documents that came together` {
    /// Applications of some persons, each with its first letter.
    private func letters(_ count: Int, of pair: NodePair) async throws -> [(number: CaseNumber, bytes: [UInt8])] {
        var letters: [(number: CaseNumber, bytes: [UInt8])] = []
        for serial in 1...count {
            let person = PairCast.person(serial)
            try await pair.know(.atDestination(person), .atOrigin(person))
            let number = try await pair.lodge(PairCast.application(person), key: "letter-\(serial)")
            let file = try #require(try await pair.destination.store.caseFile(number))
            letters.append((number, try #require(file.documents.first).bytes))
        }
        return letters
    }

    private func receipts(_ answers: [PeerAnswer]) -> [[UInt8]] {
        answers.compactMap { answer in
            guard case .receipt(let receipt) = answer else { return nil }
            return receipt
        }
    }

    private func algorithm(of receipt: [UInt8]) throws -> JSON? {
        let header = try #require(Base64URL.decode(receipt.prefix { $0 != UInt8(ascii: ".") }))
        return try JSON.parse(header, limits: .request)["alg"]
    }

    private func verify(_ receipt: [UInt8], of number: CaseNumber) throws {
        let jws = try JWS.parse(receipt, typ: .receipt, maximumBytes: 4_096)
        try jws.verify(with: PairNetwork.shared.key(of: PairCast.shenzhen).publicKey)
        #expect(try Receipt(decoding: jws.payload).caseNumber == number)
        #expect(try Receipt(decoding: jws.payload).result == .accepted)
    }

    @Test func `share a signature, each is kept with its document, and is given again byte for byte`() async throws {
        try await NodePair.run { pair in
            let letters = try await letters(5, of: pair)
            let answers = await pair.origin.desk.receive(letters.map(\.bytes), from: PairCast.weifang)
            let receipts = receipts(answers)
            #expect(receipts.count == 5)
            for (letter, receipt) in zip(letters, receipts) {
                #expect(try algorithm(of: receipt) == .string("urn:jiexu:es256-tree"))
                try verify(receipt, of: letter.number)
                let kept = try #require(try await pair.origin.store.caseFile(letter.number)?.documents.first)
                #expect(kept.receipt == receipt)
                #expect(await pair.origin.desk.receive(letter.bytes, from: PairCast.weifang) == .receipt(receipt))
            }
            #expect(await pair.origin.desk.receive(letters.map(\.bytes), from: PairCast.weifang) == answers)
            try await pair.settle()
            for letter in letters { #expect(try await pair.complaints(about: letter.number) == []) }
        }
    }

    @Test func `are alone where only one document is new`() async throws {
        try await NodePair.run { pair in
            let letters = try await letters(2, of: pair)
            let first = await pair.origin.desk.receive(letters[0].bytes, from: PairCast.weifang)
            let answers = await pair.origin.desk.receive(letters.map(\.bytes), from: PairCast.weifang)
            #expect(answers.first == first)
            for receipt in receipts(answers) { #expect(try algorithm(of: receipt) == .string("ES256")) }
            #expect(receipts(answers).count == 2)
        }
    }

    @Test func `stand beside the answers to what was not taken`() async throws {
        try await NodePair.run { pair in
            var documents = try await letters(4, of: pair)
            documents[1].bytes[documents[1].bytes.count - 20] ^= 1
            let answers = await pair.origin.desk.receive(
                documents.map(\.bytes) + [documents[3].bytes], from: PairCast.weifang)
            guard case .problem(let problem) = answers[1] else {
                Issue.record("a letter with a broken signature was taken")
                return
            }
            #expect(problem.code.hasPrefix("jws-"))
            #expect(answers[4] == answers[3], "what came twice got one receipt")
            for place in [0, 2, 3] {
                guard case .receipt(let receipt) = answers[place] else { Issue.record("no receipt"); continue }
                try verify(receipt, of: documents[place].number)
            }
            #expect(try await pair.origin.store.caseFile(documents[1].number) == nil)
        }
    }

    @Test func `stand beside a signed refusal, which is alone with its signature`() async throws {
        try await NodePair.run { pair in
            var documents = try await letters(3, of: pair)
            let letter = try JWS.parse(documents[1].bytes, typ: .document, maximumBytes: Desk.longestDocument)
            documents[1].bytes = try PairNetwork.shared.key(of: PairCast.weifang).sign(
                payload: letter.payload.replacing(#""content":{"#, with: #""content":{"x":1,"#), typ: .document,
                at: PairCast.noon.signingTime)
            let answers = await pair.origin.desk.receive(documents.map(\.bytes), from: PairCast.weifang)
            let receipts = receipts(answers)
            try #require(receipts.count == 3)
            for place in [0, 2] {
                #expect(try algorithm(of: receipts[place]) == .string("urn:jiexu:es256-tree"))
                try verify(receipts[place], of: documents[place].number)
            }
            #expect(try algorithm(of: receipts[1]) == .string("ES256"))
            let refusal = try JWS.parse(receipts[1], typ: .receipt, maximumBytes: 4_096)
            try refusal.verify(with: PairNetwork.shared.key(of: PairCast.shenzhen).publicKey)
            #expect(
                try Receipt(decoding: refusal.payload).result == .refused(code: "unknown-field", pointer: "/content/x"))
            #expect(try await pair.origin.store.caseFile(documents[1].number) == nil)
            #expect(await pair.origin.desk.receive(documents.map(\.bytes), from: PairCast.weifang) == answers)
        }
    }

    /// The step that opens her case counted on there being no other, so that it is decided and signed once more.
    @Test func `are given for a person who has another case here as for the others`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            // The first of these persons is the one who has moved already.
            let documents = try await letters(3, of: pair)
            let receipts = receipts(
                await pair.origin.desk.receive(documents.map(\.bytes), from: PairCast.weifang))
            #expect(receipts.count == 3)
            for (document, receipt) in zip(documents, receipts) {
                try verify(receipt, of: document.number)
                let kept = try #require(try await pair.origin.store.caseFile(document.number)?.documents.first)
                #expect(kept.receipt == receipt)
            }
            #expect(try await pair.phase(of: documents[0].number, at: pair.origin) == "checking")
            try await pair.settle()
            #expect(try await pair.phase(of: documents[0].number, at: pair.origin) == "returned")
            for document in documents.dropFirst() {
                #expect(try await pair.complaints(about: document.number) == [])
            }
        }
    }

    @Test func `are not given, and nothing is kept, while the key is away`() async throws {
        try await NodePair.run { pair in
            let letters = try await letters(3, of: pair)
            pair.origin.signer.takeAway(true)
            for answer in await pair.origin.desk.receive(letters.map(\.bytes), from: PairCast.weifang) {
                guard case .problem(let problem) = answer else { Issue.record("a receipt without a key"); continue }
                #expect(problem.status == 503)
            }
            for letter in letters { #expect(try await pair.origin.store.caseFile(letter.number) == nil) }
            pair.origin.signer.takeAway(false)
            let answers = await pair.origin.desk.receive(letters.map(\.bytes), from: PairCast.weifang)
            for (letter, receipt) in zip(letters, receipts(answers)) { try verify(receipt, of: letter.number) }
            #expect(receipts(answers).count == 3)
        }
    }

    /// The certificate and the form of one case come behind one another: the second is decided on the first.
    @Test func `of one case are as good as those of many`() async throws {
        try await NodePair.run { pair in
            let letter = try await letters(1, of: pair)[0]
            _ = await pair.origin.desk.receive(letter.bytes, from: PairCast.weifang)
            let file = try #require(try await pair.origin.store.caseFile(letter.number))
            let ours = file.documents.filter { $0.sender == PairCast.shenzhen }.map(\.bytes)
            #expect(ours.count == 2)
            let receipts = receipts(await pair.destination.desk.receive(ours, from: PairCast.shenzhen))
            #expect(receipts.count == 2)
            let kept = try #require(try await pair.destination.store.caseFile(letter.number)).documents
            #expect(kept.filter { $0.sender == PairCast.shenzhen }.map(\.receipt) == receipts)
            for receipt in receipts { #expect(try algorithm(of: receipt) == .string("urn:jiexu:es256-tree")) }
        }
    }
}
