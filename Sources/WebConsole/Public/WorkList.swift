import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Shows the agency's staff what waits for people: cases that no policy decides, effects that do not succeed, and money
/// that belongs to no case.
struct WorkList: Sendable {
    let desk: Desk

    /// After so many failures an effect is shown: something other than time has to change.
    static let failuresShown = 5

    var routes: [Route] {
        [Route(.get, "/api/v1/work", access: .roles([.staff]), query: ["limit"], answer: list)]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        let limit = try call.limit(upTo: 500)
        let effects: (shown: [OpenEffect], hasMore: Bool)
        let lines: [UnmatchedLine]
        do throws(StoreError) {
            effects = try await waiting(limit)
            lines = try await desk.store.unmatchedBankLines()
        } catch {
            throw Problem(error)
        }
        return try .json { json in
            json.array("effects", effects.shown) { json, effect in
                json.object { json in
                    json.field("case", effect.number.text)
                    json.field("kind", effect.kind.rawValue)
                    json.field("waitsFor", isDecision(effect) ? "decision" : "repair")
                    json.field("attempts", effect.attempts)
                    json.field("dueAt", effect.dueAt.signingTime.text)
                    json.links(to: effect.number)
                }
            }
            json.field("moreEffects", effects.hasMore)
            json.array("bankLines", lines.prefix(limit)) { json, line in
                json.object { json in
                    json.field("reference", line.line.reference)
                    json.field("direction", line.line.direction.rawValue)
                    json.field("amountFen", line.line.amount.fen)
                    json.field("endToEndKey", line.line.endToEndKey)
                    json.field("bookedOn", line.line.bookedOn.description)
                    json.field("why", line.why)
                    json.field("at", line.at.signingTime.text)
                }
            }
            json.field("moreBankLines", lines.count > limit)
        }
    }

    private func waiting(_ limit: Int) async throws(StoreError) -> (shown: [OpenEffect], hasMore: Bool) {
        var shown: [OpenEffect] = []
        var last: EffectID = 0
        while true {
            let page = try await desk.store.openEffects(after: last, limit: 500)
            for effect in page where isDecision(effect) || effect.attempts >= WorkList.failuresShown {
                guard shown.count < limit else { return (shown, true) }
                shown.append(effect)
            }
            guard page.count == 500, let end = page.last else { return (shown, false) }
            last = end.id
        }
    }

    /// Whether the agency's policy leaves the step to people.
    private func isDecision(_ effect: OpenEffect) -> Bool {
        !desk.agency.straightThrough.contains(effect.kind.step)
    }
}
