import Casework
import Synchronization
import TransferCore
import TransferDocuments

// What the watch compares when a store was opened again, and at the end of a run.

extension Watch {
    /// Whether a node gave a receipt for exactly these bytes.
    func wasGiven(_ receipt: [UInt8], for bytes: [UInt8], by node: Int, _ state: State) -> Bool {
        state.receiptsGiven[Watch.question(bytes, to: node)] == DocumentDigest(of: receipt)
    }

    /// What the receipt of a node is given for.
    private static func question(_ bytes: [UInt8], to node: Int) -> DocumentDigest {
        DocumentDigest(of: bytes + [UInt8(truncatingIfNeeded: node >> 8), UInt8(truncatingIfNeeded: node)])
    }

    /// A receipt leaves a node: what it acknowledges must be on the disk, and the same bytes get the same receipt.
    func gave(_ receipt: [UInt8], for bytes: [UInt8], from node: Int) {
        let (question, answer) = (Watch.question(bytes, to: node), DocumentDigest(of: receipt))
        state.withLock { state in
            if !state.receiptsKept[node].contains(answer) {
                state.find("receipt-after-disk", "\(codes[node]) gave a receipt that is not in its store")
            }
            if let before = state.receiptsGiven.updateValue(answer, forKey: question), before != answer {
                state.find("same-receipt", "\(codes[node]) gave two receipts for the same bytes")
            }
        }
    }

    /// Compares what a store gives back with what was written to it.
    func compare(_ store: any NodeStore, of node: Int) async throws(StoreError) {
        let mirrors = state.withLock { $0.mirrors[node] }
        for number in mirrors.keys.sorted() {
            guard let mirror = mirrors[number] else { continue }
            guard let file = try await store.caseFile(number) else {
                find("kept", "\(number) is gone at \(codes[node])")
                continue
            }
            let names = file.events.map {
                $0.branch == .pension ? $0.name : "\($0.branch.rawValue):\($0.name)"
            }
            if names != mirror.events {
                find("kept", "\(number) at \(codes[node]): \(names.count) events, \(mirror.events.count) were written")
            }
            var documents: [Place: DocumentDigest] = [:]
            for document in file.documents {
                let place = Place(number: number, sender: document.sender, sequence: document.sequence)
                documents[place] = document.digest
            }
            if documents != mirror.documents {
                find("kept", "\(number) at \(codes[node]): other documents than written")
            }
            if Set(file.orders.map(\.key.text)) != Set(mirror.orders.keys) {
                find("kept", "\(number) at \(codes[node]): other orders than written")
            }
            if Set(file.bankLines.map(\.reference)) != mirror.references {
                find("kept", "\(number) at \(codes[node]): other bank lines than written")
            }
            var ledger: [String: Int64] = [:]
            for line in try await store.postings(of: number).flatMap(\.lines) {
                ledger[line.account.name, default: 0] += line.amount.fen
            }
            if ledger != mirror.ledger { find("kept", "\(number) at \(codes[node]): other postings than written") }
        }
    }

    /// At the end: both sides have the same documents, and where one has ended so has the other.
    func checkAgreement() -> [Standing] {
        state.withLock { state in
            var standings: [Standing] = []
            for node in codes.indices {
                for number in state.mirrors[node].keys.sorted() {
                    guard let mirror = state.mirrors[node][number], mirror.opening.role == .destination else {
                        continue
                    }
                    let other = self.node(mirror.opening.origin).flatMap { state.mirrors[$0][number] }
                    compare(number, mirror, other, &state)
                    standings.append(
                        Standing(
                            number: number, destination: mirror.phase, origin: other?.phase ?? "unknown",
                            isDestinationTerminal: mirror.isTerminal, isOriginTerminal: other?.isTerminal ?? true,
                            holder: mirror.isTerminal ? other?.holder ?? .nobody : mirror.holder))
                }
            }
            return standings
        }
    }

    /// How a case stands at the end of a run.
    struct Standing: Sendable {
        let number: CaseNumber
        let destination: String
        let origin: String
        let isDestinationTerminal: Bool
        let isOriginTerminal: Bool
        let holder: Holder

        var isTerminal: Bool { isDestinationTerminal && isOriginTerminal }
    }

    private func compare(_ number: CaseNumber, _ destination: Mirror, _ origin: Mirror?, _ state: inout State) {
        guard let origin else {
            // The origin knows nothing as long as nothing was sent to it. Where it has refused the first letter, because
            // another case of the person is under way there, it opens none either: both sides keep the letter with the
            // signed refusal (handbook, D9), and the case has to have ended at the destination.
            let isRefused = self.node(destination.opening.origin).map { origin in
                destination.documents.values.allSatisfy { state.refused[origin].contains($0) }
            }
            if !destination.documents.isEmpty, isRefused != true || destination.cancelled == nil {
                state.find("same-documents", "\(number) is unknown at its origin")
            }
            return
        }
        if destination.documents != origin.documents {
            state.find(
                "same-documents",
                "\(number): \(destination.documents.count) documents at the destination, \(origin.documents.count) at "
                    + "the origin")
        }
        if destination.credited > 0, origin.paid == 0, origin.cancelled != nil {
            state.find("outcome", "\(number) is posted at the destination and was never paid")
        }
        if destination.isTerminal, origin.isTerminal {
            compareAmounts(number, destination, &state)
            let transit = origin.ledger["in-transit-to:\(destination.opening.destination)", default: 0]
            if transit != 0 { state.find("in-transit", "\(number) has ended and \(transit) fen are on their way") }
            let back = destination.ledger["in-transit-to:\(destination.opening.origin)", default: 0]
            if back != 0 { state.find("in-transit", "\(number) has ended and \(back) fen are on their way back") }
        }
    }
}
