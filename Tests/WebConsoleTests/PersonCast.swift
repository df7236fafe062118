import Accounts
import Casework
import Synchronization
import Testing

/// Takes what the node hands over to the telephones of people.
final class KeptTexts: NoticePort {
    private let kept = Mutex<[NoticeText]>([])
    var texts: [NoticeText] { kept.withLock { $0 } }

    func hand(over text: NoticeText) async throws(NoticeFault) { kept.withLock { $0.append(text) } }

    /// The digits of the newest code; waits until there are so many codes.
    func code(_ count: Int = 1) async throws -> String {
        for _ in 0..<200 {
            let codes = texts.filter { $0.kind == .code }
            if codes.count >= count, let words = codes.last?.words {
                return String(words.drop { !$0.isNumber }.prefix(6))
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("no code has come")
        return ""
    }
}

extension Browser {
    /// Asks for a code with two numbers, and leaves the page open on which it is typed.
    @discardableResult
    func askForCode(_ residentID: String, _ number: String) async throws -> Reply {
        try await open("/my/login")
        return try await send("/my/login", ["resident-id": residentID, "number": number])
    }

    /// Logs in as an insured person.
    static func person(_ node: WebNode, _ residentID: String, _ number: String) async throws -> Browser {
        let browser = Browser(node)
        let before = node.texts.texts.count { $0.kind == .code }
        try await browser.askForCode(residentID, number)
        try await browser.send("/my/login/code", ["code": try await node.texts.code(before + 1)])
        try await browser.follow()
        return browser
    }
}
