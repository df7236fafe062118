import Foundation
import FoundationNetworking
import TransferDocuments

/// The HTTP interfaces of one node as its users call them: an employer's system, a desk, an operator.
struct NodeAPI: Sendable {
    let publicPort: Int
    let operationsPort: Int
    let token: String

    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]

        var json: JSONObject? {
            guard case .object(let object)? = try? JSON.parse(body, limits: .ruleCases) else { return nil }
            return object
        }
    }

    func get(_ path: String) async throws -> Answer { try await call("GET", publicPort, path, nil, [:]) }

    func post(_ path: String, _ body: [UInt8], idempotencyKey: String? = nil) async throws -> Answer {
        var headers = ["Content-Type": "application/json"]
        if let idempotencyKey { headers["Idempotency-Key"] = idempotencyKey }
        return try await call("POST", publicPort, path, body, headers)
    }

    func operate(_ method: String, _ path: String) async throws -> Answer {
        try await call(method, operationsPort, path, method == "POST" ? [] : nil, [:])
    }

    private func call(
        _ method: String, _ port: Int, _ path: String, _ body: [UInt8]?, _ headers: [String: String]
    ) async throws -> Answer {
        guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw RigFault("no such path: \(path)") }
        var request = URLRequest(url: url, timeoutInterval: 10)
        request.httpMethod = method
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        request.httpBody = body.map { Data($0) }
        let (data, response) = try await NodeAPI.session.data(for: request)
        return Answer(status: (response as? HTTPURLResponse)?.statusCode ?? 0, body: Array(data))
    }

    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpMaximumConnectionsPerHost = 16
        configuration.httpCookieStorage = nil
        return URLSession(configuration: configuration)
    }()
}
