import Casework
import Foundation
import NodeSettings
import Simulation
import Store
import TransferCore
import TransferDocuments

/// A whole network on one machine, as separate processes on loopback: nodes of several agencies and their bank. Keys,
/// certificates and the directory are made anew in the folder.
final class TransferNetwork: Sendable {
    let folder: String
    let nodes: [AgencyCode: RunningNode]
    let bank: ChildProcess
    /// The clock and the start page, of a network whose clock can be moved.
    let demonstration: DemonstrationFolder?

    /// One agency of the network.
    struct Agency: Sendable {
        let code: AgencyCode
        let nameChinese: String
        let nameEnglish: String
        let address: String
        let postcode: String
        let telephone: String
        /// The ports that are tried first: peers, people, operations.
        var wishedPorts = (peers: 0, people: 0, operations: 0)
    }

    /// One node: its process, its settings and its interfaces.
    struct RunningNode: Sendable {
        let agency: Agency
        let child: ChildProcess
        let settings: NodeSettings
        let settingsFile: String
        let api: NodeAPI
        /// The same for two persons of the agency: one prepares, the other checks.
        let maker: NodeAPI
        let checker: NodeAPI
        let employer: NodeAPI
        /// Of every account, by its name.
        let secrets: [String: String]
    }

    var anchorsFile: String { folder + "/network/anchors.pem" }
    var journalFile: String { folder + "/bank/journal.csv" }

