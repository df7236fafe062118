import Simulation
import TransferCore
import TransferDocuments

/// A simulated year as a ministry would read it: by province, by leg, by flow.
struct NationReport {
    /// A bug that was planted, and what was found.
    struct Control {
        let bug: PlantedBug
        let finding: Watch.Finding?
    }

    let settings: NationSettings
    let ledger: NationLedger
    let controls: [Control]
    let found: [String]

    var totals: NationTotals { ledger.totals }
    var violations: Int64 { totals.sum("violations") }
    /// Whether all checks held, nothing is missing in the totals, and the control saw every bug.
    var isClean: Bool { violations == 0 && balance == 0 && controls.allSatisfy { $0.finding != nil } }

    /// What is lodged and neither ended nor open: nothing.
    var balance: Int64 { totals.sum("lodged") - totals.sum("outcome") - totals.sum("open") }

    /// Fen as yuan, with two places.
    static func yuan(_ fen: Int64) -> String {
        let (whole, rest) = (fen.magnitude / 100, fen.magnitude % 100)
        return "\(fen < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// A share of ten thousand as a percentage with one place.
    static func percent(_ share: Int64?) -> String {
        guard let share else { return "-" }
        return "\(share / 100).\(share % 100 / 10) %"
    }

    /// What is told of a province, or of the nation with nil.
    struct Row {
        let chinese: String
        let english: String
        let lodged: Int64
        let persons: Int64
        let outcomes: [String: Int64]
        /// Of the destination: what is open, by phase, letters that came back, and refusals, by reason.
        let openByPhase: [String: Int64]
        let returnedByReason: [String: Int64]
        let refusedByReason: [String: Int64]
        let fenIn: Int64
        /// Of the origin, as the payouts are: what it has sent.
        let fenOut: Int64
        let medical: Int64
        let medicalFen: Int64
        let housing: Int64
        let housingFen: Int64
        /// Working days of each leg, by the destination.
        let days: [NationLeg: NationTotals.Days]

        var open: Int64 { openByPhase.values.reduce(0, +) }
        var returned: Int64 { returnedByReason.values.reduce(0, +) }

        func days(_ leg: NationLeg) -> NationTotals.Days { days[leg] ?? NationTotals().days(of: leg) }

        func outcome(_ names: String...) -> Int64 { names.reduce(0) { $0 + outcomes[$1, default: 0] } }
    }

    func row(_ province: NationPlaces.Province?) -> Row {
        func here(_ name: String) -> Int64 {
            province.map { totals["\(name)|\($0.code)"] } ?? totals.sum(name)
        }
        func within(_ name: String) -> [String: Int64] {
            if let province { return totals.under("\(name)|\(province.code)") }
            var sums: [String: Int64] = [:]
            for (rest, count) in totals.under(name) {
                sums[String(rest.split(separator: "|").last ?? ""), default: 0] += count
            }
            return sums
        }
        let flows = totals.under("flowFen")
        func flow(_ end: Int) -> Int64 {
            guard let province else { return flows.values.reduce(0, +) }
            return flows.filter { $0.key.split(separator: "|")[end] == "\(province.code)" }.values.reduce(0, +)
        }
        let (payouts, payoutFen) = (within("payouts"), within("payoutFen"))
        return Row(
            chinese: province?.chinese ?? "全国", english: province?.english ?? "Nation", lodged: here("lodged"),
            persons: here("persons"), outcomes: within("outcome"), openByPhase: within("open"),
            returnedByReason: within("returned"), refusedByReason: within("refused"), fenIn: flow(1), fenOut: flow(0),
            medical: payouts["medical", default: 0], medicalFen: payoutFen["medical", default: 0],
            housing: payouts["housing", default: 0], housingFen: payoutFen["housing", default: 0],
            days: Dictionary(
                uniqueKeysWithValues: NationLeg.allCases.map { ($0, totals.days(of: $0, province: province?.code)) }))
    }

    /// The provinces that take part, by their codes, and the nation last.
    var rows: [Row] {
        NationPlaces.provinces.map { row($0) }.filter { $0.lodged > 0 || $0.fenOut > 0 } + [row(nil)]
    }

    /// The largest of some counts, with what they belong to.
    func largest(_ counts: [String: Int64], _ limit: Int) -> [(name: String, count: Int64)] {
        counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.prefix(limit)
            .map { ($0.key, $0.value) }
    }

    func provinceName(_ code: Substring) -> (chinese: String, english: String) {
        let province = NationPlaces.provinces.first { "\($0.code)" == code }
        return (province?.chinese ?? "", province?.english ?? "")
    }

    /// Counts by their last part.
    func byReason(_ name: String) -> [String: Int64] {
        var sums: [String: Int64] = [:]
        for (rest, count) in totals.under(name) {
            sums[String(rest.split(separator: "|").last ?? ""), default: 0] += count
        }
        return sums
    }

    /// Transfers that a processor carries in a second, times ten.
    var tenthsPerSecond: Int64 { totals.sum("lodged") * 10_000 / max(1, ledger.processorMilliseconds) }
}
