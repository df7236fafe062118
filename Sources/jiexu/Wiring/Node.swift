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
    private let services: [any Service]

    /// How long peers are waited for at a start.
    private static let lookBackMilliseconds: Int64 = 3_000

    /// Opens everything that a serving node needs; nothing listens yet.
    ///
    /// - Throws: a fault in one line for people: which file or setting, and what is wrong with it.
    static func assemble(_ settings: NodeSettings, clock: any NodeClock) async throws -> Node {
        let logger = Logger(label: settings.agency.code.text)

        let anchors = try KeyFiles.anchors(settings.keys.anchors)
        let signer = DocumentKey(key: try KeyFiles.signingKey(settings))
        let own = try KeyFiles.credentials(settings, anchors)
        guard try own.verify(at: clock.now.seconds) == settings.agency.code else {
            throw Misuse("\(settings.keys.tlsCertificate) is not a certificate of \(settings.agency.code)")
        }
        try Files.makeFolder(settings.data.directory, for: .owner)
        let store = try await JiexuStore(path: settings.databasePath, access: .serving)
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
            rules: StoredRules(store))
        _ = try await desk.rules.reload()
        let now: @Sendable () -> Int64 = { clock.now.seconds }
        let clients = PeerClients(
            try PeerClient(settings: settings.clientSettings, credentials: credentials, now: now),
            drainMilliseconds: Int64(settings.clientSettings.totalMilliseconds))
        let gate = store.gate
        let post = PeerPost(clients: clients, directory: directory, clock: clock, gate: gate)
        let witness = WitnessDesk(desk: desk, log: StoredLog(store), link: post, gate: gate)
        let directories = DirectoryDesk(desk: desk, store: store, link: post)
        let outbox = Outbox(desk: desk, link: post, limits: settings.outboxLimits)
        let truth = TruthDesk(desk: desk, store: store, link: post)
        let night = TruthNight(truth, hour: settings.work.digestHour)
        let effects = EffectWork(desk: desk, inFlightLimit: settings.work.inFlightLimit)
        let bank = BankOffice(
            desk: desk, folder: try BankFolderOnDisk(path: settings.bank.folder),
            pollMilliseconds: Int64(settings.bank.pollMilliseconds))
        let peers = try PeerServer(
            settings: settings.serverSettings, credentials: credentials, logger: logger,
            now: now,
            identify: { directory.current.agency(ofTLSThumbprint: $0, at: clock.now.seconds) },
            receive: { gate.isOpen ? await desk.receive($0, from: $1) : .problem(RecoveryGate.problem) },
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
        let watch = DeadlineWatch(desk: desk, seconds: settings.work.deadlineCheckSeconds)
        return Node(
            settings: settings, store: store, desk: desk, outbox: outbox, witness: witness, logger: logger,
            signer: signer,
            services: [
                TrustWatch(files: directory), peers, Loop { await DirectoryRound(directories).run() },
                Loop(gate) { await outbox.run() }, Loop(gate) { await effects.run() },
                Loop(gate) { await bank.run() }, Loop(gate) { await watch.run() }, Loop(gate) { await night.run() },
                Loop(gate) { await WorkRound(work).run() },
                Loop { await WitnessRound(witness, certificate: signer.certificate).run() },
                StoreWatch(store: store), RecoveryWatch(gate: gate, logger: logger),
                Loop(atEnd: { clients.close() }),
            ]
                + (try listeners(
                    settings, desk: desk, outbox: outbox, truth: truth, work: work, trust: directory, store: store)))
    }

    /// Serves until the process is asked to stop (SIGTERM or SIGINT), then ends what has begun and closes the store.
    func serve() async throws {
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do {
            // Before anybody is served: whether the log still is the one that was signed.
            try await witness.lookBack(withinMilliseconds: Node.lookBackMilliseconds)
            if witness.gate.isOpen { try await witness.noteCircumstances(certificate: signer.certificate) }
            try await group.run()
        } catch {
            store.close()
            throw error
        }
        store.close()
        logger.notice("stopped")
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

    /// Something that only has to be closed when the node stops.
    init(atEnd end: @escaping @Sendable () -> Void) {
        self.end = end
        body = {
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await body() }
        end()
    }
}

/// Ends the node when its store takes no more writes: a disk that failed once may fail silently the next time, so the
/// process ends, and looks at its database when it is started again.
struct StoreWatch: Service {
    let store: JiexuStore

    func run() async throws {
        try await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully {
                if let why = store.stoppedBecause { throw Misuse("the store takes no more writes: \(why)") }
                try await Task.sleep(for: .milliseconds(500))
            }
        } onGracefulShutdown: {
        }
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

extension NodeSettings {
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
        return settings
    }
}
