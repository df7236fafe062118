import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The keys of the agencies of every run and the signed directory that names them. They are real, and random: nothing that
/// a run decides or shows depends on them.
struct SimulatedNetwork: Sendable {
    let anchors: TrustAnchors
    let directory: SignedDirectory
    /// The same with a key in it that an intruder holds: a bug that may be planted.
    let carelessDirectory: SignedDirectory
    let keys: [SigningKey]
    /// For each agency a key in its name that the directory does not list.
    let strayKeys: [SigningKey]

    /// Made once: no run changes it.
    static let shared: SimulatedNetwork = {
        do { return try SimulatedNetwork() } catch { preconditionFailure("the network was not made: \(error)") }
    }()

    private init() throws {
        let cast = SimulatedCast.agencies
        try self.init(agencies: cast, takingMedical: [cast[1], cast[3]], beginning: SimulatedCast.beginning)
    }

    /// - Parameters:
    ///   - hasStrays: whether there is a key beside the directory's for each agency, for bugs and intruders.
    ///   - takingMedical: the agencies that can receive medical balances for their insured persons.
    ///   - beginning: of the run; keys and directory are good for two years from then on.
    init(
        agencies: [AgencyCode], takingMedical: Set<AgencyCode>, beginning: Instant, hasStrays: Bool = true
    ) throws {
        let now = beginning.seconds
        let year: Int64 = 365 * 86_400
        let authority = try CertificateAuthority.founding(
            networkName: "Jiexu simulated network", validity: (now - year)...(now + 5 * year))
        let validity = (now - 200 * 86_400)...(now + 2 * year)
        let directoryKey = try authority.issueDirectory(validity: validity)
        var keys: [SigningKey] = []
        var strayKeys: [SigningKey] = []
        var entries: [DirectoryEntry] = []
        var carelessEntries: [DirectoryEntry] = []
        for code in agencies {
            let connection = try authority.issueTLS(for: code, hosts: ["127.0.0.1"], validity: validity)
            let key = try authority.issueSigning(for: code, validity: validity)
            keys.append(key.signingKey)
            let listed = SigningCertificateEntry(key.certificate)
            entries.append(try SimulatedNetwork.entry(code, connection, [listed], takingMedical))
            guard hasStrays else { continue }
            let stray = try authority.issueSigning(for: code, validity: validity)
            strayKeys.append(stray.signingKey)
            carelessEntries.append(
                try SimulatedNetwork.entry(
                    code, connection, [listed, SigningCertificateEntry(stray.certificate)], takingMedical))
        }
        let anchors = try TrustAnchors(pem: authority.root.pem + directoryKey.certificatePEM)
        func open(_ entries: [DirectoryEntry]) throws -> SignedDirectory {
            guard let time = SigningTime(secondsSince1970: now - 7 * 86_400) else {
                preconditionFailure("a time that exists")
            }
            let bytes = try AgencyDirectory(
                version: 3, issuedAt: now - 7 * 86_400, expiresAt: now + 2 * year - 86_400, agencies: entries
            ).signed(by: directoryKey.signingKey, at: time)
            return try SignedDirectory.open(bytes, anchors: anchors, at: now)
        }
        self.keys = keys
        self.strayKeys = strayKeys
        self.anchors = anchors
        directory = try open(entries)
        carelessDirectory = hasStrays ? try open(carelessEntries) : directory
    }

    private static func entry(
        _ code: AgencyCode, _ connection: IssuedCertificate, _ signing: [SigningCertificateEntry],
        _ takingMedical: Set<AgencyCode>
    ) throws -> DirectoryEntry {
        guard let endpoint = EndpointURL("https://127.0.0.1:8443") else { preconditionFailure("an endpoint") }
        var receives = [Capability(branch: .pension, from: SimulatedCast.day("2026-01-01"))]
        if takingMedical.contains(code) {
            receives.append(Capability(branch: .medical, from: SimulatedCast.day("2026-01-01")))
        }
        return DirectoryEntry(
            code: code, nameChinese: "某市社会保险经办机构", nameEnglish: "Agency \(code)", endpoint: endpoint,
            tlsCertificates: [TLSCertificateEntry(connection.certificate)], signingCertificates: signing,
            receives: receives, deadlineProfile: DeadlineProfile(name: "national", workingDays: [:]),
            remittanceAccount: SimulatedCast.account(of: code))
    }
}

/// The time that it really is in a run.
final class WorldTime: Sendable {
    private let beginning: Instant
    private let state = Mutex(Int64(0))

    init(beginning: Instant = SimulatedCast.beginning) { self.beginning = beginning }

    /// Milliseconds since the run began.
    var now: Int64 {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    var instant: Instant { moment(now) }
    /// What the clock of the wall shows so many milliseconds after the beginning.
    func moment(_ milliseconds: Int64) -> Instant { beginning.adding(milliseconds: milliseconds) }
    var areFaultsOver: Bool { now >= SimulatedFault.period }
}

/// The clock of one node: it jumps and stands still as the run's faults say.
struct SimulatedClock: NodeClock {
    let time: WorldTime
    let faults: [(at: Int64, milliseconds: Int64, fault: SimulatedFault.ClockFault)]

