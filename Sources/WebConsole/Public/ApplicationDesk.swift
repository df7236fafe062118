import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Takes applications, corrected applications and corrected accounts.
struct ApplicationDesk: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.post, "/api/v1/applications", access: .everyRole, body: .json, answer: lodge),
            Route(.post, "/api/v1/cases/{number}/corrections", access: .everyRole, body: .json, answer: correct),
            Route(.post, "/api/v1/lost-accounts", access: .roles([.desk, .staff]), body: .json, answer: reportLost),
            Route(.post, "/api/v1/cases/{number}/withdrawal", access: .everyRole, answer: withdraw),
            Route(
                .post, "/api/v1/cases/{number}/payouts/{branch}/account", access: .roles([.desk, .staff]), body: .json,
                answer: correctAccount),
        ]
    }

    // MARK: Applications

    private func lodge(_ call: Call) async throws(Problem) -> Answer {
        let key = try ApplicationDesk.idempotencyKey(call.fields)
        let application = try read(call.body)
        let outcome: Desk.Lodging
        do throws(DeskFault) {
            outcome = try await desk.lodge(application, form: call.body, owner: call.caller.name, key: key)
        } catch {
            throw Problem(error)
        }
        switch outcome {
        case .opened(let number, let phase):
            return try acknowledgement(.created, number, phase: phase)
        case .repeated(let number):
            return try acknowledgement(.ok, number, phase: try await phase(of: number))
        case .keyReused:
            throw Problem(
                status: 409, code: "idempotency-key-reused", title: "Idempotency key used for something else",
                detail: "The same key came with another application before. Use a new key for a new application.")
        case .underWay(let number):
            throw Problem(
                status: 409, code: Reason.caseUnderWay.code, title: "A case is under way",
                detail: Reason.caseUnderWay.sentence.english, caseNumber: try await visible(number, to: call.caller))
        case .faulty(let faults):
            throw Problem(faults)
        }
    }

    /// The number of a live case, for those who may see that case and for nobody else.
    private func visible(_ number: CaseNumber?, to caller: AccessToken) async throws(Problem) -> CaseNumber? {
        guard let number, !caller.role.seesEveryCase else { return number }
        guard let file = try await file(number), file.opening.isVisible(to: caller) else { return nil }
        return number
    }

    private func read(_ body: [UInt8]) throws(Problem) -> TransferApplication {
        do throws(FormFaults) { return try ApplicationForm.read(body) } catch { throw Problem(error) }
    }

    private static func idempotencyKey(_ fields: HTTPFields) throws(Problem) -> String {
        let values = fields[values: .idempotencyKey]
        guard let key = values.first else {
            throw .request(
                "idempotency-key-missing", "Send the header Idempotency-Key, a new one for each application.")
        }
        let isPlain = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard values.count == 1, isPlain, (1...64).contains(key.utf8.count) else {
            throw .request(
                "idempotency-key-invalid", "The header Idempotency-Key has 1 to 64 letters, digits, '_' and '-'.")
        }
        return key
    }

    // MARK: Corrections

    private func correct(_ call: Call) async throws(Problem) -> Answer {
        let opening = try await opening(of: call.parameters[0], for: call.caller)
        let application = try read(call.body)
        do throws(DeskFault) {
            try await desk.correct(opening.number, application, form: call.body, owner: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return try acknowledgement(.ok, opening.number, phase: try await phase(of: opening.number))
    }

    // MARK: Withdrawal

    /// Before the letter has gone out the case ends at once; afterwards the origin is asked, and answers.
    private func withdraw(_ call: Call) async throws(Problem) -> Answer {
        let opening = try await opening(of: call.parameters[0], for: call.caller)
        do throws(DeskFault) {
            try await desk.withdraw(opening.number, owner: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return try acknowledgement(.ok, opening.number, phase: try await phase(of: opening.number))
    }

    // MARK: Accounts

    private func correctAccount(_ call: Call) async throws(Problem) -> Answer {
        let opening = try await opening(of: call.parameters[0], for: call.caller)
        guard let branch = Branch(rawValue: call.parameters[1]), opening.payouts.contains(branch) else {
            throw .notFound
        }
        guard opening.role == .origin else {
            throw Problem(
                status: 409, code: "not-at-origin", title: "Not paid out here",
                detail: "The origin pays the balance out; give the account there.")
        }
        let view = try await desk.view(of: opening.number)
        guard let person = view.person else { throw .internalFault }
        let account: BankAccount
        do throws(FormFaults) {
            account = try AccountForm.read(call.body, of: person)
        } catch {
            throw Problem(error)
        }
        let correction: Desk.AccountCorrection
        do throws(DeskFault) {
            correction = try await desk.correctAccount(
                opening.number, branch, account, form: call.body, owner: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return try .json { json in
            json.field("case", opening.number.text)
            json.field("branch", branch.rawValue)
            json.field("attempt", correction.attempt)
            json.field("amountFen", correction.amount.fen)
            json.links(to: opening.number)
        }
    }

    /// A card was reported lost: nothing is paid to its account from now on, in any case.
    private func reportLost(_ call: Call) async throws(Problem) -> Answer {
        let number: String
        do throws(FormFaults) { number = try AccountForm.readNumber(call.body) } catch { throw Problem(error) }
        guard !number.utf8.elementsEqual(desk.agency.account.number.utf8) else {
            throw Problem(
                status: 409, code: "agency-account", title: "The account of an agency",
                detail: "This is the account of this agency and no person's card.")
        }
        do throws(StoreError) {
            try await desk.store.reportLost(number, by: call.caller.name, at: desk.clock.now)
        } catch {
            throw Problem(error)
        }
        return try .json { json in json.field("reported", true) }
    }

    // MARK: Cases

    private func opening(of text: String, for caller: AccessToken) async throws(Problem) -> CaseOpening {
        guard let number = CaseNumber(text), let file = try await file(number), file.opening.isVisible(to: caller)
        else { throw .notFound }
        return file.opening
    }

    private func file(_ number: CaseNumber) async throws(Problem) -> CaseFile? {
        do throws(StoreError) { return try await desk.store.caseFile(number) } catch { throw Problem(error) }
    }

    private func phase(of number: CaseNumber) async throws(Problem) -> String {
        try await desk.view(of: number).summary.phase
    }

    private func acknowledgement(
        _ status: HTTPResponse.Status, _ number: CaseNumber, phase: String
    ) throws(Problem) -> Answer {
        var answer = try Answer.json(status) { json in
            json.field("case", number.text)
            json.field("phase", phase)
            json.links(to: number)
        }
        if status == .created { answer.fields[.location] = "/api/v1/cases/\(number)" }
        return answer
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}

extension CaseOpening {
    /// An employer's system sees what it lodged itself; the agency's own see everything.
    func isVisible(to caller: AccessToken) -> Bool { caller.role.seesEveryCase || lodgedBy == caller.name }
}

extension JSONWriter {
    mutating func links(to number: CaseNumber) {
        object("links") { $0.field("self", "/api/v1/cases/\(number)") }
    }
}

extension Desk {
    func view(of number: CaseNumber) async throws(Problem) -> CaseView {
        let view: CaseView?
        do throws(StoreError) {
            view = try await CaseView.read(number, from: store, limits: agency.limits, calendar: agency.calendar)
        } catch {
            throw Problem(error)
        }
        guard let view else { throw .notFound }
        return view
    }
}
