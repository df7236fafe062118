import Casework
import TransferCore
import TransferDocuments

/// The actions of staff as forms of pages: which parameters an action has, in words to choose from, and the form of the
/// interface that they become.
struct ActionFields: Sendable {
    let name: String

    /// One of each kind, with parameters to try it: whether a case allows an action seldom depends on them.
    static let examples: [StaffAction] = [
        .accept, .askSupplement([.other]), .refuse(.notEnrolled), .openTemporaryAccount, .check,
        .handBack(.identityDiffers), .hold(.legalHold), .liftHold, .remit, .confirmAccount, .answer(.confirmed),
        .ask(.other), .reviseForm, .meetShortfall, .returnFunds, .retryReturn, .retryBalance, .acceptMoney,
        .chooseMonths(.moved, nil), .consentToRecall, .declineRecall(.other), .recall(.letter, .sentInError),
        .recall(.form, .sentInError), .recall(.remittance, .sentInError), .askCorrection, .agreeToCorrection,
        .declineCorrection, .remind, .withdraw(.applicantWithdrew), .endPerson(.deceased), .retry,
    ]

    /// Nil for an action that has no form here: what needs accounts is entered with the command line or the interface.
    init?(_ name: String) {
        guard ActionFields.examples.contains(where: { $0.name == name }) else { return nil }
        self.name = name
    }

    /// Whether the action answers the application or the letter, and so is decided with the evidence beside it.
    var answersAsked: Bool {
        ["accept", "ask-supplement", "refuse", "open-temporary-account", "check", "hand-back", "hold"].contains(name)
    }

    private enum Choice {
        case reason
        case items
        case ground
        case subject
        case outcome
        case recalled
        case keep
    }

    private var choices: [Choice] {
        switch name {
        case "refuse", "hand-back", "hold", "end-person": [.reason]
        case "ask-supplement": [.items]
        case "withdraw", "decline-recall": [.ground]
        case "recall": [.recalled, .ground]
        case "ask": [.subject]
        case "answer": [.outcome]
        case "choose-months": [.keep]
        default: []
        }
    }

    /// The fields, with what the form is to say in words.
    func inputs(_ say: PageLanguage) -> HTML {
        let parts = choices.map { choice -> HTML in
            switch choice {
            case .reason:
                select(
                    "reason", say("原因", "Reason"), Reason.allCases.map { ($0.code, say($0.withCode)) })
            case .ground: select("ground", say("理由", "Ground"), say.options(RecallGround.self))
            case .subject: select("subject", say("查询事项", "What is asked"), say.options(QuerySubject.self))
            case .outcome: select("outcome", say("答复", "Answer"), say.options(QueryOutcome.self))
            case .recalled: select("recalled", say("撤回什么", "What is asked back"), say.options(RecallSubject.self))
            case .keep: select("keep", say("保留哪一地的缴费", "Which months are kept"), say.options(KeptMonths.self))
            case .items:
                HTML(
                    say.options(SupplementItem.self).map { item -> HTML in
                        """
                        <p class="choice"><input type="checkbox" name="item" id="item-\(item.0)" value="\(item.0)">
                        <label for="item-\(item.0)">\(item.1)</label></p>
                        """
                    })
            }
        }
        return """
            \(parts)<label for="text">\(say("说明（发给对方时对方会看到）", "In words (the other office reads it)"))
            <span class="small">\(say("必填", "required"))</span></label>
            <textarea id="text" name="text" rows="3" maxlength="500" required></textarea>
            """
    }

    private func select(_ name: String, _ label: String, _ options: [(String, String)]) -> HTML {
        let options = options.map { option -> HTML in #"<option value="\#(option.0)">\#(option.1)</option>"# }
        return """
            <label for="\(name)">\(label)</label><select id="\(name)" name="\(name)">\(options)</select>
            """
    }

    /// The form of the interface.
    func bytes(_ form: FormBody) throws(Problem) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .request) { json in
                json.field("action", name)
                for choice in choices {
                    switch choice {
                    case .reason: json.field("reason", form["reason"] ?? "")
                    case .ground: json.field("ground", form["ground"] ?? "")
                    case .subject: json.field("subject", form["subject"] ?? "")
                    case .outcome: json.field("outcome", form["outcome"] ?? "")
                    case .recalled: json.field("subject", form["recalled"] ?? "")
                    case .keep: json.field("keep", form["keep"] ?? "")
                    case .items: json.array("items", form.all("item")) { $0.value($1) }
                    }
                }
                json.field("text", form["text"] ?? "")
                json.field("version", ifPresent: form["version"].flatMap { Int64($0) })
            }
        } catch {
            throw .request("form-invalid", "The form has a character that none can hold.")
        }
    }
}

extension PageLanguage {
    /// The codes of a closed list with their words, to choose from.
    func options<Code: Worded>(_ type: Code.Type) -> [(String, String)] {
        type.allCases.map { ($0.rawValue, self($0.wording)) }
    }
}
