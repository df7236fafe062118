import Accounts
import Casework
import HTTPTypes
import Logging
import TransferCore
import TransferDocuments

/// The pages on which auditors check that nothing was changed or removed: the chain of the trail, the log of cases with its
/// signed heads and time-stamps, and the dossier of one case for somebody elsewhere.
///
/// Source: A2 and A3 of the handbook of screens.
struct AuditCheckPages: Sendable {
    let house: PageHouse
    let oversight: Oversight

    var routes: [Route] {
        [
            Route(.get, "/audit/check", access: AuditPages.access, answer: show),
            Route(.post, "/audit/check/trail", access: AuditPages.access, body: .form, answer: checkTrail),
            Route(.post, "/audit/check/log", access: AuditPages.access, body: .form, answer: checkLog),
            Route(.get, "/audit/dossier", access: AuditPages.access, answer: askDossier),
            Route(.post, "/audit/dossier", access: AuditPages.access, body: .form, answer: dossier),
        ]
    }

    private func show(_ call: Call) async throws(Problem) -> Answer { page(call, nil) }

    private func page(_ call: Call, _ outcome: HTML?) -> Answer {
        let say = call.say
        let logForm: HTML? =
            oversight.ports.verifyLog == nil
            ? nil
            : """
            <form class="panel" method="post" action="/audit/check/log">\(house.secret(call.page))
            <h2>\(say("业务日志", "The log of cases"))</h2>
            <p>\(say(
                "重算每个业务事件、文书、记账在默克尔树中的位置，与已签的日志头、对方持有的日志头和时间戳比较。",
                "Lays the tree over all events, documents and postings anew, and compares it with the signed heads, those that "
                    + "others hold, and the time-stamps."))</p>
            <button>\(say("立即校验日志", "Check the log now"))</button></form>
            """
        return house.page(
            say("校验", "Checks"), here: "/audit", call.page,
            """
            <p><a href="/audit">\(say("审计记录", "The trail"))</a> · <b>\(say("校验", "Checks"))</b></p>\(outcome)
            <form class="panel" method="post" action="/audit/check/trail">\(house.secret(call.page))
            <h2>\(say("审计记录", "The trail"))</h2>
            <p>\(say(
                "从第一行起逐行核对摘要链，并与数据库以外所记的末行比较。",
                "Follows the chain of digests from the first row on, and compares it with the last row as it is noted outside "
                    + "the database."))</p>
            <button>\(say("立即校验审计记录", "Check the trail now"))</button></form>\(logForm)
            <p class="hint">\(say("同样的校验也可用命令进行：", "The same by command: "))<code>jiexu audit verify</code></p>
            """)
    }

    // MARK: The trail

    private func checkTrail(_ call: Call) async throws(Problem) -> Answer {
        let standing: TrailStanding
        do throws(StoreError) { standing = try await oversight.ports.verifyTrail() } catch { throw Problem(error) }
        let words = standing.breaks.first.map { "broken at row \($0.number)" } ?? "whole"
        try await house.note(.verifyTrail, .done, reason: "trail: \(words), \(standing.count) rows", call)
        return page(call, trailOutcome(standing, call.say))
    }

    private func trailOutcome(_ standing: TrailStanding, _ say: PageLanguage) -> HTML {
        let facts: HTML = """
            <dl class="facts"><dt>\(say("校验时间", "Checked at"))</dt><dd>\(say.time(standing.at))</dd>
            <dt>\(say("行数", "Rows"))</dt><dd>\(Int(standing.count))</dd>
            <dt>\(say("末行摘要", "Digest of the last row"))</dt><dd><code>\(standing.head)</code></dd></dl>
            """
        guard let first = standing.breaks.first else {
            return """
                <div class="panel" role="status"><p class="done"><strong>\(say(
                    "✓ 审计记录完整，无改动、无缺失。", "✓ The trail is whole: nothing was changed, nothing is missing."))</strong></p>\(facts)</div>
                """
        }
        let items = standing.breaks.map { one -> HTML in "<li>\(say(Wording(inOneText: one.description)))</li>" }
        return """
            <div class="errors" role="alert"><p><strong>\(say(
                "× 审计记录已被破坏，第一处在第 \(Int(first.number)) 行。", "× The trail is broken, first at row \(Int(first.number))."))</strong></p>
            <ul>\(items)</ul>\(facts)
            <p>\(say(
                "请保全数据库文件与备份，报告安全管理员；该行及其后的记录不能作为证据，直到查明原因。",
                "Keep the database file and its backups as they are, and tell the security officer: this row and those behind "
                    + "it are no evidence until the cause is known."))</p></div>
            """
    }

    // MARK: The log of cases

