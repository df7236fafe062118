import Casework
import TransferCore
import TransferDocuments

/// The instances of a node on the page of diagnostics and in its file: who serves since when, and who sees to what.
enum InstanceTable {
    /// Nothing for a node that serves alone.
    static func html(_ report: InstanceReport?, _ say: PageLanguage) -> HTML? {
        guard let report else { return nil }
        let rows = report.instances.map { instance -> HTML in
            let duties = duties(of: instance, in: report).map { say(wording(of: $0)) }
            return """
                <tr><td>\(instance.name)</td><td>\(state(of: instance, say))</td><td class="number">\(Int(instance.epoch))</td>
                <td>\(say.time(instance.since))</td><td>\(say.time(instance.endedAt ?? instance.until))</td>
                <td>\(instance.address)</td><td>\(duties.joined(separator: say("、", ", ")))</td></tr>
                """
        }
        let free = report.duties.filter { $0.holder == nil }.map(\.duty)
        let loose: HTML? =
            free.isEmpty
            ? nil
            : "<p>\(say("暂无实例负责：", "No instance sees to these now: "))\(free.map { say(wording(of: $0)) }.joined(separator: say("、", ", ")))</p>"
        return """
            <h2>\(say("实例", "Instances"))</h2><div class="scroll" tabindex="0"><table><thead><tr>
            <th scope="col">\(say("名称", "Name"))</th><th scope="col">\(say("状态", "State"))</th>
            <th scope="col">\(say("轮次", "Epoch"))</th><th scope="col">\(say("开始", "Since"))</th>
            <th scope="col">\(say("有效至", "Until"))</th><th scope="col">\(say("地址", "Address"))</th>
            <th scope="col">\(say("负责的后台事务", "Sees to"))</th></tr></thead><tbody>\(rows)</tbody></table></div>\(loose)
            """
    }

    private static func state(of instance: InstanceReport.Served, _ say: PageLanguage) -> HTML {
        switch instance.ended {
        case nil: #"<span class="mark done">\#(say("✓ 运行", "✓ serves"))</span>"#
        case .left: #"<span class="mark">\#(say("已停止", "stopped"))</span>"#
        case .expired: #"<span class="mark late">\#(say("× 失联，已被接替", "× not heard of, ended"))</span>"#
        }
    }

    /// What people call a duty; its own name where a newer program has made it.
    private static func wording(of duty: String) -> Wording {
        if let words = words[duty] { return words }
        guard duty.hasPrefix("outbox-") else { return Wording(chinese: duty, english: duty) }
        return Wording(chinese: "发件\(duty.dropFirst(7))", english: duty)
    }

    private static let words: [String: Wording] = [
        NodeDuty.bank.name: Wording(chinese: "银行文件", english: "bank files"),
        NodeDuty.deadlines.name: Wording(chinese: "时限", english: "deadlines"),
        NodeDuty.effects.name: Wording(chinese: "自动审核与核对", english: "reviews and checks"),
        NodeDuty.jobs.name: Wording(chinese: "批量任务", english: "jobs"),
        NodeDuty.night.name: Wording(chinese: "夜间对账", english: "nightly comparison"),
        NodeDuty.notices.name: Wording(chinese: "通知", english: "notices"),
        NodeDuty.stamps.name: Wording(chinese: "时间戳", english: "time-stamps"),
        NodeDuty.webhooks.name: Wording(chinese: "系统回调", english: "webhooks"),
        NodeDuty.witness.name: Wording(chinese: "日志见证", english: "log witness"),
    ]

    private static func duties(of instance: InstanceReport.Served, in report: InstanceReport) -> [String] {
        report.duties.filter { $0.holder == instance.name }.map(\.duty)
    }

    static func write(_ report: InstanceReport?, to json: inout JSONWriter) {
        guard let report else { return }
        json.array("instances", report.instances) { json, instance in
            json.object { json in
                json.field("name", instance.name)
                json.field("epoch", Int(instance.epoch))
                json.field("since", instance.since.signingTime.text)
                json.field("until", instance.until.signingTime.text)
                json.field("address", instance.address)
                json.field("version", instance.version)
                json.field("ended", instance.ended?.rawValue ?? "")
                json.array("duties", duties(of: instance, in: report)) { $0.value($1) }
            }
        }
    }
}
