import Casework
import FoundationEssentials
import Store
import Synchronization
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

/// Carries messages about tree heads between nodes, as the listener for peers would.
struct HeadRoad: HeadLink {
    let from: AgencyCode
    let nodes: [PairNode]

    func show(_ message: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        guard let node = nodes.first(where: { $0.code == peer }) else {
            throw DeliveryFault(code: "connect", detail: "nobody there", concernsPeer: true)
        }
        switch await node.witness(among: nodes).answer(message, from: from) {
        case .receipt(let answer): return answer
        case .problem(let problem):
            throw DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: problem.status >= 500)
        }
    }
}

extension PairNode {
    var log: StoredLog { StoredLog(realStore) }

    /// - Parameter nodes: those that can be reached.
    func witness(among nodes: [PairNode]) -> WitnessDesk {
        WitnessDesk(desk: desk, log: log, link: HeadRoad(from: code, nodes: nodes), gate: realStore.gate)
    }

    func logAudit() async throws -> LogAudit.Outcome {
        try await LogAudit(realStore, agency: code, directory: directory.current).verify()
    }

    /// Everything that `jiexu log verify` finds.
    func logFindings() async throws -> [StoreAudit.Finding] {
        try await audit.verify() + logAudit().findings
    }

    /// A copy of the database as it is now.
    func backUp() async throws -> String {
        close()
        let copy = "\(folder)/\(UUID().uuidString).sqlite"
        try await TestStore.copy(path, to: copy, on: kind)
        try await restart()
        return copy
    }

    /// Puts a copy in the place of the database.
    func restore(_ copy: String) async throws {
        close()
        try await TestStore.copy(copy, to: path, on: kind)
        try await restart()
    }

    /// Stops, has a script run on the database without what guards it, and starts again.
    func tamper(_ sql: String) async throws {
        close()
        do {
            try await runUnguarded(sql)
        } catch {
            try await restart()
            throw error
        }
        try await restart()
    }

    /// Runs a script on the database without the triggers that guard it, as somebody with access to the file would.
    func runUnguarded(_ sql: String) async throws {
        try await TestStore.runUnguarded(sql, at: path, on: kind)
    }
}

extension NodePair {
    func witness(_ node: PairNode) -> WitnessDesk { node.witness(among: nodes) }

    /// Another person moves, from the beginning to the end.
    func transferOf(_ serial: Int) async throws -> CaseNumber {
        let person = PairCast.person(serial, name: "王小华")
        try await know(.atDestination(person), .atOrigin(person))
        let number = try await lodge(PairCast.application(person), key: "key-\(serial)")
        try await settle()
        return number
    }

    /// Lets some time pass, and one node show its newest head to the other.
    @discardableResult
    func exchange(_ node: PairNode) async throws -> Bool {
        clock.move(milliseconds: 5_000)
        return try await witness(node).exchange(with: node === origin ? destination.code : origin.code)
    }
}

/// Shenzhen's log, played: it shows whatever it likes, with its own key.
struct PlayedLog {
    let clock: HandClock
    /// Its leaves; a fork has another third leaf.
    static func leaves(_ count: Int, fork: Bool = false) -> [DocumentDigest] {
        (0..<count).map { MerkleTree.leaf([UInt8($0), fork && $0 == 2 ? 1 : 0]) }
    }

    /// - Parameter seconds: when it is signed, from now on.
    func head(
        _ size: Int, fork: Bool = false, epoch: Int = 1, seconds: Int64 = 0, key: SigningKey? = nil
    ) throws -> SignedTreeHead {
        let moment = clock.now.adding(milliseconds: seconds * 1_000)
        let head = TreeHead(
            agency: PairCast.shenzhen, epoch: epoch, size: Int64(size),
            root: MerkleTree.root(of: PlayedLog.leaves(size, fork: fork)), atMilliseconds: moment.milliseconds)
        return SignedTreeHead(
            head: head, bytes: try sign(head.encoded(), .treeHead, at: moment, key: key))
    }

    func sign(_ payload: [UInt8], _ type: JWSType, at moment: Instant, key: SigningKey? = nil) throws -> [UInt8] {
        try (key ?? PairNetwork.shared.key(of: PairCast.shenzhen)).sign(
            payload: payload, typ: type, at: moment.signingTime)
    }

    static func proof(_ old: Int, _ new: Int, fork: Bool = false) -> HeadExchange.Proof {
        let leaves = leaves(new, fork: fork)
        let hashes: [DocumentDigest] = MerkleProof.consistency(from: Int64(old), to: Int64(new)) { level, index in
            MerkleTree.root(of: leaves[(Int(index) << level)..<((Int(index) + 1) << level)])
        }
        return HeadExchange.Proof(size: Int64(old), hashes: hashes)
    }

    func message(
        to peer: AgencyCode = PairCast.weifang, head: SignedTreeHead?, proofs: [HeadExchange.Proof] = [],
        held: [[UInt8]] = [], witnessed: [[UInt8]] = [], seconds: Int64 = 0, key: SigningKey? = nil
    ) throws -> [UInt8] {
        let moment = clock.now.adding(milliseconds: seconds * 1_000)
        let message = HeadExchange(
            sender: PairCast.shenzhen, recipient: peer, asOf: moment.signingTime, held: held, head: head?.bytes,
            proofs: proofs, witnessed: witnessed)
        return try sign(message.encoded(), .headExchange, at: moment, key: key)
    }
}

extension PeerAnswer {
    /// The code of a problem; nil for an answer.
    var problemCode: String? {
        switch self {
        case .receipt: nil
        case .problem(let problem): problem.code
        }
    }
}
