import ArgumentParser
import Casework
import Foundation
import NodeSettings
import Store
import TransferCore

/// `jiexu demo`
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show real transfers between three agencies, and move their clock. 演示与演示时钟。",
        subcommands: [DemoPlay.self, DemoClock.self], defaultSubcommand: DemoPlay.self)
}

/// `jiexu demo play`, or `jiexu demo` alone: real transfers between three agencies on this machine.
struct DemoPlay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Show real transfers between three agencies and their bank. 演示三个机构之间的真实转移。",
        discussion: """
            Starts three nodes and a simulated bank as processes of their own on loopback, imports invented people, \
            lodges their applications as an employer's system would, and carries every case through until both sides \
            have ended. With --once it then stops everything and exits 0 only if every case ended as it should. \
            Without it the nodes keep serving, with cases at every point on which people decide, and a start page says \
            what there is to try; their clock can be moved by `jiexu demo clock`.
            """)

    @Option(help: "The folder for keys, databases, bank files and logs; made anew each time.")
    var data: String

    @Flag(help: "Stop when every case has ended; exit 0 only if each ended as it should.")
    var once = false

    @Option(help: "Kill nodes with SIGKILL at this many random moments and start them again.")
    var kills = 0

    @Option(help: "The seed of the random moments; a new one each time when it is left out.")
    var seed: UInt64?

    @Option(help: "Put a fault in on purpose before the checks (double-order, changed-ledger): the run must fail.")
    var control: ControlFault?

    @Option(help: "Play one side path instead; --list names them. 演示一条支线。")
    var scenario: String?

    @Flag(help: "Name the side paths that can be played, one a line, and end. 列出支线。")
    var list = false

    @OptionGroup var schemas: ServerSchemas

    func run() async throws {
        if list {
            for one in Scenario.all { print("\(one.name)  \(one.titleChinese)  \(one.titleEnglish)") }
            return
        }
        var chosen: Scenario?
        if let scenario {
            chosen = Scenario.all.first { $0.name == scenario }
            guard chosen != nil else {
                throw Misuse("--scenario: there is no \(scenario); see --list 没有这条支线，请用 --list 查看")
            }
        }
        let played = chosen
        // Whoever only looks whether every case ends, or at a side path, needs no cases to play with.
        let isKept = !once && played == nil && kills == 0
        let say: @Sendable (String) -> Void = { line in
            printLine(line)
        }
        let folder = data.hasPrefix("/") ? data : FileManager.default.currentDirectoryPath + "/" + data
        say("准备密钥、证书与机构目录 … making keys, certificates and the directory in \(folder)")
        let place = try await schemas.make(for: DemoPlay.agencies.map(\.code))
        let network = try TransferNetwork(
            folder: folder, agencies: DemoPlay.agencies, clock: SystemClock(),
            thirdClassAccounts: [DemoStory.firstCard], daysBehind: isKept ? DemoSample.Age.weeks.rawValue : nil
        ) { settings in
            place(&settings)
            if let played { settings.agency.straightThrough = played.alone(at: settings.agency.code) }
        }
        // A signal ends the children as well: nobody is left behind.
        let signals = [SIGINT, SIGTERM].map { signal in
            Foundation.signal(signal, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
            source.setEventHandler {
                Task {
                    await network.stop()
                    DemoPlay.exit(withError: ExitCode(once ? 130 : 0))
                }
            }
            source.resume()
            return source
        }
        defer { signals.forEach { $0.cancel() } }
        do {
            if let played {
                say("支线 scenario \(played.name)：\(played.titleChinese) / \(played.titleEnglish)")
                try await played.run(on: network, say)
            } else {
                try await show(network, say)
            }
        } catch {
            await network.stop()
            throw error
        }
        if !once {
            if network.demonstration != nil {
                say("")
                say("准备示例业务，约一分钟 … preparing cases at every point, for about a minute")
                do {
                    let count = try await prepare(network, say)
                    say("已准备 \(count) 件示例业务。 \(count) cases wait for somebody.")
                } catch {
                    await network.stop()
                    throw error
                }
            }
            say("")
            say("节点继续服务，按 Ctrl-C 结束。 The nodes keep serving; Ctrl-C ends them.")
            for node in network.inOrder {
                say(
                    "  \(node.agency.code) \(node.agency.nameChinese)  http://127.0.0.1:\(node.api.publicPort)/"
                        + (network.demonstration == nil ? "" : "demo")
                        + "   \(network.folder)/\(node.agency.code)/token*")
            }
            say(
                "用浏览器打开以上网址：谁可以登录、可以试什么、各件办到哪一步，都写在页上。账号的口令在 token-账号名 文件里。\n"
                    + "Open an address in a browser: the page says who can log in, what to try and how the cases stand. The "
                    + "password of an account is in the file token-NAME. Programs use /api/v1 with the token in `token`."
            )
            if network.demonstration != nil {
                say(
                    "把时钟向前拨：页面下方，或 move the clock on that page, or: "
                        + "jiexu demo clock --data \(network.folder) --forward-days 5")
            }
            while true { try await Task.sleep(for: .seconds(3_600)) }
        }
        await network.stop()
        say("全部办结，已停止。 Every case ended as it should; everything is stopped.")
    }

    private func prepare(_ network: TransferNetwork, _ say: @escaping @Sendable (String) -> Void) async throws -> Int {
        var stores: [AgencyCode: JiexuStore] = [:]
        for node in network.inOrder {
            stores[node.agency.code] = try await node.settings.openStore(.reading)
        }
        defer { stores.values.forEach { $0.close() } }
        return try await DemoPreparation(network: network, stores: stores, say: say).run()
    }

    private func show(_ network: TransferNetwork, _ say: @escaping @Sendable (String) -> Void) async throws {
        say("启动三个节点和模拟银行 … starting three nodes and the simulated bank")
        try await network.start()
        for node in network.inOrder {
            say(
                "  \(node.agency.code) \(node.agency.nameChinese) \(node.agency.nameEnglish)"
                    + "  pid \(node.child.id ?? 0)  \(node.settings.peers.listen.port) / "
                    + "\(node.settings.publicAccess.listen.port) / \(node.settings.operations.port)")
        }
        var stores: [AgencyCode: JiexuStore] = [:]
        for node in network.inOrder {
            stores[node.agency.code] = try await node.settings.openStore(.reading)
        }
        defer { stores.values.forEach { $0.close() } }

        let seed = seed ?? UInt64.random(in: 1...UInt64(UInt32.max))
        if kills > 0 { say("随机断电 … killing nodes at \(kills) random moments, seed \(seed)") }
        let killer = RandomKills(network: network, wanted: kills, seed: seed, say: say)
        let killing = Task { await killer.run() }
        defer { killing.cancel() }

        var lodged: [DemoRun.Lodged] = []
        var last: DemoRun
        var round = 0
        repeat {
            say(round == 0 ? "提交申请 … lodging applications" : "第 \(round + 1) 轮 … round \(round + 1)")
            last = DemoRun(network: network, stores: stores, round: round, say: say)
            lodged += try await last.carryThrough()
            round += 1
            try await killer.keepUp(with: round, of: DemoPlay.mostRounds)
        } while !killer.isDone && round < DemoPlay.mostRounds
        guard killer.isDone else { throw RigFault("only \(killer.kills) kills fitted into \(round) rounds") }
        await killing.value
        if let control {
            say("对照 … putting a fault in on purpose: \(control.rawValue)")
            try await control.inject(into: network)
        }

        try await close(network, stores, lodged, last, say)
    }

    /// Prints the timelines and the table, and checks everything once more.
    private func close(
        _ network: TransferNetwork, _ stores: [AgencyCode: JiexuStore], _ lodged: [DemoRun.Lodged], _ run: DemoRun,
        _ say: @Sendable (String) -> Void
    ) async throws {
        var table = ClosingTable()
        var findings: [String] = []
        for one in lodged {
            let sides = try await run.sides(of: one)
            table.add(one, sides)
            if lodged.count <= 5 {
                say("")
                say("── \(one.story.letter)  \(one.number)  \(one.story.titleChinese) / \(one.story.titleEnglish)")
                for line in Timeline(destination: sides.destination, origin: sides.origin).lines { say(line) }
            }
            // A kill may let go of a hold, so the turns are only certain without kills.
            if kills == 0 { findings += one.story.missedTurns(sides).map { "\(one.number): \($0)" } }
        }
        say("")
        for line in table.lines { say(line) }
        say("")
        for (code, store) in stores.sorted(by: { $0.key < $1.key }) {
            let balances = try await store.ledgerBalances()
            let accounts = balances.sorted { $0.key < $1.key }.filter { $0.value != .zero }
                .map { "\($0.key) \($0.value)" }.joined(separator: "   ")
            say("账簿 ledger \(code): 合计 sum \(balances.values.sum())   \(accounts)")
        }
        findings += try await NetworkCheck(network: network, stores: stores).findings()
        findings += try exportDossiers(network, lodged, say)
        guard findings.isEmpty else { throw RigFault(findings.joined(separator: "\n")) }
        if kills > 0 {
            say(
                "断电 \(kills) 次，\(lodged.count) 件：无丢失，无重复支付。"
                    + " \(kills) kills, \(lodged.count) cases: nothing lost, nothing paid twice.")
        }
    }

    /// Exports the dossier of every completed case at its destination, and verifies it with nothing but the anchors.
    private func exportDossiers(
        _ network: TransferNetwork, _ lodged: [DemoRun.Lodged], _ say: @Sendable (String) -> Void
    ) throws -> [String] {
        try Files.makeFolder(network.folder + "/dossiers")
        var findings: [String] = []
        var count = 0
        for one in lodged.suffix(5) {
            var sides = [one.story.destination]
            if case .completed = one.story.ending { sides.append(one.story.origin) }
            for side in sides {
                let file = "\(network.folder)/dossiers/\(one.number)-\(side).zip"
                let export = try ChildProcess.run([
                    "dossier", "export", one.number.text, "-o", file, "--config",
                    try network.node(side).settingsFile,
                ])
                guard export.status == 0 else {
                    findings.append("\(one.number): the dossier was not exported: \(export.output)")
                    continue
                }
                let verdict = try ChildProcess.run(["dossier", "verify", file, "--trust", network.anchorsFile])
                if verdict.status != 0 { findings.append("\(one.number) at \(side): \(verdict.output)") }
                count += 1
            }
        }
        say("卷宗 \(count) 份，离线核验通过。 \(count) dossiers verified offline: \(network.folder)/dossiers")
        return findings
    }

    /// There are people for so many rounds: a guard against never ending.
    private static let mostRounds = 49

    private static let agencies: [TransferNetwork.Agency] = [
        .init(
            code: DemoStory.weifang, nameChinese: "潍坊市社会保险事业中心", nameEnglish: "Weifang", address: "山东省潍坊市示例路 1 号",
            postcode: "261061", telephone: "0536-0000001", wishedPorts: (9701, 8701, 7701)),
        .init(
            code: DemoStory.shenzhen, nameChinese: "深圳市社会保险基金管理局", nameEnglish: "Shenzhen",
            address: "广东省深圳市示例路 2 号", postcode: "518000", telephone: "0755-0000002", wishedPorts: (9702, 8702, 7702)),
        .init(
            code: DemoStory.wuhan, nameChinese: "武汉市社会保险中心", nameEnglish: "Wuhan", address: "湖北省武汉市示例路 3 号",
            postcode: "430000", telephone: "027-0000003", wishedPorts: (9703, 8703, 7703)),
    ]
}

