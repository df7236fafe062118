import Casework
import TransferCore
import TransferDocuments

/// The fields of an application as a page has them: texts, as they were entered, right or wrong.
struct ApplicationFields: Sendable {
    /// One number for each form, so that sending it twice makes one case.
    var key = ""
    /// The case that is corrected; nil for a new application.
    var correcting: CaseNumber?
    var values: [String: String] = [:]
    var branches: [String] = []
    var isApproved = false
    /// What the application is for, when it is not a move; a page does not ask for it, and must not lose it.
    var purpose: String?

    struct Field {
        let name: String
        /// Where the form of the interface has it.
        let pointer: String
        let chinese: String
        let english: String
        var isRequired = false
        var type = "text"
        var hint: (chinese: String, english: String)?
    }

    static let person: [Field] = [
        Field(name: "name", pointer: "/person/name", chinese: "姓名", english: "Name", isRequired: true),
        Field(
            name: "resident-id", pointer: "/person/residentId", chinese: "公民身份号码", english: "Resident identity number",
            isRequired: true, hint: ("18 位；末位为 X 的请填大写", "18 characters; a last X is a capital letter")),
        Field(
            name: "mobile", pointer: "/mobile", chinese: "参保人员手机号码", english: "Mobile number of the person",
            isRequired: true, type: "tel"),
    ]
    static let employer: [Field] = [
        Field(
            name: "employer", pointer: "/applicant/name", chinese: "单位名称（单位申请时填写）", english: "Employer, if it applies"),
        Field(
            name: "credit-code", pointer: "/applicant/creditCode", chinese: "统一社会信用代码", english: "Unified credit code"),
        Field(
            name: "certificate", pointer: "/certificateNumber", chinese: "已有的参保缴费凭证号",
            english: "Number of a certificate that the person has"),
    ]
    static let account: [Field] = [
        Field(name: "holder", pointer: "/payoutAccount/holder", chinese: "户名（须为本人）", english: "Holder (the person)"),
        Field(name: "bank", pointer: "/payoutAccount/bankName", chinese: "开户银行", english: "Bank"),
        Field(name: "bank-code", pointer: "/payoutAccount/bankCode", chinese: "银行行号", english: "Bank code"),
        Field(name: "number", pointer: "/payoutAccount/number", chinese: "账号或卡号", english: "Account or card number"),
    ]

    init() {}

    init(_ form: FormBody) {
        key = form["key"] ?? ""
        for field in ApplicationFields.all { values[field.name] = form[field.name] }
        values["origin"] = form["origin"]
        purpose = form["purpose"]
        correcting = form["correcting"].flatMap { CaseNumber($0) }
        branches = form.all("branch").filter { Branch(rawValue: $0) != nil }
        isApproved = form["approved"] == "true"
    }

    init(_ application: TransferApplication) {
        values = [
            "name": application.person.name, "resident-id": application.person.residentID.fullText,
            "mobile": application.mobile, "origin": application.origin.text,
        ]
        values["certificate"] = application.certificateNumber
        purpose = application.purpose == .move ? nil : application.purpose.rawValue
        if case .employer(let name, let code) = application.applicant {
            values["employer"] = name
            values["credit-code"] = code.text
        }
        if let account = application.payoutAccount {
            values["holder"] = account.holder
            values["bank"] = account.bankName
            values["bank-code"] = account.bankCode
            values["number"] = account.number
        }
        branches = application.otherBranches.map(\.rawValue)
        isApproved = application.approvedMove
    }

    static var all: [Field] { person + employer + account }

