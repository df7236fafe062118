import Casework
import Foundation
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// The change, loss and end of every key of a network, played on two real nodes with transfers under way.
final class KeyRehearsal {
    let network: TransferNetwork
    let perStep: Int
    let authority: CertificateAuthority
    private(set) var rows: [Row] = []
    private(set) var controls: [Control] = []
    var people: [InsuredPerson] = []
    var lodged = 0
    let destination: TransferNetwork.RunningNode
    let origin: TransferNetwork.RunningNode

    /// What was played, and how often something was not as it must be; `nil` where a step does not look for that.
    struct Row {
        let what: String
        var tried = 0
        var lost: Int?
        var doubled: Int?
        var wrong = 0
        var note = ""

        var isGood: Bool { wrong == 0 && lost ?? 0 == 0 && doubled ?? 0 == 0 }
    }

    /// Something that must succeed without the check, so that the check is what refuses.
    struct Control {
        let name: String
        let tried: Int
        let found: Int
    }

    /// How many steps of it lodge applications.
    static let steps = 9

    init(folder: String, perStep: Int) throws {
        self.perStep = perStep
        let lists = folder + "/network/revocations"
        network = try TransferNetwork(pairIn: folder) { settings in
            settings.keys.revocationLists = lists
            settings.keys.directory = "\(folder)/\(settings.agency.code)/keys/directory.jws"
            settings.peers.longestRetryMilliseconds = 1_000
            settings.peers.requestTimeoutMilliseconds = 5_000
        }
        authority = try NetworkFounding.root(in: folder + "/network")
        destination = try network.node(DemoStory.weifang)
        origin = try network.node(DemoStory.shenzhen)
        try Files.makeFolder(lists)
        try putList(taking: [], number: 1)
        try hand(try Files.read(folder + "/network/directory.jws", limit: SignedDirectory.longest))
    }

    var nodes: [TransferNetwork.RunningNode] { [destination, origin] }
    var now: Int64 { SystemClock().now.seconds }
    var isGood: Bool { rows.allSatisfy(\.isGood) && controls.allSatisfy { $0.found == $0.tried } }

    // MARK: What the network's office does

    var directoryInForce: SignedDirectory {
        get throws {
            try SignedDirectory.open(
                try Files.read(network.folder + "/network/directory.jws", limit: SignedDirectory.longest),
                anchors: try KeyFiles.anchors(network.anchorsFile), at: now, expiry: .allowedForEvidence)
        }
    }

    /// Signs the next directory, with one entry changed, and hands it to both nodes, or to one of them first.
    func nextDirectory(
        lastingSeconds: Int64 = 90 * 86_400, onlyTo first: TransferNetwork.RunningNode? = nil,
        _ change: (DirectoryEntry) -> DirectoryEntry = { $0 }
    ) throws {
        let before = try directoryInForce
        let directory = AgencyDirectory(
            version: before.directory.version + 1, issuedAt: now, expiresAt: now + lastingSeconds,
            agencies: before.directory.agencies.map(change))
        let home = network.folder + "/network"
        let bytes = try NetworkFounding.signDirectory(
            directory, keyFolder: home, root: authority.root, previous: before.bytes, at: now)
        try Files.replace(home + "/directory.jws", bytes, for: .everyone)
        guard let first else { return try hand(bytes) }
        try Files.replace(first.settings.keys.directory, bytes, for: .everyone)
    }

    /// Hands the directory in force to both nodes.
    func handDirectory() throws { try hand(try directoryInForce.bytes) }

    func hand(_ directory: [UInt8]) throws {
        for node in nodes { try Files.replace(node.settings.keys.directory, directory, for: .everyone) }
    }

    func putList(taking certificates: [NetworkCertificate], number: Int64, lastingSeconds: Int64 = 86_400) throws {
        let list = try authority.revocationList(
            number: number, madeAt: now, nextDueAt: now + lastingSeconds,
            revoked: certificates.map { ($0.serialNumber, now) })
        try Files.replace(
            network.folder + "/network/revocations/list.pem", Array(list.pem.utf8), for: .everyone)
    }

    /// A new key and certificate in place of the ones that a node has.
    func give(_ issued: IssuedCertificate, to node: TransferNetwork.RunningNode, isTLS: Bool) throws {
        let keys = node.settings.keys
        try Files.replace(isTLS ? keys.tlsKey : keys.signingKey, Array(issued.keyPEM.utf8), for: .owner)
        try Files.replace(
            isTLS ? keys.tlsCertificate : keys.signingCertificate, Array(issued.certificatePEM.utf8), for: .everyone)
    }

    func validity(seconds: Int64 = 30 * 86_400) -> ClosedRange<Int64> { (now - 200)...(now + seconds) }

    // MARK: What operators do

    /// Has a node read its files again.
    ///
    /// - Returns: what became of each kind of file.
    @discardableResult
    func reload(_ node: TransferNetwork.RunningNode) async throws -> [String: String] {
        let answer = try await node.api.operate("POST", "/ops/trust/reload")
        guard answer.status == 200, case .array(let files)? = answer.json?["files"] else {
            throw RigFault("the reload got \(answer.status)")
        }
        return Dictionary(
            files.map { ($0["file"]?.text ?? "", $0["outcome"]?.text ?? "") }, uniquingKeysWith: { first, _ in first })
    }

    func reloadBoth() async throws { for node in nodes { try await reload(node) } }

