/// An object of a form: its members are looked up by name, and those that do not belong there are faults.
struct FormObject {
    let pointer: String
    private let object: JSONObject

    /// - Returns: nil, with a fault, when the value is no object.
    init?(_ value: JSON, at pointer: String, fields: Set<String>, _ faults: inout [FormFault]) {
        guard case .object(let object) = value else {
            faults.append(FormFault(pointer, "wrong-type", "此处应为一组字段。", "A group of fields is expected here."))
            return nil
        }
        for member in object.members where !fields.contains(member.name) {
            faults.append(
                FormFault(
                    pointer + JSONPointer.token(member.name), "unknown-field", "表单没有这个字段，请删除或核对字段名。",
                    "The form has no such field: remove it or check its name."))
        }
        self.pointer = pointer
        self.object = object
    }

    /// The member, also when it is null.
    subscript(name: String) -> JSON? { object[name] }

    /// The member; nil when it is absent or null.
    func optional(_ name: String) -> JSON? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    /// The member; nil, with a fault, when it is absent or null.
    func required(_ name: String, _ label: FormLabel, _ faults: inout [FormFault]) -> JSON? {
        if let value = optional(name) { return value }
        faults.append(
            FormFault(
                "\(pointer)/\(name)", "missing-field", "请填写“\(label.chinese)”。", "Fill in the field \(label.english)."))
        return nil
    }
}

/// What people call the fields of a form.
enum FormLabel {
    case person, personName, residentID, origin, applicant, applicantKind, employerName, creditCode, mobile
    case certificateNumber, accountHolder, bankName, bankCode, accountNumber, otherBranches, approvedMove, purpose

    var chinese: String { words.chinese }
    var english: String { words.english }

    private var words: (chinese: String, english: String) {
        switch self {
        case .person: ("参保人员", "insured person")
        case .personName: ("姓名", "name")
        case .residentID: ("公民身份号码", "identity number")
        case .origin: ("转出地", "origin")
        case .applicant: ("申请人", "applicant")
        case .applicantKind: ("申请人类别", "kind of applicant")
        case .employerName: ("用人单位名称", "name of the employer")
        case .creditCode: ("统一社会信用代码", "unified social credit code")
        case .mobile: ("手机号码", "mobile number")
        case .certificateNumber: ("参保缴费凭证编号", "certificate number")
        case .accountHolder: ("户名", "account holder")
        case .bankName: ("开户银行", "bank")
        case .bankCode: ("开户行行号", "bank code")
        case .accountNumber: ("银行卡号", "card number")
        case .otherBranches: ("其他险种", "other branches")
        case .purpose: ("申请事由", "purpose")
        case .approvedMove: ("是否经组织批准调动", "approved move")
        }
    }
}
