import Casework
import HTTPTypes
import Hummingbird
import NIOCore
import TransferDocuments

/// What is written back to a caller.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var fields: HTTPFields
    var body: [UInt8]

    init(_ status: HTTPResponse.Status = .ok, contentType: String, body: [UInt8]) {
        self.status = status
        self.body = body
        fields = [.contentType: contentType]
    }

    init(_ problem: Problem) {
        self.init(.init(code: problem.status), contentType: Problem.contentType, body: problem.bytes())
        if let seconds = problem.retryAfterSeconds { fields[.retryAfter] = "\(seconds)" }
    }

    /// Writes an object; what cannot be written becomes a problem.
    static func json(
        _ status: HTTPResponse.Status = .ok, _ write: (inout JSONWriter) -> Void
    ) throws(Problem) -> Answer {
        do {
            return Answer(
                status, contentType: "application/json", body: try JSONWriter.object(limits: .answer, write))
        } catch {
            throw .internalFault
        }
    }

    var response: Response {
        Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension Answer {
    /// The answer with an entity tag, or the word that the caller has it already.
    ///
    /// Source: RFC 9110, sections 8.8.3 and 13.1.2.
    func tagged(unlessKnown known: String?) -> Answer {
        let tag = "\"\(DocumentDigest(of: body).text)\""
        var answer = self
        answer.fields[.eTag] = tag
        let isKnown =
            known?.split(separator: ",").contains { part in
                let part = part.drop { $0 == " " }.prefix { $0 != " " }
                return part == "*" || part == tag || part.dropFirst(2) == tag && part.hasPrefix("W/")
            } ?? false
        guard isKnown else { return answer }
        answer.status = .notModified
        answer.body = []
        answer.fields[.contentType] = nil
        return answer
    }
}

extension JSONLimits {
    /// An answer to people and their systems: lists of a thousand cases fit, and so does what a peer wrote into an error.
    fileprivate static let answer = JSONLimits(
        bytes: 16 << 20, depth: 16, members: 1_000_000, topLevelObjectOnly: true, integersOnly: true, textRule: .any)
}