    func trust(_ node: TransferNetwork.RunningNode) async throws -> JSONObject {
        let answer = try await node.api.operate("GET", "/ops/trust")
        guard answer.status == 200, let json = answer.json else { throw RigFault("/ops/trust got \(answer.status)") }
        return json
    }

    /// The kinds and subjects of the alarms that are open at a node.
    func alarms(_ node: TransferNetwork.RunningNode) async throws -> [String] {
        guard case .array(let alarms)? = try await trust(node)["alarms"] else { return [] }
        return alarms.map { "\($0["kind"]?.text ?? "") \($0["subject"]?.text ?? "")" }
    }

    /// Waits until both nodes have said to each other that they have the directory in force.
    func waitForAcknowledgement() async throws {
        try await waiting("the acknowledgement of the directory", seconds: 60) {
            for node in nodes {
                guard case .array(let behind)? = try await trust(node)["behind"], behind.isEmpty else { return false }
            }
            return true
        }
    }

    func hold(_ isHeld: Bool) async throws {
        for (node, peer) in [(destination, origin), (origin, destination)] {
            _ = try await node.api.operate("POST", "/ops/peers/\(peer.agency.code)/\(isHeld ? "hold" : "resume")")
        }
    }

    func waiting(_ what: String, seconds: Int, until holds: () async throws -> Bool) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        while ContinuousClock.now < end {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw RigFault("\(what) did not come within \(seconds) s; see \(network.folder)/log")
    }

    /// Cases of a node, in whatever phase.
    func cases(_ node: TransferNetwork.RunningNode) async throws -> Int {
        let answer = try await node.api.operate("GET", "/metrics")
        return String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("jiexu_cases{") }
            .reduce(0) { sum, line in sum + (line.split(separator: " ").last.flatMap { Int($0) } ?? 0) }
    }

    func completed(_ node: TransferNetwork.RunningNode) async throws -> Int {
        let answer = try await node.api.operate("GET", "/metrics")
        let line = String(decoding: answer.body, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("jiexu_cases{phase=\"completed\"}") }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    func waitForAll(seconds: Int = 60) async throws {
        try await waiting("the end of \(lodged) transfers", seconds: seconds) {
            let (a, b) = (try await completed(destination), try await completed(origin))
            return a == lodged && b == lodged
        }
    }

    // MARK: Transfers

    /// Lodges the applications of one step; they are under way when this returns.
    func lodge(count: Int? = nil) async throws {
        for _ in 0..<(count ?? perStep) {
            let status = try await lodgeOne()
            guard status == 201 else { throw RigFault("application \(lodged) got \(status)") }
        }
    }

    /// - Returns: the status of the answer; a new person is used up only by 201.
    func lodgeOne() async throws -> Int {
        let body = try TransferNetwork.pairForm(of: people[lodged])
        let answer = try await destination.api.post(
            "/api/v1/applications", body, idempotencyKey: "rehearsal-\(lodged)-\(now)")
        if answer.status == 201 { lodged += 1 }
        return answer.status
    }

    func importPeople() async throws {
        var atOrigin = RecordRows()
        var atDestination = RecordRows()
        people = (0..<(perStep * (KeyRehearsal.steps + 1) + 10)).map { index in
            InventedPerson(
                name: "测试", county: "440520", born: "\(1977 + index % 15)-03-\(10 + index % 18)",
                order: index % 99 + 1,
                sex: .male
            ).person
        }
        for person in people {
            atOrigin.person(person, household: "37", isActive: false, enrolledOn: "2020-01-05")
            for year in 2020...2025 { atOrigin.line(person, year: year, months: 1...12, baseFen: 5_000_00) }
            atDestination.person(person, household: "37", isActive: true, enrolledOn: "2026-02-01")
            atDestination.line(person, year: 2026, months: 2...9, baseFen: 9_000_00)
        }
        try await network.importRecords(atOrigin, at: DemoStory.shenzhen)
        try await network.importRecords(atDestination, at: DemoStory.weifang)
    }

    // MARK: The result

    /// Plays one step and says what came of it; what must hold is given by name.
    func step(_ what: String, _ note: String = "", _ body: () async throws -> [(String, Bool)]) async throws {
        let began = ContinuousClock.now
        let checks = try await body()
        let failed = checks.filter { !$0.1 }.map(\.0)
        rows.append(
            Row(what: what, tried: checks.count, wrong: failed.count, note: failed.joined(separator: "; ") + note))
        let seconds = began.duration(to: .now).components.seconds
        printLine(
            "\(failed.isEmpty ? "✓" : "×") \(what) (\(checks.count), \(seconds) s) \(failed.joined(separator: "; "))")
    }

    func control(_ name: String, _ isFound: Bool) {
        controls.append(Control(name: name, tried: 1, found: isFound ? 1 : 0))
        printLine("\(isFound ? "✓" : "×") 对照 control: \(name)")
    }

    func add(_ row: Row) { rows.append(row) }

    var resultJSON: [UInt8] {
        let bytes = try? JSONWriter.object { json in
            json.array("rows", rows) { json, row in
                json.object { json in
                    json.field("what", row.what)
                    json.field("tried", row.tried)
                    if let lost = row.lost { json.field("lost", lost) }
                    if let doubled = row.doubled { json.field("doubled", doubled) }
                    json.field("wrong", row.wrong)
                    json.field("note", row.note)
                }
            }
            json.array("controls", controls) { json, control in
                json.object { json in
                    json.field("name", control.name)
                    json.field("tried", control.tried)
                    json.field("found", control.found)
                }
            }
        }
        return bytes ?? []
    }
}
