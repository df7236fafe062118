import TransferCore
import TransferDocuments

/// Reads the form of a decision field by field and goes on after each fault, so that all of them are found.
struct StaffFormReader {
    private let object: JSONObject
    private let pointer: String
    private var known: Set<String> = []
    private(set) var faults: [FormFault] = []

    /// - Returns: nil when the value is no object.
    init?(_ json: JSON, at pointer: String = "") {
        guard case .object(let object) = json else { return nil }
        self.object = object
        self.pointer = pointer
    }

    /// The action with its parameters; nil, with faults, when it cannot be read.
    mutating func action() -> StaffAction? {
        guard let name = string("action") else { return nil }
        switch name {
        case "accept": return .accept
        case "refuse": return reason().map(StaffAction.refuse)
        case "open-temporary-account": return .openTemporaryAccount
        case "ask-supplement": return items().map(StaffAction.askSupplement)
        case "withdraw": return word("ground").map(StaffAction.withdraw)
        case "check": return .check
        case "hand-back": return reason().map(StaffAction.handBack)
        case "hold": return reason().map(StaffAction.hold)
        case "lift-hold": return .liftHold
        case "waive-arrears": return day("signedOn").map(StaffAction.waiveArrears)
        case "remit": return .remit
        case "end-person": return reason().map(StaffAction.endPerson)
        case "settle-heirs": return heirs().map(StaffAction.settleHeirs)
        case "confirm-account": return .confirmAccount
        case "correct-account":
            let (purpose, account) = (payout(), account(isRequired: true))
            guard let purpose, let account else { return nil }
            return .correctAccount(purpose, account)
        case "ask": return word("subject").map(StaffAction.ask)
        case "answer": return word("outcome").map(StaffAction.answer)
        case "recall":
            let (subject, ground): (RecallSubject?, RecallGround?) = (word("subject"), word("ground"))
            guard let subject, let ground else { return nil }
            return .recall(subject, ground)
        case "consent-to-recall": return .consentToRecall
        case "decline-recall": return word("ground").map(StaffAction.declineRecall)
        case "ask-correction": return .askCorrection
        case "agree-to-correction": return .agreeToCorrection
        case "decline-correction": return .declineCorrection
        case "remind": return .remind
        case "revise-form": return .reviseForm
        case "meet-shortfall": return .meetShortfall
        case "return-funds": return .returnFunds
        case "retry-return": return .retryReturn
        case "retry-balance": return .retryBalance
        case "accept-money": return .acceptMoney
        case "choose-months":
            let kept: KeptMonths? = word("keep")
            let account = account(isRequired: false)
            return kept.map { .chooseMonths($0, account) }
        case "retry": return .retry
        default:
            refuse("action", "unknown-value", "没有这个操作，请核对操作名称。", "There is no such action: check its name.")
            return nil
        }
    }

    /// Members that nobody asked for are faults; in a form whose action is not known nothing can be said of them.
    mutating func end() {
        guard !faults.contains(where: { $0.pointer == pointer + "/action" }) else { return }
        for member in object.members where !known.contains(member.name) {
            faults.append(
                FormFault(
                    JSONPlace(pointer).member(member.name).pointer, "unknown-field",
                    "这项操作没有这个字段，请删除或核对字段名。", "This action has no such field: remove it or check its name."))
        }
    }
}

// MARK: - The parameters

extension StaffFormReader {
    private mutating func reason() -> Reason? {
        guard let code = string("reason") else { return nil }
        guard let reason = Reason(code: code) else {
            refuse("reason", "unknown-value", "原因代码应为 RJ01 至 RJ22。", "A reason is one of RJ01 to RJ22.")
            return nil
        }
        return reason
    }

