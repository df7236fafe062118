import Casework
import TransferCore
import TransferDocuments

extension NodeSettings {
    /// No settings file is longer, in bytes.
    package static let longestFile = 1 << 20

    /// Reads a settings file.
    ///
    /// - Throws: everything that is wrong with it. A key that is written twice, and a text that is no YAML, is told
    ///   alone, since the rest cannot be read.
    package static func read(_ path: String) throws(SettingsFault) -> NodeSettings {
        try NodeSettings(yaml: try SettingsText.read(path), folder: Files.folder(of: path), file: path)
    }

    /// Reads the text of a settings file.
    ///
    /// - Parameters:
    ///   - folder: what relative paths are joined with; empty to leave them as they are.
    ///   - file: the name under which faults are told.
    package init(yaml: String, folder: String = "", file: String = "") throws(SettingsFault) {
        let faults = FaultList()
        var section = SettingsSection(
            try SettingsText.root(of: yaml, file: file), path: "", line: 1, faults: faults)
        let settings = NodeSettings.read(&section, folder: folder)
        guard let settings, faults.faults.isEmpty else { throw SettingsFault(faults: faults.inOrder, file: file) }
        self = settings
    }

    /// Every section is read, also after a fault in one before it, so that all faults are told at once.
    private static func read(_ root: inout SettingsSection, folder: String) -> NodeSettings? {
        var agencySection = root.section("agency")
        let agency = Agency(&agencySection)
        var data = root.section("data")
        let storage = Storage(&data, folder: folder)
        var storeSection = root.section("store")
        let store = StorePlace(&storeSection)
        var keySection = root.section("keys")
        let keys = KeyPaths(&keySection, folder: folder)
        var peerSection = root.section("peers")
        let peers = Peers(&peerSection)
        var publicSection = root.section("public")
        let publicAccess = PublicAccess(&publicSection, folder: folder)
        let staff = StaffPerson.read(&root, besides: publicAccess.tokens)
        var operationsSection = root.section("operations")
        let operations = Listener(&operationsSection, default: usualOperations)
        operationsSection.end()
        let administration = root.sectionIfPresent("administration").map { section in
            var section = section
            let listener = Listener(&section, default: usualAdministration)
            section.end()
            return listener
        }
        var bankSection = root.section("bank")
        let bank = Bank(&bankSection, folder: folder)
        var log = root.section("log")
        let logLevel = log.word("level", default: LogLevel.info)
        log.end()
        var workSection = root.section("work")
        let work = Work(&workSection)
        var evidenceSection = root.section("evidence")
        let evidence = Evidence(&evidenceSection, folder: folder)
        let timestamping = StampingAuthority.read(&root, folder: folder)
        var accountSection = root.section("accounts")
        let accounts = Accounts(&accountSection, folder: folder)
        let demonstration = Demonstration.read(&root, folder: folder)
        var webhookSection = root.section("webhooks")
        let webhooks = Webhooks(&webhookSection, folder: folder)
        let listeners = NodeSettings.listeners(peers, publicAccess, operations, administration, accounts)
        check(listeners, isDemonstration: demonstration != nil, &root)
        root.end()
        guard let agency else { return nil }
        var settings = NodeSettings(agency: agency)
        settings.data = storage
        settings.store = store
        settings.keys = keys
        settings.peers = peers
        settings.publicAccess = publicAccess
        settings.staff = staff
        settings.operations = operations
        settings.administration = administration
        settings.bank = bank
        settings.logLevel = logLevel
        settings.work = work
        settings.evidence = evidence
        settings.timestamping = timestamping
        settings.accounts = accounts
        settings.demonstration = demonstration
        settings.webhooks = webhooks
        return settings
    }

    /// No two listeners at one place, and those of a demonstration on this machine only.
    private static func check(_ listeners: [Place], isDemonstration: Bool, _ root: inout SettingsSection) {
        for (place, (section, listener)) in listeners.enumerated() where listener.port != 0 {
            if let other = listeners[..<place].first(where: { $0.listener == listener }) {
                root.refuse(section, "listens where \(other.section) listens; give it another port")
            }
        }
        guard isDemonstration else { return }
        for (section, listener) in listeners where !listener.isLoopback {
            root.refuse(section, "a demonstration listens on 127.0.0.1 only: its people and secrets are known")
        }
    }
}

