import Accounts
import Casework
import Store
import Testing
import TransferDocuments

@Suite struct `A security key` {
    private static func desk(_ office: Office) throws -> KeyDesk {
        let site: KeySite = try #require(KeySite(origin: "https://sicp.example"))
        return KeyDesk(store: office.store, sessions: office.sessions, clock: office.clock, site: site)
    }

    /// An account whose holder is logged in.
    private static func holder(_ office: Office, _ name: String = "window-2") async throws -> Visit {
        let seed = try await office.open(name, .staff(person: name, duties: [.clerk]))
        return try await office.logIn(name, seed).visit
    }

    private static func enrol(_ key: SoftKey, _ keys: KeyDesk, _ visit: Visit) async throws {
        try await keys.finishEnrolment(
            visit, clientData: key.clientData("webauthn.create", keys.beginEnrolment(visit)),
            attestation: key.attestation, label: "key", from: Office.source)
    }

    private static func logIn(
        _ key: SoftKey, _ keys: KeyDesk, challenge: String? = nil, type: String = "webauthn.get",
        _ change: (inout [UInt8]) -> Void = { _ in }
    ) async throws -> KeyDesk.Outcome {
        var answer = try answer(key, challenge ?? keys.beginLogin(), type)
        change(&answer.signature)
        return try await keys.logIn(answer, from: LoginSource(address: "198.51.100.\(Int.random(in: 1...250))"))
    }

    private static func answer(
        _ key: SoftKey, _ challenge: String, _ type: String = "webauthn.get"
    ) throws -> KeyAnswer {
        let data = key.clientData(type, challenge)
        return KeyAnswer(
            credential: key.id, clientData: data, authenticator: key.authenticator(), signature: try key.signature(data)
        )
    }

    private static func fault(_ outcome: KeyDesk.Outcome) -> SecurityKeyFault? {
        if case .refused(let fault) = outcome { fault } else { nil }
    }

    @Test(arguments: SoftKey.Kind.allCases)
    func `lets its holder in without a password, whatever its kind`(kind: SoftKey.Kind) async throws {
        try await Office.open { office in
            let keys = try Self.desk(office)
            let visit = try await Self.holder(office)
            var key = try SoftKey(kind)
            try await Self.enrol(key, keys, visit)
            key.counter = 2
            guard case .loggedIn(let grant) = try await Self.logIn(key, keys) else { throw Unexpected("refused") }
            #expect(grant.visit.account.name.text == "window-2")
            #expect(try await office.sessions.visit(grant.id)?.account.name.text == "window-2")
            let row = try #require(try await office.trail().last { $0.entry.action == .logIn })
            #expect(row.entry.actor.method == .securityKey)
            #expect(row.entry.result == .done)
        }
    }

    @Test func `lets its holder in while the password is locked`() async throws {
        try await Office.open { office in
            let keys = try Self.desk(office)
            let visit = try await Self.holder(office)
            var key = try SoftKey()
            try await Self.enrol(key, keys, visit)
            for place in 1...6 {
                _ = try await office.begin("window-2", "wrong", from: LoginSource(address: "203.0.113.\(place)"))
            }
            #expect(try await office.store.lock(of: office.name("window-2"), at: office.clock.now) != nil)
            key.counter = 2
            guard case .loggedIn = try await Self.logIn(key, keys) else { throw Unexpected("refused") }
        }
    }

    @Test func `is a fresh factor of its own account, under a new session, and of no other`() async throws {
        try await Office.open { office in
            let keys = try Self.desk(office)
            let visit = try await Self.holder(office)
            let other = try await Self.holder(office, "window-3")
            var (own, foreign) = (try SoftKey(), try SoftKey())
            try await Self.enrol(own, keys, visit)
            try await Self.enrol(foreign, keys, other)
            (own.counter, foreign.counter) = (2, 2)
            office.clock.advance(seconds: 301)
            func stepUp(_ key: SoftKey, _ challenge: String) async throws -> SessionGrant? {
                let end = try await keys.stepUp(visit, try Self.answer(key, challenge), from: Office.source)
                return if case .fresh(let grant) = end { grant } else { nil }
            }
            #expect(try await stepUp(foreign, keys.beginStepUp(visit)) == nil)
            // What was asked of others, or for a login, is no answer here.
            #expect(try await stepUp(own, keys.beginStepUp(other)) == nil)
            #expect(try await stepUp(own, keys.beginLogin()) == nil)
            let grant = try #require(try await stepUp(own, keys.beginStepUp(visit)))
            #expect(grant.visit.isFresh)
            #expect(try await office.sessions.visit(grant.id)?.account.name.text == "window-2")
            let rows = try await office.trail().filter { $0.entry.action == .stepUp }
            #expect(rows.map(\.entry.result) == [.refused, .refused, .refused, .done])
            #expect(rows.map(\.entry.reason) == ["unknown-key", "challenge", "challenge", ""])
            // The session of before is over.
            #expect(try await stepUp(own, keys.beginStepUp(visit)) == nil)
        }
    }

