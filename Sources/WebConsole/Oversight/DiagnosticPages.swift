import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// How a node is, for those who see to it: first what somebody has to do now, then the facts; and all of it as a file for
/// whoever helps, without secrets and without persons.
///
/// Source: O3, SE-57 and section 4.3 of the handbook of screens.
struct DiagnosticPages: Sendable {
    let house: PageHouse
    let oversight: Oversight
    let work: WorkDesk?

    /// A queue that is older is work for somebody.
    private static let oldSeconds: Int64 = 3_600
    private static let mostAlarms = 1_000

    var routes: [Route] {
        [
            Route(.get, "/admin", access: AccountPages.access, answer: overview),
            Route(.get, "/admin/diagnostics", access: AccountPages.access, answer: show),
            Route(.get, "/admin/diagnostics/file", access: .duties([.systemAdministrator]), answer: file),
        ]
    }

    /// Something that somebody has to see to.
    private struct Errand {
        let isUrgent: Bool
        let words: Wording
        /// What was found, or what is to be done.
        let mend: Quotation
    }

    private struct Look {
        var tasks: [Errand] = []
        var counts = StoreCounts()
        var report: TrustReport?
        var lanes: [Outbox.PeerState] = []
        var circumstances: NodeCircumstances?
        var jobs: [Job] = []
        var instances: InstanceReport?
        var failing: [(name: String, why: String)] = []
    }

    private func look() async throws(Problem) -> Look {
        var look = Look()
        let now = house.desk.clock.now
        do throws(StoreError) {
            look.counts = try await house.desk.store.counts()
            look.report = try await oversight.ports.trust?.report()
            look.instances = try await oversight.ports.instances?.instances()
            if let work { look.jobs = try await work.store.jobs(limit: 100) }
            let open = try await oversight.accountStore.openAccountRequests(limit: 1_000)
            if !open.isEmpty {
                look.tasks.append(
                    Errand(
                        isUrgent: false,
                        words: Wording(
                            chinese: "有 \(open.count) 件账号申请待批准", english: "\(open.count) requests for accounts wait"),
                        mend: Quotation(
                            Wording(chinese: "由另一名安全管理员到“账号”页批准。", english: "Another security officer decides."), nil)))
            }
        } catch {
            throw Problem(error)
        }
        for lost in look.instances?.instances ?? [] where lost.ended == .expired {
            look.tasks.append(
                Errand(
                    isUrgent: false,
                    words: Wording(
                        chinese: "实例 \(lost.name) 失联，已被接替",
                        english: "Instance \(lost.name) was not heard of, and was ended"),
                    mend: Quotation(
                        Wording(chinese: "查明原因后重新启动该实例。", english: "Find out why, and start it again."), nil)))
        }
        look.circumstances = await oversight.ports.circumstances?()
        for check in oversight.ports.checks {
            guard let why = await check.fault() else { continue }
            look.failing.append((check.name, why))
            look.tasks.insert(
                Errand(
                    isUrgent: true,
                    words: Wording(chinese: "检查未通过：\(check.name)", english: "A check fails: \(check.name)"),
                    mend: Quotation(failing: check.name, why)), at: 0)
        }
        for alarm in look.report?.alarms ?? [] {
            look.tasks.append(
                Errand(
                    isUrgent: alarm.kind != .ending && alarm.kind != .unchecked,
                    words: Wording(
                        chinese: "密钥警报：\(alarm.subjectWording.chinese) \(alarm.kind.wording.chinese)（见“证书与密钥”页）",
                        english:
                            "An alarm about keys: \(alarm.subjectWording.english): \(alarm.kind.wording.english) (see "
                            + "the page of keys)"),
                    mend: Quotation(alarm)))
        }
        look.lanes = await oversight.ports.outbox?.peers ?? []
        for lane in look.lanes {
            guard let hold = lane.hold else { continue }
            let (peer, count) = (lane.peer, look.counts.outboxByRecipient[lane.peer] ?? 0)
            let held = HeldPeer(hold: hold)
            look.tasks.append(
                Errand(
                    isUrgent: false,
                    words: Wording(
                        chinese: "对 \(peer) 的投递由本机构暂停（\(count) 份文书留在这里）：\(held.facts(.chinese))。",
                        english:
                            "Deliveries to \(peer) are held here (\(count) documents stay): \(held.facts(.english))."),
                    mend: Quotation(HeldPeer.end, nil)))
        }
        for (peer, at) in look.counts.oldestOutboxAt.sorted(by: { $0.key < $1.key }) {
            let age = now.seconds - at.seconds
            let isHeld = look.lanes.contains { $0.peer == peer && $0.isHeld }
            guard !isHeld, age > DiagnosticPages.oldSeconds else { continue }
            look.tasks.append(
                Errand(
                    isUrgent: false,
                    words: Wording(
                        chinese: "给 \(peer) 的文书已等待 \(age / 3_600) 小时",
                        english: "Documents for \(peer) wait for \(age / 3_600) h"),
                    mend: Quotation(
                        Wording(chinese: "到“对方节点”页测试连接。", english: "Test the connection on the page of peers."), nil)))
        }
        return look
    }

