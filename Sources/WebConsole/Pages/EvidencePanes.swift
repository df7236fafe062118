import Casework
import TransferCore
import TransferDocuments

/// What a clerk decides with, and a checker after them: where the person differs, what each rule says with its source, and
/// what was asked for beside what this agency has. The two panes scroll each for itself on a desk and stand one below the
/// other on a telephone; differences are said in words.
///
/// Source: C2 and R1 of the handbook of screens.
struct EvidencePanes {
    let evidence: CaseEvidence
    let view: CaseView
    let house: PageHouse
    let say: PageLanguage

    var html: HTML {
        """
        \(mismatches)\(checks)<div class="panes">
        <section class="pane" tabindex="0" aria-label="\(askedTitle)"><h2>\(askedTitle)</h2>\(asked)</section>
        <section class="pane" tabindex="0" aria-label="\(ownTitle)"><h2>\(ownTitle)</h2>\(own)\(remote)</section></div>
        """
    }

    // MARK: The person

    private var mismatches: HTML {
        let sources = evidence.namings.map { say($0.source) }.joined(separator: say("、", ", "))
        guard !evidence.mismatches.isEmpty else {
            let words =
                evidence.namings.count > 1
                ? say("姓名、公民身份号码、出生日期一致：\(sources)。", "Name, number and date of birth are the same in \(sources).")
                : say("本机构没有此人的登记，无从比对。", "This agency has no record of the person to compare with.")
            return "<p class=\"panel\">\(words)</p>"
        }
        let items = evidence.mismatches.map { wording -> HTML in "<li>\(say(wording))</li>" }
        return """
            <div class="errors"><p><strong>\(say("人员信息不一致", "The person differs"))</strong></p><ul>\(items)</ul></div>
            """
    }

    // MARK: The rules

