import NodeSettings
import Testing
import TransferCore
import TransferDocuments

@Suite struct `An entry file of the directory` {
    private let folder: Folder
    private let weifang: AgencyCode

    init() throws {
        folder = try Folder()
        weifang = try #require(AgencyCode("370700"))
        let other = try #require(AgencyCode("440300"))
        let validity: ClosedRange<Int64> = 1_700_000_000...1_800_000_000
        let authority = try CertificateAuthority.founding(networkName: "Test", validity: validity)
        let tls = try authority.issueTLS(for: weifang, hosts: ["localhost"], validity: validity)
        try write("tls.pem", tls.certificatePEM)
        try write("signing.pem", try authority.issueSigning(for: weifang, validity: validity).certificatePEM)
        try write("other.pem", try authority.issueSigning(for: other, validity: validity).certificatePEM)
    }

    private func write(_ name: String, _ text: String) throws {
        try Files.replace(folder.path(name), Array(text.utf8), for: .owner)
    }

    private static let whole = """
        code: "370700"
        nameChinese: "潍坊市社会保险事业中心"
        nameEnglish: "Weifang"
        endpoint: "https://node.example:8443"
        tlsCertificates: ["tls.pem"]
        signingCertificates:
          - file: signing.pem
            revokedAt: "2026-11-21T08:00:00Z"
        receives:
          - branch: medical
            from: "2026-01-01"
            until: "2027-01-01"
        deadlineProfile: "local"
        workingDays: {letter: 15, origin: 10}
        account: {holder: "潍坊", bankName: "示例银行", bankCode: "102458000013", number: "1607"}
        successor: "330100"

        """

    private func faults(_ text: String) throws -> [String] {
        try write("entry.yaml", text)
        do {
            _ = try DirectoryEntryFile.read(folder.path("entry.yaml"))
            return []
        } catch {
            return error.faults.map { "\($0.line ?? 0) \($0.key): \($0.detail)" }
        }
    }

    @Test func `gives an entry with its certificates`() throws {
        try write("entry.yaml", Self.whole)
        let entry = try DirectoryEntryFile.read(folder.path("entry.yaml"))
        #expect(entry.code == weifang)
        #expect(entry.tlsCertificates.first?.until == 1_800_000_001)
        #expect(entry.signingCertificates.first?.certificate.purpose == .signing(weifang))
        #expect(entry.signingCertificates.first?.revokedAt == SigningTime("2026-11-21T08:00:00Z")?.secondsSince1970)
        #expect(entry.receives.first?.until == CivilDate("2027-01-01"))
        #expect(entry.deadlineProfile == DeadlineProfile(name: "local", workingDays: ["letter": 15, "origin": 10]))
        #expect(entry.successor?.text == "330100")
    }

    @Test func `may say until when a key was used, within the time of its certificate`() throws {
        let retired = Self.whole.replacing(
            "revokedAt: \"2026-11-21T08:00:00Z\"", with: "until: \"2026-11-21T08:00:00Z\"")
        try write("entry.yaml", retired)
        let entry = try #require(try DirectoryEntryFile.read(folder.path("entry.yaml")).signingCertificates.first)
        #expect(entry.until == SigningTime("2026-11-21T08:00:00Z")?.secondsSince1970)
        #expect(entry.revokedAt == nil)
        let late = Self.whole.replacing("revokedAt: \"2026-11-21T08:00:00Z\"", with: "until: \"2036-11-21T08:00:00Z\"")
        #expect(
            try faults(late) == [
                "8 signingCertificates[0].until: expected a time at which the certificate is valid"
            ])
        #expect(
            try faults(Self.whole.replacing("\"370700\"", with: "\"910000\"")).contains {
                $0.hasPrefix("1 code: expected a region code of six digits")
            })
    }

    @Test func `needs no limits, branches or successor`() throws {
        let kept = ["code", "name", "endpoint", "tls", "signing", "  - file", "account"]
        let lines = Self.whole.split(separator: "\n").filter { line in kept.contains { line.hasPrefix($0) } }
        #expect(try faults(lines.joined(separator: "\n")) == [])
    }

    @Test(arguments: [
        (
            find: "[\"tls.pem\"]", put: "[\"signing.pem\"]",
            fault: "5 tlsCertificates[0]: expected a file with a certificate for the agency's connections"
        ),
        (
            find: "[\"tls.pem\"]", put: "[]",
            fault: "5 tlsCertificates: expected at least 1: a file with a certificate for the agency's connections"
        ),
        (
            find: "signing.pem", put: "other.pem",
            fault: "7 signingCertificates[0].file: expected a file with a certificate for the agency's documents"
        ),
        (
            find: "2027-01-01", put: "2026-01-01", fault: "12 receives[0].until: expected a day after from"
        ),
        (
            find: "https:", put: "http:", fault: "4 endpoint: expected https://host:port"
        ),
        (
            find: "letter:", put: "Letter:",
            fault: "14 workingDays: expected names of 1 to 40 small letters and hyphens as the key"
        ),
        (
            find: "nameEnglish", put: "nameEnglsh", fault: "3 nameEnglsh: unknown key; did you mean nameEnglish?"
        ),
    ])
    func `is refused for what is not allowed, with what is`(find: String, put: String, fault: String) throws {
        #expect(try faults(Self.whole.replacing(find, with: put)).contains(fault))
    }
}
