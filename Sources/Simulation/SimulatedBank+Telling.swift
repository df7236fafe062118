import BankFiles
import TransferCore

/// The last step of a tick: the results of a batch go into the folders of the agencies.
extension SimulatedBank {
    /// How many entries one notification holds.
    private static var entriesPerFile: Int { 5_000 }

    /// Tells every batch that is due, the oldest first.
    mutating func tell() throws(BankFolderFault) {
        while let batch = untold.first, batch.dueTick <= ticks {
            try tell(batch)
            try folders.append(journal.note(notified: batch.number), to: BankJournal.path)
            untold.removeFirst()
        }
    }

    private func tell(_ batch: UntoldBatch) throws(BankFolderFault) {
        let lines = Array(journal.lines[journal.batches[batch.number - 1].lines])
        let orders = try orders(of: lines, known: batch.orders ?? [])
        let moment = now()
        var files: [AgencyCode: [Result]] = [:]
        for order in orders.values {
            files[order.payer, default: []].append(
                Result(name: statusName(order.file.messageID), bytes: status(of: order, at: moment.instantText)))
        }
        for line in lines where line.key == "-" {
            guard let result = try refusal(line, at: moment.instantText) else { continue }
            files[line.payer, default: []].append(result)
        }
        for (agency, entries) in entries(of: lines, orders, bookedOn: moment.date) {
            for (index, part) in SimulatedBank.parts(of: entries).enumerated() {
                let id = "N\(batch.number)-\(agency.text)-\(index + 1)"
                let bytes = notification(id, to: agency, part, at: moment.instantText)
                files[agency, default: []].append(
                    Result(name: "notification-\(batch.number)-\(index + 1).xml", bytes: bytes))
            }
        }
        for (agency, results) in files.sorted(by: { $0.key < $1.key }) {
            let present = batch.orders == nil ? try presentNames(for: agency) : []
            try drop(results.filter { !present.contains($0.name) }, for: agency)
        }
    }

    /// A file for an agency.
    private struct Result {
        let name: String
        let bytes: [UInt8]
    }

    /// Results that an earlier bank has dropped: new ones, and those that the agency has read.
    private func presentNames(for agency: AgencyCode) throws(BankFolderFault) -> Set<String> {
        let folder = resultsFolder(agency)
        return Set(try folders.names(in: folder)).union(try folders.names(in: folder + "/imported"))
    }

    private func drop(_ results: [Result], for agency: AgencyCode) throws(BankFolderFault) {
        guard !results.isEmpty else { return }
        let folder = resultsFolder(agency)
        let sorted = results.sorted { $0.name < $1.name }
        for result in sorted { try folders.write(result.bytes, to: "\(folder)/\(result.name).part") }
        for result in sorted { try folders.rename("\(folder)/\(result.name).part", to: "\(folder)/\(result.name)") }
        try folders.sync(folder: folder)
    }

    private func statusName(_ messageID: String) -> String { "status-\(SafeText.encoded(messageID)).xml" }

    /// Entries file by file: so many as one file may hold, by number and by sum.
    private static func parts(of entries: [AccountEntry]) -> [[AccountEntry]] {
        var parts: [[AccountEntry]] = [[]]
        var sum = Money.zero
        for entry in entries {
            if parts[parts.count - 1].count == entriesPerFile || sum + entry.amount > .limit {
                parts.append([])
                sum = .zero
            }
            parts[parts.count - 1].append(entry)
            sum += entry.amount
        }
        return parts.filter { !$0.isEmpty }
    }

    /// The answer to an order file that came once more. What is not yet told will be told in its time.
    func answerAgain(_ file: RemittanceOrderFile, to agency: AgencyCode) throws(BankFolderFault) {
        let isTold =
            !taken.contains { $0.payer == agency && $0.file.messageID == file.messageID }
            && !untold.contains { batch in
                journal.lines[journal.batches[batch.number - 1].lines]
                    .contains { $0.payer == agency && $0.messageID == file.messageID && $0.key != "-" }
            }
        guard isTold else { return }
        let folder = resultsFolder(agency)
        let name = statusName(file.messageID)
        guard !(try folders.names(in: folder).contains(name)) else { return }
        let bytes = status(of: TakenOrder(payer: agency, file: file), at: now().instantText)
        try drop([Result(name: name, bytes: bytes)], for: agency)
    }
}

/// What the results say.
extension SimulatedBank {
    private struct OrderName: Hashable {
        let payer: AgencyCode
        let messageID: String
    }

