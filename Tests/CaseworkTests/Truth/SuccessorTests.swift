import Casework
import Logging
import Synchronization
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A document for an agency that was closed` {
    /// Answers with a receipt by one agency in the name of another, and remembers who was asked.
    private final class SuccessorLink: PeerLink {
        let signer: AgencyCode
        let name: AgencyCode
        let asked = Mutex<[AgencyCode]>([])

        init(signer: AgencyCode, name: AgencyCode) {
            self.signer = signer
            self.name = name
        }

        func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
            asked.withLock { $0.append(peer) }
            do {
                let jws = try JWS.parse(document, typ: .document, maximumBytes: Desk.longestDocument)
                let head = try DocumentHead(decoding: jws.payload)
                let receipt = Receipt(
                    caseNumber: head.caseNumber, sender: head.sender, recipient: name, sequence: head.sequence,
                    digest: jws.payloadDigest, result: .accepted, receivedAt: PairCast.noon.signingTime,
                    receiver: "node")
                return try PairNetwork.shared.key(of: signer).sign(
                    payload: try receipt.encoded(), typ: .receipt, at: PairCast.noon.signingTime)
            } catch {
                throw DeliveryFault(code: "unreadable", detail: "\(error)", concernsPeer: false)
            }
        }
    }

    /// Delivers a letter for Wuhan with a directory in which Jinan took over from it.
    private static func deliver(over link: SuccessorLink) async throws -> Bool {
        try await NodePair.run { pair in
            let node = pair.destination
            _ = try await pair.lodge(PairCast.application(origin: PairCast.wuhan))
            for effect in try await node.store.openEffects(after: 0, limit: 10) {
                try await node.desk.carryOut(effect)
            }
            let desk = Desk(
                agency: node.desk.agency, store: node.store, clock: pair.clock, signer: node.signer,
                directory: KeptDirectory(current: PairNetwork.shared.directoryWithSuccessor),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let entry = try #require(try await node.store.outbox(after: 0, limit: 1).first)
            do {
                try await desk.deliver(entry, over: link)
            } catch let fault as DeliveryFault {
                #expect(fault.code == "receipt-mismatch")
            }
            return try await node.store.counts().outboxByRecipient.isEmpty
        }
    }

    @Test func `goes to the one that took over, whose receipt is taken`() async throws {
        let link = SuccessorLink(signer: PairCast.jinan, name: PairCast.jinan)
        #expect(try await Self.deliver(over: link))
        #expect(link.asked.withLock { $0 } == [PairCast.jinan])
    }

    @Test(arguments: [
        (PairCast.shenzhen, PairCast.shenzhen), (PairCast.jinan, PairCast.wuhan), (PairCast.shenzhen, PairCast.jinan),
    ])
    func `is not delivered by the receipt of another, or in another's name`(
        signer: AgencyCode, name: AgencyCode
    ) async throws {
        #expect(try await !Self.deliver(over: SuccessorLink(signer: signer, name: name)))
    }
}
