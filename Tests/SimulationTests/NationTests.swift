import Foundation
import Simulation
import Testing
import TransferCore

/// That a nation is one and the same however it is carried out, that its totals agree with one another, and that a bug in
/// it is found.
@Suite struct `A simulated nation` {
    static let settings = NationSettings(seed: 5, agencies: 12, transfers: 300, slices: 3)

    /// The totals of all slices, with so many at a time.
    static func totals(workers: Int) async throws -> NationTotals {
        var note = NationNote(settings)
        try await Nation(settings).run(slices: note.open, workers: workers) { outcome in
            #expect(outcome.findings == [])
            note.add(outcome)
            return true
        }
        return note.totals
    }

    @Test func `has the same totals with one worker, with two, and when it goes on after a stop`() async throws {
        let alone = try await Self.totals(workers: 1)
        #expect(try await Self.totals(workers: 2) == alone)
        var note = NationNote(Self.settings)
        try await Nation(Self.settings).run(slices: note.open, workers: 1) { outcome in
            note.add(outcome)
            return false
        }
        #expect(note.open == [1, 2])
        var later = NationNote(Self.settings)
        try later.goOn(from: note.text)
        #expect(later.open == [1, 2])
        try await Nation(Self.settings).run(slices: later.open, workers: 2) { outcome in
            later.add(outcome)
            return true
        }
        #expect(later.totals == alone)
        #expect(later.open.isEmpty)
    }

    @Test func `lodges the same transfers however it is sliced`() async throws {
        var lodged: Set<[String: Int64]> = []
        for slices in 1...2 {
            let nation = try Nation(NationSettings(seed: 5, agencies: 12, transfers: 60, slices: slices))
            var note = NationNote(nation.settings)
            try await nation.run(slices: note.open, workers: 2) { outcome in
                note.add(outcome)
                return true
            }
            #expect(note.totals["applications"] == 60)
            lodged.insert(note.totals.under("persons"))
        }
        #expect(lodged.count == 1)
    }

    @Test func `has totals that agree with one another`() async throws {
        let totals = try await Self.totals(workers: 2)
        #expect(totals["applications"] == 300)
        #expect(totals.sum("lodged") == totals.sum("outcome") + totals.sum("open"))
        #expect(totals.sum("lodged") + totals["underway"] + totals["afterYear"] == 300)
        #expect(totals.sum("final") == totals.sum("lodged") + totals["afterYear"])
        #expect(totals.sum("persons") < totals.sum("lodged"))
        let money = totals.under("money")
        #expect(money["out", default: 0] > 0)
        #expect(money["out"] == money["arrived", default: 0] + money["back", default: 0] + money["atBank", default: 0])
        #expect(totals.sum("books") == 0)
        #expect(
            totals.sum("flow") == totals.under("outcome").filter { $0.key.hasSuffix("|completed") }.values.reduce(0, +))
        #expect(totals.sum("flowFen") <= money["arrived", default: 0])
        #expect(totals.days(of: .whole).count == totals.sum("flow"))
        #expect(totals.sum("violations") == 0)
        // Of what happens in life, most happens in three hundred transfers.
        #expect(totals.sum("returned") > 0)
        #expect(totals.sum("payouts") > 0)
        #expect(totals.sum("reminders") > 0)
        #expect(totals.sum("open") > 0)
    }

    @Test func `is another for another seed`() async throws {
        var digests: Set<Int64> = []
        for seed in UInt64(1)...2 {
            let nation = try Nation(NationSettings(seed: seed, agencies: 4, transfers: 20))
            digests.insert(await nation.run(slice: 0).totals["digest"])
        }
        #expect(digests.count == 2)
    }

    @Test(arguments: Nation.controls) func `finds a bug that is planted`(bug: PlantedBug) async throws {
        #expect(try await Nation.control(bug, seed: 5) != nil, "\(bug.words), and nothing was found")
    }

    @Test func `does not go on from the note of another nation, or from half of one`() throws {
        var other = Self.settings
        other.seed = 6
        let note = NationNote(other)
        var mine = NationNote(Self.settings)
        #expect(throws: NationNote.Fault.another) { try mine.goOn(from: note.text) }
        let text = NationNote(Self.settings).text
        #expect(throws: NationNote.Fault.damaged) { try mine.goOn(from: text + "lodged|37 12 3\n") }
        #expect(throws: NationNote.Fault.damaged) {
            try mine.goOn(from: text.replacing("done", with: "done 1"))
        }
    }

    @Test(arguments: [2, 12, 340, 1_000]) func `has as many agencies as it is asked for, of two provinces at least`(
        count: Int
    ) {
        let places = NationPlaces(agencies: count)
        #expect(Set(places.codes).count == count)
        #expect(Set(places.codes.compactMap(\.province)).count == (count < 340 ? min(count, count == 12 ? 11 : 2) : 31))
        #expect(places.codes == places.codes.sorted())
    }

    @Test func `of a thousand agencies has a directory that a node reads, and carries transfers`() async throws {
        let nation = try Nation(NationSettings(seed: 7, agencies: 1_000, transfers: 40))
        let directory = try nation.readDirectory()
        #expect(try nation.lookUp(in: directory) == 1_000)
        let outcome = await nation.run(slice: 0)
        #expect(outcome.findings == [])
        #expect(outcome.totals.sum("lodged") == 40)
    }

    @Test func `assumes what its page says, and nothing else`() throws {
        let page = try String(
            contentsOfFile: #filePath.replacing(
                "Tests/SimulationTests/NationTests.swift", with: "Sources/Simulation/Simulation.docc/Nation.md"),
            encoding: .utf8)
        let table = NationAssumptions().table.map { "| \($0.words) | \($0.value) | \($0.reason) |" }
        let start = try #require(page.range(of: table[0]))
        #expect(page[start.lowerBound...].hasPrefix(table.joined(separator: "\n") + "\n\n"))
    }

    @Test func `counts middle and nine tenths of days`() throws {
        let text = (1...10).map { "days|whole|37|\($0) \($0 == 10 ? 5 : 1)\n" }.joined()
        let days = try #require(NationTotals(text: text)).days(of: .whole)
        #expect(days.count == 14)
        #expect(days.percentile(50) == 7)
        #expect(days.percentile(90) == 10)
        #expect(days.within(7) == 5_000)
        #expect(NationTotals().days(of: .whole).percentile(50) == nil)
    }
}
