import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

extension Call {
    /// How a page is asked for, on a route that is one.
    var page: PageVisit {
        guard let visit else { preconditionFailure("a page is asked for by a visit") }
        return visit
    }

    var say: PageLanguage { page.language }

    /// From where somebody tries to log in.
    var source: LoginSource { LoginSource(address: address) }

    /// The fields of the form that was sent.
    var form: FormBody {
        guard let sentForm else { preconditionFailure("a route that reads a form asks for one") }
        return sentForm
    }
}

extension PageHouse {
    /// A whole page.
    ///
    /// - Parameters:
    ///   - title: without the name of the site; it never has anything personal.
    ///   - here: the address of the entry of the menu to which the page belongs.
    func page(
        _ title: String, status: HTTPResponse.Status = .ok, here: String = "", _ visit: PageVisit, _ content: HTML
    ) -> Answer {
        let say = visit.language
        let site = say("社会保险关系转移接续", "Transfer of social insurance")
        let html: HTML = """
            <!doctype html>
            <html lang="\(say.rawValue)">
            <head><meta charset="utf-8"><title>\(title) - \(site)</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="stylesheet" href="\(PageStyle.address)"><link rel="icon" href="data:,"></head>
            <body>
            <a class="skip" href="#main">\(say("跳到正文", "Skip to the content"))</a>
            <header>\(demonstrationBanner(say))\(singleCopyBanner(say))<div class="bar"><a class="site" href="/">\(site)</a><span class="agency">\(agencyName(say))</span>
            \(languageSwitch(visit))\(account(visit))</div>\(menu(visit, here))</header>
            <main id="main"><h1>\(title)</h1>
            \(content)
            </main>
            <footer>\(say("时间均为北京时间。", "All times are those of Beijing."))
            <a href="/guide">\(say("办事指南与时限", "Guide and time limits"))</a></footer>
            </body></html>
            """
        return Answer(status, contentType: "text/html; charset=utf-8", body: Array(html.markup.utf8))
    }

