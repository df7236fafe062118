import Casework
import HTTPTypes
import TransferCore
import TransferDocuments
import Webhooks

/// The webhooks of an owner of cases, for people: what there is, adding one, trying it, its last answers, disabling and
/// removing. The rules are those of ``WebhookDesk``, as for programs.
struct WebhookPages: Sendable {
    let house: PageHouse
    let webhooks: WebhookDesk

    static let address = "/org/webhooks"
    private static let shown = 50

    var routes: [Route] {
        let (path, access) = (WebhookPages.address, Route.Access.visitors(EmployerPages.roles))
        return [
            Route(.get, path, access: access, answer: list),
            Route(.post, path, access: access, body: .form, answer: add),
            Route(.get, "\(path)/{webhook}", access: access, answer: show),
            Route(.post, "\(path)/{webhook}/test", access: access, body: .form, answer: test),
            Route(.post, "\(path)/{webhook}/disable", access: access, body: .form, answer: disable),
            Route(.post, "\(path)/{webhook}/resume", access: access, body: .form, answer: resume),
            Route(.post, "\(path)/{webhook}/secret", access: access, body: .form, answer: renewSecret),
            Route(.post, "\(path)/{webhook}/remove", access: access, body: .form, answer: remove),
        ]
    }

    /// The way here from the list of cases; nil on a node without webhooks.
    static func link(_ house: PageHouse, _ say: PageLanguage) -> HTML? {
        guard house.hasWebhooks else { return nil }
        return
            #"<p class="small"><a href="\#(address)">\#(say("系统对接：业务变动通知", "For your own system: webhooks"))</a></p>"#
    }

    // MARK: All of them

    private func list(_ call: Call) async throws(Problem) -> Answer { try await list(call, error: nil, above: nil) }

