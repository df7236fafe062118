import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `What a policy decides alone` {
    @Test func `is decided in the step that opens the case, at both offices`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            #expect(try await pair.phase(of: number, at: pair.destination) == "awaiting-reply")
            let lodged = try #require(try await pair.destination.store.caseFile(number))
            #expect(lodged.events.map(\.name) == ["application-lodged", "application-passed"])
            #expect(try await pair.destination.store.counts().openEffects == 0)

            let letter = try #require(lodged.documents.first).bytes
            guard case .receipt = await pair.origin.desk.receive(letter, from: PairCast.weifang) else {
                Issue.record("the letter was not taken")
                return
            }
            #expect(try await pair.phase(of: number, at: pair.origin) == "remitting")
            #expect(try await pair.origin.store.counts().openEffects == 0)
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(
                file.documents.map(\.kind) == [.acceptanceLetter, .contributionCertificate, .informationForm])
            #expect(file.orders.map(\.key.text) == ["\(number)/P1"])
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `waits for the commit where people decide`() async throws {
        try await NodePair.run(alone: []) { pair in
            let number = try await pair.lodge()
            #expect(try await pair.phase(of: number, at: pair.destination) == "reviewing")
            #expect(
                try await pair.destination.store.openEffects(after: 0, limit: 10).map(\.kind) == [.review])
        }
    }

    /// For whom something was settled before, that has to be looked at; the letter is taken nevertheless.
    @Test func `waits for the commit at an origin that knows the person from another case`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            let number = try await pair.lodge(key: "key-2")
            let letter = try #require(try await pair.destination.store.caseFile(number)?.documents.first).bytes
            guard case .receipt = await pair.origin.desk.receive(letter, from: PairCast.weifang) else {
                Issue.record("the letter was not taken")
                return
            }
            #expect(try await pair.phase(of: number, at: pair.origin) == "checking")
            let waiting = try await pair.origin.store.openEffects(after: 0, limit: 10)
            #expect(waiting.map(\.kind) == [.checkRecords])
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "returned")
        }
    }

    /// An application that would be refused once opened a case, and told the person so, while the transfer ran.
    @Test func `is not decided beside a live case, whatever the decision would be`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            let known = PairCast.application().person
            let misspelt = PairCast.application(InsuredPerson(name: "别名", residentID: known.residentID))
            #expect(try await pair.outcome(misspelt, key: "key-2") == .underWay(number))
            #expect(try await pair.destination.store.counts().casesByPhase == ["awaiting-reply": 1])
        }
    }

    /// The letter and its recall, after the origin was away: money was once ordered before the recall was looked at.
    @Test func `waits for the commit when a recall came with the letter`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            try await pair.destination.desk.withdraw(number, owner: "mill")
            let documents = try #require(try await pair.destination.store.caseFile(number)?.documents)
            #expect(documents.map(\.kind) == [.acceptanceLetter, .recallRequest])
            let answers = await pair.origin.desk.receive(documents.map(\.bytes), from: PairCast.weifang)
            #expect(answers.count == 2)
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(file.orders.isEmpty && file.documents.count == 2)
            let waiting = try await pair.origin.store.openEffects(after: 0, limit: 10)
            #expect(waiting.map(\.kind) == [.checkRecords, .answerRecall])
        }
    }

    /// Letters for persons whom the origin knows, in one request with others: each is taken, and the others at once.
    @Test func `is decided at once beside a letter that has to wait`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            let other = PairCast.person(2)
            try await pair.know(.atDestination(other), .atOrigin(other))
            let numbers = [
                try await pair.lodge(key: "key-2"), try await pair.lodge(PairCast.application(other), key: "key-3"),
            ]
            var letters: [[UInt8]] = []
            for number in numbers {
                letters.append(try #require(try await pair.destination.store.caseFile(number)?.documents.first).bytes)
            }
            for answer in await pair.origin.desk.receive(letters, from: PairCast.weifang) {
                guard case .receipt = answer else { Issue.record("a letter was not taken"); continue }
            }
            #expect(try await pair.phase(of: numbers[0], at: pair.origin) == "checking")
            #expect(try await pair.phase(of: numbers[1], at: pair.origin) == "remitting")
        }
    }
}
