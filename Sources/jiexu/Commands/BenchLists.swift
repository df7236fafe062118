import ArgumentParser
import Foundation

/// `jiexu bench-lists`: measures the pages with lists on a store of many cases.
struct BenchLists: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-lists",
        abstract: "Measure the pages with lists on a store of many cases. 测量大量业务下列表页面的速度。",
        discussion: """
            A store is filled with invented cases by the store's own writing: every case has its application, its events, \
            its leaves of the audit log and the line that lists show. Then the listener for people is started on it, and \
            each page is asked for over loopback, one request after the other, by accounts that are logged in. The times \
            are those of a whole answer as a client on the same machine sees it. The command ends with 1 when the 99th \
            percentile of a page is beyond 300 ms.
            """)

    @Option(help: "How many cases the store has.")
    var cases = 500_000

    @Option(help: "How often each page is asked for.")
    var requests = 200

    @Flag(help: "Print the figures as one JSON object and nothing else.")
    var json = false

    @Option(help: "The folder for the database; a temporary one when it is left out.")
    var data: String?

    func validate() throws {
        guard (100...1_000_000).contains(cases) else { throw ValidationError("--cases: 100 to 1000000") }
        guard (1...10_000).contains(requests) else { throw ValidationError("--requests: 1 to 10000") }
    }

    func run() async throws {
        let temporary = NSTemporaryDirectory() + "jiexu-bench-lists-\(ProcessInfo.processInfo.processIdentifier)"
        let folder = data ?? temporary
        defer { if data == nil { try? FileManager.default.removeItem(atPath: folder) } }
        let quiet = json
        let bench = ListBench(folder: folder, cases: cases, requests: requests) { line in
            guard !quiet else { return }
            printLine(line)
        }
        let figures = try await bench.measure()
        print(json ? figures.json : figures.text)
        if !figures.tooSlow.isEmpty { throw CommandOutcome.findings }
    }
}
