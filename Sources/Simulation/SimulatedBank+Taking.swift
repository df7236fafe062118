import BankFiles
import TransferCore

/// The first two steps of a tick: taking order files and booking them; and finding one's place again after an end.
extension SimulatedBank {
    /// What ISO 20022 writes where an identifier could not be read.
    static var noMessageID: String { "NOTPROVIDED" }

    /// The name of a taken order file: one for each message identifier.
    func takenName(_ messageID: String) -> String { SafeText.encoded(messageID) + ".xml" }

    /// How many transfers one tick takes. More wait for the next one.
    private static var transfersPerTick: Int { 20_000 }

    /// Takes what lies in the folders, agency by agency, in the order of the file names.
    mutating func take() throws(BankFolderFault) {
        var room = SimulatedBank.transfersPerTick
        for account in settings.agencies {
            let agency = account.agency
            let names = try folders.names(in: ordersFolder(agency)).filter { $0.hasSuffix(".xml") }.sorted()
            var hasMoved = false
            for name in names where room > 0 {
                let path = "\(ordersFolder(agency))/\(name)"
                guard let bytes = try folders.read(path, limit: SimulatedBank.readLimit) else { continue }
                room -= try take(bytes, at: path, from: account)
                hasMoved = true
            }
            guard hasMoved else { continue }
            try folders.sync(folder: takenFolder(agency))
            try folders.sync(folder: refusedFolder(agency))
            try folders.sync(folder: ordersFolder(agency))
        }
    }

    /// - Returns: how many transfers were taken, at least 1.
    private mutating func take(
        _ bytes: [UInt8], at path: String, from account: AgencyAccount
    ) throws(BankFolderFault) -> Int {
        let file: RemittanceOrderFile
        do {
            file = try RemittanceOrderFile(reading: bytes, debtorAccount: account.number)
        } catch {
            let messageID = RemittanceOrderFile.messageID(of: bytes) ?? SimulatedBank.noMessageID
            try refuse(path, from: account.agency, messageID, error.bankReason.code)
            return 1
        }
        let agency = account.agency
        let name = takenName(file.messageID)
        let place = "\(takenFolder(agency))/\(name)"
        guard takenNames[agency, default: []].insert(name).inserted else {
            if try folders.read(place, limit: SimulatedBank.readLimit) == bytes {
                try folders.sync(folder: takenFolder(agency))
                try answerAgain(file, to: agency)
                try folders.remove(path)
            } else {
                try refuse(path, from: agency, file.messageID, BankReason.duplicateMessage.code)
            }
            return 1
        }
        try folders.rename(path, to: place)
        taken.append(allotted(file, from: agency))
        return file.transfers.count
    }

    private mutating func refuse(
        _ path: String, from agency: AgencyCode, _ messageID: String, _ reason: String
    ) throws(BankFolderFault) {
        let number = refusedCount[agency, default: 0] + 1
        try folders.rename(path, to: "\(refusedFolder(agency))/\(number).xml")
        refusedCount[agency] = number
        refused.append(RefusedFile(payer: agency, number: number, messageID: messageID, reason: reason))
    }

    /// Writes all that was taken to the journal in one piece.
    mutating func book() throws(BankFolderFault) {
        let due = taken.filter { $0.dueTick <= ticks }
        guard !due.isEmpty || !refused.isEmpty else { return }
        var lines: [BankJournal.Line] = []
        for order in due {
            let decided = ledger.decide(order, from: journal.nextSequence + lines.count)
            for line in decided.lines { ledger.book(line) }
            requests.giveBack(decided.unused)
            lines += decided.lines
        }
        for file in refused {
            let line = BankJournal.Line(
                sequence: journal.nextSequence + lines.count, kind: .rejected, messageID: file.messageID, key: "-",
                payer: file.payer, creditor: nil, creditorAccount: "-", amount: .zero, reference: file.reference,
                reason: file.reason)
            lines.append(line)
        }
        try folders.append(journal.add(batch: lines), to: BankJournal.path)
        untold.append(UntoldBatch(number: journal.batches.count, dueTick: ticks + settings.delayTicks, orders: due))
        taken.removeAll { $0.dueTick <= ticks }
        refused = []
    }
}

/// Finding one's place again.
extension SimulatedBank {
    mutating func recover() throws(BankStop) {
        let bytes: [UInt8]
        do { bytes = try folders.read(BankJournal.path, limit: .max) ?? [] } catch { throw .folders(error) }
        do { journal = try BankJournal(reading: bytes) } catch { throw .journal(error) }
        do { try resume(journalLength: bytes.count) } catch { throw .folders(error) }
    }

