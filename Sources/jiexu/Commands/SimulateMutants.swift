import Simulation
import TransferDocuments

/// Which planted bugs were found, and with how many seeds.
struct MutantTable {
    private struct Row {
        let bug: PlantedBug
        let tried: Int
        let found: (seed: UInt64, finding: Watch.Finding)?
    }

    private var rows: [Row] = []
    /// Whether a seed without any bug breaks nothing; found out once.
    private var clean: [UInt64: Bool] = [:]

    var missed: Int { rows.count { $0.found == nil } }

    mutating func isClean(_ settings: SimulationSettings) async -> Bool {
        if let known = clean[settings.seed] { return known }
        let isClean = await Simulation.run(settings).isClean
        clean[settings.seed] = isClean
        return isClean
    }

    mutating func add(_ bug: PlantedBug, tried: Int, _ found: (seed: UInt64, finding: Watch.Finding)?) {
        rows.append(Row(bug: bug, tried: tried, found: found))
    }

    /// The row that came last, in words.
    var newest: String {
        guard let row = rows.last else { return "" }
        guard let found = row.found else { return "\(row.bug.rawValue): NOT FOUND within \(row.tried) seeds" }
        return "\(row.bug.rawValue): found after \(row.tried) seeds, with \(found.seed): \(found.finding.rule): "
            + found.finding.words
    }

    var json: String {
        let bytes = try? JSONWriter.object { json in
            json.array("mutants", rows) { json, row in
                json.object { json in
                    json.field("name", row.bug.rawValue)
                    json.field("what", row.bug.words)
                    json.field("tried", row.tried)
                    json.field("found", row.found == nil ? 0 : 1)
                    json.field("rule", row.found?.finding.rule ?? "")
                }
            }
        }
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
