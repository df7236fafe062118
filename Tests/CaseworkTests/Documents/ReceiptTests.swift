import Casework
import Synchronization
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A receipt` {
    /// What comes back instead of the receipt for the letter.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (Road.Message, [UInt8]) throws -> [UInt8]
        let code: String
    }

    static let rows = [
        Row(
            testDescription: "with a byte of the signature altered",
            change: { _, receipt in
                var receipt = receipt
                receipt[receipt.count - 20] ^= 1
                return receipt
            }, code: "receipt-invalid"),
        Row(
            testDescription: "with a byte of the payload altered",
            change: { _, receipt in
                var receipt = receipt
                receipt[receipt.count - 200] ^= 1
                return receipt
            }, code: "receipt-invalid"),
        Row(testDescription: "of no bytes", change: { _, _ in [] }, code: "receipt-invalid"),
        Row(
            testDescription: "that is the document itself", change: { message, _ in message.bytes },
            code: "receipt-invalid"),
        Row(
            testDescription: "of another agency",
            change: { message, receipt in try signed(receipt, by: PairCast.wuhan, recipient: PairCast.wuhan) },
            code: "receipt-mismatch"),
        Row(
            testDescription: "that another agency signed in the recipient's name",
            change: { _, receipt in try signed(receipt, by: PairCast.wuhan) }, code: "receipt-mismatch"),
        Row(
            testDescription: "that the sender signed for itself",
            change: { _, receipt in try signed(receipt, by: PairCast.weifang) }, code: "receipt-mismatch"),
        Row(
            testDescription: "for another document",
            change: { _, receipt in
                try signed(receipt, by: PairCast.shenzhen, digest: DocumentDigest(of: [1]))
            }, code: "receipt-mismatch"),
        Row(
            testDescription: "for another place in the case",
            change: { _, receipt in try signed(receipt, by: PairCast.shenzhen, sequence: 2) },
            code: "receipt-mismatch"),
        Row(
            testDescription: "for another case",
            change: { _, receipt in
                let number = try #require(CaseNumber(destination: PairCast.weifang, year: 2026, serial: 77))
                return try signed(receipt, by: PairCast.shenzhen, number: number)
            }, code: "receipt-mismatch"),
        Row(
            testDescription: "for a document of another sender",
            change: { _, receipt in try signed(receipt, by: PairCast.shenzhen, sender: PairCast.wuhan) },
            code: "receipt-mismatch"),
        Row(
            testDescription: "signed with a key that was taken",
            change: { _, receipt in
                let jws = try JWS.parse(receipt, typ: .receipt, maximumBytes: 1 << 20)
                return try PairNetwork.shared.revokedKey.sign(
                    payload: jws.payload, typ: .receipt, at: PairCast.noon.signingTime)
            }, code: "receipt-invalid"),
    ]

    @Test(arguments: rows)
    func `that is not the recipient's for exactly this document leaves it in the outbox`(row: Row) async throws {
        try await NodePair.run { pair in
            let faults = Mutex(0)
            pair.road.change { message, receipt in
                guard message.kind == .acceptanceLetter else { return receipt }
                do { return try row.change(message, receipt) } catch {
                    faults.withLock { $0 += 1 }
                    return receipt
                }
            }
            let number = try await pair.lodge()
            for _ in 0..<4 { _ = await pair.work(pair.destination) }
            #expect(faults.withLock { $0 } == 0)
            let waiting = try #require(try await pair.destination.store.deliveries(of: number).first)
            #expect(waiting.deliveredAt == nil)
            #expect(waiting.attempts == 4)
            #expect(waiting.lastError?.hasPrefix(row.code) == true, "\(waiting.lastError ?? "no error")")
            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(file.documents.first?.receipt == nil)

            // The recipient has it all the while; the next answer that is right ends it.
            pair.road.change { _, receipt in receipt }
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    /// The origin has no case to which anything more could be said: the application ends, and the person is told.
    @Test func `that refuses the first letter ends its sending and the application, and is kept`() async throws {
        try await NodePair.run { pair in
            pair.road.change { message, receipt in
                guard message.kind == .acceptanceLetter,
                    let refusal = try? signed(
                        receipt, by: PairCast.shenzhen, result: .refused(code: "not-allowed", pointer: "/kind"))
                else { return receipt }
                return refusal
            }
            let number = try await pair.lodge()
            for _ in 0..<4 { _ = await pair.work(pair.destination) }
            let delivery = try #require(try await pair.destination.store.deliveries(of: number).first)
            #expect(delivery.deliveredAt != nil)
            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(file.documents.first?.isRefused == true)
            #expect(pair.road.sent.count == 1)
            #expect(try await pair.phase(of: number, at: pair.destination) == "withdrawn")
        }
    }
}

/// A receipt signed by anybody, with some things changed.
private func signed(
    _ bytes: [UInt8], by agency: AgencyCode, number: CaseNumber? = nil, sender: AgencyCode? = nil,
    recipient: AgencyCode? = nil, sequence: Int? = nil, digest: DocumentDigest? = nil, result: Receipt.Result? = nil
) throws -> [UInt8] {
    let receipt = try Receipt(decoding: JWS.parse(bytes, typ: .receipt, maximumBytes: 1 << 20).payload)
    let payload = try Receipt(
        caseNumber: number ?? receipt.caseNumber, sender: sender ?? receipt.sender,
        recipient: recipient ?? receipt.recipient, sequence: sequence ?? receipt.sequence,
        digest: digest ?? receipt.digest, result: result ?? receipt.result, receivedAt: receipt.receivedAt,
        receiver: receipt.receiver
    ).encoded()
    return try PairNetwork.shared.key(of: agency).sign(
        payload: payload, typ: .receipt, at: PairCast.noon.signingTime)
}
