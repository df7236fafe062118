import BankFiles
import TransferCore

/// The requests that wait for their orders.
///
/// A request is known by the name of its file and its line. How often it was carried out stands in the journal, so that
/// a bank that was killed neither forgets nor repeats one. A request whose file is taken away ends.
struct BankRequests {
    /// One request carried out with one order.
    struct Allotment: Hashable, Sendable {
        /// The file without its ending, encoded, a full stop and the line.
        let id: String
        let flaw: WantedFlaw
    }

    private struct Waiting {
        let file: String
        let id: String
        let request: BankRequest
        var left: Int
    }

    private var waiting: [Waiting] = []
    private(set) var files: Set<String> = []
    /// How often each request was carried out, by its id.
    private var used: [String: Int] = [:]

    static let folder = "requests"
    static let refusedFolder = "requests/refused"
    static let ending = ".txt"

    /// Counts what a journal says was carried out.
    mutating func count(_ line: BankJournal.Line) {
        if let allotment = line.allotment { used[allotment.id, default: 0] += 1 }
    }

    /// Adds the requests of a file, the newest behind the others.
    mutating func add(_ requests: [(line: Int, request: BankRequest)], from file: String) {
        files.insert(file)
        let name = SafeText.encoded(String(file.dropLast(BankRequests.ending.count)))
        for (line, request) in requests {
            let id = "\(name).\(line)"
            waiting.append(
                Waiting(file: file, id: id, request: request, left: request.times - (used[id] ?? 0)))
        }
    }

    /// Ends the requests of all other files.
    mutating func keep(files kept: Set<String>) {
        files.formIntersection(kept)
        waiting.removeAll { !kept.contains($0.file) }
    }

    /// What shall go wrong with a transfer: of each kind of flaw the oldest request.
    ///
    /// - Parameter creditor: the agency that is paid; nil when none is.
    mutating func allot(to transfer: CreditTransfer, creditor: AgencyCode?) -> [Allotment] {
        var allotted: [Allotment] = []
        for index in waiting.indices where waiting[index].left > 0 {
            let request = waiting[index].request
            guard request.concerns(transfer, creditor), request.flaw.suits(transfer, creditor),
                !allotted.contains(where: { $0.flaw.name == request.flaw.name })
            else { continue }
            waiting[index].left -= 1
            allotted.append(Allotment(id: waiting[index].id, flaw: request.flaw))
        }
        return allotted
    }

    /// Takes back what could not be carried out.
    mutating func giveBack(_ allotments: [Allotment]) {
        for allotment in allotments {
            guard let index = waiting.firstIndex(where: { $0.id == allotment.id }) else { continue }
            waiting[index].left += 1
        }
    }
}

extension BankRequest {
    fileprivate func concerns(_ transfer: CreditTransfer, _ creditor: AgencyCode?) -> Bool {
        switch orders {
        case .creditor(let account): account == transfer.creditorAccount
        case .key(let prefix): transfer.endToEndKey.hasPrefix(prefix)
        case .agency(let agency): agency == creditor
        }
    }
}

extension WantedFlaw {
    /// Whether it can be done: with less than two fen nothing is split, and no fee leaves less than nothing.
    fileprivate func suits(_ transfer: CreditTransfer, _ creditor: AgencyCode?) -> Bool {
        guard creditor != nil || !needsCreditor else { return false }
        switch self {
        case .split: return transfer.amount >= Money(fen: 2)
        case .fee(let amount): return amount + Money(fen: 1) < transfer.amount
        case .excess(let amount): return transfer.amount + amount <= .limit
        case .bounce, .delay, .duplicate, .misname, .keyInText: return true
        }
    }
}

/// Looking into the folder of requests.
extension SimulatedBank {
    /// Takes up new files and lets go of those that are gone. A file that is none is put aside with the reason beside
    /// it; an empty one is perhaps still being written.
    mutating func takeRequests() throws(BankFolderFault) {
        let names = try folders.names(in: BankRequests.folder).filter { $0.hasSuffix(BankRequests.ending) }.sorted()
        requests.keep(files: Set(names))
        for name in names where !requests.files.contains(name) {
            let path = "\(BankRequests.folder)/\(name)"
            guard let bytes = try folders.read(path, limit: BankRequest.longestFile + 1), !bytes.isEmpty else {
                continue
            }
            let read: [(line: Int, request: BankRequest)]
            do { read = try BankRequest.read(bytes) } catch {
                let place = "\(BankRequests.refusedFolder)/\(name)"
                try folders.write(Array("\(error)\n".utf8), to: place + ".reason")
                try folders.rename(path, to: place)
                continue
            }
            requests.add(read, from: name)
        }
    }

    /// An order with what shall go wrong with it.
    mutating func allotted(_ file: RemittanceOrderFile, from payer: AgencyCode) -> TakenOrder {
        let allotments = file.transfers.map { transfer in
            requests.allot(to: transfer, creditor: ledger.agency(holding: transfer.creditorAccount))
        }
        var looks = 0
        for case .delay(let wanted) in allotments.joined().map(\.flaw) { looks = max(looks, wanted) }
        return TakenOrder(payer: payer, file: file, allotments: allotments, dueTick: ticks + looks)
    }
}
