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
}
