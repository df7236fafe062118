import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// What looks on while a run goes: it keeps its own account of everything that is written, said and paid, and finds what
/// must never be. It shares no code with what it looks at: sums are made from raw lines, states from names of events.
package final class Watch: Sendable {
    /// Something that must never be, and was.
    package struct Finding: Hashable, Sendable {
        /// The published word of the rule that is broken.
        package let rule: String
        package let words: String
        /// Milliseconds since the run began.
        package let at: Int64
    }

    /// What one node has written of one case, as the watch saw it.
    struct Mirror: Sendable {
        let opening: CaseOpening
        var events: [String] = []
        var documents: [Place: DocumentDigest] = [:]
        var orders: [String: Int64] = [:]
        var references: Set<String> = []
        /// By account: what the case's postings come to.
        var ledger: [String: Int64] = [:]
        var isTerminal = false
        var phase = ""
        var holder = Holder.nobody
        var cancelled: String?
        var paid = 0
        var credited = 0

        func count(_ names: String...) -> Int { events.count { names.contains($0) } }
    }

    /// Where a document stands for ever.
    struct Place: Hashable, Sendable {
        let number: CaseNumber
        let sender: AgencyCode
        let sequence: Int
    }

    struct LiveKey: Hashable, Sendable {
        let node: Int
        let person: ResidentID
        let origin: AgencyCode
        let role: Role
    }

    /// Which node holds a head of which agency.
    struct HeldKey: Hashable, Sendable {
        let node: Int
        let agency: AgencyCode
    }

    struct State {
        var now: Int64 = 0
        var digest = RunningDigest()
        var lines: [String] = []
        var isRecording = false
        var findings: [Finding] = []
        var mirrors: [[CaseNumber: Mirror]]
        var ledgers: [[String: Int64]]
        var references: [Set<String>]
        var live: [LiveKey: CaseNumber] = [:]
        var signed: [Place: DocumentDigest] = [:]
        var receiptsKept: [Set<DocumentDigest>]
        /// Of each node: documents that it took no case up with, and keeps with the refusal that it signed.
        var refused: [Set<DocumentDigest>]
        var receiptsGiven: [DocumentDigest: DocumentDigest] = [:]
        var events: [String: Int] = [:]
        var phases: [String: Int] = [:]
        var faults: [String: Int] = [:]
        var steps = 0
        /// Of the bank: what it booked, by agency and reference; what it carried out, by key.
        var booked: [[String: BankLine]]
        var carriedOut: [String: Int64] = [:]
        /// The keys of the orders of each case that were carried out.
        var carriedOutOf: [CaseNumber: [String]] = [:]
        var cameBack: Set<String> = []
        /// The newest form of each case, as it was signed.
        var forms: [CaseNumber: [UInt8]] = [:]
        /// Nodes whose disk is an old backup.
        var behind: Set<Int> = []
        /// Of each node: the largest own head that it signed, and its newest head of each other.
        var ownHeads: [Int: TreeHead] = [:]
        var heldHeads: [HeldKey: TreeHead] = [:]
        /// Cases for which the bank moved other money than it was told to.
        var disturbed: Set<String> = []
    }

    let codes: [AgencyCode]
    private let places: [AgencyCode: Int]
    let state: Mutex<State>

    init(codes: [AgencyCode], isRecording: Bool) {
        self.codes = codes
        places = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($0.element, $0.offset) })
        let count = codes.count
        state = Mutex(
            State(
                isRecording: isRecording, mirrors: Array(repeating: [:], count: count),
                ledgers: Array(repeating: [:], count: count), references: Array(repeating: [], count: count),
                receiptsKept: Array(repeating: [], count: count), refused: Array(repeating: [], count: count),
                booked: Array(repeating: [:], count: count)))
    }

    func node(_ code: AgencyCode) -> Int? { places[code] }

    /// Tells the watch what time it really is: milliseconds since the run began.
    func pass(to now: Int64) { state.withLock { $0.now = now } }

    var findings: [Finding] { state.withLock { $0.findings } }
    var isBroken: Bool { state.withLock { !$0.findings.isEmpty } }

    /// Notes that a rule is broken.
    func find(_ rule: String, _ words: String) { state.withLock { $0.find(rule, words) } }

    /// Notes something that happened in the run's digest, and in its story when one is kept.
    func note(_ words: String) { state.withLock { $0.note(words) } }

    /// Counts a fault that struck.
    func struck(_ word: String) { state.withLock { $0.faults[word, default: 0] += 1 } }
}

extension Watch.State {
    mutating func find(_ rule: String, _ words: String) {
        note("FOUND \(rule): \(words)")
        if findings.count < 20 { findings.append(Watch.Finding(rule: rule, words: words, at: now)) }
    }

