import Foundation
import FoundationNetworking

/// A client that is logged in to the pages of a node, and measures how long an answer takes to be whole.
final class PageBrowser {
    private let port: Int
    private let session: URLSession
    private var secret = ""
    private(set) var lastBytes = 0

    private init(port: Int) {
        self.port = port
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 120
        session = URLSession(configuration: configuration)
    }

    static func entered(port: Int, name: String, secret: String) async throws -> PageBrowser {
        let browser = PageBrowser(port: port)
        let (status, body) = try await browser.ask("/login", "name=\(name)&secret=\(secret)")
        guard status == 200, let field = body.range(of: "name=\"form-secret\" value=\"") else {
            throw RigFault("\(name) could not log in: \(status)")
        }
        browser.secret = String(body[field.upperBound...].prefix { $0 != "\"" })
        return browser
    }

    func milliseconds(_ page: ListBench.Page) async throws -> Double {
        let form = page.form.map { "\($0)&form-secret=\(secret)" }
        let start = ContinuousClock.now
        let (status, body) = try await ask(page.path, form)
        let time = start.duration(to: .now).inSeconds * 1_000
        guard status == 200 else { throw RigFault("\(page.path) was answered with \(status)") }
        lastBytes = body.utf8.count
        return time
    }

    private func ask(_ path: String, _ form: String?) async throws -> (status: Int, body: String) {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw RigFault("no such path: \(path)") }
        var request = URLRequest(url: url)
        if let form {
            request.httpMethod = "POST"
            request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
            request.setValue("same-origin", forHTTPHeaderField: "Sec-Fetch-Site")
            request.httpBody = Data(form.utf8)
        }
        let (data, response) = try await session.data(for: request)
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }
}
