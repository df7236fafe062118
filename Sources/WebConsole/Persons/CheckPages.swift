import Accounts
import Casework
import HTTPTypes
import Papers
import TransferCore
import TransferDocuments

/// The pages for anybody who has a paper in hand: whether it is good, by its check code, and more of it for whoever knows
/// the last four places of the holder's identity number.
///
/// Source: M5 and V1 of the handbook of screens; SE-64.
struct CheckPages: Sendable {
    let house: PageHouse
    let persons: PagePersons

    var routes: [Route] {
        [
            Route(.get, "/v", access: .anyone, answer: ask),
            Route(.post, "/v", access: .anyone, body: .form, answer: typed),
            Route(.get, "/v/{code}", access: .anyone, answer: show),
            Route(.post, "/v/{code}", access: .anyone, body: .form, answer: showMore),
        ]
    }

    private func ask(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        return page(
            say("凭证核验", "Check a paper"), call,
            """
            <form class="panel" method="post" action="/v">
            <label for="code">\(say("查验码（凭证上的 13 位字母和数字）", "Check code (13 letters and digits on the paper)"))</label>
            <input type="text" id="code" name="code" required maxlength="24" autocomplete="off">
            <p><button>\(say("核验", "Check"))</button></p></form>
            """)
    }

    private func typed(_ call: Call) async throws(Problem) -> Answer {
        guard let code = call.form["code"].flatMap({ try? CheckCode(reading: $0) }) else {
            return try await unfound(call, "not-a-code")
        }
        return PageHouse.redirect(to: "/v/\(code.text)")
    }

    // MARK: What is found

    private func show(_ call: Call) async throws(Problem) -> Answer {
        guard let found = try await find(call) else { return try await unfound(call, "not-found") }
        return try await answer(found, isHolderKnown: false, call)
    }

    private func showMore(_ call: Call) async throws(Problem) -> Answer {
        guard let found = try await find(call) else { return try await unfound(call, "not-found") }
        let paper = "\(found.number)/\(found.document.sender)/\(found.document.sequence)"
        if let seconds = persons.lastFours.take(paper, at: house.desk.clock.now) {
            try await note(call, found.number.text, .refused, "too-many-tries")
            throw .tooManyTries(seconds: seconds)
        }
        let shown = call.form["last-four"]?.uppercased() ?? ""
        guard shown.utf8.elementsEqual(found.residentID.fullText.suffix(4).utf8) else {
            return try await unfound(call, "holder-differs")
        }
        return try await answer(found, isHolderKnown: true, call)
    }

    private func find(_ call: Call) async throws(Problem) -> CheckedDocument? {
        let now = house.desk.clock.now
        let place = call.source.place
        let wait = persons.wrongCodes.wait(place, at: now) ?? persons.lookups.take(place, at: now)
        if let wait { throw .tooManyTries(seconds: wait) }
        guard let code = try? CheckCode(reading: call.parameters[0]) else { return nil }
        do throws(StoreError) { return try await persons.records.checkedDocument(code.text) } catch {
            throw Problem(error)
        }
    }

    /// The same words for a code that was never given and for last places that are another person's.
    private func unfound(_ call: Call, _ why: String) async throws(Problem) -> Answer {
        let (say, now) = (call.say, house.desk.clock.now)
        if let seconds = persons.wrongCodes.take(call.source.place, at: now) { throw .tooManyTries(seconds: seconds) }
        try await note(call, "", .refused, why)
        return page(
            say("未能核验", "Not verified"), status: .notFound, call,
            """
            <p class="panel">\(say(
                "没有与所填内容相符的凭证。请逐字核对凭证上的查验码和持证人证件号码后四位；仍不相符的，请拨打 12333。",
                "There is no paper that fits what was typed. Compare the code and the last four places of the holder's identity "
                    + "number, letter by letter; if it still does not fit, call 12333."))</p>
            <p><a href="/v">\(say("重新核验", "Check again"))</a></p>
            """)
    }

    private func answer(_ found: CheckedDocument, isHolderKnown: Bool, _ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        let (standing, content) = found.examine(by: house.desk.directory)
        let verdict = CheckVerdict(found, standing)
        try await note(call, "\(found.number)/\(found.document.sequence)", .done, verdict.rawValue)
        // Of a document that is not what was signed nothing is repeated: nobody vouches for it.
        guard verdict != .broken else {
            return page(verdict.title(say), call, "<p class=\"panel now problem\">\(verdict.sentence(say))</p>")
        }
        let view = try await house.desk.view(of: found.number)
        let facts: HTML = """
            <dl class="facts"><dt>\(say("种类", "Kind"))</dt><dd>\(say(CaseWords.documentWording(found.document.kind)))</dd>
            <dt>\(say("出具机构", "Issued by"))</dt><dd>\(house.name(of: found.document.sender, say))</dd>
            <dt>\(say("出具日期", "On"))</dt><dd>\(say.day(found.document.at.date))</dd>
            <dt>\(say("持证人", "Holder"))</dt><dd>\(view.person?.maskedName ?? "")</dd>
            <dt>\(say("签名核验", "Signature"))</dt><dd>\(verdict.signature(say))</dd></dl>
            """
        let rest: HTML? =
            isHolderKnown
            ? content.map { more($0, found, say) }
            : """
            <form class="panel" method="post" action="/v/\(call.parameters[0])">
            <label for="last-four">\(say("持证人证件号码后四位，可查看更多内容", "Last four places of the holder's identity number, to see more"))</label>
            <input type="text" id="last-four" name="last-four" required maxlength="4" autocomplete="off">
            <p><button>\(say("查看", "Show"))</button></p></form>
            """
        return page(
            verdict.title(say), call,
            "<div class=\"panel now\"><p><strong>\(verdict.title(say))</strong> \(verdict.sentence(say))</p>\(facts)</div>\(rest)"
        )
    }