    /// The form of the interface.
    ///
    /// - Throws: the one fault of text that no form can hold.
    func bytes() throws(FormFaults) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .request) { json in
                json.object("person") { json in
                    json.field("name", values["name"] ?? "")
                    json.field("residentId", (values["resident-id"] ?? "").uppercased())
                }
                json.field("origin", values["origin"] ?? "")
                json.object("applicant") { json in
                    if values["employer"] == nil, values["credit-code"] == nil {
                        json.field("kind", "insured-person")
                    } else {
                        json.field("kind", "employer")
                        json.field("name", values["employer"] ?? "")
                        json.field("creditCode", (values["credit-code"] ?? "").uppercased())
                    }
                }
                json.field("mobile", values["mobile"] ?? "")
                json.field("certificateNumber", ifPresent: values["certificate"])
                if ApplicationFields.account.contains(where: { values[$0.name] != nil }) {
                    json.object("payoutAccount") { json in
                        json.field("holder", values["holder"] ?? "")
                        json.field("bankName", values["bank"] ?? "")
                        json.field("bankCode", values["bank-code"] ?? "")
                        json.field("number", values["number"] ?? "")
                    }
                }
                json.array("otherBranches", branches) { $0.value($1) }
                json.field("approvedMove", isApproved)
                json.field("purpose", ifPresent: purpose)
            }
        } catch {
            throw FormFaults([
                FormFault(
                    "", error.code.rawValue, "内容中有不能使用的字符，请删除后重新填写。",
                    "There is a character that no form can hold: remove it.")
            ])
        }
    }

    // MARK: On the page

    /// What is wrong, at the top, each fault leading to its field.
    static func summary(_ faults: [FormFault], _ say: PageLanguage) -> HTML? {
        guard !faults.isEmpty else { return nil }
        let items = faults.map { fault -> HTML in
            let words = say(fault.messageChinese, fault.messageEnglish)
            guard let name = fieldName(at: fault.pointer) else { return "<li>\(words)</li>" }
            return "<li><a href=\"#\(name)\">\(words)</a></li>"
        }
        return """
            <div class="errors" role="alert" tabindex="-1" autofocus><h2>\(say("请更正以下内容", "Please correct this"))</h2><ul>\(items)</ul></div>
            """
    }

    static func fieldName(at pointer: String) -> String? {
        if let field = all.first(where: { $0.pointer == pointer }) { return field.name }
        let plain = ["/origin", "/text", "/reason", "/ground", "/outcome"]
        if plain.contains(pointer) { return String(pointer.dropFirst()) }
        if pointer.hasPrefix("/payoutAccount") { return "holder" }
        return pointer.hasPrefix("/applicant")
            ? "employer" : pointer.hasPrefix("/otherBranches") ? "branch-medical" : nil
    }

    /// - Parameter named: the places that a reason for a return names; they are marked.
    func inputs(
        _ faults: [FormFault], named: Set<String> = [], _ origins: [(code: AgencyCode, entry: DirectoryEntry)],
        _ say: PageLanguage
    ) -> HTML {
        let options = origins.map { origin -> HTML in
            let name = "\(say(origin.entry.nameChinese, origin.entry.nameEnglish)) \(origin.code)"
            return values["origin"] == origin.code.text
                ? #"<option value="\#(origin.code.text)" selected>\#(name)</option>"#
                : #"<option value="\#(origin.code.text)">\#(name)</option>"#
        }
        let boxes = [Branch.medical, .housing].map { branch -> HTML in
            let (id, name) = ("branch-\(branch.rawValue)", say(CaseWords.branchWording(branch)))
            let tick: HTML = branches.contains(branch.rawValue) ? " checked" : ""
            return """
                <p class="choice"><input type="checkbox" id="\(id)" name="branch" value="\(branch.rawValue)"\(tick)>
                <label for="\(id)">\(name)</label></p>
                """
        }
        let approved: HTML = isApproved ? " checked" : ""
        return """
            <input type="hidden" name="key" value="\(key)">\(correctingField)
            <h2>\(say("参保人员", "The insured person"))</h2>\(inputs(ApplicationFields.person, faults, named, say))
            <h2>\(say("转出地与险种", "Origin and branches"))</h2>
            <label for="origin">\(say("原参保地经办机构", "Agency of the old region"))
            \(ApplicationFields.must(say))</label>\(mark("/origin", named, say))
            <select id="origin" name="origin"><option value="">\(say("请选择", "Choose"))</option>\(options)</select>
            \(errors(at: "/origin", faults, say))
            <fieldset><legend>\(say("同时清算的其他账户余额（付至本人银行账户）",
                "Other balances to be settled (paid to the person's own account)"))</legend>\(boxes)</fieldset>
            \(inputs(ApplicationFields.account, faults, named, say))
            <h2>\(say("申请单位", "The employer"))</h2>\(inputs(ApplicationFields.employer, faults, named, say))
            <p class="choice"><input type="checkbox" id="approved" name="approved" value="true"\(approved)>
            <label for="approved">\(say("经县级以上部门批准调动", "The move was approved at county level or above"))</label></p>
            """
    }

    private static func must(_ say: PageLanguage) -> HTML {
        #"<span class="must"><span aria-hidden="true">*</span> \#(say("必填", "required"))</span>"#
    }

    /// That the reason of a return names a field.
    private func mark(_ pointer: String, _ named: Set<String>, _ say: PageLanguage) -> HTML? {
        guard named.contains(pointer) else { return nil }
        return #"<p class="named">\#(say("退回原因涉及此项，请核对", "The reason names this: check it"))</p>"#
    }

    private var correctingField: HTML? {
        let fields = [("correcting", correcting?.text), ("purpose", purpose)].compactMap { field -> HTML? in
            field.1.map { #"<input type="hidden" name="\#(field.0)" value="\#($0)">"# }
        }
        return HTML(fields)
    }

    private func inputs(_ fields: [Field], _ faults: [FormFault], _ named: Set<String>, _ say: PageLanguage) -> HTML {
        HTML(
            fields.map { field -> HTML in
                let first = (ApplicationFields.person + ApplicationFields.account).first { named.contains($0.pointer) }
                let focus: HTML? = faults.isEmpty && first?.name == field.name ? " autofocus" : nil
                let required: HTML? = field.isRequired ? ApplicationFields.must(say) : nil
                let hint: HTML? = field.hint.map { #"<p class="hint">\#(say($0.chinese, $0.english))</p>"# }
                return """
                    <label for="\(field.name)">\(say(field.chinese, field.english)) \(required)</label>\(hint)
                    \(mark(field.pointer, named, say))\(errors(at: field.pointer, faults, say))
                    <input type="\(field.type)" id="\(field.name)" name="\(field.name)" maxlength="200" \
                    value="\(values[field.name] ?? "")" autocomplete="off"\(focus)>
                    """
            })
    }

    private func errors(at pointer: String, _ faults: [FormFault], _ say: PageLanguage) -> HTML? {
        let own = faults.filter { $0.pointer == pointer }
        guard !own.isEmpty else { return nil }
        let words = own.map { say($0.messageChinese, $0.messageEnglish) }.joined(separator: " ")
        return #"<p class="field-error">\#(words)</p>"#
    }

    /// Everything that was entered, for the page on which it is checked.
    func facts(_ origins: [(code: AgencyCode, entry: DirectoryEntry)], _ say: PageLanguage) -> HTML {
        var rows: [(String, String)] = ApplicationFields.person.compactMap { field in
            values[field.name].map { (say(field.chinese, field.english), $0) }
        }
        if let origin = origins.first(where: { $0.code.text == values["origin"] }) {
            rows.append(
                (say("原参保地经办机构", "Agency of the old region"), say(origin.entry.nameChinese, origin.entry.nameEnglish)))
        }
        let names = branches.compactMap { Branch(rawValue: $0).map { say(CaseWords.branchWording($0)) } }
        rows.append((say("同时清算", "Settled as well"), names.isEmpty ? "-" : names.joined(separator: "、")))
        for field in ApplicationFields.account + ApplicationFields.employer {
            if let value = values[field.name] { rows.append((say(field.chinese, field.english), value)) }
        }
        return HTML(rows.map { row -> HTML in "<dt>\(row.0)</dt><dd>\(row.1)</dd>" })
    }

    /// The same fields, to be sent on.
    var hidden: HTML {
        var fields = ApplicationFields.all.map { ($0.name, values[$0.name]) } + [("origin", values["origin"])]
        fields +=
            [
                ("correcting", correcting?.text), ("purpose", purpose), ("key", key),
                ("approved", isApproved ? "true" : nil),
            ]
            + branches.map { ("branch", $0) }
        return HTML(
            fields.compactMap { field -> HTML? in
                field.1.map { #"<input type="hidden" name="\#(field.0)" value="\#($0)">"# }
            })
    }
}
