package import Casework
package import TransferCore
import TransferDocuments

/// What is told when a case has changed: that it has, and how it stands, without a word about a person. Whoever wants more
/// asks for the case.
package struct CaseChange: Hashable, Sendable {
    package let number: CaseNumber
    /// The number of events of the case, which only grows: of two messages about a case the one with the greater version
    /// is newer, whatever came first.
    package let version: Int
    /// The published name of the leading leg's phase.
    package let phase: String
    package let holder: Holder
    package let isEnded: Bool
    package let at: Instant

    package init(number: CaseNumber, version: Int, phase: String, holder: Holder, isEnded: Bool, at: Instant) {
        self.number = number
        self.version = version
        self.phase = phase
        self.holder = holder
        self.isEnded = isEnded
        self.at = at
    }

    /// The published name of the message.
    package static let type = "case.changed"

    /// The body, the same with every attempt: it is what is signed.
    package func payload() throws(StoreError) -> [UInt8] {
        do {
            return try JSONWriter.object { json in
                json.field("type", CaseChange.type)
                json.field("timestamp", at.signingTime.text)
                json.object("data") { json in
                    json.field("case", number.text)
                    json.field("version", version)
                    json.field("phase", phase)
                    json.field("holder", holder.rawValue)
                    json.field("ended", isEnded)
                    json.object("links") { $0.field("self", "/api/v1/cases/\(number)") }
                }
            }
        } catch {
            throw .corrupt("the change of a case cannot be told: \(error)")
        }
    }
}

/// The name of a message, the same with every attempt: `msg_` and 32 hexadecimal digits. Who gets it twice knows by it.
package struct MessageID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Returns: nil for a text of another form.
    package init?(_ text: String) {
        guard DrawnName.isOne(text, behind: "msg_") else { return nil }
        self.text = text
    }

    /// A new one.
    package static func drawn() -> MessageID { MessageID(drawn: DrawnName.drawn(behind: "msg_")) }

    private init(drawn text: String) { self.text = text }

    package var description: String { text }
}

/// A message to one webhook, and how far it is.
package struct WebhookMessage: Hashable, Sendable {
    package let id: MessageID
    package let caseNumber: CaseNumber
    package let version: Int
    package let madeAt: Instant
    package let state: State
    /// How often it was sent, in all.
    package let attempts: Int
    /// When it is sent next, if the webhook is active and nothing waits before it; nil unless it waits.
    package let dueAt: Instant?
    /// When it was sent last, and what became of that; nil before the first attempt.
    package let lastAt: Instant?
    package let last: WebhookAnswer?

    /// The names are published.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case waiting, delivered
        /// It is sent no more unless somebody asks for it.
        case failed
    }

    package init(
        id: MessageID, caseNumber: CaseNumber, version: Int, madeAt: Instant, state: State, attempts: Int,
        dueAt: Instant?, lastAt: Instant?, last: WebhookAnswer?
    ) {
        self.id = id
        self.caseNumber = caseNumber
        self.version = version
        self.madeAt = madeAt
        self.state = state
        self.attempts = attempts
        self.dueAt = dueAt
        self.lastAt = lastAt
        self.last = last
    }
}

/// What an attempt brought.
package enum WebhookAnswer: Hashable, Sendable {
    /// The status of an answer, of which nothing else is looked at.
    case status(Int)
    case fault(WebhookFault)
}

/// Why there was no answer. The names are published.
package enum WebhookFault: String, Error, Hashable, Sendable, CaseIterable {
    /// Every address of the host is one of an own machine or network, which is never called.
    case addressRefused = "address-refused"
    case unresolved
    case unreached
    case tlsFailed = "tls-failed"
    case timedOut = "timed-out"
    case connectionLost = "connection-lost"
    case notHTTP = "not-http"
    /// So many messages waited that this one was given up.
    case tooManyWaiting = "too-many-waiting"
    /// The node is stopping: nothing is known, and the attempt does not count.
    case stopping

    /// In one sentence for whoever runs the webhook.
    package var wording: Wording {
        switch self {
        case .addressRefused:
            Wording(
                chinese: "主机的地址不是公网地址，未发送。",
                english: "The host has no address that the whole internet reaches; nothing was sent.")
        case .unresolved: Wording(chinese: "域名无法解析。", english: "The name of the host is not known.")
        case .unreached: Wording(chinese: "无法建立连接。", english: "No connection could be made.")
        case .tlsFailed:
            Wording(
                chinese: "TLS 握手失败，或证书不被信任。",
                english: "TLS was not agreed on, or the certificate is not trusted.")
        case .timedOut: Wording(chinese: "15 秒内未收到应答。", english: "No answer came within 15 seconds.")
        case .connectionLost: Wording(chinese: "连接中断，未收到应答。", english: "The connection ended before an answer came.")
        case .notHTTP: Wording(chinese: "应答不是有效的 HTTP。", english: "The answer is not HTTP.")
        case .tooManyWaiting:
            Wording(chinese: "待发送的消息过多，未再发送。", english: "Too many messages waited; it was not sent.")
        case .stopping: Wording(chinese: "节点正在停止。", english: "The node is stopping.")
        }
    }
}
