import Testing
import TransferCore

/// The two machines together: whatever crosses on the road, neither waits for ever, and almost nothing is refused.
@Suite struct `Two sides of one case` {
    private struct Scenario: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let chances: [TwoSides.Chance: Int]
    }

    private static let scenarios: [Scenario] = [
        Scenario(testDescription: "the straight road", chances: [:]),
        Scenario(
            testDescription: "letters come back and checks wait",
            chances: [.letterReturned: 2, .checkHeld: 2, .letterRecall: 1, .personEnded: 1]),
        Scenario(
            testDescription: "the bank gives back",
            chances: [.bounce: 2, .retry: 1, .letterRecall: 1, .personEnded: 1]),
        Scenario(testDescription: "money is short and bounces", chances: [.short: 1, .bounce: 2, .retry: 1]),
        Scenario(
            testDescription: "contributions come late and bounce",
            chances: [.supplement: 1, .revision: 1, .bounce: 1, .retry: 1]),
        Scenario(
            testDescription: "forms are recalled while orders bounce",
            chances: [.formRecall: 1, .bounce: 1, .letterRecall: 1, .revision: 1, .personEnded: 1]),
        Scenario(
            testDescription: "money is recalled while papers cross",
            chances: [.fundsRecall: 1, .letterRecall: 1, .revision: 1, .bounce: 1]),
    ]

    /// What crosses with an end and is rightly refused: the other side is told of the end by what is on its way already.
    private static let crossings: Set<String> = ["letter at the origin in ceased", "letter at the origin in withdrawn"]

    @Test(arguments: scenarios)
    private func `come to an end together, and refuse only what crosses with an end`(scenario: Scenario) {
        let start = TwoSides(scenario.chances)
        var seen: Set<String> = [start.key]
        var open = [start]
        var refusals: Set<String> = []
        var stuck: Set<String> = []
        var ends: Set<String> = []
        while let sides = open.popLast() {
            let next = sides.next()
            if sides.isEnded { ends.insert(sides.phases) }
            if next.isEmpty, !sides.isEnded { stuck.insert(sides.phases) }
            for other in next {
                if let refusal = other.refusal { refusals.insert(refusal) }
                if seen.insert(other.key).inserted { open.append(other) }
            }
        }
        #expect(stuck == [], "both wait, and nothing is on its way")
        #expect(refusals.subtracting(Self.crossings) == [])
        #expect(ends.contains("completed and completed"))
        let sideEnds = ends.subtracting(["completed and completed"])
        #expect(
            sideEnds.isSubset(of: ["withdrawn and withdrawn", "ceased and ceased", "given-back and restored"]),
            "both sides know the same end")
    }
}
