import Casework
import FoundationEssentials
import Logging
import Store
import Synchronization
import TransferCore
import TransferDocuments
import WebConsole
import Webhooks

/// The agencies, people and tokens that the tests of the listeners speak of. All of them are invented.
enum WebCast {
    static let hangzhou = agency("330100")
    static let chengdu = agency("510100")
    /// 2026-11-20T04:00:00Z, a Friday at noon in China.
    static let noon: Int64 = 1_795_147_200_000

    static let mill = "mill-0123456789abcdef0123456789abcdef"
    static let shop = "shop-0123456789abcdef0123456789abcdef"
    static let window = "window-0123456789abcdef0123456789abcdef"
    static let office = "office-0123456789abcdef0123456789abcdef"

    static var tokens: [AccessToken] {
        [
            AccessToken(name: "mill", role: .employer, digest: digest(mill)),
            AccessToken(name: "shop", role: .employer, digest: digest(shop)),
            AccessToken(name: "window-3", role: .desk, digest: digest(window)),
            AccessToken(name: "office", role: .staff, digest: digest(office)),
        ]
    }

    static let webhookKey: WebhookKey = {
        guard let key = WebhookKey(bytes: [UInt8](repeating: 9, count: WebhookKey.byteCount)) else {
            preconditionFailure("32 bytes are a key")
        }
        return key
    }()

    static func digest(_ secret: String) -> DocumentDigest { DocumentDigest(of: Array(secret.utf8)) }

    static func agency(_ text: String) -> AgencyCode {
        guard let code = AgencyCode(text) else { preconditionFailure("\(text) is a region") }
        return code
    }

    /// A person born on 1 January 1995, with the right check digit, registered in a region that was never given.
    static func resident(_ serial: Int) -> String {
        let places = "11999919950101" + String(String(1_000 + serial).suffix(3))
        for check in "0123456789X" {
            if let id = try? ResidentID(places + String(check)) { return id.fullText }
        }
        preconditionFailure("one check digit is right")
    }

    static let bankCode = completed("10233100001") { (try? BankCode($0)) != nil }
    static let card = completed("622202990001234567") { (try? CardNumber($0)) != nil }
    static let otherCard = completed("622202990007654321") { (try? CardNumber($0)) != nil }

    private static func completed(_ places: String, _ isValid: (String) -> Bool) -> String {
        for check in 0...9 where isValid(places + String(check)) { return places + String(check) }
        preconditionFailure("one check digit is right")
    }

    /// The application of Lin Fang, who moves from Chengdu to Hangzhou.
    static func application(
        _ serial: Int = 1, name: String = "林芳", origin: String = "510100", branches: [String] = [],
        residentID: String? = nil
    ) -> String {
        let account = branches.isEmpty ? "" : #""payoutAccount":\#(account(holder: name)),"#
        let list = branches.map { "\"\($0)\"" }.joined(separator: ",")
        return
            #"{"person":{"name":"\#(name)","residentId":"\#(residentID ?? resident(serial))"},"origin":"\#(origin)","#
            + #""applicant":{"kind":"insured-person"},"mobile":"13912345678",\#(account)"#
            + #""otherBranches":[\#(list)],"approvedMove":false}"#
    }

    static func account(holder: String = "林芳", number: String = card) -> String {
        #"{"holder":"\#(holder)","bankName":"某银行成都分行","bankCode":"\#(bankCode)","number":"\#(number)"}"#
    }

