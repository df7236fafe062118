import Casework
import Foundation
import Logging
import NodeLink
import NodeSettings
import ServiceLifecycle
import Store
import TransferCore
import TransferDocuments
import UnixSignals
import Webhooks

/// A node of one agency with all its parts: the only place where the adapters are made and put together.
struct Node {
    let settings: NodeSettings
    let store: JiexuStore
    let desk: Desk
    let outbox: Outbox
    let witness: WitnessDesk
    let logger: Logger
    /// The key with which the node signs.
    private let signer: DocumentKey
    private let anchor: HeadAnchorFile
    /// Renews the lease of an instance for as long as the process lives; nil for a node that serves alone.
    private let lease: Task<Void, Never>?
    private let services: [any Service]

    /// How long peers are waited for at a start.
    private static let lookBackMilliseconds: Int64 = 3_000

    /// Opens everything that a serving node needs; nothing listens yet.
    ///
    /// - Throws: a fault in one line for people: which file or setting, and what is wrong with it.
    static func assemble(_ settings: NodeSettings, clock: SystemClock) async throws -> Node {
        let logger = Logger(label: settings.agency.code.text)

        let anchors = try KeyFiles.anchors(settings.keys.anchors)
        let clockGate = ClockGate()
        let signer = DocumentKey(key: try KeyFiles.signingKey(settings), clock: clock, clockGate: clockGate)
        let own = try KeyFiles.credentials(settings, anchors)
        guard try own.verify(at: clock.now.seconds) == settings.agency.code else {
            throw Misuse("\(settings.keys.tlsCertificate) is not a certificate of \(settings.agency.code)")
        }
        let store = try await openStore(settings, logger)
        // Where the node is one of several instances: what of the work in the background is this one's.
        let duties = store.membership.map { _ in DutyBoard() }
        let lease = duties.map { board in
            Task { await InstanceRound(store: store, board: board, logger: logger).run() }
        }
        try await settings.compareOwnKeys(with: store)
        try settings.checkListeners()
        let directory = try await TrustFiles(
            settings, anchors: anchors, signer: signer, credentials: own, store: store, clock: clock, logger: logger)
        let credentials = directory.credentials
        guard let entry = directory.current[settings.agency.code] else {
            throw Misuse("the directory of agencies has no entry for \(settings.agency.code)")
        }
        guard entry.remittanceAccount.isSameAccount(as: settings.agency.account) else {
            throw Misuse("agency.account is not the account that the directory lists for \(settings.agency.code)")
        }

        let desk = Desk(
            agency: settings.agencySettings(), store: store, clock: clock, signer: signer, directory: directory,
            logger: logger,
            rules: StoredRules(store), refusals: RefusalAllowance(perHour: settings.peers.refusalsPerHour))
        _ = try await desk.rules.reload()
        let now: @Sendable () -> Int64 = { clock.now.seconds }
        let clients = PeerClients(
            try PeerClient(settings: settings.clientSettings, credentials: credentials, now: now),
            drainMilliseconds: Int64(settings.clientSettings.totalMilliseconds))
        let gate = store.gate
        let post = PeerPost(
            clients: clients, directory: directory, clock: clock, gate: gate, singly: PeersServedSingly())
        let log = StoredLog(store)
        let anchor = HeadAnchorFile(settings)
        let witness = WitnessDesk(
            desk: desk, log: log, link: post, gate: gate, anchor: anchor, clockGate: clockGate)
        try await log.takeUpQuarantine()
        let stamps = StampDesk(
            log: log, heads: witness.heads, link: StampClient(), clock: clock, logger: logger,
            authorities: try settings.stampAuthorities())
        let directories = DirectoryDesk(desk: desk, store: store, link: post)
        let outbox = Outbox(desk: desk, link: post, limits: settings.outboxLimits, duties: duties)
        let truth = TruthDesk(desk: desk, store: store, link: post)
        let night = TruthNight(truth, hour: settings.work.digestHour)
        let bank = BankOffice(
            desk: desk, folder: try BankFolderOnDisk(path: settings.bank.folder),
            pollMilliseconds: Int64(settings.bank.pollMilliseconds))
        let peers = try PeerServer(
            settings: settings.serverSettings, credentials: credentials, logger: logger,
            now: now,
            identify: { directory.current.agency(ofTLSThumbprint: $0, at: clock.now.seconds) },
            isElsewhere: { directory.current.isElsewhere($0, than: settings.agency.code) },
            receive: { documents, peer in
                guard gate.isOpen else { return documents.map { _ in .problem(RecoveryGate.problem) } }
                guard !gate.isQuarantined(peer) else {
                    return documents.map { _ in .problem(RecoveryGate.quarantineProblem) }
                }
                return await desk.receive(documents, from: peer)
            },
            receiveDigest: { await truth.answer($0, from: $1) },
            receiveHeads: { await witness.answer($0, from: $1) },
            receiveDirectory: { await directories.answer($0, from: $1) },
            onListening: { logger.notice("listening for peers", metadata: ["port": "\($0)"]) })
        directory.onCredentials { renewed in
            let client = try PeerClient(settings: settings.clientSettings, credentials: renewed, now: now)
            do throws(TrustFault) {
                try peers.reload(renewed)
            } catch {
                client.close()
                throw error
            }
            clients.replace(with: client)
        }

        let work = workDesk(settings, desk: desk, outbox: outbox, store: store)
        let webhooks = try WebhooksAtNode(settings, store: store, clock: clock, logger: logger)
        let watch = DeadlineWatch(desk: desk, seconds: settings.work.deadlineCheckSeconds)
        return Node(
            settings: settings, store: store, desk: desk, outbox: outbox, witness: witness, logger: logger,
            signer: signer, anchor: anchor, lease: lease,
            services: instanceServices(duties, desk: desk, witness: witness, log: log, settings: settings, store: store)
                + [
                    TrustWatch(files: directory), peers, Loop { await DirectoryRound(directories).run() },
                    Loop(gate) { await outbox.run() },
                    Loop(gate, .effects, of: duties) {
                        await EffectWork(desk: desk, inFlightLimit: settings.work.inFlightLimit).run()
                    },
                    Loop(gate, .bank, of: duties) { await bank.run() },
                    Loop(gate, .deadlines, of: duties) { await watch.run() },
                    Loop(gate, .night, of: duties) { await night.run() },
                    Loop(gate, .jobs, of: duties) { await WorkRound(work).run() },
                    Loop(gate, .webhooks, of: duties) { await webhooks.round.run() },
                    Loop(nil, .witness, of: duties) {
                        await WitnessRound(witness, certificate: signer.certificate, limits: settings.heldLimits).run()
                    },
                    Loop(gate, .stamps, of: duties) {
                        await StampRound(stamps, log: log, clock: clock, gate: gate).run()
                    },
                    Loop { await RecoveryComparison(truth: truth, gate: gate).run() },
                    Loop { await TrailNoteRound(note: TrailNote(settings), store: store, logger: logger).run() },
                    StoreWatch(store: store, logger: logger), RecoveryWatch(gate: gate, logger: logger),
                    ClockWatch(clock: clock, gate: clockGate, logger: logger),
                    Loop(atEnd: { clients.close() }),
                ]
                + (try listeners(
                    settings, desk: desk, outbox: outbox, truth: truth, work: work, trust: directory, store: store,
                    clockGate: clockGate, duties: duties,
                    probe: ProbeAtNode(
                        desk: desk, trust: directory, clients: clients, directories: directories,
                        minimumTLS: settings.tlsMinimum),
                    webhooks: webhooks)))
    }

