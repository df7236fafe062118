import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Explains how funds are computed: for figures that a caller sends, and for the form that a case holds.
struct ExplanationDesk: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(
                .post, "/api/v1/explanations/funds", access: .roles([.desk, .staff]), body: .json, answer: explainFunds),
            Route(.get, "/api/v1/cases/{number}/explanation", access: .roles([.desk, .staff]), answer: explainCase),
        ]
    }

    private func explainFunds(_ call: Call) async throws(Problem) -> Answer {
        let input: FundExplanationInput
        do throws(DocumentFault) {
            input = try FundExplanationInput.read(call.body)
        } catch {
            throw Problem(unexplained: error)
        }
        return try answer(input)
    }

    private func explainCase(_ call: Call) async throws(Problem) -> Answer {
        guard let number = CaseNumber(call.parameters[0]) else { throw .notFound }
        let view = try await desk.view(of: number)
        let held: InformationForm?
        do throws(StoreError) { held = try view.informationForm } catch { throw Problem(error) }
        guard let form = held else {
            throw Problem(
                status: 409, code: "no-information-form", title: "Nothing to explain yet",
                detail: "The case holds no information form yet.", caseNumber: number)
        }
        return try answer(FundExplanationInput(form), of: number)
    }

    private func answer(_ input: FundExplanationInput, of number: CaseNumber? = nil) throws(Problem) -> Answer {
        let explanation: FundExplanation
        do throws(DocumentFault) { explanation = try input.explain() } catch { throw Problem(unexplained: error) }
        return try Answer.json { json in
            if let number { json.field("case", number.text) }
            if let stated = input.stated { json.field("formAgrees", stated == explanation.funds) }
            explanation.write(to: &json)
            if let number { json.links(to: number) }
        }
    }
}

extension Problem {
    /// Why something cannot be explained: JSON that cannot be read, or a fault of what it says.
    fileprivate init(unexplained fault: DocumentFault) {
        let isUnreadable = fault.code.rawValue.hasPrefix("json-")
        self.init(
            status: isUnreadable ? 400 : 422, code: fault.code.rawValue,
            title: isUnreadable ? "Body is not the JSON that is read here" : "Cannot be computed",
            detail: fault.detail, pointer: fault.pointer)
    }
}
