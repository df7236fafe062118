import ArgumentParser
import Casework
import Glibc
import NodeSettings
import Simulation
import TransferCore
import TransferDocuments

/// `jiexu bank`: the simulated bank, which takes order files and produces notifications.
struct Bank: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the simulated bank of a demonstration. 运行演示用的模拟银行。",
        discussion: """
            Talks to agencies through folders only: FOLDER/<agency>/orders and FOLDER/<agency>/results.

            What shall go wrong is asked for while the bank runs, in text files FOLDER/requests/NAME.txt, one request in \
            each line; write the file under another name first. A request is the flaw, which orders, and how often:

              duplicate agency=330100
              fee creditor=15330100000000001 fen=500 times=3
              delay key=330100-2026-0000012 looks=50

            Flaws: closed, frozen, name, third-class (the money comes back), delay, split, duplicate, misname, fee, excess, \
            key-in-text. A request ends when its file is taken away.
            """)

    @Option(help: "The bank's folder.")
    var folder: String

    @Option(help: "An agency's account, as CODE:NUMBER:HOLDER; once for each agency.")
    var account: [String]

    @Option(help: "An account that gives back what is sent to it, as closed; may be repeated.")
    var closed: [String] = []

    @Option(help: "An account of the third class, which gives back single credits above 2,000 yuan; may be repeated.")
    var thirdClass: [String] = []

    @Option(help: "How an agency is told of its movements, as CODE:notifications, statements, both or sheets.")
    var telling: [String] = []

    @Option(help: "How long the bank waits between two looks into its folders, in milliseconds.")
    var pollMilliseconds = BankSettings.usualPollMilliseconds

    @Option(help: "How long an order lies before it is carried out, in milliseconds.")
    var delayMilliseconds = 0

    @Option(help: "The folder of a demonstration, by whose clock the bank goes.")
    var demonstration: String?

    func run() async throws {
        if let demonstration { SystemClock.follow(try DemonstrationClock(folder: demonstration)) }
        let clock = SystemClock()
        let agencies = try account.map { text in
            let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
            guard parts.count == 3, let code = AgencyCode(parts[0]) else {
                throw ValidationError("--account \(text): expected CODE:NUMBER:HOLDER")
            }
            return try AgencyAccount(
                agency: code, number: parts[1], holder: parts[2], openingBalance: Money(fen: 500_000_000_000))
        }
        let flaws = closed.map { ($0, AccountFlaw.closed) } + thirdClass.map { ($0, AccountFlaw.thirdClass) }
        let tellings = try telling.map { text in
            let parts = text.split(separator: ":").map(String.init)
            guard parts.count == 2, let code = AgencyCode(parts[0]), let telling = BankTelling(rawValue: parts[1])
            else {
                let names = BankTelling.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--telling \(text): expected CODE and one of \(names), with a colon between them")
            }
            return (code, telling)
        }
        let settings = try BankSettings(
            agencies: agencies, flaws: Dictionary(flaws, uniquingKeysWith: { first, _ in first }),
            tellings: Dictionary(tellings, uniquingKeysWith: { first, _ in first }), pollMilliseconds: pollMilliseconds,
            delayMilliseconds: delayMilliseconds)
        var bank = try SimulatedBank(
            settings: settings, folders: try FileBankFolders(root: folder),
            now: { (clock.now.signingTime.text, clock.now.date) })
        // The bank is safe wherever it is ended, so a signal ends it between two system calls as well as anywhere.
        try await bank.run(until: { false })
    }
}