    private func checkLog(_ call: Call) async throws(Problem) -> Answer {
        guard let verify = oversight.ports.verifyLog else { throw .notFound }
        let standing: LogStanding
        do {
            standing = try await verify()
        } catch {
            house.desk.logger.error("the log was not examined", metadata: ["cause": "\(error)"])
            throw .internalFault
        }
        try await house.note(
            .verifyTrail, .done, reason: "log: \(standing.findings.count) findings, \(standing.size) leaves", call)
        return page(call, logOutcome(standing, call.say))
    }

    private func logOutcome(_ standing: LogStanding, _ say: PageLanguage) -> HTML {
        let stamps = standing.stampTimes.sorted { $0.key < $1.key }.map { name, at -> HTML in
            "<dt>\(say("时间戳", "Time-stamp")) \(name)</dt><dd>\(say.time(at))</dd>"
        }
        let head: HTML? = standing.newestHead.map { signed in
            let at = Instant(milliseconds: signed.head.atMilliseconds)
            return """
                <dt>\(say("最新签名日志头", "Newest signed head"))</dt><dd>\(say.time(at)) ·
                \(say("叶数", "leaves")) \(Int(signed.head.size)) · \(say("期", "epoch")) \(signed.head.epoch)
                <details><summary>\(say("签名文本", "As it was signed"))</summary><code>\(signed.text)</code></details></dd>
                """
        }
        let facts: HTML = """
            <dl class="facts"><dt>\(say("校验时间", "Checked at"))</dt><dd>\(say.time(standing.at))</dd>
            <dt>\(say("叶数", "Leaves"))</dt><dd>\(Int(standing.size))</dd>
            <dt>\(say("树根", "Root"))</dt><dd><code>\(standing.root)</code></dd>
            <dt>\(say("已核对", "Compared"))</dt><dd>\(say(
                "本机构日志头 \(standing.ownHeads)、对方日志头 \(standing.peerHeads)、时间戳 \(standing.stamps)",
                "\(standing.ownHeads) own heads, \(standing.peerHeads) heads of others, \(standing.stamps) time-stamps"))</dd>
            \(head)\(stamps)</dl>
            """
        guard !standing.findings.isEmpty else {
            return """
                <div class="panel" role="status"><p class="done"><strong>\(say(
                    "✓ 业务日志与所有签名日志头一致。", "✓ The log agrees with every signed head."))</strong></p>\(facts)</div>
                """
        }
        let items = standing.findings.prefix(50).map { finding -> HTML in
            "<li>\(Quotation(logFinding: finding).html(say))</li>"
        }
        return """
            <div class="errors" role="alert"><p><strong>\(say(
                "× 发现 \(standing.findings.count) 处问题。", "× \(standing.findings.count) findings."))</strong></p>
            <ul>\(items)</ul>\(facts)</div>
            """
    }

    // MARK: One case

    private func askDossier(_ call: Call) async throws(Problem) -> Answer { dossierForm(call, nil) }

    private func dossierForm(_ call: Call, _ error: String?) -> Answer {
        let say = call.say
        return house.form(
            say("业务卷宗", "Dossier of a case"), error: error, status: .init(code: 422), here: "/audit", call.page,
            """
            <form class="panel" method="post" action="/audit/dossier">\(house.secret(call.page))
            <p>\(say(
                "卷宗含收发的文书原文、签名、回执、办理记录、日志证明与时间戳，含个人信息，可离线核验：",
                "The dossier holds the documents as they were sent and received, signatures, receipts, the history, proofs of the "
                    + "log and time-stamps. It holds personal data. It can be checked offline: "))
            <code>jiexu dossier verify</code></p>
            <label for="number">\(say("业务编号", "Number of the case"))</label>
            <input type="text" id="number" name="number" required maxlength="40">
            \(Purpose.dossier.choice(say))
            <p><button>\(say("下载卷宗", "Download the dossier"))</button></p></form>
            """)
    }

    private func dossier(_ call: Call) async throws(Problem) -> Answer {
        guard let write = oversight.ports.dossier else { throw .notFound }
        guard let number = call.form["number"].flatMap({ CaseNumber($0) }) else {
            return dossierForm(call, call.say("业务编号不正确。", "This is no case number."))
        }
        guard let purpose = Purpose.dossier.read(call.form) else {
            return dossierForm(call, call.say("请选择用途。", "Choose the purpose."))
        }
        _ = try await house.desk.view(of: number)
        try await house.note(.exportDossier, of: number.text, .begun, reason: purpose.rawValue, call)
        do {
            return PageHouse.attachment(
                try await write(number), "application/zip", "\(number.text).zip")
        } catch {
            house.desk.logger.error("a dossier was not written", metadata: ["cause": "\(error)"])
            throw .internalFault
        }
    }
}
