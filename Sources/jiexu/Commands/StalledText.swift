import Casework
import TransferCore
import TransferDocuments

/// What is stuck as lines of text, Chinese first, and as JSON.
enum StalledText {
    static func line(of stalled: StalledCase) -> String {
        let late = stalled.workingDaysLate > 0 ? "超期 \(stalled.workingDaysLate) 工作日 late" : ""
        let level = ["", "已报主管 level 1", "已报上级 level 2"][min(2, max(0, stalled.level))]
        return [
            stalled.number.text, Columns.left(stalled.cause.rawValue, 22), Columns.left(stalled.peer.text, 7),
            Columns.left(CaseWords.holder(stalled.holder), 24), ChinaTime.text(stalled.since),
            Columns.left(late, 22), level, stalled.detail ?? "",
        ].joined(separator: "  ")
    }

    static func line(of money: StalledMoney) -> String {
        let line = money.line.line
        return [
            Columns.left(line.reference, 21), Columns.left(StalledCause.moneyWithoutCase.rawValue, 22),
            "\(line.amount) 元", line.direction.rawValue, "\(line.bookedOn)", "\(money.workingDays) 工作日 working days",
            money.line.why,
        ].joined(separator: "  ")
    }

    static func lines(of stalled: StalledCase, in view: CaseView) -> [String] {
        var lines = [line(of: stalled), ""]
        for cause in [stalled.cause] + stalled.alsoBecause.map(\.cause) {
            lines.append("\(cause.rawValue)：\(cause.sentence.chinese)")
            lines.append("  \(cause.sentence.english)")
        }
        if let due = stalled.due { lines += ["期限 due  \(due)"] }
        lines += ["", "可能的操作（先用 --dry-run 查看后果） what may be done; see --dry-run first"]
        for action in stalled.candidates(in: view) {
            let second = action.needsChecker ? "须复核 needs a second person" : ""
            lines.append(
                "  \(Columns.left(action.name, 24))\(action.title.chinese) \(action.title.english)  \(second)")
        }
        return lines
    }

    static func json(_ stalled: StalledCase) throws -> String {
        let bytes = try JSONWriter.object(limits: .ofCommands) { json in
            json.field("case", stalled.number.text)
            json.field("version", stalled.version)
            json.field("role", stalled.role.rawValue)
            json.field("peer", stalled.peer.text)
            json.field("cause", stalled.cause.rawValue)
            json.field("detail", ifPresent: stalled.detail)
            json.array("alsoBecause", stalled.alsoBecause.map(\.cause.rawValue)) { $0.value($1) }
            json.field("phase", stalled.phase)
            json.field("holder", stalled.holder.rawValue)
            json.field("since", stalled.since.signingTime.text)
            json.field("due", ifPresent: stalled.due?.description)
            json.field("workingDaysLate", stalled.workingDaysLate)
            json.field("level", stalled.level)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func json(_ money: StalledMoney) throws -> String {
        let bytes = try JSONWriter.object(limits: .ofCommands) { json in
            json.field("cause", StalledCause.moneyWithoutCase.rawValue)
            json.field("reference", money.line.line.reference)
            json.field("direction", money.line.line.direction.rawValue)
            json.field("amountFen", money.line.line.amount.fen)
            json.field("bookedOn", money.line.line.bookedOn.description)
            json.field("why", money.line.why)
            json.field("workingDays", money.workingDays)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What an answer of the node says would happen, or has: the sentences under a member.
    static func consequences(_ answer: JSON) -> [String] {
        [("here", "本方 here"), ("atPeer", "对方 at the peer")].flatMap { name, title in
            guard case .array(let sentences)? = answer[name] else { return [String]() }
            return [title]
                + sentences.flatMap { sentence in
                    ["chinese", "english"].compactMap { sentence[$0]?.text.map { "  \($0)" } }
                }
        }
    }
}

extension JSON {
    /// The text of a string; nil for any other value.
    var text: String? { if case .string(let text) = self { text } else { nil } }

    /// A whole number; nil for any other value.
    var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
}
