import Casework
import Glibc
import Logging
import NodeLink
import NodeSettings
import Synchronization
import TransferCore
import TransferDocuments

/// The files of a node's keys and of whom it believes: lists of revoked certificates, the directory, the certificate for
/// connections and the document key. They are read at the start and again whenever somebody asks or they change; a new one
/// takes effect without a restart, and one that is older, broken or not ours never does.
///
/// What was in force is remembered in the store: a directory or a list that is older than it is refused after a restart too.
/// If the process dies anywhere here, the files are read again at the next start.
final class TrustFiles: DirectorySource, TrustControl {
    let settings: NodeSettings
    let anchors: TrustAnchors
    let clock: any NodeClock
    let logger: Logger
    let store: any TrustStore
    let signer: DocumentKey
    private let state: Mutex<State>
    /// One at a time: a reload that is asked for while another is under way waits for it.
    private let turn = ReloadTurn()

    struct State {
        /// As it was signed, and with what the lists take back.
        var signed: SignedDirectory
        var directory: SignedDirectory
        var revocations: Revocations
        var credentials: TLSCredentials
        /// What takes new credentials up.
        var onCredentials: (@Sendable (TLSCredentials) throws -> Void)?
        var taken: Int64 = 0
        var refused: Int64 = 0
        /// The state of the files when they were looked at last.
        var marks: [String: Files.Mark] = [:]
    }

    /// The kinds of files, in the order in which they are read: each may rest on those before it.
    enum Kind: String, CaseIterable {
        case revocationLists = "crl"
        case directory
        case tls
        case signing
    }

    /// Reads everything at a start.
    ///
    /// - Throws: a fault in one line: without a directory that can be verified, without lists where they are asked for, or
    ///   without usable keys no node starts. An expired directory is taken: what has begun goes on.
    init(
        _ settings: NodeSettings, anchors: TrustAnchors, signer: DocumentKey, credentials: TLSCredentials,
        store: any TrustStore, clock: any NodeClock, logger: Logger
    ) async throws {
        self.settings = settings
        self.anchors = anchors
        self.signer = signer
        self.clock = clock
        self.logger = logger
        self.store = store
        let (revocations, listFault) = try await TrustFiles.firstRevocations(settings, anchors, store, clock.now)
        let (signed, directoryFault) = try await TrustFiles.firstDirectory(settings, anchors, store, clock.now)
        state = Mutex(
            State(
                signed: signed, directory: signed.applying(revocations), revocations: revocations,
                credentials: credentials.with(revocations)))
        for list in revocations.lists.values { try await store.keep(list, at: clock.now) }
        try await store.keep(signed, at: clock.now)
        if let listFault { await refuse(.revocationLists, listFault, isStart: true) }
        if let directoryFault { await refuse(.directory, directoryFault, isStart: true) }
        if !revocations.areRequired {
            logger.warning("no lists of revoked certificates are looked at: keys.revocationLists is not set")
        }
        if signed.isExpired(at: clock.now.seconds) {
            logger.error(
                "the directory has expired: running cases go on, no new one is taken",
                metadata: ["version": "\(signed.directory.version)"])
        }
        _ = await lookAtOwnKeys()
        state.withLock { $0.marks = marksNow() }
    }

    var current: SignedDirectory { state.withLock { $0.directory } }
    var credentials: TLSCredentials { state.withLock { $0.credentials } }
    var counts: (taken: Int64, refused: Int64) { state.withLock { ($0.taken, $0.refused) } }

    /// Names who takes new credentials up: the server and the client for peers.
    func onCredentials(_ take: @escaping @Sendable (TLSCredentials) throws -> Void) {
        state.withLock { $0.onCredentials = take }
    }

    func report() async throws(StoreError) -> TrustReport {
        let (directory, revocations, credentials) = state.withLock { ($0.directory, $0.revocations, $0.credentials) }
        return try await TrustReport(
            agency: settings.agency.code, directory: directory, anchors: anchors, revocations: revocations,
            ownTLS: try? credentials.certificate(), signing: signer.certificate, store: store, at: clock.now)
    }

    // MARK: Reading again

    func reload() async -> [TrustReload] {
        await turn.take {
            self.state.withLock { $0.marks = self.marksNow() }
            var outcomes: [TrustReload] = []
            for kind in Kind.allCases { outcomes.append(await self.reload(kind)) }
            _ = await self.lookAtOwnKeys()
            return outcomes
        }
    }

    /// Reads again if a file has changed since the last look.
    func reloadIfChanged() async {
        guard state.withLock({ $0.marks }) != marksNow() else { return }
        _ = await reload()
    }

    private func reload(_ kind: Kind) async -> TrustReload {
        do {
            let isTaken =
                switch kind {
                case .revocationLists: try await reloadRevocations()
                case .directory: try await reloadDirectory()
                case .tls: try reloadTLS()
                case .signing: try reloadSigning()
                }
            let moment = clock.now
            for alarm in [TrustAlarm.Kind.fileRefused, .rollback, .split] {
                try await store.clear(alarm, kind.rawValue, at: moment)
            }
            guard isTaken else { return TrustReload(kind.rawValue, .unchanged) }
            state.withLock { $0.taken += 1 }
            logger.notice("a new file is in force", metadata: ["file": "\(kind.rawValue)"])
            return TrustReload(kind.rawValue, .taken)
        } catch {
            await refuse(kind, error, isStart: false)
            return TrustReload(kind.rawValue, .refused, "\(error)")
        }
    }

