import Casework
import TransferCore
import TransferDocuments

let documentFuzzers: [Fuzzer] = [
    Fuzzer(name: "document", longestInput: 16_384) { bytes in
        let head = try? DocumentHead(decoding: bytes)
        guard let document = try? DocumentEnvelope(decoding: bytes) else { return }
        hold(head == document.head, "the head by itself is another")
        let written = expect("a document that was read can be written") { try document.encoded() }
        hold((try? DocumentEnvelope(decoding: written)) == document, "a document is read otherwise than it was written")
        hold(expect("written twice") { try document.encoded() } == written, "the same document gives other bytes")
    },
    Fuzzer(name: "application", longestInput: 4_096) { bytes in
        guard let application = try? ApplicationForm.read(bytes) else { return }
        let written = expect("an application that was read can be written") {
            try ApplicationForm.write(application)
        }
        let again = expect("an application that was written can be read") { try ApplicationForm.read(written) }
        hold(again == application, "an application is read otherwise than it was written")
        hold((try? ApplicationForm.write(again)) == written, "the same application gives other bytes")
    },
    Fuzzer(name: "account-form", longestInput: 2_048) { bytes in
        let number = try? AccountForm.readNumber(bytes)
        guard let account = try? AccountForm.read(bytes, of: person) else { return }
        hold(number == nil || number == account.number, "two numbers of one account")
        let written = expect("an account that was read can be written") { try AccountForm.write(account) }
        hold((try? AccountForm.read(written, of: person)) == account, "an account is read otherwise than written")
    },
    Fuzzer(name: "staff-form", longestInput: 4_096) { bytes in
        guard let form = try? StaffActionForm.read(bytes) else { return }
        hold(form.decision.form == bytes, "the bytes of a form are not kept")
        let written = expect("a form that was read can be written") {
            try StaffActionForm.write(form.action, text: form.decision.text, version: form.version)
        }
        let again = expect("a form that was written can be read") { try StaffActionForm.read(written) }
        hold(again.action == form.action && again.version == form.version, "a form is read otherwise than written")
        hold(again.decision.text.utf8.elementsEqual(form.decision.text.utf8), "the words of a form are others")
    },
    Fuzzer(name: "explanation", longestInput: 16_384) { bytes in
        guard let input = try? FundExplanationInput.read(bytes) else { return }
        guard let explanation = try? input.explain() else { return }
        hold((try? input.explain()) != nil, "an explanation is given once only")
        _ = explanation
    },
    Fuzzer(name: "rule-case", longestInput: 16_384) { bytes in
        guard let answer = RuleCases.answer(bytes) else { return }
        hold((try? JSON.parse(answer, limits: .ruleCases)) != nil, "an answer is no JSON")
        hold(RuleCases.answer(bytes) == answer, "another answer to the same case")
    },
]

/// Whose account is asked for; invented, with a right check digit.
private let person = InsuredPerson(
    name: "林芳", residentID: expect("a resident id") { try ResidentID("110101199003074477") })
