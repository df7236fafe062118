import ArgumentParser
import Foundation
import FoundationNetworking
import NodeSettings
import TransferCore
import TransferDocuments

/// `jiexu reconcile`: whether our books and those of another office say the same of the cases that we share.
struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare our books with those of another office, through the serving node. 与对方机构核对账目。",
        discussion: """
            Asks the node at its operations listener, which exchanges signed statements with the other node. Ends with 0 \
            when nothing differs, with 1 when something does, with 2 when the books could not be compared.
            """)

    @Option(help: "The code of the other agency.")
    var peer: String

    @Flag(help: "As one JSON object.")
    var json = false

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        guard let peer = AgencyCode(peer) else {
            throw Misuse("--peer: expected the code of an agency, six digits")
        }
        let settings = try settings.read()
        let (status, body) = try await OperationsCall.post("/ops/peers/\(peer)/digest", to: settings.operations)
        guard case .object(let answer)? = try? JSON.parse(body, limits: .ofCommands) else {
            throw Misuse("the node answered with status \(status) and no JSON")
        }
        guard status != 404 else {
            throw Misuse("--peer: the directory names no other agency of the code \(peer)")
        }
        guard status == 200 else {
            throw Misuse("the books were not compared: \(answer.text("code")): \(answer.text("detail"))")
        }
        if json { print(String(decoding: body, as: UTF8.self)) } else { write(answer, peer) }
        guard answer["agrees"] == .bool(true) else { throw CommandOutcome.findings }
    }

    private func write(_ answer: JSONObject, _ peer: AgencyCode) {
        print("与 \(peer) 共有业务 common cases: \(answer.number("cases"))")
        for (name, words) in [
            ("outward", "我方转出 what left us"), ("inward", "我方转入 what came to us"),
        ] {
            guard case .object(let pair)? = answer[name] else { continue }
            print("\(words)")
            for (side, title) in [("ours", "本方账 our books"), ("theirs", "对方账 their books")] {
                guard case .object(let sums)? = pair[side] else { continue }
                print(
                    "  \(title): 汇出 remitted \(sums.money("remittedFen"))，退回 returned \(sums.money("returnedFen"))，"
                        + "入账 posted \(sums.money("postedFen"))")
            }
            print("  相差 apart \(pair.money("apartFen"))")
        }
        guard case .array(let differences)? = answer["differences"] else { return }
        for case .object(let item) in differences {
            print(
                "× \(item.text("case"))  \(item.text("kind"))  本方 here \(item.text("here"))，"
                    + "对方 there \(item.text("there"))")
        }
        let count = differences.count + Int(answer.number("furtherDifferences"))
        print(count == 0 ? "账目一致。 The books agree." : "发现 \(count) 处差异。 \(count) differences.")
    }
}

extension JSONObject {
    fileprivate func text(_ name: String) -> String {
        if case .string(let text)? = self[name] { text } else { "" }
    }

    fileprivate func number(_ name: String) -> Int64 {
        if case .integer(let number)? = self[name] { number } else { 0 }
    }

    fileprivate func money(_ name: String) -> Money { Money(fen: number(name)) }
}

/// Asks the operations listener of the node on this machine.
enum OperationsCall {
    /// The books of many cases take a while to compare.
    private static let seconds: TimeInterval = 3_600

    /// - Returns: the status and the body of the answer.
    static func post(
        _ path: String, to listener: NodeSettings.Listener
    ) async throws -> (status: Int, body: [UInt8]) {
        guard let url = URL(string: "http://\(listener.host):\(listener.port)\(path)") else {
            throw Misuse("operations.listen is no address that can be called")
        }
        var request = URLRequest(url: url, timeoutInterval: seconds)
        request.httpMethod = "POST"
        request.httpBody = Data()
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = seconds
        do {
            let (data, response) = try await URLSession(configuration: configuration).data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, Array(data))
        } catch {
            throw Misuse("the node does not answer at \(listener.host):\(listener.port); is it serving?")
        }
    }
}