    /// Says in one line why a file is not taken, and keeps an alarm until it is mended.
    private func refuse(_ kind: Kind, _ error: any Error, isStart: Bool) async {
        state.withLock { $0.refused += 1 }
        let held = current.digest
        let conflict = error as? TrustConflict
        let alarm = TrustAlarm(
            conflict?.kind ?? .fileRefused, kind.rawValue, "\(error)",
            held: conflict?.held ?? (kind == .directory ? held : nil),
            shown: conflict?.shown, at: clock.now)
        logger.error(
            "a file was not taken; what is in force stays",
            metadata: ["file": "\(kind.rawValue)", "cause": "\(error)", "start": "\(isStart)"])
        do throws(StoreError) {
            _ = try await store.raise(alarm)
        } catch {
            logger.error("an alarm was not kept", metadata: ["cause": "\(error)"])
        }
    }

    private func reloadRevocations() async throws -> Bool {
        guard let folder = settings.keys.revocationLists else { return false }
        let known = state.withLock { $0.revocations }
        let shown = try TrustFiles.listsIn(folder, RevocationIssuer.roots(anchors.roots), at: clock.now.seconds)
        var lists = known.lists
        var isNew = false
        for list in shown {
            if let last = lists[list.root] {
                guard list.digest != last.digest else { continue }
                try TrustConflict.check(list, after: last)
            }
            lists[list.root] = list
            isNew = true
        }
        guard isNew else { return false }
        let renewed = Revocations(
            roots: anchors.roots, lists: Array(lists.values), areRequired: known.areRequired,
            graceSeconds: known.graceSeconds)
        for list in lists.values { try await store.keep(list, at: clock.now) }
        state.withLock { state in
            state.revocations = renewed
            state.directory = state.signed.applying(renewed)
        }
        try apply(credentials.with(renewed))
        return true
    }

    private func reloadDirectory() async throws -> Bool {
        let bytes = try Files.read(settings.keys.directory, limit: SignedDirectory.longest)
        let known = state.withLock { $0.signed }
        guard DocumentDigest(of: bytes) != known.digest else { return false }
        let newer = try SignedDirectory.open(
            bytes, anchors: anchors, at: clock.now.seconds, expiry: .allowedForEvidence)
        try TrustConflict.check(newer, after: known)
        guard newer[settings.agency.code] != nil else {
            throw Misuse("the directory has no entry for \(settings.agency.code)")
        }
        guard !newer.isExpired(at: clock.now.seconds) else { throw Misuse("the directory has expired") }
        try await store.keep(newer, at: clock.now)
        state.withLock { state in
            state.signed = newer
            state.directory = newer.applying(state.revocations)
        }
        try await store.clear(.directoryBehind, "directory", at: clock.now)
        logger.notice("a newer directory is in force", metadata: ["version": "\(newer.directory.version)"])
        return true
    }

    private func reloadTLS() throws -> Bool {
        let fresh = try KeyFiles.credentials(settings, anchors).with(state.withLock { $0.revocations })
        let known = credentials
        guard fresh.certificatePEM != known.certificatePEM || fresh.keyPEM != known.keyPEM else { return false }
        guard try fresh.verify(at: clock.now.seconds) == settings.agency.code else {
            throw Misuse("\(settings.keys.tlsCertificate) is not a certificate of \(settings.agency.code)")
        }
        let thumbprint = try fresh.certificate().thumbprint
        guard current.agency(ofTLSThumbprint: thumbprint, at: clock.now.seconds) == settings.agency.code else {
            throw Misuse(
                "\(settings.keys.tlsCertificate) is not in directory \(current.directory.version): peers would refuse it"
            )
        }
        try apply(fresh)
        return true
    }

    private func reloadSigning() throws -> Bool {
        let key = try KeyFiles.signingKey(settings)
        guard key.certificateThumbprint != signer.certificate else { return false }
        if let why = objection(to: key.certificateThumbprint) {
            throw Misuse("\(settings.keys.signingCertificate): \(why)")
        }
        signer.replace(with: key)
        return true
    }

    private func apply(_ credentials: TLSCredentials) throws {
        try state.withLock { $0.onCredentials }?(credentials)
        state.withLock { $0.credentials = credentials }
    }
}

/// What was shown is older than what is in force, or another of the same number.
struct TrustConflict: Error, CustomStringConvertible {
    let kind: TrustAlarm.Kind
    let held: DocumentDigest
    let shown: DocumentDigest
    let description: String

    static func check(_ newer: SignedDirectory, after known: SignedDirectory) throws(TrustConflict) {
        try check(known.digest, newer.digest) { () throws(TrustFault) in try newer.verify(succeeds: known) }
    }

    static func check(_ newer: RevocationList, after known: RevocationList) throws(TrustConflict) {
        try check(known.digest, newer.digest) { () throws(TrustFault) in try newer.verify(succeeds: known) }
    }

    private static func check(
        _ held: DocumentDigest, _ shown: DocumentDigest, _ verify: () throws(TrustFault) -> Void
    ) throws(TrustConflict) {
        do throws(TrustFault) {
            try verify()
        } catch {
            let isSplit = error.code == .directorySplit || error.code == .crlSplit
            throw TrustConflict(
                kind: isSplit ? .split : .rollback, held: held, shown: shown,
                description: "\(error) (held \(held), shown \(shown))")
        }
    }
}

/// Lets reloads through one after the other.
private actor ReloadTurn {
    private var last: Task<[TrustReload], Never>?

    func take(_ work: @escaping @Sendable () async -> [TrustReload]) async -> [TrustReload] {
        let before = last
        let task = Task {
            _ = await before?.value
            return await work()
        }
        last = task
        return await task.value
    }
}
