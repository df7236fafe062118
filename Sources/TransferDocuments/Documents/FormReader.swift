import TransferCore

/// Reads a form field by field and goes on after each fault, so that all of them are found.
struct FormReader {
    private let root: JSON
    private(set) var faults: [FormFault] = []

    init(_ root: JSON) { self.root = root }

    mutating func application() -> TransferApplication? {
        guard
            let form = FormObject(
                root, at: "",
                fields: [
                    "person", "origin", "applicant", "mobile", "certificateNumber", "payoutAccount", "otherBranches",
                    "approvedMove", "purpose",
                ], &faults)
        else { return nil }
        let person = person(in: form)
        let origin = text(.origin, in: form, "origin").flatMap { agency($0, at: "/origin") }
        let applicant = applicant(in: form)
        let mobile = text(.mobile, in: form, "mobile").flatMap { mobileNumber($0) }
        let certificate = certificateNumber(in: form)
        let branches = otherBranches(in: form)
        let account = payoutAccount(in: form, branches: branches ?? [])
        let approved = approvedMove(in: form)
        let purpose = purpose(in: form)
        if let account, let person { checkHolder(of: account, is: person, at: "/payoutAccount/holder") }
        guard let person, let origin, let applicant, let mobile, let branches, let approved, let purpose else {
            return nil
        }
        return TransferApplication(
            person: person, origin: origin, applicant: applicant, mobile: mobile, certificateNumber: certificate,
            payoutAccount: account, otherBranches: branches, approvedMove: approved, purpose: purpose)
    }

    /// Reads a form that is nothing but an account of the person's own.
    mutating func account(of person: InsuredPerson) -> BankAccount? {
        let account = account(root, at: "")
        if let account { checkHolder(of: account, is: person, at: "/holder") }
        return account
    }

    /// Source: BR-209 of the domain handbook.
    private mutating func checkHolder(of account: BankAccount, is person: InsuredPerson, at pointer: String) {
        guard !account.holder.hasSameBytes(as: person.name) else { return }
        refuse(
            pointer, "holder-differs", "账户户名必须与参保人员姓名完全一致。",
            "The account must be held in the insured person's name, letter for letter.")
    }

    private mutating func refuse(_ pointer: String, _ code: String, _ chinese: String, _ english: String) {
        faults.append(FormFault(pointer, code, chinese, english))
    }
}

// MARK: - The fields

extension FormReader {
    private mutating func person(in form: FormObject) -> InsuredPerson? {
        guard let value = form.required("person", .person, &faults),
            let object = FormObject(value, at: "/person", fields: ["name", "residentId"], &faults)
        else { return nil }
        let name = text(.personName, in: object, "name").flatMap {
            tidy($0, InsuredPerson.nameLength, .personName, at: "/person/name")
        }
        let number = text(.residentID, in: object, "residentId").flatMap { residentID($0) }
        guard let name, let number else { return nil }
        return InsuredPerson(name: name, residentID: number)
    }

    /// A number that a spreadsheet has turned into a quantity cannot be repaired, and its user must be told so.
    ///
    /// Source: GB 11643-1999 for the number; BC7 of the reliability page for the spreadsheet.
    private mutating func residentID(_ text: String) -> ResidentID? {
        let pointer = "/person/residentId"
        let fault: IdentifierFault
        do throws(IdentifierFault) { return try ResidentID(text) } catch { fault = error }
        if FormReader.isRuinedBySpreadsheet(text) {
            refuse(
                pointer, "resident-id-spreadsheet", "表格软件把公民身份号码改成了数字：请把该列设为文本后重新填写。",
                "A spreadsheet has turned the identity number into a quantity: format the column as text and enter it again."
            )
            return nil
        }
        switch fault {
        case .length:
            refuse(
                pointer, "resident-id-length", "公民身份号码应为18位（旧号码为15位）。",
                "An identity number has 18 places, an old one 15.")
        case .character:
            refuse(
                pointer, "resident-id-character", "公民身份号码只能由数字组成，最后一位可以是X。",
                "An identity number has digits only; the last place may be X.")
        case .date:
            refuse(
                pointer, "resident-id-date", "公民身份号码中的出生日期不存在。",
                "The date of birth in the identity number does not exist.")
        case .checkDigit:
            refuse(
                pointer, "resident-id-check-digit", "公民身份号码的校验位不符，请逐位核对。",
                "The check digit of the identity number does not fit: compare it place by place.")
        }
        return nil
    }