extension NodeSettings.Agency {
    fileprivate init?(_ section: inout SettingsSection) {
        let code: AgencyCode? = section.required("code", "a region code of six digits") { text in
            AgencyCode(text).flatMap { $0.province == nil ? nil : $0 }
        }
        var officeSection = section.section("office")
        let office = AgencyOffice(settings: &officeSection)
        var accountSection = section.section("account")
        let account = BankAccount(settings: &accountSection)
        let profile = section.text(
            "deadlineProfile", default: NodeSettings.Agency.usualProfile, SettingsForm.text(1...64)
        ) {
            SettingsForm.isText($0, 1...64) ? $0 : nil
        }
        var limits = section.section("workingDays")
        var workingDays: [Clock: Int] = [:]
        for clock in Clock.allCases {
            workingDays[clock] = limits.integer(clock.rawValue, default: clock.defaultWorkingDays, in: 1...400)
        }
        limits.end()
        let straightThrough: Set<DecisionStep> = section.words("straightThrough")
        var interestSection = section.section("interest")
        let (interest, source) = InterestTerms.read(&interestSection)
        section.end()
        guard let code, let office, let account else { return nil }
        self.init(code: code, office: office, account: account)
        deadlineProfile = profile
        self.workingDays = workingDays
        self.straightThrough = straightThrough
        self.interest = interest
        interestSource = source
    }
}

extension AgencyOffice {
    /// The forms are those of the letters on which the office stands.
    fileprivate init?(settings section: inout SettingsSection) {
        let name = section.required("name", SettingsForm.text(1...100)) { SettingsForm.isText($0, 1...100) ? $0 : nil }
        let address = section.required("address", SettingsForm.text(1...200)) {
            SettingsForm.isText($0, 1...200) ? $0 : nil
        }
        let postcode = section.required("postcode", "6 digits") { SettingsForm.isDigits($0, 6...6) ? $0 : nil }
        let telephone = section.required("telephone", "3 to 20 digits, hyphens or a leading plus") {
            SettingsForm.isTelephone($0) ? $0 : nil
        }
        section.end()
        guard let name, let address, let postcode, let telephone else { return nil }
        self.init(name: name, address: address, postcode: postcode, telephone: telephone)
    }
}

extension BankAccount {
    /// The account of an agency.
    init?(settings section: inout SettingsSection) {
        let holder = section.required("holder", SettingsForm.text(1...100)) {
            SettingsForm.isText($0, 1...100) ? $0 : nil
        }
        let bankName = section.required("bankName", SettingsForm.text(1...100)) {
            SettingsForm.isText($0, 1...100) ? $0 : nil
        }
        let bankCode = section.required("bankCode", "12 digits, the last of them the check digit") {
            (try? BankCode($0))?.text
        }
        let number = section.required("number", "1 to 32 digits") { SettingsForm.isDigits($0, 1...32) ? $0 : nil }
        section.end()
        guard let holder, let bankName, let bankCode, let number else { return nil }
        self.init(holder: holder, bankName: bankName, bankCode: bankCode, number: number)
    }
}

extension InterestTerms {
    fileprivate static func read(_ section: inout SettingsSection) -> (terms: InterestTerms, source: String) {
        let formula = section.word("formula", default: InterestFormula.none)
        let rates = section.integers(
            "ratesBp", names: "years from 1980 to 2079", SettingsForm.year,
            in: 0...BasisPoints.highestInterestRate.value)
        let source = section.text("source", default: "", SettingsForm.text(1...400) + ", or \"\"") {
            $0.isEmpty || SettingsForm.isText($0, 1...400) ? $0 : nil
        }
        if formula != .none, rates.isEmpty {
            section.refuse("ratesBp", "expected the rate of at least one year, as interest is computed")
        }
        if formula != .none, source.isEmpty {
            section.refuse("source", "expected where the rates were published, as interest is computed")
        }
        section.end()
        return (InterestTerms(formula: formula, rates: rates.compactMapValues { BasisPoints($0) }), source)
    }
}

