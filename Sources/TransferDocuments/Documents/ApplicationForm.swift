package import TransferCore

/// The application for a transfer as the public interface takes it, and as it is stored: a JSON object.
///
/// A person fills it in, so all that is wrong is told at once, each fault with its place and in words.
package enum ApplicationForm {
    /// Reads a form.
    ///
    /// - Parameter bytes: the body of the request, UTF-8.
    /// - Throws: every fault of the form, in the order of its fields; never none.
    package static func read(_ bytes: [UInt8]) throws(FormFaults) -> TransferApplication {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(bytes, limits: .request)
        } catch {
            throw FormFaults([
                FormFault(
                    error.pointer, error.code.rawValue, "提交的内容不是有效的 JSON（第 \(error.offset) 字节处）。",
                    "The body is not valid JSON at byte \(error.offset): \(error.code.mend).")
            ])
        }
        var reader = FormReader(json)
        let application = reader.application()
        guard let application, reader.faults.isEmpty else { throw FormFaults(reader.faults) }
        return application
    }

    /// The form of an application, as it is stored and shown again.
    ///
    /// - Throws: a fault of text that no form can hold; an application that was read never has one.
    package static func write(_ application: TransferApplication) throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .request) { json in
                json.object("person") { json in
                    json.field("name", application.person.name)
                    json.field("residentId", application.person.residentID.fullText)
                }
                json.field("origin", application.origin.text)
                json.object("applicant") { json in
                    switch application.applicant {
                    case .insuredPerson:
                        json.field("kind", "insured-person")
                    case .employer(let name, let creditCode):
                        json.field("kind", "employer")
                        json.field("name", name)
                        json.field("creditCode", creditCode.text)
                    }
                }
                json.field("mobile", application.mobile)
                json.field("certificateNumber", ifPresent: application.certificateNumber)
                if let account = application.payoutAccount { json.part("payoutAccount", account) }
                json.array("otherBranches", application.otherBranches) { $0.value($1.rawValue) }
                json.field("approvedMove", application.approvedMove)
                if application.purpose != .move { json.field("purpose", application.purpose.rawValue) }
            }
        } catch {
            throw DocumentFault(error)
        }
    }
}

/// One thing that is wrong with a form.
package struct FormFault: Hashable, Sendable {
    /// The field, as a JSON Pointer (RFC 6901); empty for the whole form.
    package let pointer: String
    /// A published code.
    package let code: String
    /// What is wrong and how to mend it, in one sentence. What was entered is never repeated.
    package let messageChinese: String
    package let messageEnglish: String

    package init(_ pointer: String, _ code: String, _ messageChinese: String, _ messageEnglish: String) {
        self.pointer = pointer
        self.code = code
        self.messageChinese = messageChinese
        self.messageEnglish = messageEnglish
    }
}

/// Everything that is wrong with a form, in the order of its fields.
package struct FormFaults: Error, Hashable, Sendable {
    package let faults: [FormFault]

    package init(_ faults: [FormFault]) { self.faults = faults }
}

extension FormFaults: CustomStringConvertible {
    package var description: String {
        faults.map { "\($0.code) at \($0.pointer.isEmpty ? "the top" : $0.pointer)" }.joined(separator: ", ")
    }
}
