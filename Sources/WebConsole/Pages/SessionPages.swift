import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// One's own sessions: where one is logged in and since when, and ending one or all others.
///
/// Source: SE-13 of the handbook of screens.
struct SessionPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        [
            Route(
                .post, "/account/sessions", access: .visitors(Set(AccessRole.allCases).subtracting([.insuredPerson])),
                body: .form, answer: end)
        ]
    }

    private struct Line {
        let handle: String
        let begun: Instant
        let used: Instant
        let source: String
        let isThis: Bool
    }

    private func lines(_ call: Call) async throws(Problem) -> [Line] {
        guard let visitor = call.page.visitor else { return [] }
        if let visit = visitor.session, let accounts = house.accounts {
            let sessions = try await house.kept { () throws(StoreError) in
                try await accounts.sessions.list(of: visit.account.name)
            }
            return sessions.map { session in
                Line(
                    handle: session.handle, begun: session.beganAt, used: session.seenAt,
                    source: session.source.description, isThis: session.handle == visit.session.handle)
            }
        }
        let own = PageHouse.cookie(house.sessionCookie, call.fields).map { SessionTable.handle($0) }
        return house.sessions.lines(of: visitor.token.name, at: house.desk.clock.machineTime).map { line in
            Line(handle: line.handle, begun: line.begun, used: line.used, source: "", isThis: line.handle == own)
        }
    }

    /// The list, for the page of one's own account.
    func table(_ call: Call) async throws(Problem) -> HTML {
        let (say, lines) = (call.say, try await lines(call))
        let rows = lines.map { line -> HTML in
            let end: HTML =
                line.isThis
                ? "\(say("本次登录", "this one"))"
                : """
                <form class="inline" method="post" action="/account/sessions">\(house.secret(call.page))
                <input type="hidden" name="session" value="\(line.handle)">
                <button class="link">\(say("结束", "End it"))</button></form>
                """
            return """
                <tr><td>\(say.time(line.begun))</td><td>\(say.time(line.used))</td><td>\(line.source)</td><td>\(end)</td></tr>
                """
        }
        let others: HTML? =
            lines.count > 1
            ? """
            <form method="post" action="/account/sessions">\(house.secret(call.page))
            <input type="hidden" name="session" value="others">
            <button class="second">\(say("结束其他全部登录", "End all others"))</button></form>
            """ : nil
        return """
            <h2>\(say("我的登录", "Where I am logged in"))</h2><div class="scroll" tabindex="0"><table><thead><tr>
            <th scope="col">\(say("登录时间", "Since"))</th><th scope="col">\(say("最近使用", "Last used"))</th>
            <th scope="col">\(say("来自", "From"))</th><th scope="col">\(say("操作", "Do"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>\(others)
            """
    }

    private func end(_ call: Call) async throws(Problem) -> Answer {
        guard let wanted = call.form["session"] else { throw .formNotOurs }
        for line in try await lines(call) where !line.isThis && (wanted == "others" || wanted == line.handle) {
            try await end(line, call)
        }
        return PageHouse.redirect(to: "/account")
    }

    private func end(_ line: Line, _ call: Call) async throws(Problem) {
        if let visit = call.page.visitor?.session, let accounts = house.accounts {
            let actor = AuditActor(visit.account, .session, from: call.source, request: "")
            _ = try await house.kept { () throws(StoreError) in
                try await accounts.sessions.end(line.handle, of: visit.account.name, by: actor)
            }
        } else if let name = call.page.visitor?.token.name {
            house.sessions.end(handle: line.handle, of: name)
        }
    }
}