    private mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) -> Word? {
        guard let text = string(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            refuse(name, "unknown-value", "应为下列之一：\(words)。", "It is one of \(words).")
            return nil
        }
        return word
    }

    private mutating func items() -> [SupplementItem]? {
        guard let elements = array("items", 1...SupplementItem.allCases.count) else { return nil }
        var items: [SupplementItem] = []
        for (place, element) in elements.enumerated() {
            guard case .string(let text) = element, let item = SupplementItem(rawValue: text), !items.contains(item)
            else {
                let words = SupplementItem.allCases.map(\.rawValue).joined(separator: ", ")
                refuse(
                    "items/\(place)", "unknown-value", "应为下列之一，且不能重复：\(words)。",
                    "It is one of \(words), each once.")
                return nil
            }
            items.append(item)
        }
        return items
    }

    private mutating func day(_ name: String) -> CivilDate? {
        guard let text = string(name) else { return nil }
        guard let day = CivilDate(text) else {
            refuse(name, "invalid-format", "日期应写作 YYYY-MM-DD。", "A day is written as YYYY-MM-DD.")
            return nil
        }
        return day
    }

    private mutating func payout() -> PayoutPurpose? {
        guard let text = string("payout") else { return nil }
        guard let purpose = StaffAction.payout(named: text) else {
            refuse(
                "payout", "unknown-value", "应为 medical、housing、refund 或 heir-1 至 heir-9。",
                "It is medical, housing, refund, or heir-1 to heir-9.")
            return nil
        }
        return purpose
    }

    private mutating func heirs() -> [StaffAction.Heir]? {
        guard let elements = array("heirs", 1...HeirShares.most) else { return nil }
        var heirs: [StaffAction.Heir] = []
        for (place, element) in elements.enumerated() {
            guard var reader = inner(element, "heirs/\(place)") else { continue }
            let account = reader.account(isRequired: true)
            let part = reader.integer("part", 1...1_000_000)
            let paper = reader.tidy("paper", 1...64)
            reader.end()
            faults += reader.faults
            if let account, let part, let paper {
                heirs.append(StaffAction.Heir(account: account, part: part, paper: paper))
            }
        }
        return heirs.count == elements.count ? heirs : nil
    }

    private mutating func account(isRequired: Bool) -> BankAccount? {
        guard let value = isRequired ? required("account") : optional("account"),
            var reader = inner(value, "account")
        else { return nil }
        let holder = reader.tidy("holder", 1...50)
        let bank = reader.tidy("bankName", 1...100)
        let code = reader.checked(
            "bankCode", "bank-code", "开户行行号应为12位数字，且校验位相符。",
            "A bank code has 12 digits, and its check digit fits."
        ) { (try? BankCode($0))?.text }
        let number = reader.checked(
            "number", "card-number", "银行卡号应为16至19位数字，且校验位相符。",
            "A card number has 16 to 19 digits, and its check digit fits."
        ) { (try? CardNumber($0))?.fullText }
        reader.end()
        faults += reader.faults
        guard let holder, let bank, let code, let number else { return nil }
        return BankAccount(holder: holder, bankName: bank, bankCode: code, number: number)
    }
}

// MARK: - Values

extension StaffFormReader {
    private mutating func refuse(_ name: String, _ code: String, _ chinese: String, _ english: String) {
        faults.append(FormFault("\(pointer)/\(name)", code, chinese, english))
    }

    private mutating func optional(_ name: String) -> JSON? {
        known.insert(name)
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    private mutating func required(_ name: String) -> JSON? {
        if let value = optional(name) { return value }
        refuse(name, "missing-field", "请填写“\(name)”。", "Fill in the field \(name).")
        return nil
    }

    private mutating func inner(_ value: JSON, _ name: String) -> StaffFormReader? {
        guard let reader = StaffFormReader(value, at: "\(pointer)/\(name)") else {
            refuse(name, "wrong-type", "此处应为一组字段。", "A group of fields is expected here.")
            return nil
        }
        return reader
    }

    private mutating func string(_ name: String) -> String? {
        guard let value = required(name) else { return nil }
        guard case .string(let text) = value else {
            refuse(name, "wrong-type", "“\(name)”应为文本。", "The field \(name) must be text.")
            return nil
        }
        return text
    }

    private mutating func array(_ name: String, _ count: ClosedRange<Int>) -> [JSON]? {
        guard let value = required(name) else { return nil }
        guard case .array(let elements) = value, count.contains(elements.count) else {
            refuse(
                name, "wrong-type", "“\(name)”应为\(count.lowerBound)至\(count.upperBound)项的列表。",
                "The field \(name) must be a list of \(count.lowerBound) to \(count.upperBound).")
            return nil
        }
        return elements
    }

    private mutating func checked(
        _ name: String, _ code: String, _ chinese: String, _ english: String, _ read: (String) -> String?
    ) -> String? {
        guard let text = string(name) else { return nil }
        guard let value = read(text) else {
            refuse(name, code, chinese, english)
            return nil
        }
        return value
    }

    /// A text of so many characters (Unicode scalars) without a space at either end.
    mutating func tidy(_ name: String, _ length: ClosedRange<Int>) -> String? {
        guard let text = string(name) else { return nil }
        let scalars = text.unicodeScalars
        guard length.contains(scalars.count), let first = scalars.first, let last = scalars.last,
            !first.properties.isWhitespace, !last.properties.isWhitespace
        else {
            refuse(
                name, "invalid-format", "“\(name)”应为\(length.lowerBound)至\(length.upperBound)个字，首尾不能有空格。",
                "The field \(name) must have \(length.lowerBound) to \(length.upperBound) characters and no space at "
                    + "either end.")
            return nil
        }
        return text
    }

    mutating func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard required(name) != nil else { return nil }
        return integerIfPresent(name, range)
    }

    mutating func integerIfPresent(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = optional(name) else { return nil }
        guard case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) else {
            refuse(
                name, "out-of-range", "“\(name)”应为\(range.lowerBound)至\(range.upperBound)的整数。",
                "The field \(name) must be a whole number of \(range.lowerBound) to \(range.upperBound).")
            return nil
        }
        return number
    }
}