    /// What an agency knows of the person: eight months of this year, and a balance of the medical account.
    static func record(
        _ serial: Int = 1, isActive: Bool, name: String = "林芳", through last: String = "2026-08"
    ) throws -> PersonRecord {
        guard let province = Province("33"), let from = CalendarMonth("2026-01"), let to = CalendarMonth(last),
            let own = BasisPoints(800), let employer = BasisPoints(1_600), let enrolled = CivilDate("2026-01-05")
        else { preconditionFailure("values that exist") }
        return PersonRecord(
            person: InsuredPerson(name: name, residentID: try ResidentID(resident(serial))),
            householdProvince: province, relation: .general, isActive: isActive, enrolledOn: [enrolled],
            isDeceased: false, drawsPension: false, hasLegalHold: false, carried: nil,
            lines: [
                ContributionLine(
                    year: 2026, from: from, to: to, kind: .ordinary, base: Money(fen: 500_000), ownShare: own,
                    creditedShare: own, employerShare: employer)
            ],
            balances: [.medical: Money(fen: 12_345)])
    }
}

/// A network of Hangzhou and Chengdu: keys, certificates and a signed directory that is good for a day.
struct WebNetwork: Sendable {
    let directory: SignedDirectory
    let signing: [AgencyCode: IssuedCertificate]
    let tls: IssuedCertificate

    init() throws {
        let now = WebCast.noon / 1_000
        let year: Int64 = 365 * 86_400
        let authority = try CertificateAuthority.founding(
            networkName: "Jiexu trial network", validity: (now - year)...(now + 5 * year))
        let validity = (now - 86_400)...(now + year)
        let directoryKey = try authority.issueDirectory(validity: validity)
        var signing: [AgencyCode: IssuedCertificate] = [:]
        var entries: [DirectoryEntry] = []
        var tls: IssuedCertificate?
        for code in [WebCast.hangzhou, WebCast.chengdu] {
            let connection = try authority.issueTLS(for: code, hosts: ["127.0.0.1"], validity: validity)
            let key = try authority.issueSigning(for: code, validity: validity)
            tls = connection
            signing[code] = key
            guard let endpoint = EndpointURL("https://127.0.0.1:8443"), let from = CivilDate("2026-01-01") else {
                preconditionFailure("values that exist")
            }
            entries.append(
                DirectoryEntry(
                    code: code, nameChinese: "某市社会保险经办机构", nameEnglish: "Agency \(code)", endpoint: endpoint,
                    tlsCertificates: [TLSCertificateEntry(connection.certificate)],
                    signingCertificates: [SigningCertificateEntry(key.certificate)],
                    receives: [Capability(branch: .pension, from: from)],
                    deadlineProfile: DeadlineProfile(name: "national", workingDays: [:]),
                    remittanceAccount: WebNetwork.account))
        }
        guard let tls, let time = SigningTime(secondsSince1970: now - 60) else {
            preconditionFailure("values that exist")
        }
        let bytes = try AgencyDirectory(version: 3, issuedAt: now - 60, expiresAt: now + 90 * 86_400, agencies: entries)
            .signed(by: directoryKey.signingKey, at: time)
        directory = try SignedDirectory.open(
            bytes, anchors: try TrustAnchors(pem: authority.root.pem + directoryKey.certificatePEM), at: now)
        self.signing = signing
        self.tls = tls
    }

    static let account = BankAccount(
        holder: "社会保险基金专户", bankName: "某银行", bankCode: WebCast.bankCode, number: "1202020209900000012")
}

/// A clock that stands until it is moved.
final class StandingClock: NodeClock {
    private let milliseconds = Mutex(WebCast.noon)
    var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }
    func move(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
    func move(days: Int64) { milliseconds.withLock { $0 += days * 86_400_000 } }
}

struct KeptDirectory: DirectorySource {
    let current: SignedDirectory
}

struct KeySigner: DocumentSigner {
    let key: SigningKey

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        do {
            return try key.sign(payload: payload, typ: type, at: moment.signingTime)
        } catch {
            throw SigningFault("\(error)")
        }
    }
}

/// Keeps every line of the log, to see what stands in it.
final class KeptLog: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Lines(log: self) } }

    fileprivate func keep(_ line: String) { kept.withLock { $0.append(line) } }

    private struct Lines: LogHandler {
        let log: KeptLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.keep("\(event.message) \(metadata.merging(event.metadata ?? [:]) { $1 })")
        }
    }
}
