import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

// What an insured person can change in a transfer: take the application back while nothing has gone out, and give another
// account after a payout came back.

/// Why somebody takes an application back. The names are published.
enum WithdrawalReason: String, Sendable, CaseIterable {
    case mistake, stays, moved, later, other

    func words(_ say: PageLanguage) -> String {
        switch self {
        case .mistake: say("申请有误，需重新申请", "The application was a mistake")
        case .stays: say("不再转移，留在原参保地", "I leave it where it is")
        case .moved: say("又到其他地区就业", "I have moved on to another place")
        case .later: say("以后再办", "Later")
        case .other: say("其他", "Another reason")
        }
    }
}

extension PersonPages {
    var withdrawalRoutes: [Route] {
        let (access, path) = (PersonPages.access, "/my/transfers/{number}")
        return [
            Route(.get, "\(path)/withdraw", access: access, answer: askWithdrawal),
            Route(.post, "\(path)/withdraw", access: access, body: .form, answer: withdraw),
            Route(.get, "\(path)/withdrawn", access: access, answer: withdrawn),
            Route(.get, "\(path)/account/{branch}", access: access, answer: askAccount),
            Route(.post, "\(path)/account/{branch}", access: access, body: .form, answer: giveAccount),
        ]
    }

    // MARK: Withdrawal

    /// While no letter has gone out the person alone decides; afterwards the office is asked.
    func canWithdraw(_ view: CaseView) -> Bool {
        view.opening.role == .destination && ["draft", "reviewing", "supplementing"].contains(view.summary.phase)
            && !view.file.documents.contains { $0.kind == .acceptanceLetter }
    }

    func withdrawal(_ view: CaseView, _ say: PageLanguage) -> HTML? {
        guard !view.summary.isTerminal else { return nil }
        if canWithdraw(view) {
            return """
                <p class="actions"><a href="/my/transfers/\(view.opening.number.text)/withdraw">\(say("撤回申请", "Withdraw the application"))</a></p>
                """
        }
        let office = house.name(of: view.opening.destination, say)
        return """
            <p class="small">\(say(
                "联系函已发出，不能自行撤回。如需终止，请联系\(office)，电话 \(telephone(of: view.opening.destination, in: view))。",
                "The letter has gone out. To end the transfer ask \(office), telephone "
                    + "\(telephone(of: view.opening.destination, in: view))."))</p>
            """
    }

    private func askWithdrawal(_ call: Call) async throws(Problem) -> Answer {
        let view = try await own(call)
        guard canWithdraw(view) else { return PageHouse.redirect(to: "/my/transfers/\(view.opening.number)") }
        return withdrawalForm(view, nil, call)
    }

    private func withdrawalForm(_ view: CaseView, _ error: String?, _ call: Call) -> Answer {
        let (say, number) = (call.say, view.opening.number.text)
        let choices = WithdrawalReason.allCases.map { reason -> HTML in
            """
            <p><input type="radio" id="reason-\(reason.rawValue)" name="reason" value="\(reason.rawValue)" required>
            <label for="reason-\(reason.rawValue)">\(reason.words(say))</label></p>
            """
        }
        return house.form(
            say("撤回申请", "Withdraw the application"), error: error, status: .init(code: 422), here: "/my", call.page,
            """
            <div class="panel"><p>\(say(
                "撤回后，业务 \(number) 不再办理，关系和资金留在原参保地。以后可重新申请。",
                "Transfer \(number) then goes no further; relationship and funds stay where they are. You can apply again."))</p>
            <form method="post" action="/my/transfers/\(number)/withdraw">\(house.secret(call.page))
            <fieldset class="choice"><legend>\(say("撤回原因（必填）", "Why (required)"))</legend>\(choices)</fieldset>
            <button>\(say("确认撤回 \(number)", "Withdraw \(number)"))</button>
            <a class="button second" href="/my/transfers/\(number)">\(say("不撤回", "Do not withdraw"))</a></form></div>
            """)
    }

    private func withdraw(_ call: Call) async throws(Problem) -> Answer {
        let view = try await own(call)
        let (number, now) = (view.opening.number, house.desk.clock.now)
        let done = PageHouse.redirect(to: "/my/transfers/\(number)/withdrawn")
        // Sent again, it leads to the same page and changes nothing.
        guard view.summary.phase != "withdrawn" else { return done }
        guard let reason = call.form["reason"].flatMap(WithdrawalReason.init(rawValue:)) else {
            return withdrawalForm(view, call.say("请选择撤回原因。", "Choose why."), call)
        }
        guard canWithdraw(view) else { return PageHouse.redirect(to: "/my/transfers/\(number)") }
        let request = PersonRequest(number: number, kind: .withdrawal, reason: reason.rawValue, at: now)
        let (records, entry) = (persons.records, entry(request, .withdraw, call))
        do throws(DeskFault) {
            // That the case is not withdrawn yet is what lets it be done once.
            try await house.desk.withdraw(number, owner: PersonPages.actor) { step throws(StoreError) in
                try await records.keep(request, unlessSince: Instant(milliseconds: .max), with: step, entry)
            }
        } catch {
            throw Problem(error)
        }
        return done
    }

