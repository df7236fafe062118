import Testing
import TransferCore
import TransferDocuments

@Suite struct `A receipt` {
    static let results: [Receipt.Result] = [
        .accepted, .refused(code: "chain", pointer: "/previous"), .refused(code: "jws-signature", pointer: nil),
        .refused(code: "json-top", pointer: ""),
    ]

    private func receipt(_ result: Receipt.Result, receiver: String = "node-1") -> Receipt {
        Receipt(
            caseNumber: SampleCase.number, sender: SampleCase.origin, recipient: SampleCase.destination, sequence: 3,
            digest: DocumentDigest(of: [1]), result: result, receivedAt: SigningTime("2026-03-10T01:30:05Z")!,
            receiver: receiver)
    }

    @Test(arguments: results)
    func `is read as it was written`(result: Receipt.Result) throws {
        let payload = try receipt(result).encoded()
        #expect(try Receipt(decoding: payload) == receipt(result))
        #expect(try Receipt(decoding: payload).encoded() == payload)
    }

    @Test(arguments: results)
    func `with a member missing or too many is refused`(result: Receipt.Result) throws {
        let whole = JSON.reading(try receipt(result).encoded())
        for (pointer, _) in whole.places() {
            let without = whole.edited(pointer, to: nil).bytes
            #expect(throws: DocumentFault(.missingField, pointer, "expected this member")) {
                try Receipt(decoding: without)
            }
        }
        let more = whole.edited("/zzz", to: .null).bytes
        #expect(throws: DocumentFault(.unknownField, "/zzz", "this member is not known here")) {
            try Receipt(decoding: more)
        }
    }

    @Test(arguments: ["", " node-1", String(repeating: "n", count: 65)])
    func `needs the name of its receiver`(receiver: String) {
        #expect(throws: DocumentFault.self) { try receipt(.accepted, receiver: receiver).encoded() }
    }
}
