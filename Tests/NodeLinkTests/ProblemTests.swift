import Casework
import NodeLink
import Testing
import TransferDocuments

@Suite struct `A problem` {
    @Test func `is written as RFC 9457 has it`() {
        let problem = Problem(
            status: 422, code: "document-form", title: "the document is not in order", detail: "see the parts",
            pointer: "/form", errors: [Problem.Part(code: "missing-field", pointer: "/form/id", detail: "expected")],
            retryAfterSeconds: 5)
        #expect(
            String(decoding: problem.bytes(), as: UTF8.self)
                == #"{"type":"urn:jiexu:problem:document-form","title":"the document is not in order","status":422,"#
                + #""code":"document-form","detail":"see the parts","pointer":"/form","#
                + #""errors":[{"code":"missing-field","pointer":"/form/id","detail":"expected"}]}"#)
    }

    @Test func `of the transport has words of its own for people, each another`() {
        let words = TransportError.Code.allCases.map { DeliveryWords.wording(of: $0.rawValue) }
        #expect(Set(words).count == words.count)
        #expect(!words.contains(DeliveryWords.wording(of: "no-such-code")))
    }

    @Test func `leaves out what was not said`() {
        let problem = Problem(status: 404, code: "not-found", title: "there is nothing here")
        #expect(
            String(decoding: problem.bytes(), as: UTF8.self)
                == #"{"type":"urn:jiexu:problem:not-found","title":"there is nothing here","status":404,"#
                + #""code":"not-found"}"#)
    }

    @Test func `is still written when its detail cannot be`() throws {
        let problem = Problem(status: 400, code: "odd", title: "odd", detail: "a\u{202E}b")
        let read = try JSON.parse(problem.bytes(), limits: .document)
        #expect(read["code"] == .string("odd"))
        #expect(read["detail"] == nil)
    }

    @Test func `tells of at most 100 parts`() throws {
        let part = Problem.Part(code: "a", pointer: "/a", detail: "b")
        let problem = Problem(status: 400, code: "a", title: "b", errors: [Problem.Part](repeating: part, count: 500))
        guard case .array(let parts)? = try JSON.parse(problem.bytes(), limits: .document)["errors"] else {
            Issue.record("no errors were written")
            return
        }
        #expect(parts.count == Problem.mostErrors)
    }
}
