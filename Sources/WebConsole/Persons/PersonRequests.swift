import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

// What an insured person asks of the office: that it looks at a row again, or that it goes on. Both come to the clerks of
// this node; what they answer stands on the person's page.

/// What may be wrong with a row. The names are published.
enum ObjectionReason: String, Sendable, CaseIterable {
    case months, base, amount, place, other

    func words(_ say: PageLanguage) -> String {
        switch self {
        case .months: say("月份缺少或多出", "Months are missing or too many")
        case .base: say("缴费基数不对", "The base is wrong")
        case .amount: say("金额不对", "An amount is wrong")
        case .place: say("不是我的缴费", "These are not my contributions")
        case .other: say("其他", "Something else")
        }
    }
}

extension PersonPages {
    var requestRoutes: [Route] {
        let (access, path) = (PersonPages.access, "/my/transfers/{number}")
        return [
            Route(.get, "\(path)/record/{line}", access: access, answer: askObjection),
            Route(.post, "\(path)/record/{line}", access: access, body: .form, answer: object),
            Route(.post, "\(path)/urge", access: access, body: .form, answer: urge),
        ]
    }

    func requests(of number: CaseNumber) async throws(Problem) -> [PersonRequest] {
        do throws(StoreError) { return try await persons.records.requests(of: number) } catch { throw Problem(error) }
    }

    /// What the trail keeps of a request.
    func entry(_ request: PersonRequest, _ action: AuditAction, _ call: Call) -> AuditEntry {
        AuditEntry(
            at: request.at, call.actor(PersonPages.actor), action, of: request.number.text, .done,
            reason: request.kind.rawValue)
    }

    // MARK: 异议

    /// What stands at the end of a row: the way to object, or what became of it.
    func objection(
        _ line: Int, _ table: ContributionTable, _ requests: [PersonRequest], _ view: CaseView, _ say: PageLanguage
    )
        -> HTML
    {
        let subject = PersonPages.subject(line, table)
        guard let made = requests.last(where: { $0.kind == .objection && $0.subject.utf8.elementsEqual(subject.utf8) })
        else {
            return """
                 <a href="/my/transfers/\(view.opening.number.text)/record/\(line)">\(say("异议", "Object"))</a>
                """
        }
        return made.answer == nil
            ? " <span class=\"mark soon\">\(say("已提异议，待答复", "You objected"))</span>"
            : " <span class=\"mark done\">\(say("异议已答复", "Objection answered"))</span>"
    }

    /// The version of the form and the line in it.
    private static func subject(_ line: Int, _ table: ContributionTable) -> String { "\(table.formVersion)-\(line)" }

    private func row(_ call: Call) async throws(Problem) -> (CaseView, ContributionTable, ContributionTable.Row, Int) {
        let view = try await own(call)
        guard let line = Int(call.parameters[1]), String(line) == call.parameters[1],
            let table = try await contributions(view),
            let row = table.years.flatMap(\.rows).first(where: { $0.line == line })
        else { throw .notFound }
        return (view, table, row, line)
    }

    private func askObjection(_ call: Call) async throws(Problem) -> Answer {
        let (view, _, row, line) = try await row(call)
        return objectionForm(view, row, line, nil, call)
    }

    private func objectionForm(
        _ view: CaseView, _ row: ContributionTable.Row, _ line: Int, _ error: String?, _ call: Call
    ) -> Answer {
        let (say, number) = (call.say, view.opening.number.text)
        let choices = ObjectionReason.allCases.map { reason -> HTML in
            """
            <p><input type="radio" id="reason-\(reason.rawValue)" name="reason" value="\(reason.rawValue)" required>
            <label for="reason-\(reason.rawValue)">\(reason.words(say))</label></p>
            """
        }
        let own = house.name(of: house.desk.agency.code, say)
        let origin = house.name(of: view.opening.origin, say)
        return house.form(
            say("提出异议", "Object to a row"), error: error, status: .init(code: 422), here: "/my", call.page,
            """
            <div class="panel"><p>\(say(row.words))</p>
            <p>\(say("异议由\(own)受理，需要时向出具信息表的\(origin)查询；答复显示在业务页的办理记录里。",
                "\(own) sees to it and asks \(origin), which wrote the form, where that is needed; the answer stands on the page of "
                    + "the transfer."))</p>
            <form method="post" action="/my/transfers/\(number)/record/\(line)">\(house.secret(call.page))
            <fieldset class="choice"><legend>\(say("哪里不对（必填）", "What is wrong (required)"))</legend>\(choices)</fieldset>
            <label for="words">\(say("说明（选填，200 字以内）", "In words (optional, 200 characters)"))</label>
            <textarea id="words" name="words" rows="3" maxlength="200">\(call.sentForm?["words"] ?? "")</textarea>
            <p><button>\(say("提交异议", "Object"))</button>
            <a class="button second" href="/my/transfers/\(number)/record">\(say("返回", "Back"))</a></p></form></div>
            """)
    }

