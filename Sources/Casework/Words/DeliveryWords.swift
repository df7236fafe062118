package import TransferCore
import TransferDocuments

/// What the code of a delivery that failed means: the codes are those of the transport, of our own side, and of the problem
/// with which the peer answered.
package enum DeliveryWords {
    /// - Parameter code: of ``DeliveryFault``; one that is not known here gives words that say so.
    package static func wording(of code: String) -> Wording {
        connection[code] ?? answer[code] ?? TrustFault.Code(rawValue: code)?.wording
            ?? Wording(chinese: "对方未收下该文书", english: "The peer has not taken the document")
    }

    /// - Parameter told: a fault as deliveries keep it, `code: detail`.
    package static func wording(ofFault told: String) -> Wording {
        wording(of: String(told.prefix { $0 != ":" }))
    }

    private static let connection: [String: Wording] = [
        "resolve": Wording(chinese: "无法解析对方主机名", english: "The name of the peer's host is not known"),
        "connect": Wording(chinese: "无法连接对方节点", english: "Nobody listens at the peer's address"),
        "tls": Wording(chinese: "加密握手未完成", english: "One side did not accept the other's certificate"),
        "peer-key": Wording(chinese: "对方出示的密钥与目录不符", english: "The peer showed another key than the directory has"),
        "timeout": Wording(chinese: "对方没有按时应答", english: "The peer did not answer in time"),
        "truncated": Wording(chinese: "对方的应答不完整", english: "The answer ended before its end"),
        "oversize": Wording(chinese: "对方的应答过长", english: "The answer is too long"),
        "malformed": Wording(chinese: "对方的应答无法读取", english: "The answer cannot be read"),
        "redirected": Wording(chinese: "对方要求转到其他地址，未予跟随", english: "The peer answered with another address"),
        "lost": Wording(chinese: "连接中断", english: "The connection was lost"),
        "closed": Wording(chinese: "本节点正在停止", english: "This node was stopping"),
        DeliveryFault.ownCode: Wording(chinese: "本节点未能发出", english: "It could not be sent from here"),
        DeliveryFault.unanswered.code: Wording(
            chinese: "对方的应答未提到该文书", english: "The peer's answer says nothing of the document"),
        "recovering": Wording(chinese: "节点正在恢复数据", english: "A node is recovering"),
        "receipt-invalid": Wording(chinese: "对方的回执无效", english: "The peer's receipt is not valid"),
        "receipt-mismatch": Wording(chinese: "回执不是该文书的", english: "The receipt is of another document"),
        "unavailable": Wording(chinese: "对方暂时不能收件", english: "The peer cannot take it at the moment"),
        "too-many-requests": Wording(chinese: "对方繁忙", english: "The peer is busy"),
    ]

    private static let answer: [String: Wording] = [
        "peer-unknown": Wording(chinese: "对方不认识本机构的证书", english: "The peer does not know our certificate"),
        "out-of-order": Wording(chinese: "文书次序不对，前一份未到", english: "A document before this one is missing"),
        "wrong-recipient": Wording(chinese: "收件机构不对", english: "It is for another agency"),
        "signer-not-sender": Wording(chinese: "签名者不是发件机构", english: "Another agency signed it"),
        "quarantined": Wording(chinese: "对方已将其隔离待查", english: "The peer has set it aside"),
        "equivocation": Wording(chinese: "同一序号已有另一份文书", english: "There is another document of this number"),
        "own-key-revoked": Wording(chinese: "签名密钥已吊销", english: "The key that signs was revoked"),
        "case-under-way": Wording(chinese: "对方已有同一业务在办", english: "The same is under way at the peer"),
        "too-many-refusals": Wording(chinese: "对方多次不予收件", english: "The peer has refused too many"),
        "person-differs": Wording(chinese: "参保人员不一致", english: "The person differs"),
        "regions-differ": Wording(chinese: "转出、转入地区不一致", english: "The regions differ"),
        "amount-mismatch": Wording(chinese: "金额不一致", english: "The amounts differ"),
        "letter-version": Wording(chinese: "同意接收函的版本不对", english: "The version of the letter is another"),
        "form-version": Wording(chinese: "信息表的版本不对", english: "The version of the form is another"),
        "order-key": Wording(chinese: "付款指令号不符", english: "The number of the order differs"),
        "payee-differs": Wording(chinese: "收款人不符", english: "The payee differs"),
        "payouts-differ": Wording(chinese: "应付项目不符", english: "The payouts differ"),
        "query-number": Wording(chinese: "查询编号不符", english: "The number of the query differs"),
        "recall-subject": Wording(chinese: "请求撤回的对象不符", english: "The recall is of something else"),
        "not-recalled": Wording(chinese: "没有请求过撤回", english: "Nothing was asked back"),
        "correction-not-agreed": Wording(chinese: "更正未经双方同意", english: "The correction was not agreed"),
        "letter-refused": Wording(
            chinese: "对方未收受同意接收函，无此业务", english: "The peer refused the letter and has no such case"),
        "wrong-number": Wording(chinese: "业务编号不符", english: "The number of the case is another"),
    ]
}
