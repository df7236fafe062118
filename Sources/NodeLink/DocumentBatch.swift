package import Casework
import TransferDocuments

/// Several documents in one request, and their answers in one: a line for each, in the same order. A document is a JWS in
/// compact form, which has no line feed; an answer is a receipt, in compact form too, or a problem as one line of JSON.
///
/// Nothing more is shared than the road, and the signature of the receipts: each document is judged, kept and answered by
/// itself.
package enum DocumentBatch {
    package static let path = PeerRules.batchesPath
    package static let contentType = "application/vnd.jiexu.documents"
    package static let answersContentType = "application/vnd.jiexu.answers"
    /// Documents in one request.
    static let most = Outbox.mostPerRequest
    /// The longest request, in bytes. What is longer goes by itself.
    package static let longest = 1 << 20

    private static let lineFeed = UInt8(ascii: "\n")

    /// The body of a request.
    package static func body(of documents: [[UInt8]]) -> [UInt8] { Array(documents.joined(separator: [lineFeed])) }

    /// How many lines a body has.
    static func count(in body: [UInt8]) -> Int { body.count { $0 == lineFeed } + 1 }

    /// - Throws: a problem when it has an empty line, or more documents than are taken at once.
    static func documents(in body: [UInt8]) throws(HeadProblem) -> [[UInt8]] {
        guard count(in: body) <= most else {
            throw HeadProblem(
                413, "too-many-documents", "the request has too many documents", "at most \(most), a line each")
        }
        let lines = body.split(separator: lineFeed, omittingEmptySubsequences: false)
        guard lines.allSatisfy({ !$0.isEmpty }) else {
            throw HeadProblem(400, "line-empty", "a line of the request is empty", "a document in each line")
        }
        return lines.map(Array.init)
    }

    static func lines(of answers: [PeerAnswer]) -> [UInt8] {
        body(
            of: answers.map { answer in
                switch answer {
                case .receipt(let bytes): bytes
                case .problem(let problem): problem.bytes()
                }
            })
    }

    /// What became of each of so many documents.
    ///
    /// - Returns: nil when the body has not one line for each.
    package static func outcomes(in body: [UInt8], of count: Int) -> [Result<[UInt8], DeliveryFault>]? {
        let lines = body.split(separator: lineFeed, omittingEmptySubsequences: false)
        guard lines.count == count, lines.allSatisfy({ !$0.isEmpty }) else { return nil }
        return lines.map { line in
            guard line.first == UInt8(ascii: "{") else { return .success(Array(line)) }
            return .failure(DeliveryFault(problem: Array(line)))
        }
    }
}

extension DeliveryFault {
    /// The problem with which a peer answered.
    ///
    /// - Parameters:
    ///   - body: a problem document; the code is that of the status when it is none.
    ///   - status: that of the answer; nil when it stands in the body only. What has none is taken for the peer's fault.
    package init(problem body: [UInt8], status: Int? = nil) {
        var code: String?
        var told: Int?
        if let json = try? JSON.parse(body, limits: .request), case .object(let object) = json {
            if case .string(let text)? = object["code"], text.utf8.count <= 64 { code = text }
            if case .integer(let number)? = object["status"], (400...599).contains(number) { told = Int(number) }
        }
        let status = status ?? told ?? 500
        self.init(
            code: code ?? "status-\(status)", detail: "the peer answered with status \(status)",
            concernsPeer: status == 429 || status >= 500)
    }
}