    // MARK: Pages

    private func overview(_ call: Call) async throws(Problem) -> Answer {
        let look = try await look()
        let say = call.say
        return house.page(
            say("概况", "Overview"), here: "/admin", call.page,
            """
            \(tasks(look, say))<div class="tiles">
            <a class="tile" href="/admin/peers"><b>\(look.counts.outboxByRecipient.values.reduce(0, +))</b>\(say("待送达文书", "documents to be delivered"))</a>
            <a class="tile" href="/admin/keys"><b>\(look.report?.alarms.count ?? 0)</b>\(say("密钥与证书警报", "alarms about keys"))</a>
            <a class="tile" href="/admin/diagnostics"><b>\(look.failing.count)</b>\(say("未通过的检查", "checks that fail"))</a>
            <a class="tile" href="/admin/accounts"><b>\(say("账号", "Accounts"))</b>\(say("申请、批准、停用", "ask, grant, disable"))</a></div>
            """)
    }

    private func tasks(_ look: Look, _ say: PageLanguage) -> HTML {
        guard !look.tasks.isEmpty else {
            return
                #"<p class="panel done" role="status"><strong>\#(say("✓ 现在无需操作。", "✓ Nothing to do now."))</strong></p>"#
        }
        let items = look.tasks.map { task -> HTML in
            let mark: HTML =
                task.isUrgent
                ? #"<span class="mark late">\#(say("立即", "now"))</span>"#
                : #"<span class="mark soon">\#(say("尽快", "soon"))</span>"#
            return "<li>\(mark) <strong>\(say(task.words))</strong> \(task.mend.html(say))</li>"
        }
        return #"<div class="panel now"><h2>\#(say("现在需要您", "What to do now"))</h2><ul>\#(items)</ul></div>"#
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let look = try await look()
        let (say, now) = (call.say, house.desk.clock.now)
        let checks = oversight.ports.checks.map { check -> HTML in
            let failure = look.failing.first { $0.name == check.name }
            let mark: HTML =
                failure == nil
                ? #"<span class="mark done">\#(say("✓ 通过", "✓ good"))</span>"#
                : #"<span class="mark late">\#(say("× 未通过", "× fails"))</span>"#
            let why = failure.map { Quotation(failing: $0.name, $0.why).html(say) }
            return "<tr><td><code>\(check.name)</code></td><td>\(mark)</td><td>\(why)</td></tr>"
        }
        let jobs = look.jobs.filter { $0.state != .done && $0.state != .declined }.map { job -> HTML in
            """
            <tr><td class="number">\(Int(job.id))</td><td>\(say(job.work.wording))</td><td>\(say(job.state.wording))</td>
            <td class="number">\(job.finished)/\(job.total)</td><td>\(say.time(job.at))</td></tr>
            """
        }
        let none: HTML = #"<p class="panel">\#(say("没有进行中的任务。", "None is under way."))</p>"#
        let table: HTML =
            """
            <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">\(say("编号", "No."))</th><th scope="col">\(say("事项", "Work"))</th>
            <th scope="col">\(say("状态", "State"))</th><th scope="col">\(say("进度", "Done"))</th><th scope="col">\(say("时间", "Since"))</th></tr></thead>
            <tbody>\(jobs)</tbody></table></div>
            """
        let fileLink: HTML? =
            call.page.visitor?.roles.contains(.systemAdministrator) == true
            ? #"<p><a class="button" href="/admin/diagnostics/file">\#(say("下载诊断文件（不含密钥和个人信息）", "Download (no keys, no persons)"))</a></p>"#
            : nil
        return house.page(
            say("诊断", "Diagnostics"), here: "/admin/diagnostics", call.page,
            """
            \(tasks(look, say))\(fileLink)<div class="panel"><dl class="facts">\(facts(look, now, say))</dl></div>
            \(InstanceTable.html(look.instances, say))
            <h2>\(say("检查", "Checks"))</h2><div class="scroll" tabindex="0"><table><tbody>\(checks)</tbody></table></div>
            <h2>\(say("批量任务", "Jobs"))</h2>\(jobs.isEmpty ? none : table)
            <h2>\(say("生效的配置（不含密钥摘要）", "Settings in force (without secrets)"))</h2>
            <details><summary>\(say("展开", "Show"))</summary><pre>\(look.circumstances?.settings ?? "")</pre></details>
            """)
    }