    private mutating func resume(journalLength: Int) throws(BankFolderFault) {
        if journal.wholeLength < journalLength { try folders.cut(BankJournal.path, to: journal.wholeLength) }
        if journal.wholeLength == 0 { try folders.append(journal.begin(), to: BankJournal.path) }
        for line in journal.lines {
            ledger.book(line)
            requests.count(line)
        }
        for (index, batch) in journal.batches.enumerated() {
            if batch.isNotified {
                for (agency, movements) in movements(of: batch) { note(told: movements, to: agency) }
            } else {
                untold.append(UntoldBatch(number: index + 1, dueTick: settings.delayTicks, orders: nil))
            }
        }
        try takeRequests()
        for account in settings.agencies {
            let own = journal.lines.filter { $0.payer == account.agency }
            try resumeTaken(account, booked: Set(own.filter { $0.key != "-" }.map { takenName($0.messageID) }))
            try resumeRefused(account, booked: Set(own.filter { $0.key == "-" }.map(\.reference)))
        }
    }

    /// What was taken and not booked.
    private mutating func resumeTaken(_ account: AgencyAccount, booked: Set<String>) throws(BankFolderFault) {
        let folder = takenFolder(account.agency)
        let names = try folders.names(in: folder).filter { $0.hasSuffix(".xml") }.sorted()
        takenNames[account.agency] = Set(names)
        for name in names where !booked.contains(name) {
            guard let file = try takenFile("\(folder)/\(name)", of: account) else { continue }
            taken.append(allotted(file, from: account.agency))
        }
    }

    /// What was refused and not booked.
    private mutating func resumeRefused(_ account: AgencyAccount, booked: Set<String>) throws(BankFolderFault) {
        let folder = refusedFolder(account.agency)
        let numbers = try folders.names(in: folder).compactMap { Int($0.prefix { $0 != "." }) }.sorted()
        refusedCount[account.agency] = numbers.last ?? 0
        for number in numbers {
            guard let refusal = try refusal(number, of: account) else { continue }
            let file = RefusedFile(
                payer: account.agency, number: number, messageID: refusal.messageID, reason: refusal.reason.code)
            if !booked.contains(file.reference) { refused.append(file) }
        }
    }

    /// Why a refused file was refused, found again: it is unreadable, or its message identifier was used before.
    func refusal(
        _ number: Int, of account: AgencyAccount
    ) throws(BankFolderFault) -> (messageID: String, reason: BankReason)? {
        let path = "\(refusedFolder(account.agency))/\(number).xml"
        guard let bytes = try folders.read(path, limit: SimulatedBank.readLimit) else { return nil }
        let messageID = RemittanceOrderFile.messageID(of: bytes) ?? SimulatedBank.noMessageID
        do {
            _ = try RemittanceOrderFile(reading: bytes, debtorAccount: account.number)
            return (messageID, .duplicateMessage)
        } catch {
            return (messageID, error.bankReason)
        }
    }

    /// A file that was taken, read again; nil when a stranger put something else there.
    func takenFile(_ path: String, of account: AgencyAccount) throws(BankFolderFault) -> RemittanceOrderFile? {
        guard let bytes = try folders.read(path, limit: SimulatedBank.readLimit) else { return nil }
        return try? RemittanceOrderFile(reading: bytes, debtorAccount: account.number)
    }
}

extension BankReason {
    /// The message identifier was used by another file.
    static let duplicateMessage = BankReason(code: "DU01", text: "报文标识号重复，内容不同")
}

extension BankFileFault {
    /// The external code that comes nearest to the fault; the sentence is the fault itself.
    fileprivate var bankReason: BankReason {
        let code =
            switch self.code {
            case .account: "AC02"
            case .currency: "AM03"
            case .amountForm, .negativeAmount: "AM12"
            case .zeroAmount: "AM01"
            case .controlSum: "AM10"
            case .transactionCount: "AM18"
            case .duplicateKey, .duplicateReference: "DU04"
            case .bankCode: "RC04"
            case .size, .encoding, .documentType, .malformed, .depth, .elementCount, .namespace, .unexpectedElement,
                .unexpectedAttribute, .unexpectedText, .elementOrder, .repeatedElement, .missingElement, .textForm,
                .dateForm, .unknownCode, .balance, .day, .sequence, .duplicateFile, .stale:
                "FF01"
            }
        let scalars = "\(self.code.rawValue) \(place)".unicodeScalars.filter { $0.value >= 0x20 }.prefix(105)
        return BankReason(code: code, text: String(String.UnicodeScalarView(scalars)))
    }
}
