import Casework
import Synchronization
import TransferCore
import TransferDocuments

// What is counted when the year is over, from what both sides have stored.

extension NationSlice {
    /// How everything stands at the last moment of the year.
    func countYear() {
        for (place, visit) in visits.enumerated() {
            guard let number = visit.number else { continue }
            count(applicants[place], number)
        }
        countMoney()
    }

    private func code(_ agency: Int) -> Int { NationPlaces.provinces[nation.places.provinceOf[agency]].code }

    private func count(_ applicant: NationApplicant, _ number: CaseNumber) {
        let (here, there) = (code(applicant.destination), code(applicant.origin))
        guard let file = try? nodes[applicant.destination].store.file(of: number),
            let story = try? CaseStory(replaying: file), case .destination(let handshake) = story.transfer.pension
        else { return watch.find("kept", "\(number) cannot be read at its destination") }
        totals.add("lodged|\(here)")
        if !applicant.isSecond { totals.add("persons|\(here)") }
        let phase = handshake.phase
        if phase.holder == .nobody {
            totals.add("outcome|\(here)|\(phase.name)")
        } else {
            totals.add("open|\(here)|\(phase.name)")
        }
        for event in file.events where event.branch == .pension {
            switch event.name {
            case "letter-returned": totals.add("returned|\(here)|\(event.code ?? "")")
            case "application-failed": totals.add("refused|\(here)|\(event.code ?? "")")
            case "temporary-account-due": totals.add("temporary|\(here)|\(event.code ?? "")")
            case "end-notice-arrived": totals.add("ended|\(here)|\(event.code ?? "")")
            case "bounce-notice-arrived": totals.add("bounced|remittance|\(event.code ?? "")")
            case "supplement-asked", "form-recalled", "letter-recalled", "overlap-found", "query-asked",
                "hold-notice-arrived":
                totals.add("happened|\(event.name)")
            default: break
            }
        }
        let origin = try? nodes[applicant.origin].store.file(of: number)
        countDays(file, origin, isCompleted: phase == .completed, here)
        guard let origin else { return }
        countOrigin(origin, applicant.origin)
        countOrders(origin, file, isCompleted: phase == .completed, from: there, to: here)
    }

    private func countOrders(_ origin: CaseFile, _ file: CaseFile, isCompleted: Bool, from there: Int, to here: Int) {
        var moved = Int64(0)
        for order in origin.orders {
            guard case .paid = order.outcome else {
                if case .bounced(let reason) = order.outcome, case .balance = order.key.leg {
                    totals.add("bounced|payout|\(reason.rawValue)")
                }
                continue
            }
            switch order.key.leg {
            case .remittance: moved += order.amount.fen
            case .balance(let branch):
                totals.add("payouts|\(there)|\(branch.rawValue)")
                totals.add("payoutFen|\(there)|\(branch.rawValue)", order.amount.fen)
            case .clearingRefund, .heir, .fundsReturn: break
            }
        }
        for order in file.orders {
            guard case .paid = order.outcome else { continue }
            if order.key.leg == .fundsReturn { moved -= order.amount.fen }
            if order.key.leg == .clearingRefund { totals.add("refundFen|\(here)", order.amount.fen) }
        }
        guard isCompleted else { return }
        totals.add("flow|\(there)|\(here)")
        totals.add("flowFen|\(there)|\(here)", moved)
    }

    /// Letters that were answered in time, late or not at all, and reminders, by the origin's agency.
    private func countOrigin(_ file: CaseFile, _ agency: Int) {
        guard let came = day(of: "letter-arrived", file) else { return }
        let code = nodes[agency].code
        totals.add("letters|\(code)")
        let urged = file.events.count { $0.name == "reminder-arrived" }
        if urged > 0 {
            totals.add("urgedCases|\(code)")
            totals.add("reminders|\(code)", Int64(urged))
        }
        let isEnded = file.events.contains { ["records-failed", "person-ended", "letter-withdrawn"].contains($0.name) }
        let answered = day(of: "remittance-paid", file) ?? (isEnded ? came : calendar.length - 1)
        if calendar.workingDays(after: came, through: answered) > 15 { totals.add("late|\(code)") }
    }

    private func countDays(_ file: CaseFile, _ origin: CaseFile?, isCompleted: Bool, _ here: Int) {
        func add(_ leg: NationLeg, _ from: Int?, _ to: Int?) {
            guard let from, let to else { return }
            totals.add("days|\(leg.rawValue)|\(here)|\(calendar.workingDays(after: from, through: to))")
        }
        let lodged = calendar.day(of: file.opening.openedAt.date)
        add(.letter, lodged, day(of: "application-passed", file))
        if isCompleted {
            let posted = day(of: "books-matched", file)
            let ready = ["form-arrived", "advice-arrived", "funds-arrived"].compactMap { day(of: $0, file) }.max()
            add(.posting, ready, posted)
            add(.whole, lodged, posted)
        }
        guard let origin else { return }
        let (came, paid) = (day(of: "letter-arrived", origin), day(of: "remittance-paid", origin))
        let passed = day(of: "records-passed", origin) ?? day(of: "records-passed-in-part", origin)
        add(.papers, came, passed)
        add(.funds, passed, paid)
        add(.origin, came, paid)
    }