    private func list(_ call: Call, error: String?, above: HTML?) async throws(Problem) -> Answer {
        let say = call.say
        let all = try await done { () throws(WebhookRefusal) in try await webhooks.list(of: call.caller.name) }
        let rows = all.map { webhook -> HTML in
            """
            <tr><td><a href="\(WebhookPages.address)/\(webhook.id.text)">\(webhook.url.host)</a></td>
            <td>\(state(webhook, say))</td><td class="number">\(webhook.waiting)</td>
            <td>\(say.time(webhook.createdAt))</td></tr>
            """
        }
        let table: HTML =
            all.isEmpty
            ? """
            <p class="panel">\(say(
                "还没有登记。登记后，贵单位所申请业务的每次变动都会通知到贵单位的系统。",
                "There is none. Once there is, every change of the cases that you lodged is told to your system."))</p>
            """
            : """
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("已登记的地址", "Addresses"))"><table>
            <caption>\(say("已登记的地址", "Addresses"))</caption><thead><tr><th scope="col">\(say("主机", "Host"))</th>
            <th scope="col">\(say("状态", "State"))</th><th scope="col">\(say("待发", "Waiting"))</th>
            <th scope="col">\(say("登记时间", "Since"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
        return house.form(
            say("业务变动通知", "Webhooks"), error: error, status: .unprocessableContent, here: "/org", call.page,
            """
            \(above)\(table)
            <form class="panel" method="post" action="\(WebhookPages.address)">\(house.secret(call.page))
            <h2>\(say("登记一个地址", "Add an address"))</h2>
            <label for="url">\(say("接收地址（https://…）", "Address (https://…)"))</label>
            <input type="url" id="url" name="url" required maxlength="500" autocomplete="off">
            \(FreshFactor.fields(call, house))
            <p class="hint">\(say(
                "通知只含业务编号和状态，不含个人信息；格式与验签方法见接口文档。",
                "A message has the number and the state of a case and nothing personal; see the interface for the signature."))</p>
            <p><button>\(say("登记", "Add"))</button></p></form>
            """)
    }

    private func state(_ webhook: Webhook, _ say: PageLanguage) -> HTML {
        guard let stop = webhook.stop else {
            return #"<span class="mark done">\#(say("✓ 启用", "✓ active"))</span>"#
        }
        return """
            <span class="mark late">\(say("× 停用", "× disabled"))</span> \(say(stop.because.wording)) \
            <span class="small">\(say("自 ", "since "))\(say.time(stop.at))</span>
            """
    }

    private func add(_ call: Call) async throws(Problem) -> Answer {
        let cookie = try await FreshFactor.show(call, house)
        let say = call.say
        let (webhook, secret): (Webhook, WebhookSecret)
        do throws(WebhookRefusal) {
            (webhook, secret) = try await webhooks.make(call.form["url"] ?? "", for: call.caller.name)
        } catch {
            guard let words = error.wording else { throw Problem(error) }
            return try await list(call, error: say(words), above: nil).with(cookie)
        }
        return try await list(call, error: nil, above: shown(secret, of: webhook, say)).with(cookie)
    }

    /// The one time that a secret is shown.
    private func shown(_ secret: WebhookSecret, of webhook: Webhook, _ say: PageLanguage) -> HTML {
        """
        <div class="panel now" role="status"><p><strong>\(say(
            "验签密钥（只显示这一次，请立即保存到贵单位系统）", "The secret, shown this once: keep it in your system now"))</strong></p>
        <p><code>\(secret.text)</code></p><p class="small">\(webhook.url.host)</p></div>
        """
    }

    // MARK: One of them

    private func id(_ call: Call) throws(Problem) -> WebhookID {
        guard let id = WebhookID(call.parameters[0]) else { throw .notFound }
        return id
    }

    private func show(_ call: Call) async throws(Problem) -> Answer { try await show(call, error: nil, above: nil) }

    private func show(_ call: Call, error: String?, above: HTML?) async throws(Problem) -> Answer {
        let (id, say, owner) = (try id(call), call.say, call.caller.name)
        let webhook = try await done { () throws(WebhookRefusal) in try await webhooks.webhook(id, of: owner) }
        let messages = try await done { () throws(WebhookRefusal) in
            try await webhooks.lastMessages(of: id, owner: owner, limit: WebhookPages.shown)
        }
        return house.form(
            say("通知地址：\(webhook.url.host)", "Webhook: \(webhook.url.host)"), error: error,
            status: .unprocessableContent, here: "/org", call.page,
            """
            <p><a href="\(WebhookPages.address)">\(say("全部地址", "All addresses"))</a></p>\(above)
            <div class="panel"><dl class="facts"><dt>\(say("地址", "Address"))</dt><dd><code>\(webhook.url.text)</code></dd>
            <dt>\(say("状态", "State"))</dt><dd>\(state(webhook, say))</dd>
            <dt>\(say("待发", "Waiting"))</dt><dd>\(webhook.waiting)</dd></dl></div>
            \(forms(webhook, call))\(table(messages, say))
            """)
    }

    private func forms(_ webhook: Webhook, _ call: Call) -> HTML {
        let (say, path) = (call.say, "\(WebhookPages.address)/\(webhook.id)")
        let secret = house.secret(call.page)
        let move: HTML =
            webhook.stop == nil
            ? #"<button class="second" formaction="\#(path)/disable">\#(say("停用", "Disable"))</button>"#
            : #"<button class="second" formaction="\#(path)/resume">\#(say("恢复", "Resume"))</button>"#
        return """
            <form method="post" action="\(path)/test">\(secret)
            <p class="actions"><button>\(say("发送一条测试通知", "Send a test"))</button> \(move)</p></form>
            <details class="panel"><summary>\(say("更换密钥或移除", "New secret, or remove"))</summary>
            <form method="post" action="\(path)/secret">\(secret)\(FreshFactor.fields(call, house))
            <p>\(say(
                "更换后 24 小时内新旧密钥同时签名。移除后未发的通知不再发送。",
                "For 24 hours both secrets sign. What waits for one that is removed is not sent."))</p>
            <p class="actions"><button class="second">\(say("生成新密钥", "New secret"))</button>
            <button class="second" formaction="\(path)/remove">\(say("移除该地址", "Remove"))</button></p></form></details>
            """
    }

    private func table(_ messages: [WebhookMessage], _ say: PageLanguage) -> HTML {
        guard !messages.isEmpty else {
            return #"<p class="panel">\#(say("还没有发送过通知。", "Nothing was sent yet."))</p>"#
        }
        let rows = messages.map { message -> HTML in
            """
            <tr><td><a href="/org/cases/\(message.caseNumber.text)">\(message.caseNumber.text)</a></td>
            <td>\(say.time(message.madeAt))</td><td>\(say(message.state.wording))</td>
            <td class="number">\(message.attempts)</td><td>\(message.last.map { say($0.wording) } ?? "")</td>
            <td>\(message.lastAt.map { say.time($0) })</td></tr>
            """
        }
        let caption = say("最近 \(messages.count) 条通知", "The last \(messages.count) messages")
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption>
            <thead><tr><th scope="col">\(say("业务编号", "Case"))</th><th scope="col">\(say("变动时间", "Changed"))</th>
            <th scope="col">\(say("状态", "State"))</th><th scope="col">\(say("次数", "Attempts"))</th>
            <th scope="col">\(say("最近应答", "Last answer"))</th><th scope="col">\(say("应答时间", "At"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    // MARK: Doing

    /// Does something with a webhook; what the desk does not do is said on its page.
    private func act(
        _ call: Call, _ act: (WebhookID, String) async throws(WebhookRefusal) -> HTML?
    ) async throws(Problem) -> Answer {
        let id = try id(call)
        let above: HTML?
        do throws(WebhookRefusal) {
            above = try await act(id, call.caller.name)
        } catch {
            guard let words = error.wording else { throw Problem(error) }
            return try await show(call, error: call.say(words), above: nil)
        }
        return try await show(call, error: nil, above: above)
    }

    private func test(_ call: Call) async throws(Problem) -> Answer {
        try await act(call) { (id, owner) throws(WebhookRefusal) in
            let answer = try await webhooks.test(id, of: owner)
            let words = call.say(answer.wording)
            return answer.isTaken
                ? #"<p class="panel done" role="status"><strong>\#(call.say("✓ 测试通知：", "✓ The test: "))\#(words)</strong></p>"#
                : #"<p class="errors" role="alert"><strong>\#(call.say("× 测试通知：", "× The test: "))\#(words)</strong></p>"#
        }
    }

    private func disable(_ call: Call) async throws(Problem) -> Answer {
        try await act(call) { (id, owner) throws(WebhookRefusal) in
            _ = try await webhooks.disable(id, of: owner)
            return nil
        }
    }

    private func resume(_ call: Call) async throws(Problem) -> Answer {
        try await act(call) { (id, owner) throws(WebhookRefusal) in
            _ = try await webhooks.resume(id, of: owner)
            return nil
        }
    }

    private func renewSecret(_ call: Call) async throws(Problem) -> Answer {
        let cookie = try await FreshFactor.show(call, house)
        return try await act(call) { (id, owner) throws(WebhookRefusal) in
            let (webhook, secret) = try await webhooks.renewSecret(of: id, owner: owner)
            return shown(secret, of: webhook, call.say)
        }.with(cookie)
    }

    private func remove(_ call: Call) async throws(Problem) -> Answer {
        let cookie = try await FreshFactor.show(call, house)
        let (id, owner) = (try id(call), call.caller.name)
        try await done { () throws(WebhookRefusal) in try await webhooks.remove(id, of: owner) }
        return PageHouse.redirect(to: WebhookPages.address).with(cookie)
    }

    private func done<Value>(_ work: () async throws(WebhookRefusal) -> Value) async throws(Problem) -> Value {
        do throws(WebhookRefusal) { return try await work() } catch { throw Problem(error) }
    }
}

extension Answer {
    /// The same with a cookie, where there is one to be set.
    fileprivate func with(_ cookie: String?) -> Answer {
        var answer = self
        if let cookie { answer.fields[.setCookie] = cookie }
        return answer
    }
}
