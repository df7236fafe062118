import Casework
import Synchronization
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A transfer in which a node fails` {
    enum Side: CaseIterable, Sendable {
        case destination
        case origin

        func node(of pair: NodePair) -> PairNode {
            switch self {
            case .destination: pair.destination
            case .origin: pair.origin
            }
        }
    }

    /// For every write of the whole story, on either side, in every manner: the node dies or errs there, comes back or
    /// goes on, and in the end all is as if nothing had happened.
    @Test(arguments: Side.allCases, FaultyStore.Manner.allCases)
    func `completes wherever it fails: every write has failed once`(
        side: Side, manner: FaultyStore.Manner
    ) async throws {
        var write = 0
        var wasReached = true
        while wasReached {
            write += 1
            wasReached = try await NodePair.run(records: false) { pair in
                try await FullStory.prepare(pair)
                let node = side.node(of: pair)
                try await node.restart(fault: .init(write: write, manner: manner))
                let number = try await FullStory(pair: pair).tell()
                #expect(try await pair.complaints(about: number) == [], "write \(write)")
                #expect(
                    Set(pair.bank.movements.map(\.key))
                        == Set(["P1", "M1", "M2", "H1", "H2"].map { "\(number)/\($0)" }),
                    "write \(write)")
                return node.deaths > 1 || node.writes >= write
            }
        }
        #expect(write > (side == .destination ? 15 : 25), "only \(write - 1) writes")
    }

    @Test func `completes when every process of both nodes dies at its second write`() async throws {
        try await NodePair.run(records: false) { pair in
            try await FullStory.prepare(pair)
            for node in pair.nodes { try await node.beMortal() }
            let number = try await FullStory(pair: pair).tell()
            #expect(try await pair.complaints(about: number) == [])
            #expect(pair.destination.deaths > 10)
            #expect(pair.origin.deaths > 18)
        }
    }

    /// The control: a store that acknowledges what it does not keep. Were it not noticed, the checks above would be worth
    /// nothing.
    @Test(arguments: Side.allCases)
    func `is seen not to be whole when anything acknowledged was not written`(side: Side) async throws {
        var place = 0
        var wasReached = true
        while wasReached {
            place += 1
            let lies = Mutex(0)
            let target = place
            try await NodePair.run(records: false) { pair in
                try await FullStory.prepare(pair)
                try await side.node(of: pair).restart(lie: { step in
                    guard step.opening != nil || step.incoming != nil || !step.bankLines.isEmpty else { return false }
                    return lies.withLock { count in
                        count += 1
                        return count == target
                    }
                })
                var complaints = ["the story had no end"]
                if let number = try? await FullStory(pair: pair).tell() {
                    complaints = try await pair.complaints(about: number)
                }
                let wasTold = lies.withLock { $0 >= target }
                #expect(complaints.isEmpty != wasTold, "acknowledged step \(target)")
            }
            wasReached = lies.withLock { $0 >= target }
        }
        #expect(place > (side == .destination ? 6 : 8))
    }
}