extension NodeSettings.Storage {
    fileprivate init(_ section: inout SettingsSection, folder: String) {
        directory = section.path("directory", default: directory, folder: folder)
        minimumFreeMebibytes = section.integer("minimumFreeMebibytes", default: minimumFreeMebibytes, in: 1...1_048_576)
        minimumFreePercent = section.integer("minimumFreePercent", default: minimumFreePercent, in: 1...50)
        ballastMebibytes = section.integer("ballastMebibytes", default: ballastMebibytes, in: 0...65_536)
        section.end()
    }
}

extension NodeSettings.StorePlace {
    fileprivate init(_ section: inout SettingsSection) {
        postgres = section.text(
            "postgres", default: postgres,
            "a connection string of PostgreSQL without a password, which stands in a file that passfile= names, or \"\""
        ) { SettingsForm.isDatabase($0) ? $0 : nil }
        instance = section.text(
            "instance", default: instance, "a name of 1 to 64 small letters, digits and .-_, or \"\""
        ) { $0.isEmpty || SettingsForm.isName($0) ? $0 : nil }
        leaseSeconds = section.integer("leaseSeconds", default: leaseSeconds, in: 3...300)
        if postgres.isEmpty, !instance.isEmpty {
            section.refuse("instance", "expected store.postgres too: a file is served by one process")
        }
        singleCopy = section.word("singleCopy", default: singleCopy)
        section.end()
    }
}

extension NodeSettings.KeyPaths {
    fileprivate init(_ section: inout SettingsSection, folder: String) {
        tlsCertificate = section.path("tlsCertificate", default: tlsCertificate, folder: folder)
        tlsKey = section.path("tlsKey", default: tlsKey, folder: folder)
        signingCertificate = section.path("signingCertificate", default: signingCertificate, folder: folder)
        signingKey = section.path("signingKey", default: signingKey, folder: folder)
        anchors = section.path("anchors", default: anchors, folder: folder)
        directory = section.path("directory", default: directory, folder: folder)
        revocationLists = section.text("revocationLists", default: nil, "a path") { text in
            text.isEmpty || text.utf8.contains(0) ? nil : .some(Files.join(folder, text))
        }
        revocationGraceHours = section.integer("revocationGraceHours", default: revocationGraceHours, in: 0...720)
        if signingKey == tlsKey { section.refuse("signingKey", "expected another key than that of the connections") }
        section.end()
    }
}

extension NodeSettings.Accounts {
    fileprivate init(_ section: inout SettingsSection, folder: String) {
        passwords = section.word("passwords", default: passwords)
        seedKey = section.path("seedKey", default: seedKey, folder: folder)
        if var group = section.sectionIfPresent("certificates") {
            let listen = NodeSettings.Listener(&group, default: NodeSettings.Listener(host: "0.0.0.0", port: 8444))
            let authorities = group.requiredPath("authorities", folder: folder)
            let lists: String? = group.text("revocationLists", default: nil, SettingsForm.path) {
                SettingsForm.isPath($0) ? Files.join(folder, $0) : nil
            }
            group.end()
            if let authorities {
                certificates = Certificates(listen: listen, authorities: authorities, revocationLists: lists)
            }
        }
        section.end()
    }
}

extension NodeSettings.Webhooks {
    fileprivate init(_ section: inout SettingsSection, folder: String) {
        secretKey = section.path("secretKey", default: secretKey, folder: folder)
        addresses = section.word("addresses", default: addresses)
        roots = section.text("roots", default: roots, SettingsForm.path) {
            $0.isEmpty ? $0 : SettingsForm.isPath($0) ? Files.join(folder, $0) : nil
        }
        section.end()
    }
}

extension NodeSettings.Listener {
    fileprivate init(_ section: inout SettingsSection, default usual: NodeSettings.Listener) {
        var listen = section.section("listen")
        let host = listen.text("host", default: usual.host, "an IP address or a host name") {
            SettingsForm.isHost($0) ? $0 : nil
        }
        self.init(host: host, port: listen.integer("port", default: usual.port, in: 0...65_535))
        listen.end()
    }
}

