import Casework
import TransferCore
import TransferDocuments

/// Something that a program or a peer wrote, in English as it was written, behind words of ours that say what it means.
struct Quotation: Sendable {
    let meaning: Wording
    /// As it came; nil where our words say all of it.
    let original: String?

    init(_ meaning: Wording, _ original: String?) {
        self.meaning = meaning
        self.original = original
    }

    /// A fault of a delivery, `code: detail`.
    init(delivery told: String) { self.init(DeliveryWords.wording(ofFault: told), told) }

    /// What an alarm has found. A fault of trust begins with its published code.
    init(_ alarm: TrustAlarm) {
        if let found = alarm.found {
            self.init(found, nil)
        } else {
            let code = TrustFault.Code(rawValue: String(alarm.detail.prefix { $0 != ":" }))
            self.init(code?.wording ?? Wording(chinese: "详见原文", english: "As it was found"), alarm.detail)
        }
    }

    /// A problem of which pages have no words of their own: Chinese by its status, if its detail has none.
    init(_ problem: Problem) {
        let told = Wording(inOneText: problem.detail)
        guard told.chinese == told.english else {
            self.init(told, nil)
            return
        }
        let meaning =
            switch problem.status {
            case 405: Wording(chinese: "这个地址不能这样访问", english: "Not this way")
            case 404, 410: Wording(chinese: "没有这个页面或业务", english: "There is no such thing")
            case 409: Wording(chinese: "与现在的状态不符，请重新查看后再办理", english: "It does not go with how things are")
            case 413, 414: Wording(chinese: "提交的内容过长", english: "Too long")
            case 422: Wording(chinese: "填写有误", english: "Not complete or not correct")
            case 500...: Wording(chinese: "系统未能完成，请稍后重试或联系管理员", english: "The node could not do it")
            default: Wording(chinese: "请求无法识别，请从页面重新操作", english: "The request was not understood")
            }
        self.init(meaning, problem.detail)
    }

    /// A check that fails.
    init(failing check: String, _ why: String) {
        let meaning =
            switch check {
            case "store": Wording(chinese: "数据库没有应答", english: "The database does not answer")
            case "store-writes": Wording(chinese: "数据库不能写入", english: "The database cannot be written")
            case "directory": Wording(chinese: "机构目录已过期，请取得最新目录", english: "The directory has expired")
            case "clock": Wording(chinese: "时钟不可信，请核对时间同步", english: "The clock is not trusted")
            case "log": Wording(chinese: "业务日志与已签的不符，节点正在恢复", english: "The log is not the one that was signed")
            case "disk-space": Wording(chinese: "磁盘空间不足，请清理或扩容", english: "The disk has too little room")
            default: Wording(chinese: "未通过", english: "It fails")
            }
        self.init(meaning, why)
    }

    /// A finding of the examination of the log, `row: what`.
    init(logFinding told: String) {
        let isMissing = told.contains("missing") || told.contains("no audit leaf") || told.contains("the log ends")
        self.init(
            isMissing
                ? Wording(chinese: "缺失", english: "Missing")
                : Wording(chinese: "与已签的日志不一致", english: "Not what was signed"), told)
    }

    /// The same as text.
    func text(_ say: PageLanguage) -> String {
        say(meaning) + (original.map { say("，原文：", ": ") + $0 } ?? "")
    }

    func html(_ say: PageLanguage) -> HTML {
        guard let original else { return "\(say(meaning))" }
        return #"\#(say(meaning))\#(say("，原文：", ": "))<span class="small" lang="en">\#(original)</span>"#
    }
}
