package import TransferCore

/// What an explanation is asked for: the input of a funds case, a whole funds case, or an information form.
package struct FundExplanationInput: Sendable {
    package let request: FundRequest
    /// What the form says it comes to; nil where the input was no form.
    package let stated: FundComputation?
    /// Where the request stands in what was given, as a JSON Pointer.
    private let pointer: String

    /// Reads one JSON object. Which of the three it is, its members tell: a case has `input`, a form has `request`.
    ///
    /// - Throws: the first fault, with its place in the object that was given.
    package static func read(_ bytes: [UInt8]) throws(DocumentFault) -> FundExplanationInput {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(bytes, limits: .ruleCases)
        } catch {
            throw DocumentFault(error)
        }
        if json["request"] != nil {
            let form = try InformationForm(ValueReader(json))
            try form.checkRules()
            return FundExplanationInput(request: form.request, stated: form.computation, pointer: "/request")
        }
        do throws(RuleFault) {
            return FundExplanationInput(
                request: try RuleCases.fundRequest(inCaseOrInput: json), stated: nil,
                pointer: json["input"] == nil ? "" : "/input")
        } catch {
            // The paths of a case begin with a sign for the whole line.
            let path = error.path.drop { $0 == "$" || $0 == "." }
            throw DocumentFault(RuleFault(error.code, at: String(path), error.message))
        }
    }

    /// A form that was read already.
    package init(_ form: InformationForm) {
        self.init(request: form.request, stated: form.computation, pointer: "/request")
    }

    private init(request: FundRequest, stated: FundComputation?, pointer: String) {
        self.request = request
        self.stated = stated
        self.pointer = pointer
    }

    /// Explains the computation.
    ///
    /// - Throws: the first fault of the request.
    package func explain() throws(DocumentFault) -> FundExplanation {
        do throws(RuleFault) {
            return try request.explainFunds()
        } catch {
            throw DocumentFault(error).inside(pointer)
        }
    }
}
