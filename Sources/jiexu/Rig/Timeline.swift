import Casework
import TransferCore

/// The timeline of a case from both sides, as lines of text in the order in which things happened.
struct Timeline {
    let destination: CaseView?
    let origin: CaseView?

    private struct Entry {
        let at: Instant
        let order: Int
        let text: String
    }

    var lines: [String] {
        var entries: [Entry] = []
        for (side, view) in [("转入地 destination", destination), ("转出地 origin     ", origin)] {
            guard let view else { continue }
            for event in view.file.events {
                let code = event.code.map { " \($0)\(Timeline.wording(of: $0))" } ?? ""
                let leg = event.branch == .pension ? "" : "［\(CaseWords.branch(event.branch))］"
                entries.append(
                    Entry(
                        at: event.at, order: entries.count,
                        text: "\(side)  \(leg)\(CaseWords.event(event.name))\(code)  〔\(CaseWords.actor(event.actor))〕")
                )
            }
            for document in view.file.documents where document.sender.text == view.ownCode.text {
                entries.append(
                    Entry(
                        at: document.at, order: entries.count,
                        text: "\(side)  → \(document.kind.rawValue) #\(document.sequence)"
                            + (document.receipt == nil ? "" : "  ✓ receipt 回执")))
            }
        }
        return entries.sorted { ($0.at, $0.order) < ($1.at, $1.order) }.map { "  \($0.at.chinaTime)  \($0.text)" }
    }

    private static func wording(of code: String) -> String {
        Reason(code: code).map { " \($0.sentence.chinese)" } ?? ""
    }
}

extension CaseView {
    /// The agency whose view this is.
    var ownCode: AgencyCode {
        switch opening.role {
        case .destination: opening.destination
        case .origin: opening.origin
        }
    }
}

extension Instant {
    /// The time of day in China, to the millisecond: `16:05:09.042`.
    var chinaTime: String {
        let ofDay = (milliseconds + 8 * 3_600_000) % 86_400_000
        func padded(_ number: Int64, _ places: Int) -> String {
            String(repeating: "0", count: max(0, places - String(number).count)) + String(number)
        }
        return "\(padded(ofDay / 3_600_000, 2)):\(padded(ofDay / 60_000 % 60, 2)):\(padded(ofDay / 1_000 % 60, 2))."
            + padded(ofDay % 1_000, 3)
    }
}