    /// Whether a text looks like `3.20106E+17`. Of 18 digits that end in zeros only a sheet can say that a spreadsheet has
    /// been at them: whoever types them into a form has made a slip, and is told which.
    private static func isRuinedBySpreadsheet(_ text: String) -> Bool {
        let parts = text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "E") || $0 == UInt8(ascii: "e") })
        guard parts.count == 2, let first = parts[0].first else { return false }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        let exponent = parts[1].drop { $0 == UInt8(ascii: "+") }
        return isDigit(first) && parts[0].dropFirst().allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
            && (1...2).contains(exponent.count) && exponent.allSatisfy(isDigit)
    }

    private mutating func agency(_ text: String, at pointer: String) -> AgencyCode? {
        guard let code = AgencyCode(text) else {
            refuse(
                pointer, "invalid-format", "请填写转出地的六位行政区划代码。", "Enter the six digits of the origin's region code."
            )
            return nil
        }
        guard code.province != nil else {
            refuse(pointer, "unknown-value", "该代码不是经办机构所在地区。", "This code is no region that has an agency.")
            return nil
        }
        return code
    }

    private mutating func applicant(in form: FormObject) -> TransferApplication.Applicant? {
        guard let value = form.required("applicant", .applicant, &faults),
            let object = FormObject(value, at: "/applicant", fields: ["kind", "name", "creditCode"], &faults),
            let kind = text(.applicantKind, in: object, "kind")
        else { return nil }
        if kind.hasSameBytes(as: "insured-person") {
            for name in ["name", "creditCode"] where object[name] != nil {
                refuse(
                    "/applicant/\(name)", "conflicting-fields", "由本人申请时不填写用人单位。",
                    "An employer is named only when the employer applies.")
            }
            return .insuredPerson
        }
        guard kind.hasSameBytes(as: "employer") else {
            refuse(
                "/applicant/kind", "unknown-value", "申请人应为本人（insured-person）或用人单位（employer）。",
                "The applicant is insured-person or employer.")
            return nil
        }
        let name = text(.employerName, in: object, "name").flatMap {
            tidy($0, 1...100, .employerName, at: "/applicant/name")
        }
        let code = text(.creditCode, in: object, "creditCode").flatMap { creditCode($0) }
        guard let name, let code else { return nil }
        return .employer(name: name, creditCode: code)
    }

    private mutating func creditCode(_ text: String) -> CreditCode? {
        do throws(IdentifierFault) { return try CreditCode(text) } catch {
            refuse(
                "/applicant/creditCode", "credit-code-\(error.code)", "统一社会信用代码应为18位，且校验位相符。",
                "A unified social credit code has 18 places, and its check character fits.")
            return nil
        }
    }

    private mutating func mobileNumber(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard FieldRule.isDigits(text, 11...11), bytes[0] == UInt8(ascii: "1"), bytes[1] >= UInt8(ascii: "3") else {
            refuse(
                "/mobile", "mobile-format", "手机号码应为11位数字，以13至19开头。",
                "A mobile number has 11 digits and begins with 13 to 19.")
            return nil
        }
        return text
    }

    private mutating func certificateNumber(in form: FormObject) -> String? {
        guard let value = form.optional("certificateNumber") else { return nil }
        guard let text = string(value, .certificateNumber, at: "/certificateNumber") else { return nil }
        let isNumber = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isNumber, (1...24).contains(text.utf8.count) else {
            refuse(
                "/certificateNumber", "invalid-format", "参保缴费凭证编号应为1至24位字母、数字或连字符；没有凭证则不填。",
                "A certificate number has 1 to 24 letters, digits or hyphens; leave it out if there is none.")
            return nil
        }
        return text
    }

    private mutating func otherBranches(in form: FormObject) -> [Branch]? {
        guard let value = form.required("otherBranches", .otherBranches, &faults) else { return nil }
        guard case .array(let elements) = value else {
            wrongType(.otherBranches, at: "/otherBranches", "列表", "a list")
            return nil
        }
        var branches: [Branch] = []
        let before = faults.count
        for (place, element) in elements.prefix(10).enumerated() {
            let pointer = "/otherBranches/\(place)"
            guard case .string(let text) = element,
                let branch = [Branch.medical, .housing].first(where: { $0.rawValue == text })
            else {
                refuse(
                    pointer, "unknown-value", "其他险种只能是医疗个人账户（medical）或住房公积金（housing）。",
                    "Other branches are medical and housing.")
                continue
            }
            guard !branches.contains(branch) else {
                refuse(pointer, "duplicate-value", "同一险种只填写一次。", "Name each branch once.")
                continue
            }
            branches.append(branch)
        }
        return faults.count == before ? branches : nil
    }

    private mutating func payoutAccount(in form: FormObject, branches: [Branch]) -> BankAccount? {
        guard let value = form.optional("payoutAccount") else {
            if !branches.isEmpty {
                refuse(
                    "/payoutAccount", "payout-account-required", "有其他险种需要处理时，请填写本人银行账户。",
                    "When other branches are named, the person's own bank account is needed.")
            }
            return nil
        }
        return account(value, at: "/payoutAccount")
    }

    private mutating func account(_ value: JSON, at pointer: String) -> BankAccount? {
        let fields: Set = ["holder", "bankName", "bankCode", "number"]
        guard let object = FormObject(value, at: pointer, fields: fields, &faults) else { return nil }
        let holder = text(.accountHolder, in: object, "holder").flatMap {
            tidy($0, InsuredPerson.nameLength, .accountHolder, at: object.pointer + "/holder")
        }
        let bank = text(.bankName, in: object, "bankName").flatMap {
            tidy($0, 1...100, .bankName, at: object.pointer + "/bankName")
        }
        let code = text(.bankCode, in: object, "bankCode").flatMap { text -> String? in
            do throws(IdentifierFault) { return try BankCode(text).text } catch {
                refuse(
                    object.pointer + "/bankCode", "bank-code-\(error.code)", "开户行行号应为12位数字，且校验位相符。",
                    "A bank code has 12 digits, and its check digit fits.")
                return nil
            }
        }
        let number = text(.accountNumber, in: object, "number").flatMap { text -> String? in
            do throws(IdentifierFault) { return try CardNumber(text).fullText } catch {
                refuse(
                    object.pointer + "/number", "card-number-\(error.code)", "银行卡号应为16至19位数字，且校验位相符。",
                    "A card number has 16 to 19 digits, and its check digit fits.")
                return nil
            }
        }
        guard let holder, let bank, let code, let number else { return nil }
        return BankAccount(holder: holder, bankName: bank, bankCode: code, number: number)
    }

    private mutating func approvedMove(in form: FormObject) -> Bool? {
        guard let value = form.required("approvedMove", .approvedMove, &faults) else { return nil }
        guard case .bool(let flag) = value else {
            wrongType(.approvedMove, at: "/approvedMove", "true 或 false", "true or false")
            return nil
        }
        return flag
    }

    /// A form that does not say why is that of somebody who has moved.
    private mutating func purpose(in form: FormObject) -> TransferPurpose? {
        guard let value = form.optional("purpose") else { return .move }
        guard let text = string(value, .purpose, at: "/purpose") else { return nil }
        guard let purpose = TransferPurpose.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) else {
            refuse(
                "/purpose", "unknown-value", "申请事由只能是 move（跨地区就业转移）或 gathering（归集）。",
                "The purpose is move (the person has moved) or gathering (the accounts are brought to the benefit place)."
            )
            return nil
        }
        return purpose
    }
}

// MARK: - Values

extension FormReader {
    private mutating func text(_ label: FormLabel, in object: FormObject, _ name: String) -> String? {
        object.required(name, label, &faults).flatMap { string($0, label, at: "\(object.pointer)/\(name)") }
    }

    private mutating func string(_ value: JSON, _ label: FormLabel, at pointer: String) -> String? {
        guard case .string(let text) = value else {
            wrongType(label, at: pointer, "文本", "text")
            return nil
        }
        return text
    }

    private mutating func wrongType(_ label: FormLabel, at pointer: String, _ chinese: String, _ english: String) {
        refuse(
            pointer, "wrong-type", "“\(label.chinese)”应为\(chinese)。", "The field \(label.english) must be \(english).")
    }

    private mutating func tidy(
        _ text: String, _ length: ClosedRange<Int>, _ label: FormLabel, at pointer: String
    ) -> String? {
        guard FieldRule.isTidy(text, length) else {
            refuse(
                pointer, "invalid-format",
                "“\(label.chinese)”应为\(length.lowerBound)至\(length.upperBound)个字，首尾不能有空格。",
                "The field \(label.english) must have \(length.lowerBound) to \(length.upperBound) characters and no "
                    + "space at either end.")
            return nil
        }
        return text
    }
}