    mutating func note(_ words: @autoclosure () -> String) {
        digest.add(now)
        let text = words()
        digest.add(text)
        if isRecording { lines.append("\(now / 1_000)s \(text)") }
    }
}

// MARK: - What a node writes

extension Watch {
    /// A write is on the disk for good.
    ///
    /// - Parameter isAcknowledged: whether the caller hears of it.
    func wrote(_ write: StoreWrite, at node: Int, isAcknowledged: Bool) {
        state.withLock { state in
            if state.behind.contains(node), write.servesOthers {
                state.find("serves-behind", "\(codes[node]) works on an old backup")
            }
            switch write {
            case .step(let step): took(step, at: node, &state)
            case .refused(let evidence):
                state.note("\(node) keeps refused \(evidence.code)")
                guard let receipt = evidence.receipt else { return }
                state.receiptsKept[node].insert(DocumentDigest(of: receipt))
                state.refused[node].insert(evidence.digest)
            case .delivered(let entry, let receipt, let isRefused, _):
                state.note("\(node) delivered \(entry.number) \(entry.sequence) refused: \(isRefused)")
                guard let other = self.node(entry.recipient) else { return }
                if !state.receiptsKept[other].contains(DocumentDigest(of: receipt)) {
                    state.find(
                        "receipt-kept", "\(entry.number): a receipt of \(codes[other]) is not in its own store")
                } else if !wasGiven(receipt, for: entry.bytes, by: other, state) {
                    state.find(
                        "receipt-of-document", "\(entry.number): the receipt of another document counts as its own")
                }
            case .unmatched(let line, let why, let posting, _):
                state.note("\(node) suspends \(line.reference) \(why)")
                book(posting.map { [$0] } ?? [], of: nil, at: node, &state)
                takeReference(line, at: node, isExact: why != "reference-used-before", &state)
            case .heads(let heads): took(heads, at: node, &state)
            case .serials, .deliveryFailed, .effectFailed, .message, .messageWritten, .lost, .records:
                state.digest.add(Int64(node))
            }
        }
    }

    private func took(_ step: CaseStep, at node: Int, _ state: inout State) {
        state.steps += 1
        guard
            var mirror = state.mirrors[node].removeValue(forKey: step.number)
                ?? step.opening.map({ Mirror(opening: $0) })
        else { return state.find("case-opened", "\(step.number) has a step at \(codes[node]) and was never opened") }
        defer { state.mirrors[node][step.number] = mirror }
        state.note(trace(step, node))
        let role = mirror.opening.role
        if step.expecting != mirror.events.count {
            state.find(
                "lost-update",
                "\(step.number) at \(codes[node]): decided on version \(step.expecting), is \(mirror.events.count)")
        }
        for event in step.events {
            let name = event.branch == .pension ? event.name : "\(event.branch.rawValue):\(event.name)"
            state.events["\(role.rawValue):\(event.name)", default: 0] += 1
            judge(event.name, isPension: event.branch == .pension, &mirror, step.number, node, &state)
            mirror.events.append(name)
        }
        // An order that came back before its debit was booked was never paid: what the books say counts, not the names.
        for posting in step.postings {
            switch posting.kind {
            case .remittancePaid: mirror.paid += 1
            case .remittanceBounced: mirror.paid -= 1
            default: break
            }
        }
        takeDocuments(step, at: node, &mirror, &state)
        takeMoney(step, at: node, &mirror, &state)
        takeLife(step, at: node, &mirror, &state)
        agree(step.number, mirror, &state)
    }

    private func trace(_ step: CaseStep, _ node: Int) -> String {
        var words = "\(node) \(step.number) v\(step.expecting) \(step.summary.phase)"
        for event in step.events { words += " \(event.branch.rawValue):\(event.name)/\(event.code ?? "")" }
        for posting in step.postings {
            words += " \(posting.kind.rawValue)"
            for line in posting.lines { words += " \(line.account.name)=\(line.amount.fen)" }
        }
        if let incoming = step.incoming { words += " in:\(incoming.digest.hex.prefix(8))/\(incoming.isRefused)" }
        for document in step.outgoing { words += " out:\(document.kind.rawValue):\(document.digest.hex.prefix(8))" }
        for order in step.orders { words += " order:\(order.key.text)=\(order.amount.fen)" }
        for line in step.bankLines { words += " line:\(line.reference)" }
        return words
    }

