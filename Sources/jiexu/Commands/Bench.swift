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

    @Option(
        help: """
            Instead of a number under way: so many applications a second, evenly, and the figures minute by minute. \
            --transfers says for how long.
            """)
    var rate: Double?

    @Option(
        help: """
            With --rate: a third agency is away until so many first letters wait for it, and comes back; what that does to \
            the others. --transfers counts both.
            """)
    var returning: Int?

    @Flag(help: "Print the figures as one JSON object and nothing else.")
    var json = false

    @Option(help: "The folder for databases and logs; a temporary one when it is left out.")
    var data: String?

    @OptionGroup var schemas: ServerSchemas

    func validate() throws {
        // Beyond that the account of the origin at the bank is empty, or that of the destination fuller than a file can tell.
        guard (1...1_000_000).contains(transfers) else { throw ValidationError("--transfers: 1 to 1000000") }
        guard (0...1_000_000).contains(history) else { throw ValidationError("--history: 0 to 1000000") }
        guard (1...1_000).contains(concurrency) else { throw ValidationError("--concurrency: 1 to 1000") }
        guard (0.1...10_000).contains(rate ?? 1) else { throw ValidationError("--rate: 0.1 to 10000") }
        guard rate == nil || !series else { throw ValidationError("--rate does not go with --series") }
        guard returning == nil || history == 0 else { throw ValidationError("--returning does not go with --history") }
        guard returning.map({ rate != nil && (1..<transfers).contains($0) }) ?? true else {
            throw ValidationError("--returning: fewer than --transfers, and with --rate")
        }
    }

    func run() async throws {
        if let rate {
            if let returning {
                let figures = try await measured(others: [BenchRun.returning]) {
                    try await $0.returning(queued: returning, perSecond: rate)
                }
                return print(json ? figures.json : figures.text)
            }
            let figures = try await measured { try await $0.steady(perSecond: rate) }
            return print(json ? figures.json : figures.text)
        }
        let levels = series ? Bench.levels : [concurrency]
        var figures: [BenchFigures] = []
        for level in levels {
            let one = try await measured(under: level) { try await $0.measure() }
            if !json { print(one.text) }
            figures.append(one)
        }
        guard json else { return }
        print(series ? "[\(figures.map(\.json).joined(separator: ",\n"))]" : figures[0].json)
    }

    private static let levels = [1, 8, 32, 64, 256]

    /// On two nodes of its own.
    private func measured<Figures>(
        under level: Int? = nil, others: [TransferNetwork.Agency] = [],
        _ measurement: (BenchRun) async throws -> Figures
    ) async throws -> Figures {
        let temporary = NSTemporaryDirectory() + "jiexu-bench-\(ProcessInfo.processInfo.processIdentifier)"
        let folder = data ?? temporary
        let quiet = json
        let say: @Sendable (String) -> Void = { line in
            guard !quiet else { return }
            printLine(line)
        }
        // One at a time takes a while, and a few hundred tell as much.
        let transfers = level == 1 && series ? min(transfers, 300) : transfers
        let place = try await schemas.make(for: [DemoStory.weifang, DemoStory.shenzhen] + others.map(\.code))
        var run = try BenchRun(
            folder: folder, transfers: transfers, concurrency: level ?? concurrency, others: others, place: place,
            say: say)
        run.history = history
        let figures: Figures
        do {
            figures = try await measurement(run)
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
