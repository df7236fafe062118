import Casework
import Synchronization
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A transfer over a bad road` {
    /// For every message of the story: it is lost, or its answer, or it arrives twice.
    @Test(arguments: [Road.Fate.requestIsLost, .answerIsLost, .arrivesTwice])
    func `completes whichever message meets the fate`(fate: Road.Fate) async throws {
        var place = 0
        var wasReached = true
        while wasReached {
            place += 1
            let target = place
            let count = Mutex(0)
            try await NodePair.run(records: false) { pair in
                try await FullStory.prepare(pair)
                pair.road.script { _ in
                    count.withLock { count in
                        count += 1
                        return count == target ? fate : .arrives
                    }
                }
                let number = try await FullStory(pair: pair).tell()
                #expect(try await pair.complaints(about: number) == [], "message \(target)")
            }
            wasReached = count.withLock { $0 >= target }
        }
        #expect(place > 10)
    }

    @Test(arguments: [Road.Fate.requestIsLost, .answerIsLost, .arrivesTwice])
    func `completes when every message meets the fate at first`(fate: Road.Fate) async throws {
        try await NodePair.run(records: false) { pair in
            try await FullStory.prepare(pair)
            pair.road.script { $0.earlier < 2 ? fate : .arrives }
            let number = try await FullStory(pair: pair).tell()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test(arguments: 1...8)
    func `completes whatever happens to the first three sendings of each message`(seed: Int) async throws {
        try await NodePair.run(records: false) { pair in
            try await FullStory.prepare(pair)
            pair.road.script { message in
                guard message.earlier < 3 else { return .arrives }
                // Any fate, but the same for the same seed and message.
                let mixed = (seed &* 31 &+ message.earlier) &* 0x9E37 &+ (message.kind?.rawValue.utf8.count ?? 0) &* 7
                let fates = Road.Fate.allCases
                return fates[(mixed >> 3) % fates.count]
            }
            let number = try await FullStory(pair: pair).tell()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `is not changed by anything that comes again at the end`() async throws {
        try await NodePair.run(records: false) { pair in
            try await FullStory.prepare(pair)
            let number = try await FullStory(pair: pair).tell()
            let before = (
                try await pair.standing(of: pair.destination), try await pair.standing(of: pair.origin)
            )
            let given = pair.road.receipts
            for message in pair.road.distinct.reversed() {
                let link = RoadEnd(from: message.from, road: pair.road)
                let receipt = try await link.deliver(message.bytes, to: message.to)
                #expect(given[message.bytes] == [receipt])
            }
            #expect(try await pair.standing(of: pair.destination) == before.0)
            #expect(try await pair.standing(of: pair.origin) == before.1)
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    /// After every step of the story everything that was ever sent comes once more.
    @Test func `is not changed by what comes late, at any moment`() async throws {
        try await NodePair.run(records: false) { pair in
            try await FullStory.prepare(pair)
            try await pair.know(nil, .atOrigin())
            pair.bank.flaw(PairCast.card, nil)
            let number = try await pair.lodge(PairCast.application(branches: [.medical, .housing]))
            for _ in 0..<12 {
                for node in pair.nodes { _ = await pair.work(node) }
                _ = pair.bank.work()
                let before = (
                    try await pair.standing(of: pair.destination), try await pair.standing(of: pair.origin)
                )
                for message in pair.road.distinct {
                    _ = try await RoadEnd(from: message.from, road: pair.road).deliver(message.bytes, to: message.to)
                }
                #expect(try await pair.standing(of: pair.destination) == before.0)
                #expect(try await pair.standing(of: pair.origin) == before.1)
            }
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }
}
