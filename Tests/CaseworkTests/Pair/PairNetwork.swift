import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The keys of the agencies and the signed directory that names them.
///
/// Besides the key with which it signs, Shenzhen has one that it used until yesterday, one that was taken from it, and
/// one of which the directory does not know.
struct PairNetwork: Sendable {
    let directory: SignedDirectory
    /// A newer one, in which Wuhan was closed and Jinan took over.
    let directoryWithSuccessor: SignedDirectory
    let anchors: TrustAnchors
    let keys: [AgencyCode: SigningKey]
    let connectionKey: SigningKey
    let retiredKey: SigningKey
    let revokedKey: SigningKey
    let unknownKey: SigningKey
    private let entries: [DirectoryEntry]
    private let directoryKey: SigningKey

    /// Made once: no test changes it.
    static let shared: PairNetwork = {
        do { return try PairNetwork() } catch { preconditionFailure("the network was not made: \(error)") }
    }()

    static let retiredAt = PairCast.noon.seconds - 86_400
    static let revokedAt = PairCast.noon.seconds - 3_600

    private init() throws {
        let now = PairCast.noon.seconds
        let year: Int64 = 365 * 86_400
        let authority = try CertificateAuthority.founding(
            networkName: "Jiexu trial network", validity: (now - year)...(now + 5 * year))
        let validity = (now - 200 * 86_400)...(now + 2 * year)
        let directoryKey = try authority.issueDirectory(validity: validity)
        let retired = try authority.issueSigning(for: PairCast.shenzhen, validity: validity)
        let revoked = try authority.issueSigning(for: PairCast.shenzhen, validity: validity)
        unknownKey = try authority.issueSigning(for: PairCast.shenzhen, validity: validity).signingKey
        retiredKey = retired.signingKey
        revokedKey = revoked.signingKey

        var keys: [AgencyCode: SigningKey] = [:]
        var connections: [AgencyCode: IssuedCertificate] = [:]
        var entries: [DirectoryEntry] = []
        for code in PairCast.agencies {
            let connection = try authority.issueTLS(for: code, hosts: ["127.0.0.1"], validity: validity)
            let key = try authority.issueSigning(for: code, validity: validity)
            keys[code] = key.signingKey
            connections[code] = connection
            var signing = [SigningCertificateEntry(key.certificate)]
            if code == PairCast.shenzhen {
                signing += [
                    SigningCertificateEntry(
                        certificate: retired.certificate, from: validity.lowerBound, until: PairNetwork.retiredAt),
                    SigningCertificateEntry(
                        certificate: revoked.certificate, from: validity.lowerBound,
                        until: validity.upperBound + 1, revokedAt: PairNetwork.revokedAt),
                ]
            }
            entries.append(try PairNetwork.entry(code, connection, signing))
        }
        guard let connection = connections[PairCast.shenzhen], let time = SigningTime(secondsSince1970: now - 60) else {
            preconditionFailure("values that exist")
        }
        connectionKey = connection.signingKey
        self.keys = keys
        self.entries = entries
        self.directoryKey = directoryKey.signingKey
        let bytes = try AgencyDirectory(version: 3, issuedAt: now - 60, expiresAt: now + year, agencies: entries)
            .signed(by: directoryKey.signingKey, at: time)
        anchors = try TrustAnchors(pem: authority.root.pem + directoryKey.certificatePEM)
        let newer = entries.map { $0.code == PairCast.wuhan ? $0.succeeded(by: PairCast.jinan) : $0 }
        let newerBytes = try AgencyDirectory(version: 4, issuedAt: now - 60, expiresAt: now + year, agencies: newer)
            .signed(by: directoryKey.signingKey, at: time)
        directoryWithSuccessor = try SignedDirectory.open(newerBytes, anchors: anchors, at: now)
        directory = try SignedDirectory.open(bytes, anchors: anchors, at: now)
    }

    private static func entry(
        _ code: AgencyCode, _ connection: IssuedCertificate, _ signing: [SigningCertificateEntry]
    ) throws -> DirectoryEntry {
        guard let endpoint = EndpointURL("https://127.0.0.1:8443") else { preconditionFailure("an endpoint") }
        return DirectoryEntry(
            code: code, nameChinese: "某市社会保险经办机构", nameEnglish: "Agency \(code)", endpoint: endpoint,
            tlsCertificates: [TLSCertificateEntry(connection.certificate)], signingCertificates: signing,
            receives: [Capability(branch: .pension, from: PairCast.day("2026-01-01"))],
            deadlineProfile: DeadlineProfile(name: "national", workingDays: [:]),
            remittanceAccount: PairCast.account(of: code))
    }