    /// What stands on every page of a node that may use one server alone.
    private func singleCopyBanner(_ say: PageLanguage) -> HTML? {
        guard store.mayHoldOneCopy else { return nil }
        return #"""
            <p class="demo">\#(say(
                "数据可能只有一份：数据库服务器损坏时，已办理的业务会丢失（设置 store.singleCopy）。",
                "There may be a single copy of the data: what was done is lost with its server (setting store.singleCopy)."))</p>
            """#
    }

    private func agencyName(_ say: PageLanguage) -> String { name(of: desk.agency.code, say) }

    /// The name of an agency as the directory has it, with its region code.
    func name(of code: AgencyCode, _ say: PageLanguage) -> String {
        guard let entry = desk.directory.current[code] else { return code.text }
        return "\(say(entry.nameChinese, entry.nameEnglish)) \(code)"
    }

    private func languageSwitch(_ visit: PageVisit) -> HTML {
        let other = visit.language.other
        return """
            <form class="inline" method="post" action="/language"><input type="hidden" name="to" value="\(visit.path)">\
            <button class="link" name="language" \
            value="\(other.rawValue)" lang="\(other.rawValue)">\(other.ownName)</button></form>
            """
    }

    private func account(_ visit: PageVisit) -> HTML {
        guard let visitor = visit.visitor else {
            return #"<a href="/login">\#(visit.language("登录", "Log in"))</a>"#
        }
        return """
            <a class="who" href="\(visitor.person == nil ? "/account" : "/my")">\(visitor.name)</a>\(until(visitor, visit.language))
            <form class="inline" method="post" action="/logout">\(secret(visit))\
            <button class="link">\(visit.language("退出", "Log out"))</button></form>
            """
    }

    /// Until when the session lasts unless something is done: no script runs that could warn later.
    private func until(_ visitor: Visitor, _ say: PageLanguage) -> HTML? {
        visitor.endsAt.map { end in
            let clock = String(ChinaTime.text(end).dropLast(3).suffix(5))
            return """
                <span class="small">\(say("无操作则 \(clock) 退出", "ends at \(clock) if idle"))</span>
                """
        }
    }

    /// The field that every form of a visitor has.
    func secret(_ visit: PageVisit) -> HTML? {
        visit.visitor.map { #"<input type="hidden" name="form-secret" value="\#($0.formSecret)">"# }
    }

    private func menu(_ visit: PageVisit, _ here: String) -> HTML? {
        guard let visitor = visit.visitor else { return nil }
        let say = visit.language
        let entries = OversightMenu.entries(visitor, on: visit.side, say) ?? businessEntries(visitor, visit)
        let items = entries.map { entry -> HTML in
            entry.address == here
                ? #"<li><a href="\#(entry.address)" aria-current="page">\#(entry.title)</a></li>"#
                : #"<li><a href="\#(entry.address)">\#(entry.title)</a></li>"#
        }
        return #"<nav aria-label="\#(say("主菜单", "Main menu"))"><ul>\#(items)</ul></nav>"#
    }

    private func businessEntries(_ visitor: Visitor, _ visit: PageVisit) -> [(address: String, title: String)] {
        let say = visit.language
        switch visitor.token.role {
        case .employer, .desk:
            return [
                ("/org", say("待办与已办", "To do and done")), ("/org/new", say("新增申请", "New application")),
                ("/org/batch", say("批量申请", "Batch")),
            ]
        case .staff:
            var entries = [
                ("/desk", say("经办", "Cases")), ("/review", say("复核", "To check")),
                ("/stalled", say("滞留处理", "Stalled")), ("/stats", say("统计", "Figures")),
            ]
            if persons != nil { entries.insert(("/desk/requests", say("异议与催办", "Requests")), at: 1) }
            return entries
        case .insuredPerson: return PersonPages.menu(visit)
        }
    }

    /// A problem as a page. Somebody who is not logged in is led to where that is done.
    func answer(_ problem: Problem, to request: HTTPRequest) async -> Answer {
        if problem == .loginNeeded, request.method == .get {
            return PageHouse.redirect(to: request.path?.hasPrefix("/my") == true ? PersonPages.loginPath : "/login")
        }
        let fields = request.headerFields
        let language = PageHouse.language(fields)
        let visitor = try? await visitor(fields)
        let visit = PageVisit(language: language, visitor: visitor)
        let (title, words) = PageProblem.words(problem, language)
        var answer = page(
            title, status: .init(code: problem.status), visit,
            """
            <p class="problem">\(words.html(language))</p>\(PageProblem.parts(problem, language))
            <p class="small">\(language("代码", "Code")): <code>\(problem.code)</code></p>
            <p><a href="/">\(language("回到首页", "To the start page"))</a></p>
            """)
        if let seconds = problem.retryAfterSeconds { answer.fields[.retryAfter] = "\(seconds)" }
        return answer
    }

    /// A page with a form: when the form was not taken, the words for it stand at the top, and the title says so.
    func form(
        _ title: String, error: String?, status: HTTPResponse.Status, here: String = "", _ visit: PageVisit,
        _ content: HTML
    ) -> Answer {
        guard let error else { return page(title, here: here, visit, content) }
        return page(
            visit.language("错误：", "Error: ") + title, status: status, here: here, visit,
            """
            <div class="errors" role="alert"><p>\(error)</p></div>\(content)
            """)
    }

    /// The agencies with which this one exchanges.
    var otherAgencies: [DirectoryEntry] {
        desk.directory.current.directory.agencies.filter { $0.code != desk.agency.code }
    }

    /// A file to be kept, never shown inside a page.
    static func attachment(_ bytes: [UInt8], _ type: String, _ name: String) -> Answer {
        var answer = Answer(contentType: type, body: bytes)
        answer.fields[.contentDisposition] = "attachment; filename=\"\(name)\""
        return answer
    }

    /// Leads on after a form was taken, so that going back or loading again sends nothing twice.
    static func redirect(to address: String) -> Answer {
        var answer = Answer(.seeOther, contentType: "text/plain; charset=utf-8", body: [])
        answer.fields[.location] = address
        return answer
    }
}

/// The problems of a node in the words of its pages.
enum PageProblem {
    static func words(_ problem: Problem, _ say: PageLanguage) -> (title: String, words: Quotation) {
        if let (title, words) = chosen(problem, say) {
            return (title, Quotation(Wording(chinese: words, english: words), nil))
        }
        return (say("未能办理", "It was not done"), Quotation(problem))
    }

    /// The words of pages for what people meet; nil for what only programs and made-up addresses do.
    private static func chosen(_ problem: Problem, _ say: PageLanguage) -> (title: String, words: String)? {
        switch problem.code {
        case "not-found":
            (say("没有此页或此件", "Nothing here"), say("没有这个页面或业务，或者您无权查看。", problem.detail))
        case "password-overdue":
            (say("口令已过期", "Password overdue"), say("口令已超过使用期限，请先点右上角的姓名更换。", problem.detail))
        case "page-not-allowed": (say("无权查看", "Not allowed"), say("此页面属于其他岗位。", problem.detail))
        case "form-not-ours":
            (
                say("表单已失效", "The form is not valid any more"),
                say("表单不是从本系统当前页面提交的，或者登录已失效。请重新打开页面再提交。", problem.detail)
            )
        case "fresh-factor-needed":
            (say("请再次验证", "Show your factor again"), say("签发和复核须在 5 分钟内验证过第二因素。请返回该页，输入动态码（或口令）后再提交。", problem.detail))
        case "login-needed": (say("请先登录", "Log in first"), say("登录已失效，请重新登录；未提交的内容没有保存。", problem.detail))
        case "unavailable", "too-many-requests":
            (say("暂时不能办理", "Not possible right now"), say("系统繁忙或存储空间不足，请稍后重试。", problem.detail))
        case "not-allowed":
            (say("当前阶段不能这样办理", "Not possible at this stage"), say("该业务已进入其他阶段，请查看其当前状态。", problem.detail))
        case "case-moved-on":
            (say("此件已被他人办理", "Somebody else has been here"), say("您打开之后此件已有变动，请重新查看后再办理。", problem.detail))
        case "proposed-already":
            (say("已有人拟办", "Proposed already"), say("此件已由他人拟办，待复核；请到“复核”查看。", problem.detail))
        case "decided-already":
            (say("已有人决定", "Decided already"), say("此件的拟办已由他人决定，请重新查看。", problem.detail))
        case "duty-missing": (say("没有此岗位", "Not your duty"), say("您没有办理此事项的岗位。", problem.detail))
        case "digest-differs":
            (say("内容已变动", "Not what was proposed"), say("复核的内容与拟办的不同，请重新打开后核对。", problem.detail))
        default: nil
        }
    }

    /// What is wrong with each field.
    static func parts(_ problem: Problem, _ say: PageLanguage) -> HTML? {
        guard !problem.errors.isEmpty else { return nil }
        let items = problem.errors.map { part -> HTML in
            "<li>\(say(part.detailChinese ?? part.detail, part.detail))</li>"
        }
        return "<ul>\(items)</ul>"
    }
}
