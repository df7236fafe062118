package import TransferCore
import TransferDocuments

/// Why a request over HTTP was not carried out, told so that a machine can act on it and a person can read it.
///
/// The code is published and never changes; everything else may be worded better at any time. Neither the title nor the
/// detail repeats what was received: it may be personal.
///
/// Source: RFC 9457 (problem details).
package struct Problem: Error, Hashable, Sendable {
    /// The HTTP status: 400 to 599.
    package let status: Int
    /// Lower-case words and hyphens, such as `peer-unknown`; the type is `urn:jiexu:problem:CODE`.
    package let code: String
    /// The same for every problem of the code.
    package let title: String
    /// What is wrong this time, and how to mend it.
    package let detail: String
    /// The value that is wrong, as a JSON Pointer (RFC 6901) into the body.
    package let pointer: String?
    /// Every value that is wrong, where more than one is told.
    package let errors: [Part]
    /// When it is worth trying again, in seconds; written as the header `Retry-After`.
    package let retryAfterSeconds: Int?
    /// The case that stands in the way, where the caller may know of it.
    package let caseNumber: CaseNumber?
    /// The size of the tree head that is held, when a head was not taken.
    package var treeSize: Int64?

    /// One of several values that are wrong.
    package struct Part: Hashable, Sendable {
        package let code: String
        package let pointer: String
        package let detail: String
        /// The same in Chinese, where people read it; nil between machines.
        package let detailChinese: String?

        package init(code: String, pointer: String, detail: String, detailChinese: String? = nil) {
            self.code = code
            self.pointer = pointer
            self.detail = detail
            self.detailChinese = detailChinese
        }
    }

    package init(
        status: Int, code: String, title: String, detail: String = "", pointer: String? = nil, errors: [Part] = [],
        retryAfterSeconds: Int? = nil, caseNumber: CaseNumber? = nil
    ) {
        precondition((400...599).contains(status), "a problem has a status of failure")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.pointer = pointer
        self.errors = errors
        self.retryAfterSeconds = retryAfterSeconds
        self.caseNumber = caseNumber
    }

    package static let contentType = "application/problem+json"
    /// No more parts than this are written.
    package static let mostErrors = 100

    package var type: String { "urn:jiexu:problem:\(code)" }
}

extension Problem {
    /// The body of the answer. A detail that cannot be written as JSON is left out.
    package func bytes() -> [UInt8] {
        if let whole = try? JSONWriter.object({ write(to: &$0, parts: true) }) { return whole }
        if let bare = try? JSONWriter.object({ write(to: &$0, parts: false) }) { return bare }
        return Array(#"{"type":"about:blank","title":"problem","status":\#(status)}"#.utf8)
    }

    private func write(to json: inout JSONWriter, parts: Bool) {
        json.field("type", type)
        json.field("title", title)
        json.field("status", status)
        json.field("code", code)
        guard parts else { return }
        if !detail.isEmpty { json.field("detail", detail) }
        json.field("pointer", ifPresent: pointer)
        json.field("case", ifPresent: caseNumber?.text)
        json.field("size", ifPresent: treeSize)
        guard !errors.isEmpty else { return }
        json.array("errors", errors.prefix(Problem.mostErrors)) { json, part in
            json.object { json in
                json.field("code", part.code)
                json.field("pointer", part.pointer)
                json.field("detail", part.detail)
                json.field("detailChinese", ifPresent: part.detailChinese)
            }
        }
    }
}

extension Problem: CustomStringConvertible {
    package var description: String { "\(status) \(code)\(detail.isEmpty ? "" : ": \(detail)")" }
}