    /// What fails first, then what has to be told, then what holds.
    private var checks: HTML {
        let order: [PensionFinding.Verdict] = [.failed, .noted, .passed]
        let rows = order.flatMap { verdict in evidence.findings.filter { $0.verdict == verdict } }.map {
            finding -> HTML in
            let reason = finding.answer.reason.map { say($0.withCode) } ?? ""
            return """
                <tr><td>\(mark(finding.verdict))</td><td>\(say(finding.rule.sentence))</td>
                <td>\(say(finding.rule.source))</td><td>\(reason)</td></tr>
                """
        }
        let elsewhere = evidence.elsewhere.map { say($0.sentence) }.joined(separator: say("；", "; "))
        let other =
            evidence.role == .destination
            ? say("由转出地核对：", "Judged by the origin: ") : say("已由转入地核对：", "Judged by the destination: ")
        let caption = say("核对结果（与自动办理相同的规则）", "What was checked, by the rules that a policy goes by")
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption><thead><tr>
            <th scope="col">\(say("结果", "Result"))</th><th scope="col">\(say("规则", "Rule"))</th>
            <th scope="col">\(say("依据", "Source"))</th><th scope="col">\(say("说明", "Why"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div><p class="small">\(other)\(elsewhere)\(say("。", "."))</p>
            """
    }

    private func mark(_ verdict: PensionFinding.Verdict) -> HTML {
        switch verdict {
        case .passed: #"<span class="mark done">\#(say("✓ 通过", "✓ good"))</span>"#
        case .noted: #"<span class="mark soon">\#(say("! 提示", "! note"))</span>"#
        case .failed: #"<span class="mark late">\#(say("× 不通过", "× fails"))</span>"#
        }
    }

    // MARK: What was asked for

    private var askedTitle: String {
        evidence.role == .destination
            ? say("申请", "The application") : say("对方文书：同意接收函", "The letter of the other office")
    }

    private var asked: HTML {
        switch evidence.asked {
        case .application(let application): facts(person(application.person) + rows(application))
        case .letter(let letter): facts(person(letter.person) + rows(letter))
        }
    }

    private func rows(_ application: TransferApplication) -> [(String, HTML)] {
        let applicant: HTML =
            switch application.applicant {
            case .insuredPerson: "\(say("本人", "the insured person"))"
            case .employer(let name, let creditCode): "\(name) \(creditCode.description)"
            }
        var rows: [(String, HTML)] = [
            (say("申请人", "Applicant"), applicant),
            (say("转出地", "Origin"), "\(house.name(of: application.origin, say))"),
            (say("事由", "Purpose"), "\(purpose(application.purpose))"),
            (say("经批准调动", "Approved move"), "\(yesOrNo(application.approvedMove))"),
            (say("申请日期", "Lodged"), say.time(view.opening.openedAt)),
            (say("申请版本", "Version"), "\(view.applicationVersion)"),
        ]
        if let number = application.certificateNumber { rows.append((say("参保缴费凭证号", "Certificate"), "\(number)")) }
        if !application.otherBranches.isEmpty {
            rows.append((say("一并处理", "Other branches"), "\(branches(application.otherBranches))"))
        }
        if let account = application.payoutAccount {
            rows.append((say("本人账户", "Own account"), "\(ownAccount(account))"))
        }
        return rows
    }

    private func rows(_ letter: AcceptanceLetter) -> [(String, HTML)] {
        [
            (say("转入地", "Destination"), "\(house.name(of: view.opening.destination, say))"),
            (say("联系电话", "Telephone"), "\(letter.office.telephone)"),
            (say("函件版次", "Version"), "\(letter.version)"),
            (say("出具日期", "Issued"), "\(say.day(letter.issuedOn))"),
            (say("事由", "Purpose"), "\(purpose(letter.purpose))"),
            (say("收款账户", "Payee"), "\(words(letter.payee))"),
            (say("一并处理", "Other branches"), "\(letter.payouts.isEmpty ? "-" : branches(letter.payouts))"),
        ]
    }

    // MARK: What is known here

    private var ownTitle: String { say("本机构登记", "The own record") }

    private var own: HTML {
        guard let record = evidence.record else {
            return #"<p class="late">\#(say("本机构没有此人的参保登记。", "This agency has no record of the person."))</p>"#
        }
        let asked = evidence.namings.first?.person
        let nameDiffers = asked.map { !$0.name.utf8.elementsEqual(record.person.name.utf8) } ?? false
        let mark: HTML? =
            nameDiffers ? #" <span class="mark late">\#(say("与左侧不同", "differs from the other side"))</span>"# : nil
        let paid = record.lines.filter(\.kind.carriesMoney).map(\.months).reduce(0, +)
        let lines = record.lines.map { line -> HTML in
            """
            <tr><td>\(line.year)</td><td>\(say(line.words))</td><td class="number">\(line.months)</td>
            <td class="number">\(line.base.description)</td></tr>
            """
        }
        let enrolled = record.enrolledOn.map { say.day($0) }.joined(separator: say("、", ", "))
        return """
            \(facts([
                (say("姓名", "Name"), "\(name(of: record.person))\(mark)"),
                (say("证件号码", "Resident id"), "\(record.person.residentID.description)"),
                (say("出生日期", "Born"), "\(say.day(record.person.residentID.birthDate))"),
                (say("户籍省份", "Household province"), "\(say(record.householdProvince.wording))"),
                (say("本省参保日期", "Enrolled here"), "\(enrolled.isEmpty ? "-" : enrolled)"),
                (say("账户性质", "Account"), "\(record.relation == .temporary ? say("临时缴费账户", "temporary") : say("一般账户", "general"))"),
                (say("正在参保缴费", "Insured now"), "\(yesOrNo(record.isActive))"),
                (say("已领取养老金", "Draws a pension"), "\(yesOrNo(record.drawsPension))"),
                (say("已死亡", "Has died"), "\(yesOrNo(record.isDeceased))"),
                (say("司法等限制", "Legal hold"), "\(yesOrNo(record.hasLegalHold))"),
                (say("有资金的缴费月数", "Months paid"), "\(paid)"),
            ]))
            <table><caption>\(say("缴费记录", "Contributions"))</caption><thead><tr><th scope="col">\(say("年", "Year"))</th>
            <th scope="col">\(say("年月与性质", "Months and what they are"))</th><th scope="col">\(say("月数", "Months"))</th>
            <th scope="col">\(say("基数（元）", "Base (yuan)"))</th></tr></thead><tbody>\(lines)</tbody></table>
            """
    }

    /// What the other office has sent, where anything has come.
    private var remote: HTML? {
        guard evidence.role == .destination else { return nil }
        var parts: HTML = ""
        if case .contributionCertificate(let certificate)? = try? view.file.newest(.contributionCertificate)?.content {
            parts += PreparedPaper(.contributionCertificate(certificate), before: nil)?.table(say) ?? ""
        }
        if case .informationForm(let form)? = try? view.file.newest(.informationForm)?.content {
            parts += PreparedPaper(.informationForm(form), before: nil)?.table(say) ?? ""
        }
        return parts.isEmpty ? nil : "<h2>\(say("对方文书", "Papers of the other office"))</h2>\(parts)"
    }

    // MARK: Words

    private func person(_ person: InsuredPerson) -> [(String, HTML)] {
        [
            (say("姓名", "Name"), "\(name(of: person))"),
            (say("证件号码", "Resident id"), "\(person.residentID.description)"),
            (say("出生日期", "Born"), "\(say.day(person.residentID.birthDate))"),
        ]
    }

    /// Names are masked as everywhere, but where they differ: then that is what has to be seen.
    private var isMasked: Bool { evidence.mismatches.isEmpty }

    private func name(of person: InsuredPerson) -> String { isMasked ? person.maskedName : person.name }

    private func facts(_ rows: [(String, HTML)]) -> HTML {
        let items = rows.map { row -> HTML in "<dt>\(row.0)</dt><dd>\(row.1)</dd>" }
        return "<dl class=\"facts\">\(items)</dl>"
    }

    private func purpose(_ purpose: TransferPurpose) -> String { say(purpose.wording) }
    private func yesOrNo(_ value: Bool) -> String { value ? say("是", "yes") : say("否", "no") }
    private func branches(_ branches: [Branch]) -> String {
        branches.map { say(CaseWords.branchWording($0)) }.joined(separator: say("、", ", "))
    }
    private func words(_ account: BankAccount, holder: String? = nil) -> String {
        "\(holder ?? account.holder) \(account.bankName) \(account.maskedNumber)"
    }

    /// The account of the person, whose holder is masked as their name is.
    private func ownAccount(_ account: BankAccount) -> String {
        words(account, holder: isMasked ? MaskedName.of(account.holder) : nil)
    }
}

extension TransferPurpose {
    /// Why the relationship moves.
    var wording: Wording {
        switch self {
        case .move: Wording(chinese: "流动就业，转移接续", english: "the person has moved")
        case .gathering: Wording(chinese: "归集临时缴费账户", english: "a temporary account is gathered")
        }
    }
}

extension BankAccount {
    /// The last four places of the number.
    var maskedNumber: String { "****" + number.suffix(4) }
}

extension PageLanguage {
    func callAsFunction(_ source: LegalSource) -> String { self(source.chinese, source.english) }
}
