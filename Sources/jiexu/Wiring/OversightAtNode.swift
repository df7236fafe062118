import Accounts
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments
import WebConsole

extension Node {
    /// What the pages of auditors and administrators need, put together from the parts of the node.
    static func oversight(
        _ settings: NodeSettings, desk: Desk, outbox: Outbox, trust: TrustFiles, store: JiexuStore,
        accounts: AccountDesk, probe: ProbeAtNode, clockGate: ClockGate, checks: [ReadinessCheck]
    ) -> Oversight {
        var ports = OversightPorts { () throws(StoreError) in
            try await TrailNote(settings).verify(store, at: desk.clock.now)
        }
        ports.outbox = outbox
        ports.trust = trust
        ports.probe = { await probe.look(at: $0) }
        let startedAt = desk.clock.now
        ports.circumstances = { circumstances(settings, startedAt: startedAt, clockGate: clockGate) }
        if store.ownInstance != nil { ports.instances = store }
        ports.checks = checks
        ports.verifyLog = { try await logStanding(store, trust: trust, desk: desk) }
        ports.dossier = { try await dossier(of: $0, settings, store: store, desk: desk) }
        return Oversight(store: store, accounts: accounts, clock: desk.clock, ports: ports)
    }

    private static func logStanding(
        _ store: JiexuStore, trust: TrustFiles, desk: Desk
    ) async throws -> LogStanding {
        let outcome = try await LogAudit(store, agency: desk.agency.code, directory: trust.current).verify()
        let rows = try await StoreAudit(store).verify()
        let log = StoredLog(store)
        return LogStanding(
            at: desk.clock.now, size: outcome.size, root: outcome.root.text, ownHeads: outcome.ownHeads,
            peerHeads: outcome.peerHeads, stamps: outcome.stamps,
            findings: (outcome.findings + rows).map(\.description), newestHead: try await log.newestOwnHead(),
            stampTimes: try await log.newestStampTimes())
    }

    /// The dossier of a case, under the newest head that covers it.
    private static func dossier(
        of number: CaseNumber, _ settings: NodeSettings, store: JiexuStore, desk: Desk
    ) async throws -> [UInt8] {
        let view = try await CaseView.read(
            number, from: store, limits: desk.agency.limits, calendar: desk.agency.calendar)
        guard let view else { throw Misuse("\(number): there is no such case") }
        let key = try KeyFiles.signingKey(settings)
        let directory = try Files.read(settings.keys.directory, limit: SignedDirectory.longest)
        return try DossierWriter.write(
            Dossier(view, log: try await LogReading.log(of: view, settings)), directory: directory,
            exporter: settings.agency.code, key: key, at: desk.clock.now.signingTime)
    }
}