    /// The order files behind the lines, from memory or from `taken/`.
    private func orders(
        of lines: [BankJournal.Line], known: [TakenOrder]
    ) throws(BankFolderFault) -> [OrderName: TakenOrder] {
        var orders: [OrderName: TakenOrder] = [:]
        for order in known { orders[OrderName(payer: order.payer, messageID: order.file.messageID)] = order }
        for line in lines where line.key != "-" {
            let name = OrderName(payer: line.payer, messageID: line.messageID)
            guard orders[name] == nil, let account = account(of: line.payer) else { continue }
            let path = "\(takenFolder(line.payer))/\(SafeText.encoded(line.messageID)).xml"
            if let file = try takenFile(path, of: account) {
                orders[name] = TakenOrder(payer: line.payer, file: file)
            }
        }
        return orders
    }

    private func entries(
        of lines: [BankJournal.Line], _ orders: [OrderName: TakenOrder], bookedOn day: CivilDate
    ) -> [AgencyCode: [AccountEntry]] {
        var transfers: [OrderName: [String: CreditTransfer]] = [:]
        for (name, order) in orders {
            transfers[name] = Dictionary(uniqueKeysWithValues: order.file.transfers.map { ($0.endToEndKey, $0) })
        }
        var entries: [AgencyCode: [AccountEntry]] = [:]
        for line in lines where line.kind != .rejected {
            let name = OrderName(payer: line.payer, messageID: line.messageID)
            guard let transfer = transfers[name]?[line.key] else { continue }
            let isReturn = line.kind == .returned
            entries[line.payer, default: []].append(
                AccountEntry(
                    direction: isReturn ? .credit : .debit, amount: line.amount,
                    bankReference: line.reference + (isReturn ? "-R" : "-D"), endToEndKey: line.key,
                    counterpartyName: transfer.creditorName, counterpartyAccount: transfer.creditorAccount,
                    bookedOn: day, purposeText: transfer.purposeText,
                    returned: isReturn ? reason(line, transfer) : nil))
            guard let creditor = line.creditor, let payer = account(of: line.payer), !isReturn else { continue }
            entries[creditor, default: []].append(
                AccountEntry(
                    direction: .credit, amount: line.amount, bankReference: line.reference + "-C",
                    endToEndKey: line.key, counterpartyName: payer.holder, counterpartyAccount: payer.number,
                    bookedOn: day, purposeText: transfer.purposeText, returned: nil))
        }
        return entries
    }

    private func reason(_ line: BankJournal.Line, _ transfer: CreditTransfer) -> BankReason {
        let flaw = settings.flaws[transfer.creditorAccount]
        return BankReason(code: line.reason ?? BounceReason.refusedByBank.rawValue, text: flaw?.wording)
    }

    private func notification(
        _ id: String, to agency: AgencyCode, _ entries: [AccountEntry], at instant: String
    ) -> [UInt8] {
        own { () throws(BankFileFault) in
            try AccountNotificationFile(
                messageID: id, createdAt: instant, notificationID: id, account: account(of: agency)?.number ?? "",
                entries: entries
            ).bytes()
        }
    }

    private func status(of order: TakenOrder, at instant: String) -> [UInt8] {
        let digest = hexadecimal(ledger.digest(of: order.file.messageID, payer: order.payer))
        var index = 0
        let answers = order.file.instructions.map { instruction in
            InstructionStatus(
                id: instruction.id,
                transfers: instruction.transfers.map { transfer in
                    index += 1
                    let code = ledger.rejections["\(digest)-\(index)"]
                    return TransferStatus(
                        endToEndKey: transfer.endToEndKey, rejection: code.map { BankReason(code: $0, text: nil) })
                })
        }
        return own { () throws(BankFileFault) in
            try OrderStatusFile(
                messageID: "S\(digest)", createdAt: instant, orderMessageID: order.file.messageID,
                outcome: .answered(answers)
            ).bytes()
        }
    }

    private func refusal(_ line: BankJournal.Line, at instant: String) throws(BankFolderFault) -> Result? {
        guard let account = account(of: line.payer), let number = Int(line.reference.drop { !$0.isNumber }),
            let found = try refusal(number, of: account)
        else { return nil }
        let bytes = own { () throws(BankFileFault) in
            try OrderStatusFile(
                messageID: "\(line.reference)-\(line.payer.text)", createdAt: instant, orderMessageID: line.messageID,
                outcome: .fileRejected(found.reason)
            ).bytes()
        }
        return Result(name: "status-refused-\(number).xml", bytes: bytes)
    }

    /// The bank's own files: a fault in one of them is the bank's mistake, not the world's.
    private func own(_ make: () throws(BankFileFault) -> [UInt8]) -> [UInt8] {
        do { return try make() } catch { preconditionFailure("the bank made a file that nobody could read: \(error)") }
    }
}
