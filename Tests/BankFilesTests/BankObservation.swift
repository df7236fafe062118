import BankFiles
import Simulation
import TransferCore

/// All that agencies and auditors can see of a simulated bank, in a form that can be compared.
struct BankObservation: Equatable {
    /// One line for each entry in any notification, statement or sheet, sorted: agency, direction, amount, key,
    /// reference, reason.
    var entries: [String] = []
    /// One line for each answer, sorted: agency, message, key, reason.
    var answers: [String] = []
    /// One line for each line of the journal without its sequence, sorted.
    var journal: [String] = []
    /// What must not be: orders not taken, parts of files, references that stand twice, repeated orders.
    var complaints: [String] = []

    /// - Parameter files: every file of the bank's folder.
    init(_ files: [String: [UInt8]], _ settings: BankSettings) throws {
        for account in settings.agencies {
            let agency = account.agency.text
            var references: Set<String> = []
            for (path, bytes) in files where path.hasPrefix("\(agency)/results/") && !path.hasSuffix(".part") {
                let file = try BankFile(reading: bytes, account: account.number)
                if case .status(let file) = file {
                    answers += BankObservation.answers(agency, file)
                } else {
                    for entry in file.entries {
                        entries.append(
                            "\(agency) \(entry.direction.rawValue) \(entry.amount) \(entry.endToEndKey ?? "?") "
                                + "\(entry.bankReference) \(entry.returned?.code ?? "-")")
                        if !references.insert(entry.bankReference).inserted {
                            complaints.append("the reference \(entry.bankReference) was told twice")
                        }
                    }
                }
            }
            complaints += files.keys.filter { $0.hasPrefix("\(agency)/") && $0.hasSuffix(".part") }
            complaints += files.keys.filter {
                $0.hasPrefix("\(agency)/orders/") && $0.split(separator: "/").count == 3 && $0.hasSuffix(".xml")
            }
        }
        let read = try BankJournal(reading: files["journal.csv"] ?? [])
        journal = read.lines.map {
            "\($0.kind.rawValue) \($0.messageID) \($0.key) \($0.payer) \($0.amount) \($0.reference) \($0.reason ?? "-")"
        }
        complaints += read.report.repeated.map { "\($0.key) was executed \($0.times) times" }
        entries.sort()
        answers.sort()
        journal.sort()
        complaints.sort()
    }

    private static func answers(_ agency: String, _ file: OrderStatusFile) -> [String] {
        switch file.outcome {
        case .fileRejected(let reason): ["\(agency) \(file.orderMessageID) whole \(reason.code)"]
        case .answered:
            file.transfers.map {
                "\(agency) \(file.orderMessageID) \($0.endToEndKey) \($0.rejection?.code ?? "accepted")"
            }
        }
    }
}
