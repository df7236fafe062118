import ArgumentParser
import Foundation
import NodeSettings
import TransferDocuments

/// `jiexu certs rehearse`
struct CertsRehearse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Play the change, loss and end of every key on a throw-away network. 密钥轮换演练。",
        discussion: """
            Two real nodes and their bank on loopback carry transfers while certificates and keys are changed, revoked and \
            run out, and while older directories and lists are put in place of newer ones. At the end every case must have \
            completed on both sides, the books must agree with the bank, and nothing may wait. Takes about two minutes.
            """)

    @Option(help: "The folder to use; a temporary one, removed afterwards, when it is left out.")
    var folder: String?

    @Option(help: "A file for the result as JSON.")
    var result: String?

    @Option(help: "How many transfers are carried in each step: 1 to 50.")
    var transfers = 6

    func validate() throws {
        guard (1...50).contains(transfers) else { throw ValidationError("--transfers: expected 1 to 50") }
    }

    func run() async throws {
        let temporary = NSTemporaryDirectory() + "jiexu-keys-\(ProcessInfo.processInfo.processIdentifier)"
        let place = folder ?? temporary
        let rehearsal = try KeyRehearsal(folder: place, perStep: transfers)
        do {
            try await rehearsal.play()
        } catch {
            await rehearsal.network.stop()
            throw error
        }
        await rehearsal.network.stop()
        if let result { try Files.replace(result, rehearsal.resultJSON, for: .everyone) }
        if folder == nil, rehearsal.isGood { try? FileManager.default.removeItem(atPath: place) }
        guard rehearsal.isGood else {
            printLine("× 演练未通过，见 \(place)/log。 The rehearsal failed; see \(place)/log")
            throw CommandOutcome.findings
        }
        printLine("✓ 演练通过：没有丢失文书，没有停滞案件。 No document was lost and no case stopped.")
    }
}
