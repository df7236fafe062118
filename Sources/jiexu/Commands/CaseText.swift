import Casework
import TransferCore

/// A case as lines of text, Chinese first, for a terminal.
enum CaseText {
    /// One line of a list.
    static func line(of entry: CaseListEntry, today: CivilDate) -> String {
        let peer = entry.role == .destination ? "← \(entry.origin)" : "→ \(entry.destination)"
        let summary = entry.summary
        return [
            entry.number.text, Columns.left(CaseWords.roleChinese(entry.role), 6), Columns.left(peer, 8),
            Columns.left(CaseWords.phase(summary.phase), 44), Columns.left(CaseWords.holder(summary.holder), 24),
            ChinaTime.text(summary.since), due(summary, today: today),
        ].joined(separator: "  ")
    }

    /// The whole case.
    static func lines(of view: CaseView, today: CivilDate) -> [String] {
        head(of: view, today: today) + legs(of: view) + documents(of: view) + money(of: view)
            + section("经过 timeline", timeline(of: view))
            + section("通知 notices", view.notices.map(line(of:)))
    }

    /// What happened, in order, and who or what did it: a policy is named as what it is.
    static func timeline(of view: CaseView) -> [String] {
        view.file.events.map { event in
            let leg = event.branch == .pension ? "" : "［\(CaseWords.branch(event.branch))］"
            let code = event.code.map { " \($0)" } ?? ""
            let sentence = event.code.flatMap(Reason.init(code:)).map { "  \($0.sentence.chinese)" } ?? ""
            return "\(ChinaTime.text(event.at))  \(leg)\(CaseWords.event(event.name))\(code)"
                + "  〔\(CaseWords.actor(event.actor))〕\(sentence)"
        }
    }

    private static func head(of view: CaseView, today: CivilDate) -> [String] {
        let opening = view.opening
        let person = [view.person?.maskedName, opening.residentID.description].compactMap { $0 }
        let fields = [
            ("业务 case", opening.number.text), ("本方 role", CaseWords.role(opening.role)),
            ("转出地 origin", opening.origin.text), ("转入地 destination", opening.destination.text),
            ("参保人员 person", person.joined(separator: " ")), ("立案 opened", ChinaTime.text(opening.openedAt)),
            ("阶段 phase", CaseWords.phase(view.summary.phase)), ("经手 holder", CaseWords.holder(view.summary.holder)),
            ("自 since", ChinaTime.text(view.summary.since)), ("期限 due", due(view.summary, today: today)),
        ]
        return fields.map { "\(Columns.left($0.0, 20))\($0.1)" }
    }

    private static func due(_ summary: CaseSummary, today: CivilDate) -> String {
        guard let due = summary.due else { return "—" }
        return "\(due)" + (summary.isDueProvisional ? "（暂定 provisional）" : "")
            + (due < today && !summary.isTerminal ? "（已逾期 overdue）" : "")
    }

    private static func legs(of view: CaseView) -> [String] {
        let payouts = view.payouts
        return section(
            "险种 legs",
            view.story.transfer.legs.map { leg in
                var amount = ""
                if leg.branch == .pension {
                    if view.pensionMoved != .zero { amount = "\(view.pensionMoved) 元" }
                } else if let payout = payouts.first(where: { $0.branch == leg.branch }), payout.attempts > 0 {
                    amount = "\(payout.amount) 元" + (payout.isPaid ? "（已付 paid）" : "（未付 unpaid）")
                }
                return Columns.left(CaseWords.branch(leg.branch), 16) + "  "
                    + Columns.left(CaseWords.phase(leg.phase), 44) + "  " + amount
            })
    }

    private static func documents(of view: CaseView) -> [String] {
        let own = view.opening.role == .destination ? view.opening.destination : view.opening.origin
        return section(
            "文书 documents",
            view.file.documents.flatMap { document in
                let isOwn = document.sender == own
                let delivery = view.deliveries.first {
                    isOwn && $0.sequence == document.sequence && $0.recipient == document.recipient
                }
                let line =
                    "\(isOwn ? "→" : "←") \(document.sender)#\(document.sequence)  "
                    + Columns.left(CaseWords.document(document.kind), 40)
                    + "  \(ChinaTime.text(document.at))  \(state(of: document, isOwn: isOwn, delivery))"
                return [line, "    \(document.digest)"] + saying(of: document, in: view)
            })
    }

    /// What a question or a notice says, in its words and amounts.
    private static func saying(of document: StoredDocument, in view: CaseView) -> [String] {
        guard let saying = view.file.saying(of: document) else { return [] }
        let amounts = saying.amounts.map { "\($0.name) \($0.amount) 元" }
        let words = [saying.code, saying.text].compactMap(\.self) + amounts + (saying.until.map { ["→ \($0)"] } ?? [])
        return words.isEmpty ? [] : ["    「\(words.joined(separator: "  "))」"]
    }

    private static func state(of document: StoredDocument, isOwn: Bool, _ delivery: DeliveryState?) -> String {
        if document.isRefused { return isOwn ? "对方拒收 refused by the peer" : "已拒收 refused" }
        if !isOwn { return "已收，已回执 received, receipt given" }
        if document.receipt != nil {
            return "已送达 delivered" + (delivery?.deliveredAt.map { " \(ChinaTime.text($0))" } ?? "")
        }
        let attempts = delivery?.attempts ?? 0
        return "待送达 waiting" + (attempts > 0 ? "，已试 \(attempts) 次 attempts" : "")
            + (delivery?.lastError.map { "：\($0)" } ?? "")
    }

    private static func money(of view: CaseView) -> [String] {
        let orders = view.file.orders.map { order in
            let outcome =
                switch order.outcome {
                case nil: order.messageID == nil ? "待发 waiting" : "已发 at the bank"
                case .paid(let reference): "已付 paid \(reference)"
                case .bounced(let reason): "退票 bounced \(reason.rawValue)"
                }
            return "\(order.key)  \(Columns.right("\(order.amount)", 16)) 元  \(order.creditor)  \(outcome)"
        }
        let lines = view.file.bankLines.map { line in
            let direction = line.direction == .credit ? "收 credit" : "付 debit"
            let returned = line.returnReason.map { "  退回 returned \($0.rawValue)" } ?? ""
            return "\(line.bookedOn)  \(Columns.left(direction, 10))  \(Columns.right("\(line.amount)", 16)) 元  "
                + "\(line.endToEndKey)  \(line.reference)\(returned)"
        }
        let postings = view.postings.flatMap { posting in
            [CaseWords.posting(posting.kind)]
                + posting.lines.map { "    \(Columns.right("\($0.amount)", 18))  \($0.account.name)" }
        }
        return section("银行指令 orders", orders) + section("银行流水 bank lines", lines)
            + section("记账 postings", postings)
    }

    private static func line(of notice: StoredNotice) -> String {
        let leg = notice.branch == .pension ? "" : "［\(CaseWords.branch(notice.branch))］"
        let code = notice.code.map { " \($0)" } ?? ""
        return "\(ChinaTime.text(notice.at))  \(leg)\(CaseWords.notice(notice.name))\(code)"
    }

    /// A heading and its lines; nothing when there are none.
    private static func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines.map { "  \($0)" }
    }
}