extension ControlFault: ExpressibleByArgument {}

extension DemoStory {
    /// What the history should show of this story's turn and does not.
    func missedTurns(_ sides: DemoRun.Sides) -> [String] {
        let atDestination = sides.destination?.file.events.map(\.name) ?? []
        let atOrigin = sides.origin?.file.events.map(\.name) ?? []
        var missed: [String] = []
        switch turn {
        case .plain: break
        case .bounce:
            let bounces = atOrigin.count { $0 == PayoutLeg.Event.payoutBounced(.overLimit).name }
            let payouts = sides.origin?.payouts ?? []
            if bounces != 1 { missed.append("\(bounces) payouts bounced, one should have") }
            if payouts.count != 2 || !payouts.allSatisfy(\.isPaid) {
                missed.append("two payouts should have been paid")
            }
            if payouts.map(\.attempts).sorted() != [1, 2] { missed.append("one payout should have had a second try") }
        case .correction:
            for name in ["letter-returned", "application-corrected"] where !atDestination.contains(name) {
                missed.append("\(name) is missing from the history")
            }
        case .moneyFirst:
            guard let money = atDestination.firstIndex(of: "funds-arrived"),
                let form = atDestination.firstIndex(of: "form-arrived"), money < form
            else {
                missed.append("the money should have come before the form")
                break
            }
        }
        return missed
    }
}