    /// Opens the store, and lays the ballast beside it.
    private static func openStore(_ settings: NodeSettings, _ logger: Logger) async throws -> JiexuStore {
        try Files.makeFolder(settings.data.directory, for: .owner)
        let (database, warning) = try StoreProbe.settingsOfEnvironment(settings.databaseSettings)
        if let warning { logger.critical("this is no node for real cases", metadata: ["cause": "\(warning)"]) }
        let (isFencing, unfenced) = try StoreProbe.fencingOfEnvironment()
        if let unfenced { logger.critical("this is no node for real cases", metadata: ["cause": "\(unfenced)"]) }
        let membership = settings.membership(isFencing: isFencing)
        let store = try await settings.openStore(.serving, file: database, as: membership)
        if let own = store.ownInstance {
            logger.notice("serving as one of several", metadata: ["instance": "\(own.name)", "epoch": "\(own.epoch)"])
        }
        Ballast.make(
            at: settings.data.directory + "/ballast", bytes: UInt64(settings.data.ballastMebibytes) << 20,
            above: settings.watermark)
        return store
    }

    /// Serves until the process is asked to stop (SIGTERM or SIGINT), then ends what has begun and closes the store.
    func serve() async throws {
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do {
            // Before anybody is served: whether the log still is the one that was signed.
            try await lookAtAnchor()
            try await witness.lookBack(withinMilliseconds: Node.lookBackMilliseconds)
            if witness.gate.isOpen {
                try await witness.noteCircumstances(
                    certificate: signer.certificate, settings: DocumentDigest(of: Array(settings.yaml.utf8)))
            }
            try await group.run()
            // So that what was written last is under a head that is noted: a database without it is found out.
            _ = try? await witness.newestHead(isUrgent: true)
            lease?.cancel()
            await lease?.value
            try? await store.leave()
        } catch {
            if let fenced = FencedInstance(store) { throw fenced }
            // After a fault of the disk nothing more is written, not even what closing would write back.
            if let why = store.stoppedBecause { throw BrokenStore(why: why) }
            store.close()
            // A disk that is full at the start is one too: it may have room the next time.
            if let fault = error as? StoreError { throw BrokenStore(why: fault.description) }
            throw error
        }
        store.close()
        logger.notice("stopped")
    }
}