    /// The day of the first event of a name.
    private func day(of name: String, _ file: CaseFile) -> Int? {
        file.events.first { $0.branch == .pension && $0.name == name }.map { calendar.day(of: $0.at.date) }
    }

    // MARK: Money

    /// All money between agencies, from the bank's own lines; what left one account is at another, came back, or is still at
    /// the bank. And the books of every agency, which sum to nothing and agree with the bank but for what lies unread.
    private func countMoney() {
        func isRemittance(_ key: String) -> Bool { OrderKey(key)?.leg == .remittance }
        let lying = bank.state.withLock { state in
            state.returning.filter { isRemittance($0.key) }.reduce(Int64(0)) { $0 + $1.amount.fen }
        }
        var (out, arrived, back, unread) = (Int64(0), Int64(0), Int64(0), Int64(0))
        var books: [String: Int64] = [:]
        var atBank: [Int64] = []
        for node in nodes.indices { atBank.append(bank.balance(of: node).fen) }
        var wrong: [String] = []
        watch.state.withLock { state in
            for node in nodes.indices {
                var unreadHere = Int64(0)
                for line in state.booked[node].values {
                    let isRead = state.references[node].contains(line.reference)
                    if !isRead { unreadHere += line.direction == .credit ? line.amount.fen : -line.amount.fen }
                    guard isRemittance(line.endToEndKey) else { continue }
                    switch (line.direction, line.returnReason) {
                    case (.debit, _): out += line.amount.fen
                    case (.credit, nil):
                        arrived += line.amount.fen
                        if !isRead { unread += line.amount.fen }
                    case (.credit, _?): back += line.amount.fen
                    }
                }
                let ledger = state.ledgers[node]
                if ledger.values.reduce(0, +) != 0 { wrong.append("the ledger of \(watch.codes[node])") }
                if ledger["bank", default: 0] + unreadHere != atBank[node] {
                    wrong.append("bank and books of \(watch.codes[node])")
                }
                for (account, fen) in ledger {
                    books[account.hasPrefix("in-transit-to:") ? "in-transit" : account, default: 0] += fen
                }
            }
        }
        if out != arrived + back + lying {
            wrong.append("\(out) fen went out, \(arrived + back + lying) are somewhere")
        }
        for words in wrong { watch.find("conserved", "at the year's end: \(words)") }
        for (name, fen) in [
            ("out", out), ("arrived", arrived), ("back", back), ("atBank", lying), ("unread", unread),
        ] { totals.add("money|\(name)", fen) }
        for (account, fen) in books { totals.add("books|\(account)", fen) }
    }

    // MARK: The end

    /// What must hold when everything has come to its end, for every case and every agency.
    func judge() async {
        for node in nodes {
            do {
                try await watch.compare(node.store, of: node.index)
                for number in try node.store.read({ $0.cases.keys.sorted() }) { try checkRest(of: number, node) }
            } catch {
                watch.find("kept", "the store of \(node.code) cannot be read: \(error)")
            }
            watch.checkBooks(of: node.index, bankBalance: bank.balance(of: node.index))
            totals.add("checks|books")
        }
        for standing in watch.checkAgreement() {
            totals.add("checks|cases")
            guard !standing.isTerminal else {
                totals.add("final|\(standing.destination)")
                continue
            }
            watch.find(
                "progress",
                "\(standing.number) does not end: \(standing.destination) at the destination, \(standing.origin) at "
                    + "the origin")
        }
    }

    private func checkRest(of number: CaseNumber, _ node: NationNode) throws {
        guard let file = try node.store.file(of: number) else { return }
        for order in file.orders where order.outcome == nil {
            watch.find("answered", "the bank has not answered \(order.key) of \(node.code)")
        }
        for document in file.documents where document.receipt == nil {
            watch.find("delivered", "\(number): document \(document.sequence) of \(document.sender) has no receipt")
        }
    }

    /// What the slice itself came to: documents, signatures, checks, and what was found.
    func countRun() {
        let traffic = road.traffic
        for (name, count) in [
            ("documents", traffic.documents), ("documentBytes", traffic.documentBytes),
            ("receiptBytes", traffic.receiptBytes), ("messages", traffic.messages),
            ("answersLost", traffic.answersLost), ("problems", traffic.problems),
            ("headMessages", traffic.headMessages), ("signed", memory.counts.made),
            ("verified", memory.counts.asked), ("computed", memory.counts.computed),
        ] { totals.add("traffic|\(name)", Int64(count)) }
        let leaves = nodes.reduce(0) { sum, node in sum + ((try? node.store.read { $0.leaves }) ?? 0) }
        totals.add("traffic|leaves", Int64(leaves))
        totals.add("slices")
        totals.add("days", time.now / NationCalendar.day)
        watch.state.withLock { state in
            totals.add("checks|steps", Int64(state.steps))
            totals.add("checks|receipts", Int64(state.receiptsGiven.count))
            totals.add("checks|payments", Int64(state.carriedOut.count))
            totals.add("digest", Int64(bitPattern: state.digest.value))
            for (name, count) in state.faults {
                totals.add("staff|\(name.split(separator: " ").joined(separator: "-"))", Int64(count))
            }
            for finding in state.findings { totals.add("violations|\(finding.rule)") }
        }
    }
}