    var now: Instant {
        let real = time.now
        var shown = real
        if !time.areFaultsOver {
            for fault in faults where fault.at <= real && real < fault.at + fault.milliseconds {
                switch fault.fault {
                case .jumps(let milliseconds): shown += milliseconds
                case .stands: shown = min(shown, fault.at)
                }
            }
        }
        return time.moment(shown)
    }
}

/// Signs with a key in memory; the token is away now and then.
struct SimulatedSigner: DocumentSigner {
    let key: SigningKey
    let time: WorldTime
    let absences: [(at: Int64, milliseconds: Int64)]
    var memory = SignatureMemory.shared

    var isThere: Bool {
        let now = time.now
        return time.areFaultsOver || !absences.contains { $0.at <= now && now < $0.at + $0.milliseconds }
    }

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        guard isThere else { throw SigningFault("the token is gone") }
        do {
            let bytes = try key.sign(payload: payload, typ: type, at: moment.signingTime)
            memory.made(bytes)
            return bytes
        } catch {
            throw SigningFault("\(error)")
        }
    }

    func sign(receipts payloads: [[UInt8]], at moment: Instant) throws(SigningFault) -> [[UInt8]] {
        guard isThere else { throw SigningFault("the token is gone") }
        do {
            let receipts = try key.sign(receipts: payloads, at: moment.signingTime)
            for receipt in receipts { memory.made(receipt) }
            return receipts
        } catch {
            throw SigningFault("\(error)")
        }
    }
}

extension SimulatedSigner {
    /// As a process signs that has just been started: from now on it looks whether its clock is set.
    func under(_ clock: SimulatedClock, _ gate: ClockGate) -> GatedSigner {
        gate.look(wall: clock.now, steadyMilliseconds: time.now)
        return GatedSigner(signer: self, clock: clock, gate: gate)
    }
}

/// Signs as a real node does: while its clock may be wrong, nothing but the messages by which nodes compare their clocks.
struct GatedSigner: DocumentSigner {
    let signer: SimulatedSigner
    let clock: SimulatedClock
    let gate: ClockGate

    func checkMoment() throws(SigningFault) {
        gate.look(wall: clock.now, steadyMilliseconds: signer.time.now)
        if let why = gate.closedBecause { throw SigningFault(why) }
    }

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        if type != .headExchange { try checkMoment() }
        return try signer.sign(payload, type: type, at: moment)
    }

    func sign(receipts payloads: [[UInt8]], at moment: Instant) throws(SigningFault) -> [[UInt8]] {
        try checkMoment()
        return try signer.sign(receipts: payloads, at: moment)
    }
}

/// The directory of a run. What nodes of this process have signed, byte for byte, is not computed once more; whether the
/// directory lists the key for that moment is looked at each time.
struct SimulatedDirectory: DirectorySource {
    let current: SignedDirectory
    var memory = SignatureMemory.shared

    func signer(of jws: JWS, seenAt time: Int64) throws -> AgencyCode {
        let key = try current.signer(
            thumbprint: jws.header.certificate, signedAt: jws.header.signingTime.secondsSince1970, seenAt: time)
        if !memory.knows(jws.bytes) {
            try jws.verify(with: key.publicKey)
            memory.computed(jws.bytes)
        }
        return key.agency
    }
}

/// What was signed in this process with the keys of ``SimulatedNetwork``, which is what most of a run's computing would go
/// into. The bytes hold the thumbprint of the key, what was signed and the signature: only where all three are the same is
/// the answer the same, and of any other bytes the signature is verified. Of the known ones every sixty-fourth is verified too.
final class SignatureMemory: Sendable {
    static let shared = SignatureMemory()

    private struct State {
        /// Whole signed texts.
        var made: Set<[UInt8]> = []
        var counts = Counts()
    }

    /// How many signatures were made, asked for, and verified once more by computing.
    struct Counts: Sendable {
        var made = 0
        var asked = 0
        var computed = 0
    }

    private static let most = 4_096
    private let state = Mutex(State())

    var counts: Counts { state.withLock { $0.counts } }

    /// A key of this process has signed.
    func made(_ bytes: [UInt8]) {
        state.withLock { state in
            state.counts.made += 1
            SignatureMemory.keep(bytes, &state)
        }
    }

    /// A signature was verified by computing.
    func computed(_ bytes: [UInt8]) {
        state.withLock { state in
            state.counts.computed += 1
            SignatureMemory.keep(bytes, &state)
        }
    }

    private static func keep(_ bytes: [UInt8], _ state: inout State) {
        if state.made.count >= SignatureMemory.most { state.made = [] }
        state.made.insert(bytes)
    }

    func knows(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            state.counts.asked += 1
            return !state.counts.asked.isMultiple(of: 64) && state.made.contains(bytes)
        }
    }
}
