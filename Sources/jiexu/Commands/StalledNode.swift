import ArgumentParser
import Foundation
import FoundationNetworking
import NodeSettings
import TransferDocuments

/// The public listener of a node, as a person of the agency calls it.
struct StalledNode: Sendable {
    let address: String
    let token: String

    struct Answer: Sendable {
        let status: Int
        let json: JSON

        var isSuccess: Bool { (200...299).contains(status) }
    }

    func get(_ path: String) async throws -> Answer { try await call("GET", path, nil) }

    func post(_ path: String, _ body: [UInt8] = []) async throws -> Answer { try await call("POST", path, body) }

    /// - Throws: a fault in one line when the node cannot be reached, or answers no JSON.
    private func call(_ method: String, _ path: String, _ body: [UInt8]?) async throws -> Answer {
        guard let url = URL(string: address + path) else { throw Misuse("\(address)\(path) is no address") }
        var request = URLRequest(url: url, timeoutInterval: 60)
        request.httpMethod = method
        request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization")
        if let body, !body.isEmpty {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(body)
        }
        let (data, response): (Data, URLResponse)
        do {
            (data, response) = try await StalledNode.session.data(for: request)
        } catch {
            throw Misuse("\(address): the node cannot be reached")
        }
        guard let json = try? JSON.parse(Array(data), limits: .ofCommands) else {
            throw Misuse("\(address): the node's answer is no JSON")
        }
        return Answer(status: (response as? HTTPURLResponse)?.statusCode ?? 0, json: json)
    }

    private static let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        return URLSession(configuration: configuration)
    }()
}

/// Who acts, and how they are told what came of it.
struct StalledCaller: ParsableArguments {
    @Option(help: "A file with the person's token, in one line.")
    var tokenFile: String

    @Option(help: "The address of the node's public listener; by default as the settings have it.")
    var url: String?

    @Flag(help: "The node's answer as it came, one JSON object.")
    var json = false

    @OptionGroup var settings: ConfigOption

    func node() throws -> StalledNode {
        let bytes = try Files.read(tokenFile, limit: 1_024)
        let token = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Misuse("\(tokenFile): expected a token in one line")
        }
        let settings = try settings.read()
        let listener = settings.publicAccess.listen
        let host = ["0.0.0.0", "::"].contains(listener.host) ? "127.0.0.1" : listener.host
        let scheme = settings.publicAccess.tls == nil ? "http" : "https"
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return StalledNode(address: url ?? "\(scheme)://\(bracketed):\(listener.port)", token: token)
    }

    /// Tells who sees to a case, and of one that merely waits for what and until when; nothing is changed.
    func tellAssignment(of number: String) async throws {
        let answer = try await node().get("/api/v1/staff/stalled/\(number)")
        if !json, answer.json["code"]?.text == "not-stalled" {
            return print("试办，未作任何改变。 Nothing was done. \(answer.json["detail"]?.text ?? "")")
        }
        try tell(answer) { json in
            let person = json["assignment"]?["person"]?.text
            return ["试办，未作任何改变。现由 \(person ?? "无人") 办理。 Nothing was done; now with \(person ?? "nobody")."]
        }
    }

    /// Prints the answer: as it came, or in lines. What the node refuses is told and ends with 1.
    func tell(_ answer: StalledNode.Answer, _ lines: (JSON) -> [String]) throws {
        if json, let bytes = try? JSONWriter.bytes(of: answer.json, limits: .ofCommands) {
            print(String(decoding: bytes, as: UTF8.self))
        }
        guard answer.isSuccess else {
            if !json {
                let code = answer.json["code"]?.text ?? "\(answer.status)"
                CommandOutcome.say("\(code): \(answer.json["detail"]?.text ?? answer.json["title"]?.text ?? "")")
                if case .array(let errors)? = answer.json["errors"] {
                    for error in errors {
                        CommandOutcome.say(
                            "  \(error["pointer"]?.text ?? ""): \(error["detailChinese"]?.text ?? "") "
                                + "\(error["detail"]?.text ?? "")")
                    }
                }
            }
            throw CommandOutcome.findings
        }
        if !json { for line in lines(answer.json) { print(line) } }
    }
}
