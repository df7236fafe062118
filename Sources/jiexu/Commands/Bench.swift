import ArgumentParser
import Casework
import Foundation
import TransferDocuments

/// `jiexu bench`: measures complete transfers between two nodes.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure complete pension transfers between two nodes on this machine. 测量完整转移的速度。",
        discussion: """
            Two nodes and their bank run as processes of their own on loopback. A transfer counts when it has completed \
            on both sides: every document signed, sent over mutual TLS, verified, receipted, and on disk at both ends \
            before it was acknowledged; money matched and posted. No figure is printed if a single case did not \
            complete, a ledger does not sum to zero, or the bank paid anything twice.
            """)

    @Option(help: "How many transfers are carried.")
    var transfers = 1_000

    @Option(help: "How many are under way at the same time.")
    var concurrency = 64

    @Option(help: "How many ended cases each store has before the measurement begins.")
    var history = 0

    @Flag(help: "One measurement after the other with 1, 8, 32, 64 and 256 under way, instead of one.")
    var series = false

    @Flag(help: "Print the figures as one JSON object and nothing else.")
    var json = false

    @Option(help: "The folder for databases and logs; a temporary one when it is left out.")
    var data: String?

    @OptionGroup var schemas: ServerSchemas

    func validate() throws {
        guard (1...1_000_000).contains(transfers) else { throw ValidationError("--transfers: 1 to 1000000") }
        guard (0...1_000_000).contains(history) else { throw ValidationError("--history: 0 to 1000000") }
        guard (1...1_000).contains(concurrency) else { throw ValidationError("--concurrency: 1 to 1000") }
    }

    func run() async throws {
        let levels = series ? Bench.levels : [concurrency]
        var figures: [BenchFigures] = []
        for level in levels {
            let one = try await measure(level)
            if !json { print(one.text) }
            figures.append(one)
        }
        guard json else { return }
        print(series ? "[\(figures.map(\.json).joined(separator: ",\n"))]" : figures[0].json)
    }

    private static let levels = [1, 8, 32, 64, 256]

    /// On two nodes of its own.
    private func measure(_ concurrency: Int) async throws -> BenchFigures {
        let temporary = NSTemporaryDirectory() + "jiexu-bench-\(ProcessInfo.processInfo.processIdentifier)"
        let folder = data ?? temporary
        let quiet = json
        let say: @Sendable (String) -> Void = { line in
            guard !quiet else { return }
            printLine(line)
        }
        // One at a time takes a while, and a few hundred tell as much.
        let transfers = concurrency == 1 && series ? min(transfers, 300) : transfers
        let place = try await schemas.make(for: [DemoStory.weifang, DemoStory.shenzhen])
        var run = try BenchRun(
            folder: folder, transfers: transfers, concurrency: concurrency, place: place, say: say)
        run.history = history
        let figures: BenchFigures
        do {
            figures = try await run.measure()
        } catch {
            await run.network.stop()
            throw error
        }
        await run.network.stop()
        // What failed stays for a look; what succeeded leaves nothing behind.
        if data == nil { try? FileManager.default.removeItem(atPath: folder) }
        return figures
    }
}
