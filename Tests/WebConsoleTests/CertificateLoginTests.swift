import Accounts
import Casework
import Crypto
import FoundationEssentials
import ServiceLifecycle
import Store
import SwiftASN1
import Synchronization
import Testing
import TransferCore
import TransferDocuments
import WebConsole
import X509

/// An authority that issues certificates to persons, as cards and tokens have them.
private struct PersonCA {
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName
    let pem: String
    private static let noon = WebCast.noon / 1_000

    struct Issued {
        let pem: String
        let keyPEM: String
        let certificate: PersonCertificate
    }

    init(_ common: String) throws {
        name = try DistinguishedName { CommonName(common) }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: Double(Self.noon - 86_400 * 400)),
            notValidAfter: Date(timeIntervalSince1970: Double(Self.noon + 86_400 * 400)), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            }, issuerPrivateKey: .init(key))
        pem = try certificate.serializeAsPEM().pemString
    }

    func issue(_ common: String, days: ClosedRange<Int64> = -10...100, logsIn: Bool = true) throws -> Issued {
        let own = P256.Signing.PrivateKey()
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(own.publicKey),
            notValidBefore: Date(timeIntervalSince1970: Double(Self.noon + 86_400 * days.lowerBound)),
            notValidAfter: Date(timeIntervalSince1970: Double(Self.noon + 86_400 * days.upperBound)), issuer: name,
            subject: try DistinguishedName { CommonName(common) }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([logsIn ? .clientAuth : .serverAuth])
            }, issuerPrivateKey: .init(key))
        let pem = try certificate.serializeAsPEM().pemString
        return Issued(pem: pem, keyPEM: own.pemRepresentation, certificate: try PersonCertificate(pem: pem))
    }
}

extension PersonCA {
    /// A list of revoked certificates, as other programs make it: X.509 CRL version 2.
    ///
    /// - Parameter due: when the next one is, in days from noon.
    func list(_ number: Int, revoking cards: [Issued], due: Int64 = 7) throws -> String {
        let ecdsaWithSHA256: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
        func time(_ days: Int64) throws -> UTCTime {
            let moment = Instant(milliseconds: (Self.noon + 86_400 * days) * 1_000).signingTime.text
            let parts = moment.split { !$0.isNumber }.compactMap { Int($0) }
            return try UTCTime(
                year: parts[0], month: parts[1], day: parts[2], hours: parts[3], minutes: parts[4], seconds: parts[5])
        }
        var tbs = DER.Serializer()
        try tbs.appendConstructedNode(identifier: .sequence) { list in
            try list.serialize(1)
            list.serializeRawBytes(ecdsaWithSHA256)
            try list.serialize(name)
            try list.serialize(try time(-1))
            try list.serialize(try time(due))
            if !cards.isEmpty {
                try list.appendConstructedNode(identifier: .sequence) { entries in
                    for card in cards {
                        let certificate = try Certificate(pemEncoded: card.pem)
                        try entries.appendConstructedNode(identifier: .sequence) { entry in
                            let bytes = certificate.serialNumber.bytes
                            try entry.serialize(((bytes.first ?? 0) >= 0x80 ? [0] : []) + bytes)
                            try entry.serialize(try time(-1))
                        }
                    }
                }
            }
            let authority = try Certificate.Extension(
                AuthorityKeyIdentifier(keyIdentifier: [1, 2, 3]), critical: false)
            var numberBytes = DER.Serializer()
            try numberBytes.serialize(number)
            try list.appendConstructedNode(identifier: .init(tagWithNumber: 0, tagClass: .contextSpecific)) { tagged in
                try tagged.appendConstructedNode(identifier: .sequence) { extensions in
                    for (oid, value) in [
                        (authority.oid, authority.value), ([2, 5, 29, 20], numberBytes.serializedBytes[...]),
                    ] as [(ASN1ObjectIdentifier, ArraySlice<UInt8>)] {
                        try extensions.appendConstructedNode(identifier: .sequence) { item in
                            try item.serialize(oid)
                            try item.serialize(ASN1OctetString(contentBytes: value))
                        }
                    }
                }
            }
        }
        let signature = try key.signature(for: tbs.serializedBytes).derRepresentation
        var whole = DER.Serializer()
        try whole.appendConstructedNode(identifier: .sequence) { list in
            list.serializeRawBytes(tbs.serializedBytes)
            list.serializeRawBytes(ecdsaWithSHA256)
            try list.serialize(ASN1BitString(bytes: Array(signature)[...]))
        }
        return PEMDocument(type: "X509 CRL", derBytes: whole.serializedBytes).pemString + "\n"
    }
}

/// Authorities whose lists are renewed while a node works.
private final class KeptTrust: PersonTrust {
    private let kept: Mutex<PersonAuthorities>

    init(_ authorities: PersonAuthorities) { kept = Mutex(authorities) }

