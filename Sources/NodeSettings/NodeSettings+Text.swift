import Casework
import TransferCore

extension NodeSettings {
    /// The text of a settings file that is read as this value again. Every key stands in it; paths are written as they
    /// are in the value, so they are relative to the file that is written, or absolute.
    package var yaml: String {
        var text = SettingsLines()
        text.group("agency") { text in
            text.field("code", agency.code.text)
            text.group("office") { text in
                text.field("name", agency.office.name)
                text.field("address", agency.office.address)
                text.field("postcode", agency.office.postcode)
                text.field("telephone", agency.office.telephone)
            }
            text.group("account") { text in
                text.field("holder", agency.account.holder)
                text.field("bankName", agency.account.bankName)
                text.field("bankCode", agency.account.bankCode)
                text.field("number", agency.account.number)
            }
            text.field("deadlineProfile", agency.deadlineProfile)
            text.group("workingDays") { text in
                for clock in Clock.allCases {
                    text.field(clock.rawValue, agency.workingDays[clock] ?? clock.defaultWorkingDays)
                }
            }
            text.line("straightThrough: [\(agency.straightThrough.map(\.rawValue).sorted().joined(separator: ", "))]")
            text.group("interest") { text in
                text.field("formula", agency.interest.formula.rawValue)
                let rates = agency.interest.rates.sorted { $0.key < $1.key }
                text.line("ratesBp: {\(rates.map { "\($0.key): \($0.value.value)" }.joined(separator: ", "))}")
                text.field("source", agency.interestSource)
            }
        }
        text.group("data") { text in
            text.field("directory", data.directory)
            text.field("minimumFreeMebibytes", data.minimumFreeMebibytes)
            text.field("minimumFreePercent", data.minimumFreePercent)
            text.field("ballastMebibytes", data.ballastMebibytes)
        }
        text.group("store") { text in
            text.field("postgres", store.postgres)
            text.field("instance", store.instance)
            text.field("leaseSeconds", store.leaseSeconds)
            text.field("singleCopy", store.singleCopy.rawValue)
        }
        text.group("keys") { text in
            text.field("tlsCertificate", keys.tlsCertificate)
            text.field("tlsKey", keys.tlsKey)
            text.field("signingCertificate", keys.signingCertificate)
            text.field("signingKey", keys.signingKey)
            text.field("anchors", keys.anchors)
            text.field("directory", keys.directory)
            if let lists = keys.revocationLists { text.field("revocationLists", lists) }
            text.field("revocationGraceHours", keys.revocationGraceHours)
        }
        text.group("peers") { text in
            text.listener(peers.listen)
            text.field("minimumTLS", peers.minimumTLS.rawValue)
            text.field("bodyLimitBytes", peers.bodyLimitBytes)
            text.field("inFlightPerPeer", peers.inFlightPerPeer)
            text.field("documentsPerRequest", peers.documentsPerRequest)
            text.field("backlogPerSecond", peers.backlogPerSecond)
            text.field("firstRetryMilliseconds", peers.firstRetryMilliseconds)
            text.field("longestRetryMilliseconds", peers.longestRetryMilliseconds)
            text.field("connectTimeoutMilliseconds", peers.connectTimeoutMilliseconds)
            text.field("requestTimeoutMilliseconds", peers.requestTimeoutMilliseconds)
            text.field("connectionsPerPeer", peers.connectionsPerPeer)
            text.field("requestsPerSecond", peers.requestsPerSecond)
            text.field("refusalsPerHour", peers.refusalsPerHour)
        }
        text.group("public") { text in
            text.listener(publicAccess.listen)
            if let tls = publicAccess.tls {
                text.group("tls") { text in
                    text.field("certificate", tls.certificate)
                    text.field("key", tls.key)
                }
            }
            if !publicAccess.address.isEmpty { text.field("address", publicAccess.address) }
            text.tokens(publicAccess.tokens)
        }
        text.staff(staff)
        text.group("operations") { $0.listener(operations) }
        if let administration { text.group("administration") { $0.listener(administration) } }
        text.group("bank") { text in
            text.field("folder", bank.folder)
            text.field("pollMilliseconds", bank.pollMilliseconds)
        }
        text.group("log") { $0.field("level", logLevel.rawValue) }
        text.group("work") { text in
            text.field("inFlightLimit", work.inFlightLimit)
            text.field("deadlineCheckSeconds", work.deadlineCheckSeconds)
            text.field("digestHour", work.digestHour)
            text.field("claimMinutes", work.claimMinutes)
        }
        text.group("evidence") { text in
            text.field("anchorFile", evidence.anchorFile)
            text.field("warnUnheldMinutes", evidence.warnUnheldMinutes)
            text.field("stopUnheldHours", evidence.stopUnheldHours)
        }
        text.authorities(timestamping)
        text.group("accounts") { text in
            text.field("passwords", accounts.passwords.rawValue)
            text.field("seedKey", accounts.seedKey)
            if let certificates = accounts.certificates {
                text.group("certificates") { text in
                    text.listener(certificates.listen)
                    text.field("authorities", certificates.authorities)
                    if let lists = certificates.revocationLists { text.field("revocationLists", lists) }
                }
            }
        }
        text.group("webhooks") { text in
            text.field("secretKey", webhooks.secretKey)
            text.field("addresses", webhooks.addresses.rawValue)
            text.field("roots", webhooks.roots)
        }
        if let demonstration { text.group("demonstration") { $0.field("folder", demonstration.folder) } }
        return text.text
    }

