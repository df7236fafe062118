import Foundation
import Glibc

/// A client that is logged in to the pages of a node, and measures how long an answer takes to be whole. It keeps one
/// connection and the cookies that it was given, as a browser does, and nothing else.
final class PageBrowser: @unchecked Sendable {
    struct Reply: Sendable {
        let status: Int
        let head: String
        let body: String
    }

    // Asked for one thing at a time, on a thread of its own.
    private let queue = DispatchQueue(label: "page-browser")
    private let port: UInt16
    private var connection: Int32 = -1
    private var cookie = ""
    private var secret = ""

    private init(port: Int) { self.port = UInt16(port) }

    deinit { if connection >= 0 { close(connection) } }

    static func entered(port: Int, name: String, secret: String) async throws -> PageBrowser {
        let browser = PageBrowser(port: port)
        let login = try await browser.ask("/login", "name=\(name)&secret=\(secret)").reply
        let cookies = login.head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix("set-cookie: ") }
        guard login.status == 303, let first = cookies.first else {
            throw RigFault("\(name) could not log in: \(login.status)")
        }
        browser.cookie = String(first.dropFirst(12).prefix { $0 != ";" })
        let page = try await browser.ask("/account", nil).reply
        guard let field = page.body.range(of: "name=\"form-secret\" value=\"") else {
            throw RigFault("\(name) has no form: \(page.status)")
        }
        browser.secret = String(page.body[field.upperBound...].prefix { $0 != "\"" })
        return browser
    }

    /// The next request opens a connection of its own: a node closes those that are idle.
    func hangUp() {
        queue.sync {
            if connection >= 0 { close(connection) }
            connection = -1
        }
    }

    /// How long the answer to a page took, and how many bytes it has.
    func measure(_ page: ListBench.Page) async throws -> (milliseconds: Double, bytes: Int) {
        let (reply, time) = try await ask(page.path, page.form.map { "\($0)&form-secret=\(secret)" })
        guard reply.status == 200 || (page.form != nil && reply.status == 303) else {
            throw RigFault("\(page.path) was answered with \(reply.status)")
        }
        return (time, reply.body.utf8.count)
    }

    private func ask(_ path: String, _ form: String?) async throws -> (reply: Reply, milliseconds: Double) {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { [self] in
                continuation.resume(
                    with: Result {
                        let start = ContinuousClock.now
                        let reply = try exchange(path, form)
                        return (reply, start.duration(to: .now).inSeconds * 1_000)
                    })
            }
        }
    }

    private func exchange(_ path: String, _ form: String?) throws -> Reply {
        var text =
            "\(form == nil ? "GET" : "POST") \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAccept: text/html\r\n"
        if !cookie.isEmpty { text += "Cookie: \(cookie)\r\n" }
        if let form {
            text += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n"
            text += "Sec-Fetch-Site: same-origin\r\n"
        }
        if connection < 0 { try connect() }
        var bytes = Array((text + "\r\n" + (form ?? "")).utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { throw RigFault("the listener has closed the connection") }
            bytes = bytes.dropFirst(sent)
        }
        return try read()
    }

    private func connect() throws {
        connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw RigFault("nobody listens on 127.0.0.1:\(port)") }
        var flag: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &flag, socklen_t(MemoryLayout<Int32>.size))
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Reads one answer: its head, and as many bytes as that says.
    private func read() throws -> Reply {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var end: Int?
        var length = 0
        while end.map({ bytes.count < $0 + length }) ?? true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { throw RigFault("the listener has closed the connection") }
            bytes += buffer[..<count]
            if end == nil, let place = PageBrowser.end(of: bytes) {
                end = place
                let head = String(decoding: bytes[..<place], as: UTF8.self)
                for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length: ") {
                    length = Int(line.dropFirst(16)) ?? 0
                }
            }
        }
        let head = String(decoding: bytes[..<(end ?? 0)], as: UTF8.self)
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Reply(status: status, head: head, body: String(decoding: bytes[(end ?? 0)...], as: UTF8.self))
    }

    /// Where the head of an answer ends.
    private static func end(of bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for place in 0...(bytes.count - 4)
        where bytes[place] == 13 && bytes[place + 1] == 10 && bytes[place + 2] == 13 && bytes[place + 3] == 10 {
            return place + 4
        }
        return nil
    }
}