    var authorities: PersonAuthorities { kept.withLock { $0 } }

    func take(_ pem: String, graceSeconds: Int64 = 3_600) throws {
        let lists = try RevocationList.all(inPEM: pem, issuers: authorities.listIssuers)
        kept.withLock { $0 = $0.looking(in: lists, graceSeconds: graceSeconds) }
    }
}

@Suite struct `A certificate of a person` {
    private struct Door {
        let trust: KeptTrust
        let node: WebNode
        let port: Int
        let keys: KeyDesk
        let authority: PersonCA

        func ask(_ method: String, _ shown: PersonCA.Issued?, code: String = "") async throws -> Reply {
            let body = method == "POST" ? "code=\(code)" : ""
            let type =
                method == "POST"
                ? "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(body.utf8.count)\r\n" : ""
            let text =
                "\(method) /login/certificate HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Sec-Fetch-Site: same-origin\r\n\(type)\r\n\(body)"
            let replies = try await Wire.exchange(
                text, port: port, tls: true, identity: shown.map { ($0.pem, $0.keyPEM) })
            return try #require(replies.first)
        }

        func bind(_ issued: PersonCA.Issued, to name: String) async throws {
            let store = try #require(node.store as? JiexuStore)
            let known = try #require(AccountName(name))
            let account = try #require(try await store.account(known))
            let officer = AuditActor(
                who: "guard", person: "0601", role: "security-officer", method: .session, source: "192.0.2.1")
            try await keys.bind(
                subject: issued.certificate.keyPin, publicKey: issued.certificate.publicKey,
                label: issued.certificate.subject, to: account, by: officer)
        }
    }

