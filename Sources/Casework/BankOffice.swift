import BankFiles
import Logging
import TransferCore
import TransferDocuments

/// The port to the bank: files go out, files come in.
package protocol BankFolder: Sendable {
    /// Writes a file for the bank so that it is there whole or not at all, and is on disk when this returns. Writing the
    /// same name again replaces the same bytes.
    func write(_ bytes: [UInt8], named name: String) async throws(BankFolderFault)
    /// The names of the files that the bank has put down and nobody has taken, in ascending order, at most `limit`.
    func incoming(limit: Int) async throws(BankFolderFault) -> [String]
    func read(_ name: String) async throws(BankFolderFault) -> [UInt8]
    /// Moves a file away after every line of it was taken, or because it was refused whole.
    ///
    /// - Parameter refusal: why it was refused, for the clerk who finds it, kept beside it; nil when it was taken.
    func putAway(_ name: String, refusal: String?) async throws(BankFolderFault)
    /// The node's own note about the bank's files, as it was kept last; nil when none was kept.
    func note() async throws(BankFolderFault) -> [UInt8]?
    /// Keeps a note in place of the one before, whole or not at all; it is on disk when this returns.
    func keep(note: [UInt8]) async throws(BankFolderFault)
    /// Adds to the note that was kept; it is on disk when this returns. If the process dies in here, a part of it may be.
    func add(toNote bytes: [UInt8]) async throws(BankFolderFault)
}

