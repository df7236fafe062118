import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The allowance of refusals` {
    private let agency = PairCast.shenzhen
    private let noon = PairCast.noon

    @Test func `is used up by its number of refusals, and fills again by the hour`() {
        let allowance = RefusalAllowance(perHour: 3)
        for _ in 0..<3 { #expect(allowance.take(agency, bytes: 900, at: noon) == nil) }
        #expect(allowance.take(agency, bytes: 900, at: noon) == 1_200)
        let almost = noon.adding(milliseconds: 1_199_999)
        #expect(allowance.take(agency, bytes: 900, at: almost) == 1)
        #expect(allowance.take(agency, bytes: 900, at: noon.adding(milliseconds: 1_200_000)) == nil)
    }

    @Test func `is each agency's own`() {
        let allowance = RefusalAllowance(perHour: 1)
        #expect(allowance.take(agency, bytes: 1, at: noon) == nil)
        #expect(allowance.take(agency, bytes: 1, at: noon) != nil)
        #expect(allowance.take(PairCast.wuhan, bytes: 1, at: noon) == nil)
    }

    @Test func `is used up sooner by long documents, and one is always taken when it is full`() {
        let allowance = RefusalAllowance(perHour: 10)
        #expect(allowance.take(agency, bytes: 1 << 20, at: noon) == nil)
        #expect(allowance.take(agency, bytes: 1, at: noon) == 360)
        let longer = RefusalAllowance(perHour: 10)
        #expect(longer.take(agency, bytes: 8 * (16 << 10), at: noon) == nil)
        #expect(longer.take(agency, bytes: 1, at: noon) == nil)
        #expect(longer.take(agency, bytes: 1, at: noon) != nil)
    }

    @Test func `gains nothing by a clock that goes back`() {
        let allowance = RefusalAllowance(perHour: 1)
        #expect(allowance.take(agency, bytes: 1, at: noon) == nil)
        #expect(allowance.take(agency, bytes: 1, at: noon.adding(milliseconds: -7_200_000)) == 3_600)
        #expect(allowance.take(agency, bytes: 1, at: noon.adding(milliseconds: -7_200_000)) == 3_600)
    }

    @Test func `keeps what is refused beyond it out of the store, and good documents are taken all the same`()
        async throws
    {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let long = String(repeating: "x", count: 700_000)
            var answer = Said.accepted
            for _ in 0..<18 {
                let payload = try shenzhen.payload(shenzhen.certificate()).replacing(
                    #""content":{"#, with: #""content":{"\#(long)":1,"#)
                let before = try await pair.standing(of: pair.destination)
                answer = try await pair.said(pair.destination, try shenzhen.sign(payload), from: PairCast.shenzhen)
                guard case .problem = answer else {
                    shenzhen.passed(payload)
                    continue
                }
                #expect(try await pair.standing(of: pair.destination) == before)
                break
            }
            #expect(answer == .problem(429, "too-many-refusals"))
            // So is what would be kept outside of the case.
            let astray = try shenzhen.sign(try shenzhen.payload(shenzhen.certificate(), to: PairCast.wuhan))
            let small = try await pair.standing(of: pair.destination)
            for _ in 0..<60 {
                let said = try await pair.said(pair.destination, astray, from: PairCast.shenzhen)
                #expect(said == .refused("wrong-recipient", "/to") || said == .problem(429, "too-many-refusals"))
            }
            #expect(try await pair.standing(of: pair.destination).evidence <= small.evidence + 1)
            let good = try shenzhen.next(shenzhen.certificate())
            #expect(try await pair.said(pair.destination, good, from: PairCast.shenzhen) == .accepted)
        }
    }
}
