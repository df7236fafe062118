import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The peers of a node for those who see to it: what waits for each, when it was heard of last, how long its certificates
/// last; holding deliveries; and a trial connection step by step. And the node's own keys.
///
/// Source: O2, SE-25 and SE-49 of the handbook of screens.
struct PeerPages: Sendable {
    let house: PageHouse
    let oversight: Oversight

    private static let operators = Route.Access.duties([.systemAdministrator])

    var routes: [Route] {
        let path = "/admin/peers"
        return [
            Route(.get, path, access: AccountPages.access, answer: list),
            Route(.post, "\(path)/{code}/hold", access: PeerPages.operators, body: .form, answer: hold),
            Route(.post, "\(path)/{code}/resume", access: PeerPages.operators, body: .form, answer: resume),
            Route(.post, "\(path)/{code}/test", access: PeerPages.operators, body: .form, answer: test),
            Route(.get, "/admin/keys", access: AccountPages.access, answer: keys),
        ]
    }

    // MARK: All peers

    private func list(_ call: Call) async throws(Problem) -> Answer { try await list(call, error: nil) }

    private func list(_ call: Call, error: String?) async throws(Problem) -> Answer {
        let (say, now) = (call.say, house.desk.clock.now)
        let counts: StoreCounts
        let report: TrustReport?
        do throws(StoreError) {
            counts = try await house.desk.store.counts()
            report = try await oversight.ports.trust?.report()
        } catch {
            throw Problem(error)
        }
        let lanes = await oversight.ports.outbox?.peers ?? []
        let isOperator = call.page.visitor?.roles.contains(.systemAdministrator) ?? false
        let rows = house.otherAgencies.filter { $0.successor == nil }.map { entry -> HTML in
            let lane = lanes.first { $0.peer == entry.code }
            let waiting = counts.outboxByRecipient[entry.code] ?? 0
            let oldest = counts.oldestOutboxAt[entry.code].map { max(0, now.seconds - $0.seconds) }
            let heard = report?.peers.first { $0.code == entry.code }?.directory
            let state: HTML =
                if let hold = lane?.hold {
                    """
                    <span class="mark late">\(say("本机构已暂停投递", "held here"))</span><br>
                    <span class="small">\(HeldPeer(hold: hold).facts(say))</span>
                    """
                } else {
                    (lane?.failures ?? 0) > 0
                        ? #"<span class="mark soon">\#(say("连续失败 \(lane?.failures ?? 0) 次", "\(lane?.failures ?? 0) failures"))</span>"#
                        : #"<span class="mark done">\#(say("正常", "in order"))</span>"#
                }
            let terms = (report?.terms ?? []).filter { $0.agency == entry.code }
            return """
                <tr><td>\(house.name(of: entry.code, say))<br><span class="small">\(entry.endpoint.text)</span></td><td>\(state)</td>
                <td class="number">\(waiting)</td><td>\(oldest.map { PeerPages.age($0, say) } ?? "-")</td>
                <td>\(heard.map { say.time(Instant(seconds: $0.asOf)) } ?? "\(say("尚未联系", "not heard of yet"))")</td>
                <td>\(heard.map { "\($0.version)" } ?? "-")</td>
                <td>\(terms.map { TermLine(term: $0, now: now.seconds).html(say) })</td>
                <td>\(isOperator ? forms(entry.code, lane?.isHeld == true, call) : "")</td></tr>
                """
        }
        let heads = [
            say("对方机构", "Peer"), say("投递", "Deliveries"), say("待送", "Waiting"), say("最久", "Oldest"),
            say("最近联系", "Heard of"), say("其目录版本", "Its directory"), say("证书", "Certificates"), say("操作", "Do"),
        ].map { head -> HTML in #"<th scope="col">\#(head)</th>"# }
        let own = house.desk.directory.current.directory
        return house.form(
            say("对方节点", "Peers"), error: error, status: .unprocessableContent, here: "/admin/peers", call.page,
            """
            <p>\(say("本机构目录版本 \(own.version)，有效至", "Our directory: version \(own.version), until"))
            \(say.time(Instant(seconds: own.expiresAt)))</p>
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("对方节点", "Peers"))"><table>
            <caption>\(say("目录中的其他机构", "The other agencies of the directory"))</caption>
            <thead><tr>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div>
            <p class="hint">\(say(
                "暂停期间文书留在本机构，不算等待对方；点“恢复投递”即继续。节点重新启动后也恢复投递。",
                "While a peer is held its documents stay here and do not wait for the peer; Resume lets them go. A new start "
                    + "of the node ends a hold too."))</p>
            """)
    }

    static func age(_ seconds: Int64, _ say: PageLanguage) -> String {
        switch seconds {
        case ..<120: say("\(seconds) 秒", "\(seconds) s")
        case ..<7_200: say("\(seconds / 60) 分钟", "\(seconds / 60) min")
        case ..<172_800: say("\(seconds / 3_600) 小时", "\(seconds / 3_600) h")
        default: say("\(seconds / 86_400) 天", "\(seconds / 86_400) days")
        }
    }

    private func forms(_ code: AgencyCode, _ isHeld: Bool, _ call: Call) -> HTML {
        let (say, path) = (call.say, "/admin/peers/\(code)")
        let move: HTML =
            isHeld
            ? #"<button class="second" formaction="\#(path)/resume">\#(say("恢复投递", "Resume"))</button>"#
            : """
            <br>\(HeldPeer.choice(of: code, say))
            <button class="second" formaction="\(path)/hold">\(say("暂停投递", "Hold"))</button>
            """
        return """
            <form method="post" action="\(path)/test">\(house.secret(call.page))
            <button class="second">\(say("测试连接", "Test"))</button>\(move)</form>
            """
    }

    // MARK: Holding and testing

    private func peer(_ call: Call) throws(Problem) -> AgencyCode {
        guard let code = AgencyCode(call.parameters[0]), code != house.desk.agency.code,
            house.desk.directory.current[code] != nil
        else { throw .notFound }
        return code
    }

    private func hold(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.peers) { return answer }
        guard let outbox = oversight.ports.outbox else { throw .notFound }
        let peer = try peer(call)
        guard let reason = HeldPeer.reason(call.form) else {
            return try await list(
                call, error: call.say("请选择暂停投递的原因。", "Choose why deliveries are to be held."))
        }
        try await house.note(.holdPeer, of: peer.text, .done, reason: reason.rawValue, call)
        await outbox.hold(peer, by: call.page.visitor?.name ?? "", reason)
        return PageHouse.redirect(to: "/admin/peers")
    }

