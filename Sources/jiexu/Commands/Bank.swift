import ArgumentParser
import Casework
import Glibc
import Simulation
import TransferCore
import TransferDocuments

/// `jiexu bank`: the simulated bank, which takes order files and produces notifications.
struct Bank: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the simulated bank of a demonstration. 运行演示用的模拟银行。",
        discussion: "Talks to agencies through folders only: FOLDER/<agency>/orders and FOLDER/<agency>/results.")

    @Option(help: "The bank's folder.")
    var folder: String

    @Option(help: "An agency's account, as CODE:NUMBER:HOLDER; once for each agency.")
    var account: [String]

    @Option(help: "An account that gives back what is sent to it, as closed; may be repeated.")
    var closed: [String] = []

    @Option(help: "An account of the third class, which gives back single credits above 2,000 yuan; may be repeated.")
    var thirdClass: [String] = []

    @Option(help: "How long the bank waits between two looks into its folders, in milliseconds.")
    var pollMilliseconds = BankSettings.usualPollMilliseconds

    @Option(help: "How long an order lies before it is carried out, in milliseconds.")
    var delayMilliseconds = 0

    func run() async throws {
        let clock = SystemClock()
        let agencies = try account.map { text in
            let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
            guard parts.count == 3, let code = AgencyCode(parts[0]) else {
                throw ValidationError("--account \(text): expected CODE:NUMBER:HOLDER")
            }
            return try AgencyAccount(
                agency: code, number: parts[1], holder: parts[2], openingBalance: Money(fen: 100_000_000_000))
        }
        let flaws = closed.map { ($0, AccountFlaw.closed) } + thirdClass.map { ($0, AccountFlaw.thirdClass) }
        let settings = try BankSettings(
            agencies: agencies, flaws: Dictionary(flaws, uniquingKeysWith: { first, _ in first }),
            pollMilliseconds: pollMilliseconds, delayMilliseconds: delayMilliseconds)
        var bank = try SimulatedBank(
            settings: settings, folders: try FileBankFolders(root: folder),
            now: { (clock.now.signingTime.text, clock.now.date) })
        // The bank is safe wherever it is ended, so a signal ends it between two system calls as well as anywhere.
        try await bank.run(until: { false })
    }
}