    private func facts(_ look: Look, _ now: Instant, _ say: PageLanguage) -> HTML {
        let here = look.circumstances
        let counts = look.counts
        func mebibytes(_ bytes: Int64?) -> String { bytes.map { "\($0 >> 20) MiB" } ?? "-" }
        let oldest = counts.oldestOutboxAt.values.min().map { max(0, now.seconds - $0.seconds) }
        return """
            <dt>\(say("程序版本", "Version"))</dt><dd>\(here?.version ?? "-")</dd>
            <dt>\(say("启动时间", "Started"))</dt><dd>\(here.map { say.time($0.startedAt) })</dd>
            <dt>\(say("数据库大小", "Database"))</dt><dd>\(mebibytes(here?.databaseBytes))</dd>
            <dt>\(say("磁盘剩余", "Free on the disk"))</dt><dd>\(mebibytes(here?.freeBytes))</dd>
            <dt>\(say("时钟", "Clock"))</dt><dd>\(here?.clock.map { Quotation(failing: "clock", $0).html(say) } ?? "\(say("正常", "in order"))")</dd>
            <dt>\(say("待送达文书", "Documents to be delivered"))</dt>
            <dd>\(counts.outboxByRecipient.values.reduce(0, +))\(oldest.map { say("，最久 ", ", the oldest for ") + PeerPages.age($0, say) } ?? "")</dd>
            <dt>\(say("待办审核与核对", "Reviews and checks to be done"))</dt><dd>\(counts.openEffects)</dd>
            <dt>\(say("待送银行指令", "Orders that wait for the bank"))</dt><dd>\(counts.ordersWaiting)</dd>
            <dt>\(say("无对应业务的银行流水", "Bank lines without a case"))</dt><dd>\(counts.unmatchedBankLines)</dd>
            <dt>\(say("事件 / 文书 / 记账 / 日志叶", "Events / documents / postings / leaves"))</dt>
            <dd>\(counts.events) / \(counts.documents) / \(counts.postings) / \(counts.auditLeaves)</dd>
            """
    }

    // MARK: A file

    private func file(_ call: Call) async throws(Problem) -> Answer {
        let look = try await look()
        let now = house.desk.clock.now
        try await house.note(.exportDiagnostics, .done, call)
        let bytes: [UInt8]
        do {
            bytes = try JSONWriter.object(limits: DiagnosticPages.limits) { json in
                json.field("at", now.signingTime.text)
                json.field("agency", house.desk.agency.code.text)
                json.field("version", look.circumstances?.version ?? "")
                json.field("databaseBytes", look.circumstances?.databaseBytes ?? 0)
                json.field("freeBytes", look.circumstances?.freeBytes ?? 0)
                json.field("clock", look.circumstances?.clock ?? "")
                InstanceTable.write(look.instances, to: &json)
                json.array("failing", look.failing) { json, one in
                    json.object { json in
                        json.field("check", one.name)
                        json.field("why", one.why)
                    }
                }
                json.object("casesByPhase") { json in
                    for (phase, count) in look.counts.casesByPhase.sorted(by: { $0.key < $1.key }) {
                        json.field(phase, count)
                    }
                }
                json.array("peers", house.otherAgencies.map(\.code)) { json, code in
                    json.object { json in
                        let lane = look.lanes.first { $0.peer == code }
                        json.field("peer", code.text)
                        json.field("held", lane?.isHeld ?? false)
                        json.field("heldSince", ifPresent: lane?.hold?.since.signingTime.text)
                        json.field("heldBecause", ifPresent: lane?.hold?.reason.rawValue)
                        json.field("failures", lane?.failures ?? 0)
                        json.field("waiting", look.counts.outboxByRecipient[code] ?? 0)
                        json.field(
                            "oldestSeconds",
                            ifPresent: look.counts.oldestOutboxAt[code].map { now.seconds - $0.seconds })
                    }
                }
                json.array("terms", look.report?.terms ?? []) { json, term in
                    json.object { json in
                        json.field("subject", term.subject)
                        json.field("daysLeft", term.daysLeft(at: now.seconds))
                    }
                }
                json.array("alarms", look.report?.alarms ?? []) { json, alarm in
                    json.object { json in
                        json.field("kind", alarm.kind.rawValue)
                        json.field("subject", alarm.subject)
                        json.field("detail", alarm.detail)
                    }
                }
                json.array("settings", (look.circumstances?.settings ?? "").split(separator: "\n").map(String.init)) {
                    $0.value($1)
                }
            }
        } catch {
            throw .internalFault
        }
        return PageHouse.attachment(
            bytes, "application/json", "diagnostics-\(house.desk.agency.code)-\(now.date).json")
    }

    private static let limits = JSONLimits(
        bytes: 4 << 20, depth: 8, members: 100_000, topLevelObjectOnly: true, integersOnly: true, textRule: .any)
}