    private static func withDoor(_ use: @escaping (Door) async throws -> Void) async throws {
        let network = try WebNetwork()
        let authority = try PersonCA("Trial authority for persons")
        let trust = KeptTrust(try PersonAuthorities(pem: authority.pem))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jiexu-door-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ListenAddress.TLSFiles(
            certificateFile: folder.path + "/certificate.pem", keyFile: folder.path + "/key.pem")
        try Data(network.tls.certificatePEM.utf8).write(to: folder.appendingPathComponent("certificate.pem"))
        try Data(network.tls.keyPEM.utf8).write(to: folder.appendingPathComponent("key.pem"))
        try await WebNode.run(network: network) { node in
            let store = try #require(node.store as? JiexuStore)
            let policy = PasswordPolicy(profile: .asvs)
            let sessions = Sessions(store: MemorySessions(), accounts: store, policy: policy, clock: node.clock)
            let keys = KeyDesk(store: store, sessions: sessions, clock: node.clock, site: nil)
            let login = LoginDesk(
                store: store, sessions: sessions, hashing: ScryptThreads(), policy: policy,
                seedKey: try #require(SeedKey(bytes: [UInt8](repeating: 7, count: SeedKey.byteCount))),
                clock: node.clock)
            let ports = OversightPorts { () throws(StoreError) in
                try await TrailStanding.follow(store, at: node.clock.now)
            }
            let door = try PublicAPI(
                desk: node.desk, tokens: try AccessTokens([]), lists: node.store, work: node.work,
                accounts: PageAccounts(login: login, sessions: sessions, keys: keys, authorities: trust),
                oversight: Oversight(
                    store: store, accounts: AccountDesk(store: store, clock: node.clock), clock: node.clock,
                    ports: ports),
                address: ListenAddress(port: 0, tls: files),
                others: OtherAddresses(certificates: ListenAddress(port: 0, tls: files, asksForCertificate: true)))
            let group = ServiceGroup(services: [door], logger: node.desk.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await use(
                    Door(
                        trust: trust, node: node, port: try await door.certificatePort, keys: keys,
                        authority: authority))
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    @Test func `lets in whose it is, after their name was shown, and without a password`() async throws {
        try await Self.withDoor { door in
            let holder = try await Insider.entered(door.node, "window-5", .staff(person: "0901", duties: [.clerk]))
            let card = try door.authority.issue("钱工 0901")
            try await door.bind(card, to: "window-5")
            let shown = try await door.ask("GET", card)
            #expect(shown.status == 200)
            #expect(shown.body.contains("window-5"))
            #expect(shown.headers["set-cookie"] == nil)
            #expect(try await door.ask("POST", card, code: holder.code).status == 303)
            #expect(try await !door.ask("GET", card).body.contains("name=\"code\""))
            let entered = try await door.ask("POST", card)
            #expect(entered.status == 303)
            #expect(entered.headers["location"] == "/desk")
            #expect(entered.headers["set-cookie"]?.hasPrefix("__Host-jiexu=") == true)
            let row = try #require(try await door.node.trail.last)
            #expect(row.entry.actor.who == "window-5")
            #expect(row.entry.actor.method == .certificate)
            #expect(row.entry.result == .done)
        }
    }

    /// One security officer binds certificates, and could once log in with a card of their own as whomever they liked.
    @Test func `that was bound by one officer alone opens nothing before its holder has shown a code`() async throws {
        try await Self.withDoor { door in
            let holder = try await Insider.entered(door.node, "window-5", .staff(person: "0901", duties: [.clerk]))
            let card = try door.authority.issue("somebody else's")
            try await door.bind(card, to: "window-5")
            #expect(try await door.ask("GET", card).body.contains("name=\"code\""))
            for code in ["", "000000"] {
                let refused = try await door.ask("POST", card, code: code)
                #expect(refused.status == 403)
                #expect(refused.headers["set-cookie"] == nil)
            }
            let row = try #require(try await door.node.trail.last)
            #expect(row.entry.action == .stepUp)
            #expect(row.entry.result == .refused)
            #expect(try await door.ask("POST", card, code: holder.code).status == 303, "the control")
        }
    }

    @Test func `that does not fit gets one clear page with its cause, and no session`() async throws {
        try await Self.withDoor { door in
            _ = try await Insider.entered(door.node, "window-5", .staff(person: "0901", duties: [.clerk]))
            let (authority, other) = (door.authority, try PersonCA("Trial authority for persons"))
            let (bound, expired) = (try authority.issue("a"), try authority.issue("b", days: -100 ... -1))
            let taken = try authority.issue("c")
            for card in [bound, expired, taken] { try await door.bind(card, to: "window-5") }
            let name = try #require(AccountName("window-5"))
            let kept = try #require(try await door.keys.keys(of: name).last)
            let officer = AuditActor(
                who: "guard", person: "0601", role: "security-officer", method: .session, source: "192.0.2.1")
            try await door.keys.remove(kept.id, of: name, by: officer)
            let cases: [(PersonCA.Issued?, String)] = [
                (nil, "none"), (try authority.issue("stranger"), "unknown"), (expired, "certificate-time"),
                (try authority.issue("d", days: 1...10), "certificate-time"),
                (try other.issue("e"), "certificate-issuer"),
                (try authority.issue("f", logsIn: false), "certificate-purpose"), (taken, "revoked"),
            ]
            for (card, cause) in cases {
                for method in ["GET", "POST"] {
                    let reply = try await door.ask(method, card)
                    #expect(reply.status == 403, "\(cause)")
                    #expect(reply.body.contains("<code>\(cause)</code>"), "\(cause)")
                    #expect(reply.headers["set-cookie"] == nil)
                }
            }
            #expect(try await door.ask("GET", bound).status == 200, "the control")
            let console = AuditActor.console(user: 0)
            let store = try #require(door.node.store as? JiexuStore)
            try await AccountDesk(store: store, clock: door.node.clock).disable(name, by: console)
            #expect(try await door.ask("POST", bound).body.contains("<code>account</code>"))
            #expect(
                try await door.node.trail.count { $0.entry.actor.method == .certificate && $0.entry.result == .refused }
                    == 13)
        }
    }

    @Test func `that its authority has revoked is refused with its own sentence, as soon as the list is there`()
        async throws
    {
        try await Self.withDoor { door in
            let holder = try await Insider.entered(door.node, "window-5", .staff(person: "0901", duties: [.clerk]))
            let (authority, other) = (door.authority, try PersonCA("Trial authority for persons"))
            let (lost, kept) = (try authority.issue("lost"), try authority.issue("kept"))
            for card in [lost, kept] { try await door.bind(card, to: "window-5") }
            #expect(try await door.ask("POST", kept, code: holder.code).status == 303)
            for card in [lost, kept] {
                #expect(try await door.ask("GET", card).status == 200, "before there is a list")
            }

            try door.trust.take(try authority.list(7, revoking: [lost]))
            for method in ["GET", "POST"] {
                let reply = try await door.ask(method, lost)
                #expect(reply.status == 403)
                #expect(reply.body.contains("<code>certificate-revoked</code>"))
                #expect(reply.body.contains("已被签发机构吊销"))
                #expect(reply.headers["set-cookie"] == nil)
                #expect(try await door.ask(method, kept).status == (method == "GET" ? 200 : 303), "the control")
            }
            #expect(throws: TrustFault.self) { try door.trust.take(try other.list(8, revoking: [])) }
            #expect(try await door.ask("GET", lost).status == 403, "a list of somebody else changes nothing")

            door.node.clock.move(seconds: 8 * 86_400)
            let stale = try await door.ask("GET", kept)
            #expect(stale.status == 403 && stale.body.contains("<code>crl-stale</code>"))
            #expect(stale.body.contains("吊销名单缺失或已过期"))
            try door.trust.take(try authority.list(9, revoking: [lost], due: 30))
            #expect(try await door.ask("GET", kept).status == 200, "a newer list is in force at once")
        }
    }
}