    private func withdrawn(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await own(call), call.say)
        guard view.summary.phase == "withdrawn" else { throw .notFound }
        let number = view.opening.number
        let request = try await requests(of: number).last { $0.kind == .withdrawal }
        let reference: HTML? = request.map { request in
            """
            <dt>\(say("办理编号", "Reference"))</dt><dd>\(number.text)/\(String(request.id))</dd>
            <dt>\(say("时间", "When"))</dt><dd>\(say.time(request.at))</dd>
            <dt>\(say("原因", "Why"))</dt><dd>\(WithdrawalReason(rawValue: request.reason)?.words(say) ?? "")</dd>
            """
        }
        return house.page(
            say("已撤回", "Withdrawn"), here: "/my", call.page,
            """
            <div class="panel now"><p><strong>\(say("已撤回（退单）", "Withdrawn"))</strong></p>
            <dl class="facts"><dt>\(say("业务编号", "Case"))</dt><dd>\(number.text)</dd>\(reference)</dl></div>
            <p><a href="/my/transfers/\(number.text)">\(say("返回业务", "Back to the transfer"))</a></p>
            """)
    }

    // MARK: Another account

    private func payout(_ call: Call) async throws(Problem) -> (view: CaseView, branch: Branch) {
        let view = try await own(call)
        guard let branch = Branch(rawValue: call.parameters[1]), bouncedPayout(view) == branch else {
            throw .notFound
        }
        return (view, branch)
    }

    private func askAccount(_ call: Call) async throws(Problem) -> Answer {
        let (view, branch) = try await payout(call)
        return accountForm(view, branch, nil, call)
    }

    private func accountForm(_ view: CaseView, _ branch: Branch, _ error: String?, _ call: Call) -> Answer {
        let (say, number) = (call.say, view.opening.number.text)
        func field(_ name: StaticString, _ label: String, _ longest: Int) -> HTML {
            """
            <label for="\(name.description)">\(label)</label><input type="text" id="\(name.description)" \
            name="\(name.description)" value="\(call.sentForm?[name.description] ?? "")" required \
            maxlength="\(longest)" autocomplete="off">
            """
        }
        return house.form(
            say("更正收款账户", "Another account"), error: error, status: .init(code: 422), here: "/my", call.page,
            """
            <div class="panel"><p>\(say("\(CaseWords.branchWording(branch).chinese)余额付款被银行退回。",
                "The bank has given the balance back (\(CaseWords.branchWording(branch).english))."))
            \(say("请填写以您本人姓名 \(view.person?.maskedName ?? "") 开立的账户；不能付给他人。",
                "Give an account held in your own name, \(view.person?.maskedName ?? ""); nobody else can be paid."))</p>
            <form method="post" action="/my/transfers/\(number)/account/\(branch.rawValue)">\(house.secret(call.page))
            \(field("bank-name", say("开户银行（必填）", "Bank (required)"), 60))
            \(field("bank-code", say("支付行号，12 位（必填）", "Bank code, 12 digits (required)"), 12))
            \(field("account", say("账号（必填）", "Account number (required)"), 34))
            <p><button>\(say("提交新账户", "Use this account"))</button></p></form></div>
            """)
    }

    private func giveAccount(_ call: Call) async throws(Problem) -> Answer {
        let (view, branch) = try await payout(call)
        guard let person = view.person else { throw .internalFault }
        let form = call.form
        let account: BankAccount
        let bytes: [UInt8]
        do throws(FormFaults) {
            let given = BankAccount(
                holder: person.name, bankName: form["bank-name"] ?? "", bankCode: form["bank-code"] ?? "",
                number: form["account"] ?? "")
            do throws(DocumentFault) { bytes = try AccountForm.write(given) } catch { throw .unwritable }
            account = try AccountForm.read(bytes, of: person)
        } catch {
            let words = Problem(error).errors.map { call.say($0.detailChinese ?? $0.detail, $0.detail) }
            return accountForm(view, branch, words.joined(separator: " "), call)
        }
        do throws(DeskFault) {
            _ = try await house.desk.correctAccount(
                view.opening.number, branch, account, form: bytes, owner: PersonPages.actor)
        } catch {
            throw Problem(error)
        }
        let entry = AuditEntry(
            at: house.desk.clock.now, call.actor(PersonPages.actor), .correctAccount, of: view.opening.number.text,
            .done, reason: branch.rawValue)
        do throws(StoreError) { try await persons.records.note(entry) } catch { throw Problem(error) }
        return PageHouse.redirect(to: "/my/transfers/\(view.opening.number)")
    }
}

extension FormFaults {
    /// Text that no form can hold.
    fileprivate static let unwritable = FormFaults([
        FormFault("", "invalid-text", "内容含有不能使用的字符。", "There is a character that cannot be used.")
    ])
}
