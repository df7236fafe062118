import Casework
import Synchronization
import TransferCore

/// A link that hands what is sent to the desk of the other side, several documents in one request.
final class DeskLink: PeerLink {
    private let sender: AgencyCode
    private let desk: Desk
    /// For a peer whose program looks at each document of a request by itself.
    private let looksAtEachByItself: Bool
    private let sizes = Mutex<[Int]>([])

    init(from sender: AgencyCode, to desk: Desk, looksAtEachByItself: Bool = false) {
        self.sender = sender
        self.desk = desk
        self.looksAtEachByItself = looksAtEachByItself
    }

    /// How many documents each request had.
    var requests: [Int] { sizes.withLock { $0 } }

    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        switch (await desk.receive([document], from: sender))[0] {
        case .receipt(let receipt): return receipt
        case .problem(let problem):
            throw DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: problem.status >= 500)
        }
    }

    func deliver(_ documents: [CaseDocument], to peer: AgencyCode) async -> [Result<[UInt8], DeliveryFault>] {
        sizes.withLock { $0.append(documents.count) }
        var cases: Set<CaseNumber> = []
        let places = documents.indices.filter {
            cases.insert(documents[$0].number).inserted || !looksAtEachByItself
        }
        var results = documents.map { _ in
            Result<[UInt8], DeliveryFault>.failure(
                DeliveryFault(code: "out-of-order", detail: "not yet", concernsPeer: false))
        }
        for (place, answer) in zip(places, await desk.receive(places.map { documents[$0].bytes }, from: sender)) {
            switch answer {
            case .receipt(let receipt): results[place] = .success(receipt)
            case .problem(let problem):
                results[place] = .failure(
                    DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: problem.status >= 500))
            }
        }
        return results
    }
}