    /// The next version of the directory.
    ///
    /// - Parameters:
    ///   - accounts: new accounts of agencies at the bank.
    ///   - successors: the agencies that have taken over, by those that are closed.
    ///   - branches: what agencies receive besides the pension.
    ///   - lasting: seconds from half a minute ago to its end.
    func directory(
        accounts: [AgencyCode: BankAccount] = [:], successors: [AgencyCode: AgencyCode] = [:],
        receiving branches: [AgencyCode: [Branch]] = [:], version: Int64 = 4, lasting: Int64 = 365 * 86_400
    ) throws -> SignedDirectory {
        let now = PairCast.noon.seconds
        guard let time = SigningTime(secondsSince1970: now - 30) else { preconditionFailure("a time that exists") }
        let changed = entries.map { entry in
            DirectoryEntry(
                code: entry.code, nameChinese: entry.nameChinese, nameEnglish: entry.nameEnglish,
                endpoint: entry.endpoint,
                tlsCertificates: entry.tlsCertificates, signingCertificates: entry.signingCertificates,
                receives: entry.receives
                    + (branches[entry.code] ?? []).map { Capability(branch: $0, from: PairCast.day("2026-01-01")) },
                deadlineProfile: entry.deadlineProfile,
                remittanceAccount: accounts[entry.code] ?? entry.remittanceAccount, successor: successors[entry.code])
        }
        let bytes = try AgencyDirectory(
            version: version, issuedAt: now - 30, expiresAt: now - 30 + lasting, agencies: changed
        ).signed(by: directoryKey, at: time)
        return try SignedDirectory.open(bytes, anchors: anchors, at: now, expiry: .allowedForEvidence)
    }

    func key(of agency: AgencyCode) -> SigningKey {
        guard let key = keys[agency] else { preconditionFailure("\(agency) has a key") }
        return key
    }
}

extension DirectoryEntry {
    fileprivate func succeeded(by other: AgencyCode) -> DirectoryEntry {
        DirectoryEntry(
            code: code, nameChinese: nameChinese, nameEnglish: nameEnglish, endpoint: endpoint,
            tlsCertificates: tlsCertificates, signingCertificates: signingCertificates, receives: receives,
            deadlineProfile: deadlineProfile, remittanceAccount: remittanceAccount, successor: other)
    }
}

struct KeptDirectory: DirectorySource {
    let current: SignedDirectory
}

/// The directory that the nodes of a pair share; a test may put the next version in its place.
final class PairDirectory: DirectorySource {
    private let kept = Mutex(PairNetwork.shared.directory)

    var current: SignedDirectory { kept.withLock { $0 } }
    func take(_ directory: SignedDirectory) { kept.withLock { $0 = directory } }
}

/// Signs with a key in memory. It can be taken away, as a token is pulled out, and the clock can be doubted.
final class KeySigner: DocumentSigner {
    private let kept: Mutex<SigningKey>
    private let isAway = Mutex(false)
    private let doubts = Mutex(false)

    init(_ key: SigningKey) { kept = Mutex(key) }

    func replace(with key: SigningKey) { kept.withLock { $0 = key } }

    func takeAway(_ away: Bool) { isAway.withLock { $0 = away } }
    func doubtClock(_ doubt: Bool) { doubts.withLock { $0 = doubt } }

    func checkMoment() throws(SigningFault) {
        if doubts.withLock({ $0 }) { throw SigningFault("the clock was set") }
    }

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        guard !isAway.withLock({ $0 }) else { throw SigningFault("the token is gone") }
        do {
            return try kept.withLock { $0 }.sign(payload: payload, typ: type, at: moment.signingTime)
        } catch {
            throw SigningFault("\(error)")
        }
    }

    func sign(receipts payloads: [[UInt8]], at moment: Instant) throws(SigningFault) -> [[UInt8]] {
        guard !isAway.withLock({ $0 }) else { throw SigningFault("the token is gone") }
        do {
            return try kept.withLock { $0 }.sign(receipts: payloads, at: moment.signingTime)
        } catch {
            throw SigningFault("\(error)")
        }
    }
}
