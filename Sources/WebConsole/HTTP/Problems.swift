import Casework
import TransferCore
import TransferDocuments

// The problems that both listeners tell. Their codes are published and never change.

extension Problem {
    static let notFound = Problem(
        status: 404, code: "not-found", title: "Not found",
        detail: "There is no such thing here, or it is not yours to see.")

    static let methodNotAllowed = Problem(
        status: 405, code: "method-not-allowed", title: "Method not allowed",
        detail: "The header Allow names the methods of this address.")

    static let unauthorised = Problem(
        status: 401, code: "token-missing", title: "Access token required",
        detail: "Send the header Authorization: Bearer with an access token of this node.")

    static let tokenUnknown = Problem(
        status: 401, code: "token-unknown", title: "Access token not known",
        detail: "The access token is not known here; ask the agency for one.")

    static let roleNotAllowed = Problem(
        status: 403, code: "role-not-allowed", title: "Not allowed for this access token",
        detail: "The role of this access token does not include this.")

    static func dutyMissing(_ detail: String) -> Problem {
        Problem(status: 403, code: "duty-missing", title: "Not your duty", detail: detail)
    }

    static let internalFault = Problem(
        status: 500, code: "internal-fault", title: "Internal fault",
        detail: "The node could not write the answer; its log says why.")

    static func mediaType(_ type: String) -> Problem {
        Problem(
            status: 415, code: "media-type", title: "Media type not supported",
            detail: "Send Content-Type: \(type) in UTF-8, without Content-Encoding.")
    }

    static let bodyTooLong = Problem(
        status: 413, code: "body-too-long", title: "Body too long",
        detail: "The body may have \(Route.bodyLimitBytes) bytes.")

    static func request(_ code: String, _ detail: String, status: Int = 400) -> Problem {
        Problem(status: status, code: code, title: "Request not understood", detail: detail)
    }

    static func query(_ name: String?, _ detail: String) -> Problem {
        Problem(
            status: 400, code: "query-invalid", title: "Query not understood",
            detail: name.map { "The parameter \($0): \(detail)" } ?? detail)
    }
}

extension Problem {
    /// Why the store did not do what was asked. What it says about itself stays in the log.
    init(_ error: StoreError) {
        switch error {
        case .caseMovedOn, .unavailable, .outcomeUnknown:
            self.init(
                status: 503, code: "unavailable", title: "Service unavailable",
                detail: "The store is busy or full; send the same request again.", retryAfterSeconds: 2)
        case .caseUnderWay, .duplicate, .contradicted:
            self.init(
                status: 409, code: "duplicate", title: "Stored already",
                detail: "The same was stored by somebody else at the same time; look at the case.")
        case .corrupt:
            self.init(
                status: 500, code: "store-corrupt", title: "Stored record not readable",
                detail: "What is stored cannot be read; the node's log says what.")
        }
    }

    /// Why the desk did not take a step.
    init(_ fault: DeskFault) {
        switch fault {
        case .notAllowed(let fault):
            self.init(
                status: 409, code: "not-allowed", title: "Not possible at this stage",
                detail: "The case is in the phase \(fault.phase), where \(fault.event) is not possible.")
        case .store(let error): self.init(error)
        case .signing:
            self.init(
                status: 503, code: "unavailable", title: "Service unavailable",
                detail: "The signing key cannot be used at the moment.", retryAfterSeconds: 10)
        case .directoryExpired:
            self.init(
                status: 503, code: "directory-expired", title: "No new case is taken",
                detail: "The directory of agencies has expired; the agency has to get the newest one.",
                retryAfterSeconds: 600)
        case .noSuchCase: self = .notFound
        case .faulty(let faults): self.init(faults)
        case .unwritable, .unorderable, .rule: self = .internalFault
        }
    }

    /// What is wrong with a form: of JSON that cannot be read the one place, of a form everything.
    init(_ faults: FormFaults) {
        if let first = faults.faults.first, first.code.hasPrefix("json-") {
            self.init(
                status: 400, code: first.code, title: "Body is not the JSON that is read here",
                detail: first.messageEnglish, pointer: first.pointer)
        } else {
            self.init(faults.faults)
        }
    }

    init(_ faults: [FormFault]) {
        self.init(
            status: 422, code: "form-faulty", title: "Form not complete or not correct",
            detail: "\(faults.count) fields need correction.",
            errors: faults.map {
                Part(
                    code: $0.code, pointer: $0.pointer, detail: $0.messageEnglish,
                    detailChinese: $0.messageChinese)
            })
    }
}