    /// Events that may not follow each other, whatever the handshake says.
    private func judge(
        _ name: String, isPension: Bool, _ mirror: inout Mirror, _ number: CaseNumber, _ node: Int,
        _ state: inout State
    ) {
        guard isPension else { return }
        if let cancelled = mirror.cancelled, Watch.goesOn.contains(name) {
            state.find("terminal-stays", "\(number) at \(codes[node]): \(name) after \(cancelled)")
        }
        switch name {
        case "letter-withdrawn", "person-ended":
            mirror.cancelled = name
            if mirror.paid > 0 {
                state.find("pivot", "\(number) at \(codes[node]): \(name) although a remittance was paid")
            }
        case "letter-recalled", "end-notice-arrived", "application-withdrawn", "application-failed",
            "temporary-account-due":
            mirror.cancelled = name
            if mirror.credited > 0 {
                state.find("pivot", "\(number) at \(codes[node]): \(name) although the funds were posted")
            }
        case "funds-returned": mirror.paid = 0
        case "books-matched": mirror.credited = 1
        case "funds-recalled": mirror.credited = 0
        default: break
        }
    }

    private static let goesOn: Set<String> = [
        "application-passed", "books-matched", "account-confirmed", "records-passed", "records-passed-in-part",
        "remittance-decided", "remittance-paid", "remittance-retried", "supplement-frozen", "form-revised",
        "shortfall-admitted", "completion-arrived", "funds-recalled", "letter-withdrawn", "person-ended",
    ]

    private func takeDocuments(_ step: CaseStep, at node: Int, _ mirror: inout Mirror, _ state: inout State) {
        for document in step.outgoing {
            let place = Place(number: step.number, sender: document.sender, sequence: document.sequence)
            if document.sender != codes[node] {
                state.find("own-name", "\(step.number): \(codes[node]) signs as \(document.sender)")
            }
            if let before = state.signed[place], before != document.digest {
                state.find(
                    "equivocation", "\(step.number): \(codes[node]) signed two documents \(document.sequence)")
            }
            let last = mirror.documents.keys.lazy.filter { $0.sender == document.sender }.map(\.sequence).max() ?? 0
            if document.sequence != last + 1 {
                state.find("sequence", "\(step.number): \(codes[node]) signed \(document.sequence) after \(last)")
            }
            state.signed[place] = document.digest
            mirror.documents[place] = document.digest
        }
        guard let document = step.incoming else { return }
        // What the destination has refused says nothing of what is to be there in the end.
        if document.kind == .informationForm, !document.isRefused { state.forms[step.number] = document.bytes }
        let place = Place(number: step.number, sender: document.sender, sequence: document.sequence)
        if state.signed[place] != document.digest {
            state.find(
                "never-signed",
                "\(step.number): \(codes[node]) took \(document.kind.rawValue) \(document.sequence), which "
                    + "\(document.sender) never signed")
        }
        let before = mirror.documents.keys.lazy.filter { $0.sender == document.sender }.map(\.sequence).max() ?? 0
        if document.sequence != before + 1 {
            state.find(
                "order",
                "\(step.number): \(codes[node]) took \(document.sequence) of \(document.sender) after \(before)")
        }
        mirror.documents[place] = document.digest
        if let receipt = document.receipt { state.receiptsKept[node].insert(DocumentDigest(of: receipt)) }
    }

    private func takeLife(_ step: CaseStep, at node: Int, _ mirror: inout Mirror, _ state: inout State) {
        let role = mirror.opening.role
        let key = LiveKey(
            node: node, person: mirror.opening.residentID, origin: mirror.opening.origin, role: role)
        if step.summary.isTerminal {
            if state.live[key] == step.number { state.live[key] = nil }
        } else {
            if let other = state.live[key], other != step.number {
                state.find("one-live-case", "\(other) and \(step.number) live at \(codes[node]) for one person")
            }
            state.live[key] = step.number
        }
        mirror.isTerminal = step.summary.isTerminal
        mirror.holder = step.summary.holder
        mirror.phase = step.summary.phase
        state.phases["\(role.rawValue):\(step.summary.phase)", default: 0] += 1
    }

    /// Both sides of a case, as far as they have come, must be able to end in the same way.
    private func agree(_ number: CaseNumber, _ mirror: Mirror, _ state: inout State) {
        let peer = mirror.opening.role == .origin ? mirror.opening.destination : mirror.opening.origin
        guard let other = node(peer).flatMap({ state.mirrors[$0][number] }) else { return }
        let (destination, origin) = mirror.opening.role == .destination ? (mirror, other) : (other, mirror)
        if destination.cancelled != nil, origin.paid > 0 {
            state.find("outcome", "\(number) ended at the destination, and the origin has paid")
        }
        if origin.cancelled != nil, destination.credited > 0 {
            state.find("outcome", "\(number) ended at the origin, and the destination has posted")
        }
    }
}