extension NodeSettings.Peers {
    fileprivate init(_ section: inout SettingsSection) {
        listen = NodeSettings.Listener(&section, default: listen)
        minimumTLS = section.word("minimumTLS", default: minimumTLS)
        bodyLimitBytes = section.integer("bodyLimitBytes", default: bodyLimitBytes, in: 65_536...Desk.longestDocument)
        inFlightPerPeer = section.integer("inFlightPerPeer", default: inFlightPerPeer, in: 1...1_024)
        documentsPerRequest = section.integer(
            "documentsPerRequest", default: documentsPerRequest, in: 1...Outbox.mostPerRequest)
        backlogPerSecond = section.integer("backlogPerSecond", default: backlogPerSecond, in: 1...100_000)
        firstRetryMilliseconds = section.integer(
            "firstRetryMilliseconds", default: firstRetryMilliseconds, in: 10...60_000)
        longestRetryMilliseconds = section.integer(
            "longestRetryMilliseconds", default: longestRetryMilliseconds, in: 10...3_600_000)
        connectTimeoutMilliseconds = section.integer(
            "connectTimeoutMilliseconds", default: connectTimeoutMilliseconds, in: 100...60_000)
        requestTimeoutMilliseconds = section.integer(
            "requestTimeoutMilliseconds", default: requestTimeoutMilliseconds, in: 500...300_000)
        connectionsPerPeer = section.integer("connectionsPerPeer", default: connectionsPerPeer, in: 8...1_024)
        requestsPerSecond = section.integer("requestsPerSecond", default: requestsPerSecond, in: 10...100_000)
        refusalsPerHour = section.integer("refusalsPerHour", default: refusalsPerHour, in: 10...1_000_000)
        if longestRetryMilliseconds < firstRetryMilliseconds {
            section.refuse("longestRetryMilliseconds", "expected no less than firstRetryMilliseconds")
        }
        if requestTimeoutMilliseconds < connectTimeoutMilliseconds {
            section.refuse("requestTimeoutMilliseconds", "expected no less than connectTimeoutMilliseconds")
        }
        section.end()
    }
}

extension NodeSettings.PublicAccess {
    /// No node has more tokens.
    private static let mostTokens = 1_000

    /// Plain `http` only on this machine: what a paper says is asked about elsewhere.
    private static func isAddress(_ text: String) -> Bool {
        let isHere = ["http://127.0.0.1", "http://localhost"].contains { begin in
            text.hasPrefix("\(begin):") || text.utf8.elementsEqual(begin.utf8)
        }
        let host = text.drop { $0 != "/" }.dropFirst(2)
        return (isHere || text.hasPrefix("https://")) && host.utf8.count <= 90 && SettingsForm.isHost(String(host))
    }

    fileprivate init(_ section: inout SettingsSection, folder: String) {
        listen = NodeSettings.Listener(&section, default: listen)
        if var paths = section.sectionIfPresent("tls") {
            let certificate = paths.requiredPath("certificate", folder: folder)
            let key = paths.requiredPath("key", folder: folder)
            paths.end()
            if let certificate, let key { tls = NodeSettings.TLSPaths(certificate: certificate, key: key) }
        }
        address = section.text("address", default: "", "https:// and a host of at most 90 letters, digits and .-:") {
            NodeSettings.PublicAccess.isAddress($0) ? $0 : nil
        }
        for var group in section.sections("tokens", max: NodeSettings.PublicAccess.mostTokens) {
            guard let token = NodeSettings.AccessToken(&group) else { continue }
            if tokens.contains(where: { $0.name == token.name }) {
                group.refuse("name", "another token has this name")
            }
            if tokens.contains(where: { $0.sha256 == token.sha256 }) {
                group.refuse("sha256", "another token has this secret; draw a new one")
            }
            tokens.append(token)
        }
        section.end()
    }
}

extension NodeSettings.AccessToken {
    /// What every secret of no letters at all has.
    private static let digestOfNothing = DocumentDigest(of: []).hex

