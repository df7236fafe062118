import Testing

/// A browser as far as the pages need one: it keeps cookies, and sends forms with the hidden fields that they have.
final class Browser {
    private let port: Int
    private var cookies: [String: String] = [:]
    private(set) var page = Reply(status: 0, headers: [:], body: "")

    init(_ node: WebNode) { port = node.publicPort }

    init(port: Int) { self.port = port }

    /// Logs in and opens what follows.
    static func entered(_ node: WebNode, _ name: String, _ secret: String) async throws -> Browser {
        let browser = Browser(node)
        try await browser.open("/login")
        try await browser.send("/login", ["name": name, "secret": secret])
        try await browser.follow()
        return browser
    }

    @discardableResult
    func open(_ path: String) async throws -> Reply {
        try await ask("GET \(path)", [:], "")
    }

    /// Sends a form with the hidden fields of the page that is open, as a browser does from a page of the same node.
    @discardableResult
    func send(
        _ path: String, _ fields: [String: String], site: String? = "same-origin", withSecret: Bool = true
    ) async throws -> Reply {
        var all = hidden
        if !withSecret { all["form-secret"] = nil }
        for (name, value) in fields { all[name] = value }
        let body = all.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }.joined(separator: "&")
        var headers = ["Content-Type": "application/x-www-form-urlencoded", "Content-Length": "\(body.utf8.count)"]
        headers["Sec-Fetch-Site"] = site
        return try await ask("POST \(path)", headers, body)
    }

    /// Sends a form with a file.
    @discardableResult
    func upload(_ path: String, _ fields: [String: String], file: String?, withSecret: Bool = true) async throws
        -> Reply
    {
        var body = ""
        for (name, value) in fields.merging(withSecret ? hidden : [:], uniquingKeysWith: { $1 }) {
            body += "--frontier\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        body +=
            "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(file == nil ? "" : "x.csv")\"\r\n"
        body += "Content-Type: text/csv\r\n\r\n\(file ?? "")\r\n--frontier--\r\n"
        return try await ask(
            "POST \(path)",
            [
                "Content-Type": "multipart/form-data; boundary=frontier", "Content-Length": "\(body.utf8.count)",
                "Sec-Fetch-Site": "same-origin",
            ], body)
    }

    /// Another browser that shows the same cookies, as somebody would who has copied them.
    func copy() -> Browser {
        let other = Browser(port: port)
        other.cookies = cookies
        return other
    }

    /// Goes where the answer leads.
    @discardableResult
    func follow() async throws -> Reply {
        try await open(try #require(page.headers["location"]))
    }

    private func ask(_ line: String, _ headers: [String: String], _ body: String) async throws -> Reply {
        var text = "\(line) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: text/html\r\n"
        if !cookies.isEmpty {
            text += "Cookie: \(cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))\r\n"
        }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        page = try await Wire.only(text + "\r\n" + body, port: port)
        if let cookie = page.headers["set-cookie"], let pair = cookie.split(separator: ";").first {
            let halves = pair.split(separator: "=", maxSplits: 1)
            cookies[String(halves[0])] = halves.count == 2 ? String(halves[1]) : nil
        }
        return page
    }

    /// The hidden fields of the page, by name.
    var hidden: [String: String] {
        var fields: [String: String] = [:]
        for part in page.body.split(separator: "<input type=\"hidden\" ").dropFirst() {
            let pieces = part.split(separator: "\"", omittingEmptySubsequences: false)
            if pieces.count > 3, pieces[1] != "to" { fields[String(pieces[1])] = String(pieces[3]) }
        }
        return fields
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
