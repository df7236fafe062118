import Accounts
import Casework
import Logging
import NodeSettings
import ServiceLifecycle
import Store
import TransferCore
import TransferDocuments
import WebConsole
import Webhooks

extension Node {
    /// The listeners for people and their systems, and for operations.
    static func listeners(
        _ settings: NodeSettings, desk: Desk, outbox: Outbox, truth: TruthDesk, work: WorkDesk, trust: TrustFiles,
        store: JiexuStore, clockGate: ClockGate, duties: DutyBoard?, probe: ProbeAtNode, webhooks: WebhooksAtNode
    ) throws -> [any Service] {
        let tokens = try settings.publicAccess.tokens.map { token in
            guard let digest = DocumentDigest(hex: token.sha256), let role = AccessRole(rawValue: token.role.rawValue)
            else { throw Misuse("public.tokens: \(token.name) has no usable digest or role") }
            return AccessToken(name: token.name, role: role, digest: digest, until: token.until)
        }
        let publicTLS = settings.publicAccess.tls.map {
            ListenAddress.TLSFiles(certificateFile: $0.certificate, keyFile: $0.key)
        }
        let people = settings.publicAccess.listen
        let loginClock = LoginClock(clock: desk.clock)
        let accounts = try AccountsAtNode(settings, store: store, clock: loginClock)
        let port = NoticeFolder(settings, clock: loginClock, logger: desk.logger)
        let usualAddress = "\(people.host.contains(":") ? "[\(people.host)]" : people.host):\(people.port)"
        let persons = PagePersons(
            login: PersonLogin(
                cases: store, store: store, port: port, clock: loginClock, office: settings.agency.office.name),
            records: store,
            address: settings.publicAccess.address.isEmpty
                ? "\(publicTLS == nil ? "http" : "https")://\(usualAddress)" : settings.publicAccess.address)
        let post = NoticePost(records: store, cases: store, port: port, desk: desk)
        let checks: [ReadinessCheck] = [
            .storeTakesWrites(store), .storeIsCopied(store), .logIsWhole(store), .diskSpace(settings),
            .clockIsRight(clockGate),
        ]
        return [
            Loop(store.gate, .notices, of: duties) { await NoticeRound(post: post).run() },
            Loop(store.gate) { await BoardRound(work: work).run() },
            Loop {
                guard let lists = accounts.authorities else { return await Loop.untilCancelled() }
                await PersonListRound(lists: lists, logger: desk.logger).run()
            },
            try PublicAPI(
                desk: desk, tokens: try AccessTokens(tokens + (try staffTokens(settings))), lists: store,
                work: work,
                log: StoredLog(store),
                accounts: PageAccounts(
                    login: accounts.login, sessions: accounts.sessions, keys: accounts.keys,
                    authorities: accounts.authorities),
                oversight: oversight(
                    settings, desk: desk, outbox: outbox, trust: trust, store: store, accounts: accounts.accounts,
                    probe: probe, clockGate: clockGate, checks: checks),
                persons: persons,
                demonstration: try settings.demonstration.map {
                    try DemonstrationFolder($0.folder, notices: settings.data.directory + "/notices")
                },
                webhooks: webhooks.desk,
                address: ListenAddress(host: people.host, port: people.port, tls: publicTLS),
                others: OtherAddresses(
                    certificates: settings.accounts.certificates.map { certificates in
                        ListenAddress(
                            host: certificates.listen.host, port: certificates.listen.port, tls: publicTLS,
                            asksForCertificate: true)
                    },
                    administration: settings.administration.map {
                        ListenAddress(host: $0.host, port: $0.port, tls: publicTLS)
                    })),
            try OperationsAPI(
                desk: desk, outbox: outbox, truth: truth, work: work, log: StoredLog(store), trust: trust,
                webhooks: WebhookMetrics(store: store, tally: webhooks.round.tally),
                instances: InstanceMetrics(store), checks: checks,
                address: ListenAddress(host: settings.operations.host, port: settings.operations.port)),
        ]
    }
}

extension ReadinessCheck {
    /// Whether the store still takes writes: after a fault of its disk it does not, and the node must be started again.
    static func storeTakesWrites(_ store: JiexuStore) -> ReadinessCheck {
        ReadinessCheck("store-writes") { store.stoppedBecause }
    }

    /// Whether what is acknowledged is on two servers, where it has to be.
    static func storeIsCopied(_ store: JiexuStore) -> ReadinessCheck {
        ReadinessCheck("store-copies") {
            do throws(StoreError) { return try await store.singleCopy() } catch { return error.description }
        }
    }

    /// Whether the log still is the one that this node has signed: if not, the node is recovering.
    static func logIsWhole(_ store: JiexuStore) -> ReadinessCheck {
        ReadinessCheck("log") { store.gate.closedBecause }
    }

    /// Whether the disk has room: below the watermark nothing new is taken.
    static func diskSpace(_ settings: NodeSettings) -> ReadinessCheck {
        let (watermark, folder) = (settings.watermark, settings.data.directory)
        return ReadinessCheck("disk-space") { watermark.shortage(at: folder) }
    }
}