    /// Writes the file, in place of one that is there.
    package func writeYAML(to path: String) throws(FileFault) {
        try Files.replace(path, Array(yaml.utf8), for: .group)
    }
}

/// Writes groups of keys, each level two spaces further in.
private struct SettingsLines {
    private(set) var text = ""
    private var indent = ""

    mutating func line(_ line: String) { text += "\(indent)\(line)\n" }

    mutating func field(_ key: String, _ value: String) { line("\(key): \(SettingsLines.quoted(value))") }

    mutating func field(_ key: String, _ value: Int) { line("\(key): \(value)") }

    mutating func group(_ key: String, _ write: (inout SettingsLines) -> Void) {
        line("\(key):")
        indent += "  "
        write(&self)
        indent.removeLast(2)
    }

    mutating func listener(_ listener: NodeSettings.Listener) {
        group("listen") { text in
            text.field("host", listener.host)
            text.field("port", listener.port)
        }
    }

    mutating func tokens(_ tokens: [NodeSettings.AccessToken]) {
        guard !tokens.isEmpty else { return line("tokens: []") }
        line("tokens:")
        for token in tokens {
            line("  - name: \(SettingsLines.quoted(token.name))")
            line("    role: \(token.role.rawValue)")
            line("    sha256: \(SettingsLines.quoted(token.sha256))")
            if let until = token.until { line("    until: \(SettingsLines.quoted("\(until)"))") }
        }
    }

    mutating func authorities(_ authorities: [NodeSettings.StampingAuthority]) {
        guard !authorities.isEmpty else { return line("timestamping: []") }
        line("timestamping:")
        for authority in authorities {
            line("  - name: \(SettingsLines.quoted(authority.name))")
            line("    url: \(SettingsLines.quoted(authority.url))")
            line("    certificates: \(SettingsLines.quoted(authority.certificates))")
            if let policy = authority.policy { line("    policy: \(SettingsLines.quoted(policy))") }
            line("    timeoutMilliseconds: \(authority.timeoutMilliseconds)")
        }
    }

    mutating func staff(_ people: [NodeSettings.StaffPerson]) {
        guard !people.isEmpty else { return line("staff: []") }
        line("staff:")
        for person in people {
            line("  - person: \(SettingsLines.quoted(person.person))")
            line("    name: \(SettingsLines.quoted(person.name))")
            line("    roles: [\(person.roles.map(\.rawValue).sorted().joined(separator: ", "))]")
            line(person.accounts.isEmpty ? "    accounts: []" : "    accounts:")
            for account in person.accounts {
                line("      - name: \(SettingsLines.quoted(account.name))")
                line("        sha256: \(SettingsLines.quoted(account.sha256))")
            }
        }
    }

    /// In double quotes, so that no text is taken for a number or for nothing.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