/// The bank's folder could not be used.
package struct BankFolderFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Carries orders to the bank and takes its answers in.
///
/// An order gets its message id in the store first, then the file is written under that id, then the store is told. If
/// the process dies in between, the same bytes are written again under the same name; the bank takes a message id once.
package struct BankOffice: Sendable {
    private let desk: Desk
    private let folder: any BankFolder
    private let pollMilliseconds: Int64

    /// How long the first order waits for others before a message is made.
    private static let gatherMilliseconds = 10

    package init(desk: Desk, folder: any BankFolder, pollMilliseconds: Int64 = 50) {
        self.desk = desk
        self.folder = folder
        self.pollMilliseconds = pollMilliseconds
    }

    /// Works until the task is cancelled.
    package func run() async {
        async let orders: Void = carryAllOrders()
        async let answers: Void = takeAllAnswers()
        _ = await (orders, answers)
    }

    // MARK: Orders

    private func carryAllOrders() async {
        let bell = desk.bells.orders
        let ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(500))
                bell.ring()
            }
        }
        defer { ticker.cancel() }
        bell.ring()
        for await _ in bell.rings {
            // What is ordered in the same moment goes in one message.
            try? await Task.sleep(for: .milliseconds(BankOffice.gatherMilliseconds))
            do {
                try await carryOrders()
            } catch {
                desk.logger.error("orders were not carried to the bank", metadata: ["cause": "\(error)"])
            }
        }
    }

    /// Carries every order that waits: first those whose message has its id already.
    package func carryOrders() async throws {
        // One message that cannot be written must not hold up the others.
        for message in try await desk.store.unwrittenOrderMessages() { await tryToWrite(message) }
        while let message = try await desk.store.assignOrderMessage(messageID(), at: desk.clock.now, limit: 1_000) {
            await tryToWrite(message)
        }
        try await giveBackToLost()
    }

    /// What would be paid to a card that was reported lost comes back before it leaves: the person is asked for another
    /// account.
    private func giveBackToLost() async throws(StoreError) {
        for key in try await desk.store.ordersToLostAccounts(limit: 1_000) {
            try await desk.take(rejectedOrder: key, .accountBlocked)
        }
    }

    private func tryToWrite(_ message: OrderMessage) async {
        do {
            try await write(message)
        } catch {
            desk.logger.error(
                "a message was not written for the bank",
                metadata: ["message": "\(message.messageID)", "cause": "\(error)"])
        }
    }

    private func messageID() -> String {
        "\(desk.agency.code)-\(String(UInt64.random(in: .min ... .max), radix: 36, uppercase: true))"
    }

    private func write(_ message: OrderMessage) async throws {
        let file = try RemittanceOrderFile(message, debtor: desk.agency.account)
        try await folder.write(file.bytes(), named: "\(message.messageID).xml")
        try await desk.store.orderMessageWritten(message.messageID, at: desk.clock.now)
    }

    // MARK: Answers

    private func takeAllAnswers() async {
        var note: BankNote?
        while !Task.isCancelled {
            do {
                try await takeAnswers(knowing: &note)
            } catch {
                desk.logger.error("the bank's files were not taken", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: .milliseconds(pollMilliseconds))
        }
    }

    /// Takes in what the bank has put down, at most a hundred files.
    ///
    /// The files that were taken are noted before they are put away. If the process dies in between, they are read again
    /// and every movement in them is known.
    package func takeAnswers() async throws {
        var note: BankNote?
        try await takeAnswers(knowing: &note)
    }

    /// The same for one who goes on.
    ///
    /// - Parameter known: the note as it was kept last; nil to read it, as at the start and after anything that failed.
    package func takeAnswers(knowing known: inout BankNote?) async throws {
        let names = try await folder.incoming(limit: 100)
        guard !names.isEmpty else { return }
        var note: BankNote
        if let known { note = known } else { note = BankNote(try await history()) }
        known = nil
        var done: [(name: String, refusal: String?)] = []
        // One file that cannot be taken now must not hold up the others; it stays, and is tried again.
        for name in names {
            do {
                done.append((name, try await take(name, &note)))
            } catch {
                desk.logger.error(
                    "a file of the bank was not taken", metadata: ["file": "\(name)", "cause": "\(error)"])
            }
        }
        switch note.unkept {
        case .nothing: break
        case .lines(let lines): try await folder.add(toNote: lines)
        case .whole: try await folder.keep(note: note.history.bytes())
        }
        for file in done { try await folder.putAway(file.name, refusal: file.refusal) }
        note.kept()
        known = note
    }

    /// A note that cannot be read is begun anew: files out of place may go unseen, but no movement is taken twice.
    private func history() async throws -> BankFileHistory {
        guard let note = try await folder.note() else { return BankFileHistory() }
        do {
            return try BankFileHistory(reading: note)
        } catch {
            desk.logger.error("the note of the bank's files was begun anew", metadata: ["cause": "\(error)"])
            return BankFileHistory()
        }
    }

    /// - Returns: why the file is refused whole; nil when it was taken.
    private func take(_ name: String, _ note: inout BankNote) async throws -> String? {
        let bytes = try await folder.read(name)
        let digest = DocumentDigest(of: bytes).hex
        let file: BankFile
        let standing: BankFileHistory.Standing
        do {
            file = try BankFile(reading: bytes, account: desk.agency.account.number)
            standing = try note.history.standing(of: file, digest: digest)
            if case .late(let fault) = standing, try await tellsNews(file) { throw fault }
        } catch let fault as BankFileFault {
            desk.logger.error(
                "a file of the bank was refused whole", metadata: ["file": "\(name)", "cause": "\(fault)"])
            return BankOffice.words(of: fault)
        }
        try await take(BankAnswer(file))
        if standing == .again { return nil }
        let missing = note.add(file, digest: digest)
        if let first = missing.first, let last = missing.last {
            desk.logger.error(
                "statements of the bank are missing; have them sent",
                metadata: ["before": "\(name)", "first": "\(first)", "last": "\(last)"])
        }
        return nil
    }

    /// Whether a file tells a movement that nobody has told before.
    private func tellsNews(_ file: BankFile) async throws -> Bool {
        for entry in file.entries {
            if try await !desk.store.isBankLineKnown(entry.bankReference) { return true }
        }
        return false
    }

    private func take(_ answer: BankAnswer) async throws {
        switch answer {
        case .lines(let lines): try await desk.take(bankLines: lines)
        case .rejected(let orders):
            for (key, reason) in orders { try await desk.take(rejectedOrder: key, reason) }
        case .rejectedMessage(let messageID, let reason):
            for order in try await desk.store.orders(inMessage: messageID) where order.outcome == nil {
                try await desk.take(rejectedOrder: order.key, reason)
            }
        }
    }

    /// What stands beside a refused file. A fault holds no personal data.
    private static func words(of fault: BankFileFault) -> String {
        """
        \(fault)
        Nothing of this file was used. Have the bank send a right one; it may have the same name.
        本文件整份拒收，未使用其中任何内容。请联系银行更正后重新发送。

        """
    }
}

/// What is known of the bank's files, and what of it the note in its folder does not say yet.
///
/// Most files add a line, and the note is written whole when there are many of them: it is two thousand lines, and a busy
/// bank puts down files many times a second.
package struct BankNote: Sendable {
    fileprivate private(set) var history: BankFileHistory
    fileprivate private(set) var unkept: Unkept
    /// Lines that were added since the note was written whole.
    private var added = 0

    fileprivate enum Unkept {
        case nothing
        case lines([UInt8])
        case whole
    }

    /// Of a note that was just read, or of none: it is written whole before anything is added to it.
    fileprivate init(_ history: BankFileHistory) {
        self.history = history
        unkept = .whole
    }

    /// - Returns: the numbers of the statements that are missing since then.
    fileprivate mutating func add(_ file: BankFile, digest: String) -> [Int] {
        let missing = history.add(file, digest: digest)
        added += 1
        if let line = BankFileHistory.line(of: file, digest: digest), added <= BankFileHistory.mostAdded {
            switch unkept {
            case .nothing: unkept = .lines(line)
            case .lines(let lines): unkept = .lines(lines + line)
            case .whole: break
            }
        } else {
            unkept = .whole
        }
        return missing
    }

    /// The note says all of it now.
    fileprivate mutating func kept() {
        if case .whole = unkept { added = 0 }
        unkept = .nothing
    }
}
