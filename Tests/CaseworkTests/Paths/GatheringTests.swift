import Casework
import FoundationEssentials
import Testing
import TransferCore
import TransferDocuments

@Suite struct `What is left in a temporary account` {
    private static let gathering = TransferApplication(
        person: PairCast.person(), origin: PairCast.shenzhen, applicant: .insuredPerson, mobile: "13912345678",
        certificateNumber: nil, payoutAccount: nil, otherBranches: [], approvedMove: false, purpose: .gathering)

    @Test func `is gathered, also for a person who is enrolled late away from home`() async throws {
        try await NodePair.run { pair in
            // A woman of forty, registered in another province: she would get no more than a temporary account.
            let person = PairCast.person(born: "19800712")
            let application = TransferApplication(
                person: person, origin: PairCast.shenzhen, applicant: .insuredPerson, mobile: "13912345678",
                certificateNumber: nil, payoutAccount: nil, otherBranches: [], approvedMove: false,
                purpose: .gathering)
            try await pair.know(
                .atDestination(person, household: PersonRecord.guangdong), .atOrigin(person, relation: .temporary))
            let number = try await pair.transfer(application)
            #expect(try await pair.complaints(about: number) == [])
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            guard case .acceptanceLetter(let letter)? = try view.file.newest(.acceptanceLetter)?.content else { return }
            #expect(letter.purpose == .gathering)
            let form = try await pair.form(of: number, at: pair.destination)
            #expect(form.request.relation == .temporary)
            #expect(form.computation == (try form.request.computeFunds()))
        }
    }

    @Test func `is not moved by an application that does not gather`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(relation: .temporary))
            let number = try await pair.transfer()
            #expect(try await pair.phases(of: number) == ["returned", "returned"])
            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(file.events.last?.code == Reason.originAccountTemporary.code)
            #expect(pair.bank.movements.isEmpty)
        }
    }

    @Test func `is gathered by a lodging whose bytes say so`() throws {
        let read = try ApplicationForm.read(try ApplicationForm.write(Self.gathering))
        #expect(read.purpose == .gathering)
        #expect(try ApplicationForm.read(try ApplicationForm.write(PairCast.application())).purpose == .move)
    }
}

@Suite struct `A person with several origins` {
    /// Weifang with Shenzhen, and Weifang with Wuhan: one bank, one road, three nodes.
    private static func run(_ use: (NodePair, NodePair) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("jiexu-origins-\(UUID().uuidString)", isDirectory: true).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (clock, road, directory) = (HandClock(), Road(), PairDirectory())
        let bank = PairBank([PairCast.weifang, PairCast.shenzhen, PairCast.wuhan], clock: clock)
        var nodes: [PairNode] = []
        defer { for node in nodes { node.close() } }
        for code in [PairCast.weifang, PairCast.shenzhen, PairCast.wuhan] {
            nodes.append(
                try await PairNode(code, folder: folder, clock: clock, road: road, bank: bank, directory: directory))
        }
        func pair(_ origin: PairNode) -> NodePair {
            NodePair(
                destination: nodes[0], origin: origin, bank: bank, road: road, clock: clock, directory: directory)
        }
        try await use(pair(nodes[1]), pair(nodes[2]))
    }

    @Test func `has a case, a letter and a transfer with each of them, at the same time`() async throws {
        try await Self.run { first, second in
            try await first.know(.atDestination(), .atOrigin())
            try await second.know(nil, .atOrigin(lines: [.plain("2025-03", "2025-12")], balances: [:]))
            let numbers = [
                try await first.lodge(key: "key-1"),
                try await second.lodge(PairCast.application(origin: PairCast.wuhan), key: "key-2"),
            ]
            #expect(numbers[0] != numbers[1])
            for _ in 0..<3 {
                try await first.settle()
                try await second.settle()
            }
            #expect(try await first.complaints(about: numbers[0]) == [])
            #expect(try await second.complaints(about: numbers[1]) == [])
            let letters = first.road.distinct.filter { $0.kind == .acceptanceLetter }
            #expect(letters.map(\.to) == [PairCast.shenzhen, PairCast.wuhan])
            let moved = [
                try #require(try await first.view(of: numbers[0], at: first.origin)).pensionMoved,
                try #require(try await second.view(of: numbers[1], at: second.origin)).pensionMoved,
            ]
            #expect(moved[0] == PairCast.transfer)
            #expect(moved[1] > .zero)
            #expect(try await first.destination.store.ledgerBalances()["bank"] == moved[0] + moved[1])
        }
    }

    @Test func `cannot have two cases with one of them`() async throws {
        try await NodePair.run(without: .settlement) { pair in
            let number = try await pair.transfer()
            let form = try ApplicationForm.write(PairCast.application())
            let lodging = try await pair.destination.desk.lodge(
                PairCast.application(), form: form, owner: "mill", key: "key-2")
            guard case .underWay(let known) = lodging else {
                Issue.record("\(lodging)")
                return
            }
            #expect(known == number)
        }
    }
}