extension Node {
    /// Makes sure that the database is not older than the newest head that this node has noted.
    private func lookAtAnchor() async throws {
        guard let noted = try anchor.read() else { return }
        let goesBack: Bool
        do {
            goesBack = try await witness.goesBack(toNoted: noted)
        } catch WitnessFault.answer(let code, let detail) {
            throw Misuse("\(anchor.path): \(code): \(detail); see jiexu log recover")
        }
        guard goesBack else {
            throw Misuse(
                "数据库早于已签的日志头，拒绝启动。 The database does not go back to the head noted in \(anchor.path): it "
                    + "was restored from an old backup, or its last writes are lost. Put the right database there, or run "
                    + "jiexu log recover --from-anchor to go on with this one.")
        }
    }
}

/// Compares the books with every peer once while the node is recovering, so that people see what is missing here.
struct RecoveryComparison: Sendable {
    let truth: TruthDesk
    let gate: RecoveryGate

    func run() async {
        guard !gate.isOpen else { return await Loop.untilCancelled() }
        let desk = truth.desk
        let directory = desk.directory.current
        for entry in directory.directory.agencies where entry.code != desk.agency.code && entry.successor == nil {
            do throws(TruthFault) {
                let reckoning = try await truth.compare(with: entry.code)
                desk.logger.notice(
                    "what a peer has was compared", metadata: ["peer": "\(entry.code)", "outcome": "\(reckoning)"])
            } catch {
                desk.logger.notice(
                    "a peer was not compared with", metadata: ["peer": "\(entry.code)", "cause": "\(error)"])
            }
        }
        await Loop.untilCancelled()
    }
}

/// A loop that works until its task is cancelled, as a service.
struct Loop: Service {
    private let body: @Sendable () async -> Void
    private let end: @Sendable () -> Void

    init(_ body: @escaping @Sendable () async -> Void) {
        self.body = body
        end = {}
    }

    /// Work that begins once the gate is open.
    init(_ gate: RecoveryGate, _ body: @escaping @Sendable () async -> Void) {
        self.init {
            await gate.waitUntilOpen()
            if !Task.isCancelled { await body() }
        }
    }

    /// Work that is a duty: it begins once the gate is open, where there is one, and goes on while this instance holds the
    /// duty. A node that serves alone holds all of them.
    init(
        _ gate: RecoveryGate?, _ duty: NodeDuty, of duties: DutyBoard?, _ body: @escaping @Sendable () async -> Void
    ) {
        self.init {
            await gate?.waitUntilOpen()
            guard !Task.isCancelled else { return }
            if let duties { await duties.carry(duty, body) } else { await body() }
        }
    }

    /// Something that only has to be closed when the node stops.
    init(atEnd end: @escaping @Sendable () -> Void) {
        self.end = end
        body = { await Loop.untilCancelled() }
    }

    static func untilCancelled() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await body() }
        end()
    }
}

/// Says again and again that the node is recovering. When it learns so while it works, the process ends: it starts anew
/// with everything stopped that must not go on.
struct RecoveryWatch: Service {
    let gate: RecoveryGate
    let logger: Logger