    private func object(_ call: Call) async throws(Problem) -> Answer {
        let (view, table, row, line) = try await row(call)
        let words = call.form["words"] ?? ""
        guard let reason = call.form["reason"].flatMap(ObjectionReason.init(rawValue:)),
            words.unicodeScalars.count <= PersonRequest.longestWords
        else {
            return objectionForm(
                view, row, line, call.say("请选择哪里不对；说明不超过 200 字。", "Choose what is wrong, in at most 200 characters."),
                call)
        }
        // One objection to a row of a form; the next form may be objected to again.
        let request = PersonRequest(
            number: view.opening.number, kind: .objection, subject: PersonPages.subject(line, table),
            reason: reason.rawValue, words: words, at: house.desk.clock.now)
        do throws(StoreError) {
            _ = try await persons.records.keep(
                request, unlessSince: Instant(milliseconds: 0), entry(request, .ask, call))
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/my/transfers/\(view.opening.number)")
    }

    // MARK: 催办

    /// The way to urge, the day from which there is one, or what was urged; nothing where no office has the case.
    func urging(_ view: CaseView, _ progress: TransferProgress, _ requests: [PersonRequest], _ call: Call) -> HTML? {
        guard let from = progress.mayUrgeFrom, [.origin, .destination].contains(view.summary.holder) else { return nil }
        let (say, number) = (call.say, view.opening.number.text)
        let today = house.desk.clock.now.date
        guard from <= today else {
            return """
                <p class="small">\(say("\(say.day(from))起可以催办。", "From \(say.day(from)) on you can urge the office."))</p>
                """
        }
        if let last = requests.last(where: { $0.kind == .urging }), last.at >= urgedSince {
            return """
                <p class="small">\(say("已于\(say.day(last.at.date))催办；五个工作日内只能催办一次。",
                    "You urged on \(say.day(last.at.date)); once in five working days."))</p>
                """
        }
        return """
            <form method="post" action="/my/transfers/\(number)/urge">\(house.secret(call.page))
            <button class="second">\(say("催办", "Urge the office"))</button></form>
            """
    }

    private func urge(_ call: Call) async throws(Problem) -> Answer {
        let view = try await own(call)
        let number = view.opening.number
        let back = PageHouse.redirect(to: "/my/transfers/\(number)")
        let progress = TransferProgress(view, agency: house.desk.agency, today: house.desk.clock.now.date)
        guard let from = progress.mayUrgeFrom, from <= house.desk.clock.now.date,
            [.origin, .destination].contains(view.summary.holder)
        else { throw .notFound }
        let request = PersonRequest(number: number, kind: .urging, reason: view.summary.phase, at: house.desk.clock.now)
        let (records, since, entry) = (persons.records, urgedSince, entry(request, .ask, call))
        do throws(DeskFault) {
            try await house.desk.remindForPerson(number) { step throws(StoreError) in
                try await records.keep(request, unlessSince: since, with: step, entry)
            }
        } catch {
            throw Problem(error)
        }
        return back
    }

    /// Whoever urged at or after this moment may not urge again: five working days have not gone by.
    private var urgedSince: Instant {
        let (calendar, today) = (house.desk.agency.calendar, house.desk.clock.now.date)
        var day = today
        while calendar.workingDays(from: day, through: today, countingUpTo: 5) < 5,
            let before = CivilDate(dayNumber: day.dayNumber - 1)
        {
            day = before
        }
        return Instant(seconds: Int64(day.dayNumber) * 86_400 - 8 * 3_600)
    }
}