    private func resume(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.peers) { return answer }
        guard let outbox = oversight.ports.outbox else { throw .notFound }
        let peer = try peer(call)
        try await house.note(.resumePeer, of: peer.text, .done, call)
        await outbox.resume(peer)
        return PageHouse.redirect(to: "/admin/peers")
    }

    private func test(_ call: Call) async throws(Problem) -> Answer {
        guard let probe = oversight.ports.probe else { throw .notFound }
        let (peer, say) = (try peer(call), call.say)
        let steps = await probe(peer)
        let failed = steps.first { $0.outcome == .failed }
        try await house.note(
            .testPeer, of: peer.text, .done, reason: failed.map { "failed at \($0.kind.rawValue)" } ?? "good", call)
        let rows = steps.map { step -> HTML in
            let (mark, words): (HTML, String) =
                switch step.outcome {
                case .good: (#"<span class="mark done">\#(say("✓ 通过", "✓ good"))</span>"#, say(step.detail))
                case .failed: (#"<span class="mark late">\#(say("× 未通过", "× failed"))</span>"#, say(step.detail))
                case .skipped: (#"<span class="mark">\#(say("– 未测试", "– skipped"))</span>"#, say(step.detail))
                }
            return """
                <tr><td>\(PeerPages.title(step.kind, say))</td><td>\(mark)</td><td>\(words)</td>
                <td>\(step.mend.map { say($0) } ?? "")</td><td class="number">\(Int(step.milliseconds))</td></tr>
                """
        }
        let verdict: HTML =
            failed == nil
            ? #"<p class="panel done" role="status"><strong>\#(say("连接正常。", "The connection is in order."))</strong></p>"#
            : """
            <p class="errors" role="alert"><strong>\(say("连接在这一步未通过：", "The connection failed at: "))\
            \(failed.map { PeerPages.title($0.kind, say) } ?? "")</strong></p>
            """
        return house.page(
            say("连接测试：\(peer)", "Connection test: \(peer)"), here: "/admin/peers", call.page,
            """
            \(verdict)<div class="scroll" tabindex="0"><table class="wide"><caption>\(house.name(of: peer, say))</caption><thead><tr>
            <th scope="col">\(say("步骤", "Step"))</th><th scope="col">\(say("结果", "Result"))</th>
            <th scope="col">\(say("所见", "Seen"))</th><th scope="col">\(say("处理办法", "Mend"))</th>
            <th scope="col">\(say("毫秒", "ms"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p><a href="/admin/peers">\(say("返回", "Back"))</a></p>
            """)
    }

    private static func title(_ kind: ProbeStep.Kind, _ say: PageLanguage) -> String {
        switch kind {
        case .name: say("1 解析主机名", "1 Name")
        case .tcp: say("2 建立连接（TCP）", "2 Connection (TCP)")
        case .tls: say("3 加密握手（TLS）", "3 TLS")
        case .certificate: say("4 对方证书", "4 Certificate of the peer")
        case .answer: say("5 节点应答", "5 Answer of the node")
        case .directory: say("6 目录版本", "6 Version of the directory")
        case .clock: say("7 时钟差", "7 Difference of the clocks")
        }
    }

    // MARK: Own keys

    private func keys(_ call: Call) async throws(Problem) -> Answer {
        guard let trust = oversight.ports.trust else { throw .notFound }
        let (say, now) = (call.say, house.desk.clock.now.seconds)
        let report: TrustReport
        do throws(StoreError) { report = try await trust.report() } catch { throw Problem(error) }
        let entry = report.directory[report.agency]
        var rows: [HTML] = []
        func row(
            _ use: String, _ algorithm: String, _ name: DocumentDigest, _ from: Int64, _ until: Int64, _ isUsed: Bool
        ) {
            let term = TrustTerm(kind: .tls, agency: nil, name: name.text, endsAt: until)
            let mark: HTML =
                isUsed
                ? #"<span class="mark done">\#(say("在用", "in use"))</span>"#
                : #"<span class="mark">\#(say("备用或将停用", "not in use"))</span>"#
            rows.append(
                """
                <tr><td>\(use)</td><td>\(algorithm)</td><td><code>\(name.text)</code></td>
                <td>\(say.time(Instant(seconds: from)))</td><td>\(say.time(Instant(seconds: until)))</td>
                <td>\(TermLine(term: term, now: now).days(say))</td><td>\(mark)</td></tr>
                """)
        }
        for certificate in entry?.tlsCertificates ?? [] {
            row(
                say("节点连接（双向 TLS）", "connections to peers"), "ECDSA P-256", certificate.thumbprint, certificate.from,
                certificate.until, certificate.thumbprint == report.tls)
        }
        for key in entry?.signingCertificates ?? [] {
            row(
                say("文书签名", "signing documents"), "ECDSA P-256 (ES256)", key.certificate.thumbprint, key.from,
                key.until,
                key.certificate.thumbprint == report.signing)
        }
        let heads = [
            say("用途", "Use"), say("算法", "Algorithm"), say("指纹", "Thumbprint"), say("自", "Since"), say("至", "Until"),
            say("剩余", "Left"), say("状态", "State"),
        ].map { head -> HTML in #"<th scope="col">\#(head)</th>"# }
        let others = report.terms.filter { $0.agency == nil }.map { term -> HTML in
            "<li>\(TermLine(term: term, now: now).html(say))</li>"
        }
        return house.page(
            say("证书与密钥", "Keys and certificates"), here: "/admin/keys", call.page,
            """
            <div class="scroll" tabindex="0"><table class="wide"><caption>\(say("本机构目录所列的证书；私钥不在数据库中，也不在任何页面上",
                "Our certificates in the directory; private keys are in no database and on no page"))</caption>
            <thead><tr>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div>
            <h2>\(say("网络的根、目录与吊销列表", "Roots, directory and lists of the network"))</h2><ul>\(others)</ul>
            <h2>\(say("其他密钥", "Other keys"))</h2>
            <ul><li>\(say("第二因素种子的封存密钥（AES-256-GCM，文件，仅节点可读）", "The key that seals second factors (AES-256-GCM, a file for the node only)"))</li>
            <li>\(say("审计末行记录的密钥：由上一密钥派生（HKDF-SHA256）", "The key of the trail's note: derived from it (HKDF-SHA256)"))</li></ul>
            <p class="hint">\(say("轮换：", "To rotate: "))<code>jiexu certs rotate</code></p>
            """)
    }
}

/// How long something lasts, in colour and in words.
struct TermLine {
    let term: TrustTerm
    /// In seconds since 1970.
    let now: Int64

    func html(_ say: PageLanguage) -> HTML { "<span>\(title(say)) \(days(say))</span><br>" }

    /// The days with the warning that holds: 60, 30, 14, 7 or 1 days before the end, and after it.
    func days(_ say: PageLanguage) -> HTML {
        let left = term.daysLeft(at: now)
        guard left >= 0 else {
            return #"<span class="mark late">\#(say("已过期 \(-left) 天", "ended \(-left) days ago"))</span>"#
        }
        let words = say("还有 \(left) 天", "\(left) days left")
        switch term.warning(at: now) {
        case nil: return #"<span class="mark done">\#(words)</span>"#
        case 60?, 30?: return #"<span class="mark soon">\#(words) · \#(say("请安排更换", "plan the renewal"))</span>"#
        case 14?: return #"<span class="mark soon">\#(words) · \#(say("请尽快更换", "renew it soon"))</span>"#
        case 7?: return #"<span class="mark late">\#(words) · \#(say("请本周更换", "renew it this week"))</span>"#
        default: return #"<span class="mark late">\#(words) · \#(say("请立即更换", "renew it now"))</span>"#
        }
    }

    private func title(_ say: PageLanguage) -> String {
        switch term.kind {
        case .tls, .signing: say(term.kind.wording)
        case .directory, .revocationList: say(term.kind.wording) + " \(term.name)"
        case .root, .directoryKey: say(term.kind.wording) + " \(term.name.prefix(16))…"
        }
    }
}