    /// Founds the network; nothing runs yet.
    ///
    /// - Parameters:
    ///   - folder: made anew: what is in it is removed, if it was made by this command.
    ///   - daysBehind: so far behind the machine's clock the network begins, when its clock is to be moved; nil for one that
    ///     goes by the machine's clock.
    ///   - adjust: changes the settings of each node before they are written.
    init(
        folder: String, agencies: [Agency], clock: any NodeClock, thirdClassAccounts: [String] = [],
        bankPollMilliseconds: Int = 20, daysBehind: Int? = nil, adjust: (inout NodeSettings) -> Void = { _ in }
    ) throws {
        self.folder = folder
        try TransferNetwork.clear(folder)
        if let daysBehind {
            let moved = try TransferNetwork.foundClock(daysBehind, in: folder + "/demo", clock)
            SystemClock.follow(moved)
            demonstration = try DemonstrationFolder(folder + "/demo")
        } else {
            demonstration = nil
        }
        let now = clock.now.seconds

        for part in ["network", "bank", "log"] { try Files.makeFolder("\(folder)/\(part)") }
        let home = folder + "/network"
        let authority = try NetworkFounding.foundRoot(
            networkName: "Jiexu demonstration", years: 2, in: home, at: now)
        let directoryCertificate = try NetworkFounding.issueDirectoryKey(years: 1, by: authority, in: home, at: now)
        let anchors = Array((authority.root.pem + directoryCertificate.pem).utf8)
        try Files.create(home + "/anchors.pem", anchors, for: .everyone)

        let wished = agencies.map(\.wishedPorts)
        let found = try freePorts(wished: wished.flatMap { [$0.peers, $0.people, $0.operations] })
        var entries: [DirectoryEntry] = []
        var nodes: [AgencyCode: RunningNode] = [:]
        for (index, agency) in agencies.enumerated() {
            let home = "\(folder)/\(agency.code)"
            for part in ["", "/data"] { try Files.makeFolder(home + part, for: .owner) }
            let ports = (peers: found[3 * index], people: found[3 * index + 1], operations: found[3 * index + 2])
            let (tls, signing) = try NetworkFounding.issueAgency(
                agency.code, hosts: ["127.0.0.1", "localhost"], years: 1, by: authority, in: home + "/keys", at: now)

            let account = BankAccount(
                holder: agency.nameChinese, bankName: "示例银行", bankCode: DemoStory.bankCode,
                number: "3700\(agency.code)0000\(index + 1)")
            guard let endpoint = EndpointURL(host: "127.0.0.1", port: ports.peers) else {
                throw RigFault("127.0.0.1:\(ports.peers) is no endpoint")
            }
            entries.append(
                DirectoryEntry(
                    code: agency.code, nameChinese: agency.nameChinese, nameEnglish: agency.nameEnglish,
                    endpoint: endpoint, tlsCertificates: [TLSCertificateEntry(tls)],
                    signingCertificates: [SigningCertificateEntry(signing)], receives: [],
                    deadlineProfile: DeadlineProfile(
                        name: "N2010", workingDays: ["letter": 15, "origin": 15, "finish": 15]),
                    remittanceAccount: account, successor: nil))

            let secret = TransferNetwork.secret()
            let secrets = Dictionary(
                uniqueKeysWithValues: DemoSeat.all.map { ($0.name, TransferNetwork.secret(length: 16)) })
            func digest(_ name: String) -> String { DocumentDigest(of: Array((secrets[name] ?? "").utf8)).hex }
            var settings = NodeSettings(
                agency: .init(
                    code: agency.code,
                    office: AgencyOffice(
                        name: agency.nameChinese, address: agency.address, postcode: agency.postcode,
                        telephone: agency.telephone),
                    account: account))
            settings.agency.deadlineProfile = "N2010"
            settings.agency.straightThrough = Set(DecisionStep.allCases)
            settings.agency.interest = TransferNetwork.sampleInterest
            settings.agency.interestSource = "sample figures of the demonstration, not published rates"
            settings.keys.anchors = folder + "/network/anchors.pem"
            settings.keys.directory = folder + "/network/directory.jws"
            settings.peers.listen = .init(host: "127.0.0.1", port: ports.peers)
            settings.publicAccess.listen = .init(host: "127.0.0.1", port: ports.people)
            settings.publicAccess.tokens = [
                .init(name: "demo-desk", role: .staff, sha256: DocumentDigest(of: Array(secret.utf8)).hex)
            ]
            settings.publicAccess.tokens += DemoSeat.all.filter { $0.person == nil }.map { seat in
                .init(name: seat.name, role: seat.role, sha256: digest(seat.name))
            }
            settings.staff = DemoSeat.staff(digest)
            settings.operations = .init(host: "127.0.0.1", port: ports.operations)
            settings.bank.folder = "\(folder)/bank/\(agency.code)"
            settings.bank.pollMilliseconds = bankPollMilliseconds
            if demonstration != nil {
                settings.demonstration = .init(folder: folder + "/demo")
                // What is due shows soon after the clock was moved, and a step of days stops nothing.
                settings.work.deadlineCheckSeconds = 1
                // Nobody who has let a peer come back waits half a minute for the next try.
                settings.peers.longestRetryMilliseconds = 5_000
                settings.evidence.warnUnheldMinutes = 10_080
                settings.evidence.stopUnheldHours = 720
            }
            adjust(&settings)
            let file = home + "/node.yaml"
            try settings.writeYAML(to: file)
            // The secret of the demonstration's own access token, for whoever wants to try the interface.
            try Files.create(home + "/token", Array((secret + "\n").utf8), for: .owner)
            for (name, secret) in secrets {
                try Files.create(home + "/token-\(name)", Array((secret + "\n").utf8), for: .owner)
            }
            func api(_ name: String) -> NodeAPI {
                NodeAPI(publicPort: ports.people, operationsPort: ports.operations, token: secrets[name] ?? "")
            }
            nodes[agency.code] = RunningNode(
                agency: agency,
                child: ChildProcess(
                    name: "\(agency.code)", arguments: ["serve", "--config", file],
                    log: "\(folder)/log/\(agency.code).log"),
                settings: try NodeSettings.read(file), settingsFile: file,
                api: NodeAPI(publicPort: ports.people, operationsPort: ports.operations, token: secret),
                maker: api(DemoSeat.maker), checker: api(DemoSeat.checker), employer: api(DemoSeat.employer),
                secrets: secrets)
        }

        let directory = AgencyDirectory(
            version: 1, issuedAt: now, expiresAt: now + TransferNetwork.heldDays * 86_400, agencies: entries)
        try Files.create(
            folder + "/network/directory.jws",
            try NetworkFounding.signDirectory(
                directory, keyFolder: folder + "/network", root: authority.root, previous: nil, at: now),
            for: .everyone)

        var bankArguments = ["bank", "--folder", folder + "/bank", "--poll-milliseconds", "\(bankPollMilliseconds)"]
        for entry in entries {
            bankArguments += [
                "--account", "\(entry.code):\(entry.remittanceAccount.number):\(entry.remittanceAccount.holder)",
            ]
        }
        if demonstration != nil { bankArguments += ["--demonstration", folder + "/demo"] }
        for account in thirdClassAccounts { bankArguments += ["--third-class", account] }
        bank = ChildProcess(name: "bank", arguments: bankArguments, log: folder + "/log/bank.log")
        self.nodes = nodes
    }

    func start() async throws {
        try bank.start()
        for node in inOrder { try node.child.start() }
        for node in inOrder { try await ready(node) }
    }

    func stop() async {
        for node in inOrder { await node.child.stop() }
        await bank.stop()
    }