    @Test func `is refused for each single mistake, and the trail says which`() async throws {
        try await Office.open { office in
            let keys = try Self.desk(office)
            let visit = try await Self.holder(office)
            var good = try SoftKey()
            try await Self.enrol(good, keys, visit)
            good.counter = 5
            let used = keys.beginLogin()
            guard case .loggedIn = try await Self.logIn(good, keys, challenge: used) else {
                throw Unexpected("the control is refused")
            }
            func with(_ change: (inout SoftKey) -> Void) -> SoftKey {
                var other = good
                other.counter = 9
                change(&other)
                return other
            }
            var outcomes: [(SecurityKeyFault, KeyDesk.Outcome)] = []
            outcomes.append((.challenge, try await Self.logIn(with { _ in }, keys, challenge: used)))
            let never = String(repeating: "A", count: 43)
            outcomes.append((.challenge, try await Self.logIn(with { _ in }, keys, challenge: never)))
            let enrolment = keys.beginEnrolment(visit)
            outcomes.append((.challenge, try await Self.logIn(with { _ in }, keys, challenge: enrolment)))
            let old = keys.beginLogin()
            office.clock.advance(seconds: 301)
            outcomes.append((.challenge, try await Self.logIn(with { _ in }, keys, challenge: old)))
            outcomes.append((.origin, try await Self.logIn(with { $0.origin = "https://sicp.example.evil" }, keys)))
            outcomes.append((.origin, try await Self.logIn(with { $0.origin = "http://sicp.example" }, keys)))
            outcomes.append((.origin, try await Self.logIn(with { $0.extraMember = #","crossOrigin":true"# }, keys)))
            outcomes.append((.site, try await Self.logIn(with { $0.host = "evil.example" }, keys)))
            outcomes.append((.person, try await Self.logIn(with { $0.flags = 0x01 }, keys)))
            outcomes.append((.person, try await Self.logIn(with { $0.flags = 0x04 }, keys)))
            outcomes.append((.counter, try await Self.logIn(with { $0.counter = 5 }, keys)))
            outcomes.append((.counter, try await Self.logIn(with { $0.counter = 0 }, keys)))
            outcomes.append((.type, try await Self.logIn(with { _ in }, keys, type: "webauthn.create")))
            outcomes.append((.signature, try await Self.logIn(with { _ in }, keys) { $0[$0.count - 1] ^= 1 }))
            outcomes.append((.unknownKey, try await Self.logIn(try SoftKey(), keys)))
            for (expected, outcome) in outcomes { #expect(Self.fault(outcome) == expected, "\(expected)") }
            let reasons = try await office.trail().filter { $0.entry.action == .logIn && $0.entry.result == .refused }
            #expect(reasons.map(\.entry.reason) == outcomes.map(\.0.rawValue))
            // The control once more: nothing of it has used the key up.
            guard case .loggedIn = try await Self.logIn(with { _ in }, keys) else { throw Unexpected("refused") }
        }
    }

    @Test func `is not enrolled with a challenge of another account, twice, or of a kind that is not taken`()
        async throws
    {
        try await Office.open { office in
            let keys = try Self.desk(office)
            let visit = try await Self.holder(office)
            let other = try await Self.holder(office, "window-3")
            let key = try SoftKey()
            await #expect(throws: KeyDeskFault.refused(.challenge)) {
                try await keys.finishEnrolment(
                    visit, clientData: key.clientData("webauthn.create", keys.beginEnrolment(other)),
                    attestation: key.attestation, label: "key", from: Office.source)
            }
            var packed = key
            packed.format = "packed"
            await #expect(throws: KeyDeskFault.refused(.attestation)) { try await Self.enrol(packed, keys, visit) }
            await #expect(throws: KeyDeskFault.refused(.algorithm)) {
                // The same, said to be of an algorithm that nobody knows.
                var bytes = key.attestation
                let place = try #require(
                    bytes.indices.dropLast(3).last { Array(bytes[$0...$0 + 3]) == [0x01, 0x02, 0x03, 0x26] })
                bytes[place + 3] = 0x27
                try await keys.finishEnrolment(
                    visit, clientData: key.clientData("webauthn.create", keys.beginEnrolment(visit)),
                    attestation: bytes, label: "key", from: Office.source)
            }
            try await Self.enrol(key, keys, visit)
            await #expect(throws: KeyDeskFault.known) { try await Self.enrol(key, keys, other) }
        }
    }

    @Test func `opens nothing once it is removed, or its account is disabled`() async throws {
        try await Office.open { office in
            let keys = try Self.desk(office)
            let visit = try await Self.holder(office)
            var key = try SoftKey()
            try await Self.enrol(key, keys, visit)
            let other = try SoftKey()
            try await Self.enrol(other, keys, visit)
            let kept = try #require(try await keys.keys(of: visit.account.name).first)
            try await keys.remove(
                kept.id, of: visit.account.name,
                by: AuditActor(visit.account, .session, from: Office.source, request: ""))
            key.counter = 2
            #expect(Self.fault(try await Self.logIn(key, keys)) == .unknownKey)
            try await office.accounts.disable(visit.account.name, by: Office.console)
            var later = other
            later.counter = 2
            #expect(Self.fault(try await Self.logIn(later, keys)) == .unknownKey)
        }
    }

    @Test(
        arguments: [
            [], [0xA3], [0xBF, 0xFF], [0xFB, 0, 0, 0, 0, 0, 0, 0, 0], [0xC0, 0x00], [0x18, 0x17],
            [0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x00],
            [0xA2, 0x01, 0x01, 0x01, 0x02], [0x5B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x62, 0xFF, 0xFF],
        ] as [[UInt8]])
    func `is not believed when it writes what no key writes`(bytes: [UInt8]) async throws {
        try await Office.open { office in
            let keys = try Self.desk(office)
            let visit = try await Self.holder(office)
            let key = try SoftKey()
            await #expect(throws: KeyDeskFault.refused(.form)) {
                try await keys.finishEnrolment(
                    visit, clientData: key.clientData("webauthn.create", keys.beginEnrolment(visit)),
                    attestation: bytes, label: "key", from: Office.source)
            }
        }
    }

    @Test(arguments: [
        "", "http://sicp.example", "https://192.0.2.7", "https://sicp.example/", "https://SICP.example", "https://a:b",
        "http://localhostile", "https://",
    ])
    func `binds itself to no place that browsers know no keys for`(origin: String) {
        #expect(KeySite(origin: origin) == nil)
    }
}
