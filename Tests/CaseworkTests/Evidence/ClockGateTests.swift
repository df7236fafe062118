import Casework
import Testing
import TransferCore

/// When a node trusts its clock enough to sign.
@Suite struct `The gate of the clock` {
    private static let noon = Instant(milliseconds: 1_760_000_000_000)

    private func peer(_ code: String) throws -> AgencyCode { try #require(AgencyCode(code)) }

    @Test func `stays open while the clock goes on with the steady one`() {
        let gate = ClockGate()
        gate.look(wall: Self.noon, steadyMilliseconds: 5_000)
        gate.look(wall: Self.noon.adding(milliseconds: 86_400_000 + 300_000), steadyMilliseconds: 5_000 + 86_400_000)
        #expect(gate.closedBecause == nil)
    }

    @Test(arguments: [3_600, -3_600, 86_400, 315_576_000, -315_576_000, 301] as [Int64])
    func `closes when the clock is set, and opens when it is back`(seconds: Int64) {
        let gate = ClockGate()
        gate.look(wall: Self.noon, steadyMilliseconds: 0)
        gate.look(wall: Self.noon.adding(milliseconds: 1_000 + seconds * 1_000), steadyMilliseconds: 1_000)
        #expect(gate.closedBecause == "the clock was set by \(seconds) s while the node ran")
        gate.look(wall: Self.noon.adding(milliseconds: 2_000), steadyMilliseconds: 2_000)
        #expect(gate.closedBecause == nil)
    }

    @Test func `closes when the clock stands still for longer than the bound`() {
        let gate = ClockGate()
        gate.look(wall: Self.noon, steadyMilliseconds: 0)
        gate.look(wall: Self.noon, steadyMilliseconds: 300_000)
        #expect(gate.closedBecause == nil)
        gate.look(wall: Self.noon, steadyMilliseconds: 301_000)
        #expect(gate.closedBecause != nil)
    }

    @Test func `takes a jump for a correction when the peers agree with it`() throws {
        let gate = ClockGate()
        gate.look(wall: Self.noon, steadyMilliseconds: 0)
        let later = Self.noon.adding(milliseconds: 7_200_000)
        gate.look(wall: later, steadyMilliseconds: 0)
        #expect(gate.closedBecause != nil)
        gate.note(try peer("440300"), disagrees: false)
        #expect(gate.closedBecause == nil)
        gate.look(wall: later.adding(milliseconds: 1_000), steadyMilliseconds: 1_000)
        #expect(gate.closedBecause == nil)
    }

    @Test func `is closed by more than half of the peers only`() throws {
        let gate = ClockGate()
        gate.note(try peer("440300"), disagrees: true)
        #expect(gate.closedBecause == "the clock is more than five minutes from that of 440300")
        gate.note(try peer("420100"), disagrees: false)
        #expect(gate.closedBecause == nil)
        gate.note(try peer("370700"), disagrees: true)
        #expect(gate.closedBecause == "the clock is more than five minutes from that of 370700, 440300")
        gate.note(try peer("440300"), disagrees: false)
        #expect(gate.closedBecause == nil)
    }
}
