import Casework
import TransferCore
package import TransferDocuments

/// The file from which one agency's entry in the directory of agencies is made: what the agency says of itself, with the
/// names of its certificates' files. It is read as strictly as the settings of a node.
///
///     code: "370700"
///     nameChinese: "潍坊市社会保险事业中心"
///     nameEnglish: "Weifang"
///     endpoint: "https://node.example:8443"
///     tlsCertificates: ["370700/tls.pem"]
///     signingCertificates:
///       - file: "370700/signing.pem"
///     receives:
///       - branch: medical
///         from: "2026-01-01"
///     deadlineProfile: "national"
///     workingDays: {letter: 15, origin: 15}
///     account: {holder: "…", bankName: "…", bankCode: "102458000013", number: "1607001200000000001"}
///
/// `until` may follow `from`; `until`, when a key was retired before the end of its certificate, and `revokedAt` (both in the
/// form `2026-11-21T08:00:00Z`) a signing certificate; and `successor`
/// stands in the entry of an agency that was closed. Files are relative to this one.
package enum DirectoryEntryFile {
    package static func read(_ path: String) throws(SettingsFault) -> DirectoryEntry {
        let faults = FaultList()
        let text = try SettingsText.read(path)
        var section = SettingsSection(
            try SettingsText.root(of: text, file: path), path: "", line: 1, faults: faults)
        let entry = entry(&section, folder: Files.folder(of: path))
        guard let entry, faults.faults.isEmpty else { throw SettingsFault(faults: faults.inOrder, file: path) }
        return entry
    }

    private static func entry(_ section: inout SettingsSection, folder: String) -> DirectoryEntry? {
        let code: AgencyCode? = section.required("code", "a region code of six digits") { text in
            AgencyCode(text).flatMap { $0.province == nil ? nil : $0 }
        }
        let name = SettingsForm.text(1...100)
        let chinese = section.required("nameChinese", name) { SettingsForm.isText($0, 1...100) ? $0 : nil }
        let english = section.required("nameEnglish", name) { SettingsForm.isText($0, 1...100) ? $0 : nil }
        let endpoint = section.required("endpoint", "https://host:port") { EndpointURL($0) }
        let tls = section.texts("tlsCertificates", 1...8, "a file with a certificate for the agency's connections") {
            readCertificate(
                Files.join(folder, $0), isFor: { if case .tls(let agency) = $0 { agency == code } else { false } })
        }
        let signing = section.sections("signingCertificates", max: 64).compactMap { group in
            signingEntry(group, of: code, folder: folder)
        }
        if signing.isEmpty { section.refuse("signingCertificates", "expected at least one") }
        let receives = section.sections("receives", max: 32).compactMap { capability($0) }
        let profile = section.text(
            "deadlineProfile", default: NodeSettings.Agency.usualProfile, SettingsForm.text(1...64)
        ) {
            SettingsForm.isText($0, 1...64) ? $0 : nil
        }
        let names = "names of 1 to 40 small letters and hyphens"
        let days = section.integers("workingDays", names: names, SettingsForm.stepName, in: 1...400)
        if days.count > 32 { section.refuse("workingDays", "expected at most 32") }
        var accountSection = section.section("account")
        let account = BankAccount(settings: &accountSection)
        let successor: AgencyCode?? = section.text("successor", default: nil, "a region code of six digits") {
            AgencyCode($0).map { .some($0) }
        }
        section.end()
        guard let code, let chinese, let english, let endpoint, let account else { return nil }
        return DirectoryEntry(
            code: code, nameChinese: chinese, nameEnglish: english, endpoint: endpoint,
            tlsCertificates: tls.map { TLSCertificateEntry($0) }, signingCertificates: signing, receives: receives,
            deadlineProfile: DeadlineProfile(name: profile, workingDays: days), remittanceAccount: account,
            successor: successor ?? nil)
    }

    private static func signingEntry(
        _ group: SettingsSection, of code: AgencyCode?, folder: String
    ) -> SigningCertificateEntry? {
        var group = group
        let certificate = group.required("file", "a file with a certificate for the agency's documents") {
            readCertificate(
                Files.join(folder, $0), isFor: { if case .signing(let agency) = $0 { agency == code } else { false } })
        }
        let revokedAt: Int64? = group.text("revokedAt", default: nil, "a time of the form 2026-11-21T08:00:00Z") {
            SigningTime($0).map { .some($0.secondsSince1970) }
        }
        let until: Int64? = group.text("until", default: nil, "a time of the form 2026-11-21T08:00:00Z") {
            SigningTime($0).map { .some($0.secondsSince1970) }
        }
        if let certificate, let until, !certificate.isValid(at: until - 1) {
            group.refuse("until", "expected a time at which the certificate is valid")
        }
        group.end()
        return certificate.map { certificate in
            let whole = SigningCertificateEntry(certificate)
            return SigningCertificateEntry(
                certificate: certificate, from: whole.from, until: until ?? whole.until, revokedAt: revokedAt)
        }
    }

    private static func capability(_ group: SettingsSection) -> Capability? {
        var group = group
        let words = Branch.allCases.map(\.rawValue).joined(separator: ", ")
        let branch = group.required("branch", "one of \(words)") { Branch(rawValue: $0) }
        let from = group.required("from", "a day as YYYY-MM-DD") { CivilDate($0) }
        let until: CivilDate? = group.text("until", default: nil, "a day as YYYY-MM-DD") {
            CivilDate($0).map { .some($0) }
        }
        if let from, let until, until <= from { group.refuse("until", "expected a day after from") }
        group.end()
        guard let branch, let from else { return nil }
        return Capability(branch: branch, from: from, until: until)
    }

    /// The certificate of a file, nil when it is none or for something else.
    private static func readCertificate(
        _ path: String, isFor fits: (NetworkCertificate.Purpose) -> Bool
    ) -> NetworkCertificate? {
        guard let bytes = try? Files.read(path, limit: 2 * NetworkCertificate.longest),
            let certificate = try? NetworkCertificate(pem: String(decoding: bytes, as: UTF8.self)),
            fits(certificate.purpose)
        else { return nil }
        return certificate
    }
}
