import Casework
import TransferCore

/// The table with which the demonstration closes: one row for each case, one for each ledger.
struct ClosingTable {
    private var rows: [[String]] = []
    private let heading = [
        "", "case 业务", "person 参保人", "destination 转入地", "origin 转出地", "pension moved 养老金",
        "payouts 支付本人",
    ]

    mutating func add(_ one: DemoRun.Lodged, _ sides: DemoRun.Sides) {
        let payouts = (sides.origin?.payouts ?? []).map { payout in
            "\(payout.branch.rawValue) \(payout.amount) (\(payout.attempts)\(payout.attempts == 1 ? " try" : " tries"))"
        }
        rows.append([
            one.story.letter, one.number.text, sides.destination?.person?.description ?? "",
            "\(one.story.destination) \(sides.destination?.summary.phase ?? "—")",
            sides.origin.map { "\(one.story.origin) \($0.summary.phase)" } ?? "\(one.story.origin) —",
            sides.destination.map { "\($0.pensionMoved)" } ?? "", payouts.joined(separator: ", "),
        ])
    }

    var lines: [String] {
        let all = [heading] + rows
        let widths = heading.indices.map { column in all.map { $0[column].displayWidth }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).map { text, width in
                text + String(repeating: " ", count: max(0, width - text.displayWidth))
            }.joined(separator: "  ")
        }
    }
}

extension String {
    /// How many columns a terminal needs: Chinese characters and full-width signs take two.
    var displayWidth: Int {
        unicodeScalars.reduce(0) { width, scalar in
            let isWide =
                (0x1100...0x115F).contains(scalar.value) || (0x2E80...0xA4CF).contains(scalar.value)
                || (0xF900...0xFAFF).contains(scalar.value) || (0xFF00...0xFF60).contains(scalar.value)
                || (0x20000...0x3FFFD).contains(scalar.value)
            return width + (isWide ? 2 : 1)
        }
    }
}