    private static let looksPerReminder = 120

    func run() async throws {
        var hasBeenOpen = gate.isOpen
        var looks = 0
        try await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully {
                if let why = gate.closedBecause {
                    guard !hasBeenOpen else { throw Misuse("the node must recover, start it again: \(why)") }
                    if looks.isMultiple(of: RecoveryWatch.looksPerReminder) {
                        logger.critical("the node is recovering", metadata: ["cause": "\(why)"])
                    }
                    looks += 1
                } else {
                    hasBeenOpen = true
                }
                try await Task.sleep(for: .milliseconds(500))
            }
        } onGracefulShutdown: {
        }
    }
}

/// Takes imported tables of the rules up, and looks for deadlines that have passed.
struct DeadlineWatch: Sendable {
    let desk: Desk
    let seconds: Int

    func run() async {
        var isStart = true
        var urgedOn: CivilDate?
        while !Task.isCancelled {
            do {
                let moved = try await desk.takeUpRules(isStart: isStart)
                isStart = false
                if moved > 0 { desk.logger.notice("deadlines have moved", metadata: ["cases": "\(moved)"]) }
            } catch {
                desk.logger.error("the tables of the rules were not taken up", metadata: ["cause": "\(error)"])
            }
            do {
                try await desk.reportOverdue()
                // Reminders and what goes to somebody above are counted in days.
                let today = desk.clock.now.date
                if urgedOn != today {
                    try await desk.urgeLate()
                    urgedOn = today
                }
            } catch {
                desk.logger.error("deadlines were not looked at", metadata: ["cause": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(seconds))
        }
    }
}

extension SignedDirectory {
    /// Whether a Host is the endpoint of an agency and not that of the one named. A Host that nobody has is no fault: it
    /// may be the name by which a gateway is reached.
    fileprivate func isElsewhere(_ host: String, than own: AgencyCode) -> Bool {
        func matches(_ endpoint: EndpointURL) -> Bool { "\(endpoint.host):\(endpoint.port)" == host.lowercased() }
        if let entry = self[own], matches(entry.endpoint) { return false }
        return directory.agencies.contains { $0.successor == nil && matches($0.endpoint) }
    }
}

extension NodeSettings {
    var watermark: Watermark {
        Watermark(bytes: UInt64(data.minimumFreeMebibytes) << 20, percent: UInt64(data.minimumFreePercent))
    }

    /// - Throws: which listener cannot wait where it should, and why.
    fileprivate func checkListeners() throws(Misuse) {
        for (section, listener) in listeners {
            do throws(ListenPlaceFault) {
                try ListenPlace(host: listener.host, port: listener.port).check()
            } catch {
                throw Misuse("\(section).listen \(error)")
            }
        }
    }

    fileprivate var databaseSettings: SQLiteDatabase.Settings {
        var settings = SQLiteDatabase.Settings()
        settings.minimumFreeBytes = watermark.bytes
        settings.minimumFreePercent = watermark.percent
        return settings
    }

    var loggerLevel: Logger.Level { Logger.Level(rawValue: logLevel.rawValue) ?? .info }

    fileprivate var tlsMinimum: TLSMinimum {
        switch peers.minimumTLS {
        case .tls12: .tls12
        case .tls13: .tls13
        }
    }

    fileprivate var clientSettings: PeerClientSettings {
        var settings = PeerClientSettings()
        settings.minimumTLS = tlsMinimum
        settings.connectMilliseconds = Int32(peers.connectTimeoutMilliseconds)
        settings.totalMilliseconds = Int32(peers.requestTimeoutMilliseconds)
        settings.connectionsPerHost = Int32(peers.inFlightPerPeer)
        settings.connectionsKept = Int32(max(64, peers.inFlightPerPeer * 2))
        // A receipt is short; a statement of common cases is as long as a document at most.
        settings.answerLimitBytes = Desk.longestDocument
        return settings
    }

    fileprivate var serverSettings: PeerServerSettings {
        var settings = PeerServerSettings(host: peers.listen.host, port: peers.listen.port)
        settings.minimumTLS = tlsMinimum
        settings.bodyLimitBytes = peers.bodyLimitBytes
        settings.connectionsPerPeer = peers.connectionsPerPeer
        settings.requestsPerSecond = peers.requestsPerSecond
        return settings
    }
}