    fileprivate init?(_ section: inout SettingsSection) {
        let name = section.required("name", "1 to 64 small letters, digits, full stops, hyphens or underscores") {
            SettingsForm.isName($0) ? $0 : nil
        }
        let words = NodeSettings.AccessRole.allCases.map(\.rawValue).joined(separator: ", ")
        let role = section.required("role", "one of \(words)") { NodeSettings.AccessRole(rawValue: $0) }
        let sha256 = section.required("sha256", "the SHA-256 of a secret in 64 lower-case hexadecimal digits") {
            DocumentDigest(hex: $0)?.hex
        }
        let until: CivilDate? = section.text("until", default: nil, "a day such as 2027-03-31") { CivilDate($0) }
        section.end()
        if sha256 == NodeSettings.AccessToken.digestOfNothing {
            section.refuse("sha256", "is that of an empty secret; draw one of at least 32 random bytes")
        }
        guard let name, let role, let sha256 else { return nil }
        self.init(name: name, role: role, sha256: sha256, until: until)
    }
}

extension NodeSettings.Bank {
    fileprivate init(_ section: inout SettingsSection, folder path: String) {
        folder = section.path("folder", default: folder, folder: path)
        pollMilliseconds = section.integer("pollMilliseconds", default: pollMilliseconds, in: 10...60_000)
        section.end()
    }
}

extension NodeSettings.Work {
    fileprivate init(_ section: inout SettingsSection) {
        inFlightLimit = section.integer("inFlightLimit", default: inFlightLimit, in: 1...1_024)
        deadlineCheckSeconds = section.integer("deadlineCheckSeconds", default: deadlineCheckSeconds, in: 1...86_400)
        digestHour = section.integer("digestHour", default: digestHour, in: 0...23)
        claimMinutes = section.integer("claimMinutes", default: claimMinutes, in: 1...1_440)
        section.end()
    }
}

extension NodeSettings.Evidence {
    fileprivate init(_ section: inout SettingsSection, folder: String) {
        anchorFile = section.text("anchorFile", default: anchorFile, SettingsForm.path) {
            $0.isEmpty ? $0 : SettingsForm.isPath($0) ? Files.join(folder, $0) : nil
        }
        warnUnheldMinutes = section.integer("warnUnheldMinutes", default: warnUnheldMinutes, in: 1...10_080)
        stopUnheldHours = section.integer("stopUnheldHours", default: stopUnheldHours, in: 1...720)
        section.end()
    }
}

extension NodeSettings.StampingAuthority {
    /// More authorities say nothing more.
    private static let most = 8

    fileprivate static func read(_ root: inout SettingsSection, folder: String) -> [NodeSettings.StampingAuthority] {
        var authorities: [NodeSettings.StampingAuthority] = []
        for var section in root.sections("timestamping", max: most) {
            let name = section.required("name", "1 to 64 small letters, digits, full stops, hyphens or underscores") {
                SettingsForm.isName($0) ? $0 : nil
            }
            let url = section.required("url", "an address that begins with https:// or http://") {
                let isAddress = $0.hasPrefix("https://") || $0.hasPrefix("http://")
                return isAddress && $0.utf8.count <= 500 && $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? $0 : nil
            }
            let certificates = section.requiredPath("certificates", folder: folder)
            let policy: String? = section.text("policy", default: nil, "an object identifier such as 1.2.3") {
                TimeStampRequest.isPolicy($0) ? $0 : nil
            }
            let timeout = section.integer("timeoutMilliseconds", default: 10_000, in: 100...60_000)
            section.end()
            guard let name, let url, let certificates else { continue }
            if authorities.contains(where: { $0.name == name }) {
                section.refuse("name", "another authority has this name")
            }
            var authority = NodeSettings.StampingAuthority(name: name, url: url, certificates: certificates)
            authority.policy = policy
            authority.timeoutMilliseconds = timeout
            authorities.append(authority)
        }
        return authorities
    }
}

extension SettingsSection {
    fileprivate mutating func path(_ key: String, default usual: String, folder: String) -> String {
        Files.join(folder, text(key, default: usual, SettingsForm.path) { SettingsForm.isPath($0) ? $0 : nil })
    }

    fileprivate mutating func requiredPath(_ key: String, folder: String) -> String? {
        required(key, SettingsForm.path) { SettingsForm.isPath($0) ? Files.join(folder, $0) : nil }
    }
}
