import BankFiles
import Logging
import TransferCore

/// The port to the bank: files go out, files come in.
package protocol BankFolder: Sendable {
    /// Writes a file for the bank so that it is there whole or not at all, and is on disk when this returns. Writing the
    /// same name again replaces the same bytes.
    func write(_ bytes: [UInt8], named name: String) async throws(BankFolderFault)
    /// The names of the files that the bank has put down and nobody has taken, in ascending order, at most `limit`.
    func incoming(limit: Int) async throws(BankFolderFault) -> [String]
    func read(_ name: String) async throws(BankFolderFault) -> [UInt8]
    /// Moves a file away after every line of it was taken, or because it was refused whole.
    func putAway(_ name: String, isRefused: Bool) async throws(BankFolderFault)
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
        while !Task.isCancelled {
            do {
                try await takeAnswers()
            } catch {
                desk.logger.error("the bank's files were not taken", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: .milliseconds(pollMilliseconds))
        }
    }

    /// Takes in what the bank has put down, at most a hundred files.
    package func takeAnswers() async throws {
        // One file that cannot be taken now must not hold up the others; it stays, and is tried again.
        for name in try await folder.incoming(limit: 100) {
            do {
                try await take(name)
            } catch {
                desk.logger.error(
                    "a file of the bank was not taken", metadata: ["file": "\(name)", "cause": "\(error)"])
            }
        }
    }

    private func take(_ name: String) async throws {
        let bytes = try await folder.read(name)
        let answer: BankAnswer
        do {
            answer = try BankAnswer(bytes, account: desk.agency.account.number)
        } catch {
            desk.logger.error(
                "a file of the bank was refused whole", metadata: ["file": "\(name)", "cause": "\(error)"])
            try await folder.putAway(name, isRefused: true)
            return
        }
        switch answer {
        case .lines(let lines): try await desk.take(bankLines: lines)
        case .rejected(let orders):
            for (key, reason) in orders { try await desk.take(rejectedOrder: key, reason) }
        case .rejectedMessage(let messageID, let reason):
            for order in try await desk.store.orders(inMessage: messageID) where order.outcome == nil {
                try await desk.take(rejectedOrder: order.key, reason)
            }
        }
        try await folder.putAway(name, isRefused: false)
    }
}
