import Casework
import Foundation
import Logging
import NodeSettings
import ServiceLifecycle
import Store
import TransferCore
import TransferDocuments
import WebConsole

/// How long the pages with lists take with many cases: the listener for people on a filled store, asked over loopback by
/// one client after the other, as a browser asks, while something is written five times a second.
struct ListBench: Sendable {
    let folder: String
    let cases: Int
    let requests: Int
    let say: @Sendable (String) -> Void

    /// No list page may take longer for ninety-nine of a hundred who ask. Source: section 5 of the handbook of screens.
    static let limitMilliseconds = 300.0

    struct Page: Sendable {
        let name: String
        let account: String
        let path: String
        /// What a form sends besides the secret of its page; nil for a page that is only looked at.
        var form: String?
    }

    private struct NoKey: DocumentSigner {
        func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
            throw SigningFault("nothing is signed in a measurement of lists")
        }
    }

    private struct OneDirectory: DirectorySource {
        let current: SignedDirectory
    }

    func measure() async throws -> ListBenchFigures {
        let network = try TransferNetwork(pairIn: folder) { _ in }
        let settings = try network.node(DemoStory.weifang).settings
        let clock = SystemClock()
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let directory = try SignedDirectory.open(
            Array(try Data(contentsOf: URL(fileURLWithPath: settings.keys.directory))),
            anchors: try KeyFiles.anchors(settings.keys.anchors), at: clock.now.seconds)
        var database = SQLiteDatabase.Settings()
        // The filled store is thrown away: only reading it is measured.
        database.synchronous = .normal
        let store = try await JiexuStore(path: settings.databasePath, access: .serving, settings: database)
        defer { store.close() }
        let desk = Desk(
            agency: settings.agencySettings(), store: store, clock: clock, signer: NoKey(),
            directory: OneDirectory(current: directory), logger: logger)
        say("writing \(cases) cases …")
        let content = ListBenchStore(store: store, agency: desk.agency, cases: cases, now: clock.now, say: say)
        let begun = ContinuousClock.now
        try await content.fill()
        let filled = begun.duration(to: .now)
        return try await serve(desk, store, content, fillSeconds: filled.inSeconds)
    }

    private func serve(
        _ desk: Desk, _ store: JiexuStore, _ content: ListBenchStore, fillSeconds: Double
    ) async throws -> ListBenchFigures {
        guard let member = StaffMember(person: "0107", name: "测试", duties: [.clerk, .resolver]) else {
            throw RigFault("0107 is no number of a person")
        }
        let secrets = Dictionary(
            uniqueKeysWithValues: [ListBenchStore.employer, "window", "clerk"].map { ($0, TransferNetwork.secret()) })
        let tokens = secrets.map { name, secret in
            AccessToken(
                name: name, role: name == "clerk" ? .staff : name == "window" ? .desk : .employer,
                digest: DocumentDigest(of: Array(secret.utf8)), member: name == "clerk" ? member : nil)
        }
        let work = WorkDesk(desk: desk, store: store, staff: [member], deliverNow: { _ in })
        var rates = PageRateLimits()
        // What is measured is the pages, not the limit of an account.
        (rates.readsOfAccount, rates.formsOfAccount, rates.ofAddress) = (10_000_000, 10_000_000, 10_000_000)
        let listener = try PublicAPI(
            desk: desk, tokens: try AccessTokens(tokens), lists: store, work: work, address: ListenAddress(port: 0),
            rates: rates)
        let group = ServiceGroup(services: [listener], logger: desk.logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try await listener.port
            var lines: [ListBenchFigures.Line] = []
            var browsers: [String: PageBrowser] = [:]
            for (name, secret) in secrets {
                browsers[name] = try await PageBrowser.entered(port: port, name: name, secret: secret)
            }
            // A node that is used writes all the time, and what is remembered may not be given for ever.
            let writing = Task { await write(to: store, at: desk.clock) }
            defer { writing.cancel() }
            // As a node does when it starts.
            let begun = ContinuousClock.now
            await BoardRound(work: work).look()
            say("what is stuck was found out in \(String(format: "%.1f", begun.duration(to: .now).inSeconds)) s")
            say("asking for each page \(requests) times …")
            for page in pages(content) {
                guard let browser = browsers[page.account] else { continue }
                lines.append(try await measure(page, browser))
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return ListBenchFigures(cases: cases, requests: requests, fillSeconds: fillSeconds, lines: lines)
        }
    }

    /// Keeps a draft again and again, five times a second.
    private func write(to store: JiexuStore, at clock: any NodeClock) async {
        while !Task.isCancelled {
            let draft = ApplicationDraft(
                id: String(repeating: "0", count: 32), owner: "bench-writer", bytes: Array("{}".utf8),
                begunAt: clock.now, changedAt: clock.now)
            _ = try? await store.keep(draft)
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    private func pages(_ content: ListBenchStore) -> [Page] {
        let (mill, window, clerk) = (ListBenchStore.employer, "window", "clerk")
        let middle = content.middle?.text ?? ""
        var pages = [
            Page(name: "employer: overview", account: mill, path: "/org"),
            Page(name: "employer: to do", account: mill, path: "/org?stage=todo"),
            Page(name: "employer: under way", account: mill, path: "/org?stage=open"),
            Page(name: "employer: under way, middle", account: mill, path: "/org?stage=open&after=0.\(middle)"),
            Page(name: "employer: under way by due day", account: mill, path: "/org?stage=open&order=due"),
            Page(name: "employer: under way by since", account: mill, path: "/org?stage=open&order=since"),
            Page(
                name: "employer: filter that finds little", account: mill,
                path: "/org?stage=open&phase=awaiting-reply&origin=440300&branch=medical"),
            Page(name: "employer: done, newest", account: mill, path: "/org?stage=done&order=newest"),
            Page(name: "employer: done, middle", account: mill, path: "/org?stage=done&after=0.\(middle)"),
            Page(
                name: "employer: done, filter that finds nothing", account: mill,
                path: "/org?stage=done&phase=completed"),
            Page(name: "window: overview of all", account: window, path: "/org"),
            Page(name: "window: all under way by due day", account: window, path: "/org?stage=open&order=due"),
            Page(name: "window: all done, newest", account: window, path: "/org?stage=done&order=newest"),
            Page(
                name: "window: all done, filter that finds nothing", account: window,
                path: "/org?stage=done&phase=completed"),
            Page(name: "clerk: by due day", account: clerk, path: "/desk"),
            Page(name: "clerk: overdue", account: clerk, path: "/desk?due=late"),
            Page(name: "clerk: due soon, of one peer", account: clerk, path: "/desk?due=soon&peer=440300"),
            Page(name: "clerk: mine (none)", account: clerk, path: "/desk?who=mine"),
            Page(name: "clerk: all, middle", account: clerk, path: "/desk?all=true&after=\(middle)"),
            Page(name: "clerk: one case", account: clerk, path: "/desk/cases/\(middle)"),
            Page(name: "clerk: what can be decided", account: clerk, path: "/desk/cases/\(middle)/decide"),
            Page(name: "resolver: stalled", account: clerk, path: "/stalled"),
            Page(
                name: "resolver: stalled by cause and peer", account: clerk, path: "/stalled?cause=overdue&peer=440300"),
            Page(name: "figures", account: clerk, path: "/stats"),
            Page(name: "checker: to check", account: clerk, path: "/review"),
        ]
        pages.append(Page(name: "clerk: find a case", account: clerk, path: "/desk/find", form: "what=\(middle)"))
        return pages
    }

    /// The first request is told apart: what is found out once for many is found out then.
    private func measure(_ page: Page, _ browser: PageBrowser) async throws -> ListBenchFigures.Line {
        browser.hangUp()
        let first = try await browser.measure(page)
        var times: [Double] = []
        for _ in 0..<requests { times.append(try await browser.measure(page).milliseconds) }
        let line = ListBenchFigures.Line(
            name: page.name, first: first.milliseconds, times: times.sorted(), bytes: first.bytes)
        say("  \(page.name): p99 \(String(format: "%.1f", line.percentile(0.99))) ms")
        return line
    }
}