    var inOrder: [RunningNode] { nodes.keys.sorted().compactMap { nodes[$0] } }

    func node(_ code: AgencyCode) throws -> RunningNode {
        guard let node = nodes[code] else { throw RigFault("the network has no agency \(code)") }
        return node
    }

    /// Waits until a node says that it is ready, at most half a minute.
    func ready(_ node: RunningNode) async throws {
        for _ in 0..<300 {
            if let answer = try? await node.api.operate("GET", "/health/ready"), answer.status == 200 { return }
            guard node.child.isRunning else {
                throw RigFault("the node of \(node.agency.code) ended; see \(folder)/log/\(node.agency.code).log")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw RigFault("the node of \(node.agency.code) is not ready after 30 s; see \(folder)/log")
    }

    /// Puts people into the records of an agency, by the command that an operator would use.
    func importRecords(_ rows: RecordRows, at code: AgencyCode) async throws {
        let node = try node(code)
        let file = "\(folder)/\(code)/records.csv"
        try Files.replace(file, Array(rows.text.utf8), for: .owner)
        let child = ChildProcess(
            name: "import", arguments: ["records", "import", file, "--config", node.settingsFile],
            log: "\(folder)/log/import.log")
        try child.start()
        while child.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        guard child.endedWell else { throw RigFault("the import failed; see \(folder)/log/import.log") }
    }

    /// Starts a node again with other settings, as its operator would.
    func restart(_ code: AgencyCode, _ adjust: (inout NodeSettings) -> Void) async throws {
        let node = try node(code)
        var settings = node.settings
        adjust(&settings)
        try settings.writeYAML(to: node.settingsFile)
        await node.child.stop()
        try node.child.start()
        try await ready(node)
    }

    // MARK: Small parts

    /// So long the directory holds, and the certificates longer.
    private static let heldDays: Int64 = 360

    private static func foundClock(
        _ daysBehind: Int, in folder: String, _ clock: any NodeClock
    ) throws -> DemonstrationClock {
        let begin = clock.machineTime.adding(milliseconds: -Int64(daysBehind) * 86_400_000)
        return try DemonstrationClock.found(
            in: folder, seconds: -Int64(daysBehind) * 86_400,
            furthest: begin.adding(milliseconds: (heldDays - 5) * 86_400_000))
    }

    /// The folder is removed only if an earlier network was founded in it.
    private static func clear(_ folder: String) throws {
        let manager = FileManager.default
        if manager.fileExists(atPath: folder) {
            let content = try manager.contentsOfDirectory(atPath: folder)
            guard content.isEmpty || manager.fileExists(atPath: "\(folder)/\(marker)") else {
                throw RigFault("\(folder) holds something else than a demonstration; name another folder")
            }
            guard !isInUse(folder, content) else {
                throw RigFault("a demonstration is running in \(folder); end it first, or name another folder")
            }
            try manager.removeItem(atPath: folder)
        }
        try manager.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Files.create("\(folder)/\(marker)", [], for: .owner)
    }

    /// The file by which a folder is known as one that a demonstration made, and so may remove.
    private static let marker = "made-by-jiexu-demo"

    /// Whether a bank or a node still works in the folder: each holds a lock on a file of its own.
    private static func isInUse(_ folder: String, _ content: [String]) -> Bool {
        let locks = ["bank/lock"] + content.map { "\($0)/data/jiexu.sqlite.lock" }
        return locks.contains { lock in
            let file = open("\(folder)/\(lock)", O_RDWR | O_CLOEXEC)
            guard file >= 0 else { return false }
            defer { close(file) }
            return flock(file, LOCK_EX | LOCK_NB) != 0
        }
    }

    /// A secret of an account of the demonstration. Those that people type are shorter.
    static func secret(length: Int = 32) -> String {
        String((0..<length).map { _ in "abcdefghijkmnpqrstuvwxyz23456789".randomElement() ?? "a" })
    }

    /// One rate for every year: enough to show that interest is reckoned, and plainly no published figure.
    private static let sampleInterest = InterestTerms(
        formula: .monthlyProducts,
        rates: Dictionary(
            uniqueKeysWithValues: (1998...2040).compactMap { year in BasisPoints(400).map { (year, $0) } }))
}

extension ChildProcess {
    /// Runs this program to its end.
    ///
    /// - Returns: its exit status and what it printed.
    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: program)
        child.arguments = arguments
        let pipe = Pipe()
        child.standardOutput = pipe
        child.standardError = pipe
        child.standardInput = FileHandle.nullDevice
        try child.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        child.waitUntilExit()
        return (child.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
