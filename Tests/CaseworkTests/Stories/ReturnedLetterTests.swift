import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A letter that the origin cannot answer` {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let record: PersonRecord?
        let reason: Reason
        /// What the origin says; where it asks first, the destination answers by its policy.
        var sent: [DocumentKind] = [.returnNote]
    }

    static let rows = [
        Row(
            testDescription: "the names differ", record: .atOrigin(PairCast.person(name: "林芬")),
            reason: .identityDiffers, sent: [.query, .returnNote]),
        Row(testDescription: "no record", record: nil, reason: .noRecordAtOrigin),
        Row(testDescription: "no month with money", record: .atOrigin(lines: []), reason: .noRecordAtOrigin),
        Row(testDescription: "still insured", record: .atOrigin(isActive: true), reason: .activeAtOrigin),
        Row(
            testDescription: "a temporary account", record: .atOrigin(relation: .temporary),
            reason: .originAccountTemporary),
        Row(testDescription: "draws a pension", record: .atOrigin(drawsPension: true), reason: .drawsPension),
    ]

    @Test(arguments: rows)
    func `comes back with the reason, and nothing is frozen, ordered or paid`(row: Row) async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(.atDestination(), row.record)
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            for node in pair.nodes {
                let view = try #require(try await pair.view(of: number, at: node))
                #expect(view.summary.phase == "returned")
                #expect(view.file.events.contains { $0.code == row.reason.code })
                #expect(view.file.orders.isEmpty)
                #expect(try await node.store.ledgerBalances() == [:])
            }
            #expect(
                try await pair.destination.store.notices(of: number).map { [$0.name, $0.code] } == [
                    ["correction-needed", row.reason.code]
                ])
            #expect(try await pair.sent(of: number, by: pair.origin) == row.sent)
            #expect(
                try await pair.sent(of: number, by: pair.destination)
                    == [.acceptanceLetter] + (row.sent.contains(.query) ? [.queryAnswer] : []))
            #expect(pair.bank.movements.isEmpty)
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test(arguments: rows)
    func `is corrected, sent again as the second version, and completes`(row: Row) async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(.atDestination(), row.record)
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            try await pair.know(nil, .atOrigin())
            try await pair.correct(number)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            let letters = try view.file.documents.filter { $0.kind == .acceptanceLetter }.map(Self.version)
            #expect(letters == [1, 2])
        }
    }

    @Test func `is corrected with the name that the origin has`() async throws {
        try await NodePair.run(records: false) { pair in
            let known = PairCast.person(name: "林芬")
            try await pair.know(.atDestination(), .atOrigin(known))
            let number = try await pair.transfer()
            #expect(try await pair.phase(of: number, at: pair.destination) == "returned")
            try await pair.know(.atDestination(known), nil)
            try await pair.correct(number, PairCast.application(known))
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `can be returned more than once`() async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(.atDestination(), nil)
            let number = try await pair.transfer()
            for _ in 2...5 {
                try await pair.correct(number)
                try await pair.settle()
                #expect(try await pair.phase(of: number, at: pair.destination) == "returned")
            }
            try await pair.know(nil, .atOrigin())
            try await pair.correct(number)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `keeps its person, its origin and its branches through every correction`() async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(.atDestination(), nil)
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            let before = try await pair.standing(of: pair.destination)
            let rows = [
                (PairCast.application(PairCast.person(7), branches: [.medical]), ["/person/residentId"]),
                (PairCast.application(origin: PairCast.wuhan, branches: [.medical]), ["/origin"]),
                (PairCast.application(branches: [.medical, .housing]), ["/otherBranches"]),
                (
                    PairCast.application(PairCast.person(7), origin: PairCast.wuhan),
                    ["/person/residentId", "/origin", "/otherBranches"]
                ),
            ]
            for (application, pointers) in rows {
                do {
                    try await pair.correct(number, application)
                    Issue.record("the correction of \(pointers) was taken")
                } catch DeskFault.faulty(let faults) {
                    #expect(faults.map(\.pointer) == pointers)
                }
            }
            #expect(try await pair.standing(of: pair.destination) == before)
        }
    }

    @Test func `is the only thing that can be corrected`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let before = try await pair.standing(of: pair.destination)
            let fault = await #expect(throws: DeskFault.self) { try await pair.correct(number) }
            #expect(fault?.notAllowed == NotAllowed(event: "application-corrected", phase: "completed"))
            #expect(try await pair.standing(of: pair.destination) == before)
        }
    }

    /// The version of a letter.
    private static func version(_ document: StoredDocument) throws -> Int? {
        let content = try DocumentEnvelope(
            decoding: JWS.parse(document.bytes, typ: .document, maximumBytes: Desk.longestDocument).payload
        ).content
        guard case .acceptanceLetter(let letter) = content else { return nil }
        return letter.version
    }
}

extension NodePair {
    /// Corrects the application; by default with the very same one, after a record was put right.
    func correct(_ number: CaseNumber, _ application: TransferApplication? = nil) async throws {
        let opening = try await view(of: number, at: destination)?.opening
        let same = PairCast.application(branches: opening?.payouts ?? [])
        let form = try CorrectedApplication.write(application ?? same)
        try await destination.desk.correct(number, application ?? same, form: form, owner: "mill")
    }
}
