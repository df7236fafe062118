package import TransferCore

// The published codes of webhooks in words, for the pages of their owners.

extension WebhookStop {
    /// Why a webhook is disabled, and what to do.
    package var wording: Wording {
        switch self {
        case .gone:
            Wording(chinese: "接收方应答 410，已不在；核对后恢复或移除。", english: "It answered 410: look, then resume or remove it.")
        case .scheduleExhausted:
            Wording(
                chinese: "三天内未能送达；修好接收方后恢复，待发的会再发。",
                english: "Not taken in three days: mend the receiver and resume; what waits is then sent.")
        case .tooManyWaiting:
            Wording(chinese: "待发过多，已放弃；恢复后请重新读取业务。", english: "Too many waited: resume, and read the cases again.")
        case .secretLost:
            Wording(chinese: "节点的密钥已更换，须生成新密钥。", english: "The node's key is another one: make a new secret.")
        case .ownerGone:
            Wording(chinese: "单位的账号或令牌当时不在，现可恢复。", english: "The owner's account or token was gone: resume it.")
        case .byOwner: Wording(chinese: "由本单位停用。", english: "Disabled by its owner.")
        }
    }
}

extension WebhookMessage.State {
    package var wording: Wording {
        switch self {
        case .waiting: Wording(chinese: "待发", english: "waiting")
        case .delivered: Wording(chinese: "已送达", english: "delivered")
        case .failed: Wording(chinese: "未送达", english: "failed")
        }
    }
}

extension WebhookAnswer {
    /// What an attempt brought, in one sentence.
    package var wording: Wording {
        switch self {
        case .status(let status) where (200...299).contains(status):
            Wording(chinese: "接收方已收下（HTTP \(status)）。", english: "It was taken (HTTP \(status)).")
        case .status(let status):
            Wording(chinese: "接收方未收下（HTTP \(status)）。", english: "It was not taken (HTTP \(status)).")
        case .fault(let fault): fault.wording
        }
    }

    package var isTaken: Bool {
        if case .status(200...299) = self { true } else { false }
    }
}

extension WebhookURLFault {
    package var wording: Wording {
        let chinese =
            switch self {
            case .length: "地址须为 1 至 \(WebhookURL.longestBytes) 字节"
            case .character: "地址中有不允许的字符，请写成 %XX"
            case .scheme: "地址须以 https:// 开头"
            case .fragment: "地址中不能有 # 部分"
            case .userInformation: "地址中不能有用户名或口令"
            case .host: "主机须为域名或 IPv4 地址，端口为 1 至 65535"
            case .notPublic: "该地址不是公网可达的地址"
            }
        return Wording(chinese: chinese, english: detail)
    }
}

extension WebhookRefusal {
    /// Why something was not done; nil for what the store or the address of a page says for itself.
    package var wording: Wording? {
        switch self {
        case .store, .noSuchWebhook, .noSuchMessage: nil
        case .url(let fault): fault.wording
        case .tooMany:
            Wording(
                chinese: "一个单位最多 \(Webhook.mostPerOwner) 个，请先移除一个。",
                english: "There are \(Webhook.mostPerOwner) at most; remove one first.")
        case .urlTaken: Wording(chinese: "该地址已在列表中。", english: "This address is listed already.")
        case .disabled: Wording(chinese: "已停用，请先恢复。", english: "It is disabled; resume it first.")
        case .tooManyWaiting: Wording(chinese: "待发的消息过多。", english: "Too many messages wait.")
        case .movedOn: Wording(chinese: "他人刚作了更改，请重新查看。", english: "Somebody else changed it just now; look again.")
        case .secretLost: WebhookStop.secretLost.wording
        }
    }
}