    /// What whoever knows the holder sees beside it, to compare with the paper.
    private func more(_ content: DocumentContent, _ found: CheckedDocument, _ say: PageLanguage) -> HTML {
        var rows: [(String, String)] = [
            (say("业务编号", "Case"), found.number.text), (say("证件号码", "Identity number"), found.residentID.description),
        ]
        switch content {
        case .contributionCertificate(let certificate):
            rows += [
                (say("缴费起止", "Months"), "\(certificate.firstMonth) – \(certificate.lastMonth)"),
                (say("实际缴费月数", "Months paid"), "\(certificate.monthsPaid)"),
                (say("个人账户储存额（元）", "Individual account (yuan)"), certificate.accountBalance.description),
            ]
        case .informationForm(let form):
            rows += [
                (say("信息表版本", "Version"), "\(form.version)"),
                (say("缴费月数", "Months"), "\(form.computation.months.counted)"),
                (say("转移金额（元）", "Transferred (yuan)"), form.computation.transfer.description),
            ]
        case .completionNotice(let notice):
            rows += [
                (say("接续月数", "Months joined"), "\(notice.monthsJoined)"),
                (say("个人账户（元）", "Individual account (yuan)"), notice.individual.description),
                (say("办结日期", "Completed on"), say.day(notice.completedOn)),
            ]
        default: break
        }
        let items = rows.map { name, value -> HTML in "<dt>\(name)</dt><dd>\(value)</dd>" }
        return "<div class=\"panel\"><dl class=\"facts\">\(items)</dl></div>"
    }

    // MARK: Around it

    private func page(
        _ title: String, status: HTTPResponse.Status = .ok, _ call: Call, _ content: HTML
    ) -> Answer {
        var answer = house.page(title, status: status, call.page, content)
        answer.fields[.robots] = "noindex, nofollow"
        return answer
    }

    private func note(
        _ call: Call, _ object: String, _ result: AuditResult, _ reason: String
    ) async throws(Problem) {
        let entry = AuditEntry(
            at: house.desk.clock.now, call.actor("public"), .checkPaper, of: object, result, reason: reason)
        do throws(StoreError) { try await persons.records.note(entry) } catch { throw Problem(error) }
    }
}

/// The answers to whoever checks a paper. The names stand in the trail.
enum CheckVerdict: String, Hashable, Sendable, CaseIterable {
    case valid, superseded, void, broken, unknown

    init(_ found: CheckedDocument, _ standing: SignatureStanding) {
        switch standing {
        case .broken: self = .broken
        case .unknown: self = .unknown
        case .good: self = found.document.isRefused ? .void : found.isSuperseded ? .superseded : .valid
        }
    }

    func title(_ say: PageLanguage) -> String {
        switch self {
        case .valid: say("有效", "Valid")
        case .superseded: say("已替换", "Superseded")
        case .void: say("已作废", "Void")
        case .broken: say("校验未通过", "Verification failed")
        case .unknown: say("无法判断", "Cannot tell")
        }
    }

    func sentence(_ say: PageLanguage) -> String {
        switch self {
        case .valid: say("该凭证由下列机构出具，内容未被改动。", "It was issued by this office and has not been changed.")
        case .superseded:
            say("该凭证内容真实，但出具机构已出具新的一份，请以新的为准。", "It is genuine, but the office has issued a newer one, which counts.")
        case .void: say("收件机构未接受该凭证，请勿使用。", "The office to which it went did not take it: do not rely on it.")
        case .broken:
            say(
                "该查验码所对应的文件与出具时的签名不符，请勿使用，并拨打 12333。",
                "What is kept under this code is not what was signed: do not rely on it, and call 12333.")
        case .unknown:
            say("暂时无法核对出具机构的签名，请稍后再试。", "The signature of the office cannot be checked now; try again later.")
        }
    }

    func signature(_ say: PageLanguage) -> String {
        self == .unknown
            ? say("未能核对", "Could not be checked")
            : say("签名正确，签名时证书有效", "Correct; the certificate was valid when it was signed")
    }
}

extension HTTPField.Name {
    static let robots = HTTPField.Name("X-Robots-Tag")!
}
