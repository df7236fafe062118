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

    private mutating func tell(_ batch: UntoldBatch) throws(BankFolderFault) {
        let entry = journal.batches[batch.number - 1]
        let lines = Array(journal.lines[entry.lines])
        let orders = try orders(of: lines, known: batch.orders ?? [])
        let moment = now()
        var files: [AgencyCode: [Result]] = [:]
        for (name, file) in orders {
            files[name.payer, default: []].append(
                Result(
                    name: statusName(file.messageID), bytes: status(of: file, from: name.payer, at: moment.instantText))
            )
        }
        for line in lines where line.key == "-" {
            guard let result = try refusal(line, at: moment.instantText) else { continue }
            files[line.payer, default: []].append(result)
        }
        let movements = movements(of: entry)
        for (agency, movements) in movements {
            var account = toldAccount(of: agency)
            for (index, part) in SimulatedBank.parts(of: movements).enumerated() {
                let entries = entries(of: part, orders, bookedOn: moment.date)
                account.number += 1
                let report = MovementReport(
                    batch: batch.number, part: index + 1, agency: agency, before: account, entries: entries,
                    instant: moment.instantText, day: moment.date)
                files[agency, default: []] += results(of: report)
                account.balance += part.map(\.signedAmount).sum()
            }
        }
        for (agency, results) in files.sorted(by: { $0.key < $1.key }) {
            let present = batch.orders == nil ? try presentNames(for: agency) : []
            try drop(results.filter { !present.contains($0.name) }, for: agency)
        }
        for (agency, movements) in movements { note(told: movements, to: agency) }
    }

    /// The movements of a batch, by agency.
    func movements(of batch: BankJournal.Batch) -> [AgencyCode: [BankMovement]] {
        Dictionary(grouping: BankMovement.all(of: journal.lines[batch.lines]), by: \.agency)
    }

    /// Counts what an agency was told in one batch.
    mutating func note(told movements: [BankMovement], to agency: AgencyCode) {
        var account = toldAccount(of: agency)
        account.number += SimulatedBank.parts(of: movements).count
        account.balance += movements.map(\.signedAmount).sum()
        told[agency] = account
    }

    private func toldAccount(of agency: AgencyCode) -> ToldAccount {
        told[agency] ?? ToldAccount(balance: account(of: agency)?.openingBalance ?? .zero)
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

    /// Movements file by file: so many as one file may hold, by number and by sum.
    private static func parts(of movements: [BankMovement]) -> [[BankMovement]] {
        var parts: [[BankMovement]] = [[]]
        var sum = Money.zero
        for movement in movements {
            if parts[parts.count - 1].count == entriesPerFile || sum + movement.amount > .limit {
                parts.append([])
                sum = .zero
            }
            parts[parts.count - 1].append(movement)
            sum += movement.amount
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
        let bytes = status(of: file, from: agency, at: now().instantText)
        try drop([Result(name: name, bytes: bytes)], for: agency)
    }
}

/// What the results say.
extension SimulatedBank {
    /// One file of movements of one account.
    private struct MovementReport {
        let batch: Int
        /// Counted from 1 in the batch.
        let part: Int
        let agency: AgencyCode
        /// The balance before the entries, and the number that the report has as a statement.
        let before: ToldAccount
        let entries: [AccountEntry]
        let instant: String
        let day: CivilDate

        var closing: Money { before.balance + entries.map(\.signedAmount).sum() }

        /// Six digits at least, so that the names stand in the order of the numbers.
        var number: String {
            let digits = String(before.number)
            return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
        }
    }

    /// The files in which an agency is told of movements. Notifications stand before statements in the order of their
    /// names, so that no statement is read before the notifications it sums up.
    private func results(of report: MovementReport) -> [Result] {
        guard !report.entries.isEmpty else { return [] }
        // A balance that no file may hold is not told.
        let canTellBalance = report.before.balance <= .limit && report.closing <= .limit
        guard canTellBalance else { return [notification(report)] }
        switch settings.tellings[report.agency] ?? .notifications {
        case .notifications: return [notification(report)]
        case .statements: return [statement(report)]
        case .both: return [notification(report), statement(report)]
        case .sheets: return [sheet(report)]
        }
    }

    private func notification(_ report: MovementReport) -> Result {
        let id = "N\(report.batch)-\(report.agency.text)-\(report.part)"
        let bytes = own { () throws(BankFileFault) in
            try AccountNotificationFile(
                messageID: id, createdAt: report.instant, notificationID: id,
                account: account(of: report.agency)?.number ?? "", entries: report.entries
            ).bytes()
        }
        return Result(name: "notification-\(report.batch)-\(report.part).xml", bytes: bytes)
    }

    private func statement(_ report: MovementReport) -> Result {
        let id = "T\(report.before.number)-\(report.agency.text)"
        let bytes = own { () throws(BankFileFault) in
            try AccountStatementFile(
                messageID: id, createdAt: report.instant, statementID: id, sequenceNumber: report.before.number,
                account: account(of: report.agency)?.number ?? "",
                opening: AccountBalance(amount: report.before.balance, day: report.day),
                closing: AccountBalance(amount: report.closing, day: report.day), entries: report.entries
            ).bytes()
        }
        return Result(name: "statement-\(report.number).xml", bytes: bytes)
    }

    private func sheet(_ report: MovementReport) -> Result {
        let bytes = own { () throws(BankFileFault) in
            try AccountSheetFile(
                messageID: "Z\(report.before.number)-\(report.agency.text)", createdAt: report.instant,
                account: account(of: report.agency)?.number ?? "", sequenceNumber: report.before.number,
                firstDay: report.day, lastDay: report.day,
                balances: .init(opening: report.before.balance, closing: report.closing), entries: report.entries
            ).bytes(.gb18030)
        }
        return Result(name: "sheet-\(report.number).csv", bytes: bytes)
    }

    /// An answer that is given again is made at another time: it has another identifier.
    private func status(of file: RemittanceOrderFile, from payer: AgencyCode, at instant: String) -> [UInt8] {
        let digest = hexadecimal(ledger.digest(of: file.messageID, payer: payer))
        let moment = String(instant.filter(\.isNumber).prefix(14))
        var index = 0
        let answers = file.instructions.map { instruction in
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
                messageID: "S\(digest)-\(moment)", createdAt: instant, orderMessageID: file.messageID,
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
