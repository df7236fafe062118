import Accounts
import Casework
import Store
import Testing

@Suite struct `A new password` {
    private static func account() throws -> Account {
        Account(
            name: try #require(AccountName("window-2.chen")), displayName: "林芳", kind: Office.clerk,
            createdAt: Instant(milliseconds: 0))
    }

    private static func faults(_ password: String, _ profile: PasswordProfile) throws -> [PasswordFault] {
        PolicyCast.policy(profile).faults(of: password, for: try account())
    }

    enum PolicyCast {
        static func policy(_ profile: PasswordProfile) -> PasswordPolicy {
            PasswordPolicy(profile: profile, contextWords: ["weifang", "潍坊市社会保险事业中心"])
        }
    }

    @Test(
        arguments: [
            ("Kx7!pv2#Lq", []), ("Kx7!pv2#L", [.tooShort(least: 10)]), ("kx7qpv2mlq", [.tooFewClasses(least: 3)]),
            ("Lotus-Kite-48-River", []), ("天青色等烟雨Ab1而我在等你", []),
        ] as [(String, [PasswordFault])])
    func `of the profile mlps3 has ten characters of three classes`(password: String, faults: [PasswordFault]) throws {
        #expect(try Self.faults(password, .mlps3) == faults)
    }

    @Test(
        arguments: [
            ("lotus kite river", []), ("kx7qpv2mlqw", [.tooShort(least: 12)]), ("kx7qpv2mlqwe", []),
        ] as [(String, [PasswordFault])])
    func `of the profile asvs has twelve characters of any kind`(password: String, faults: [PasswordFault]) throws {
        #expect(try Self.faults(password, .asvs) == faults)
    }

    @Test(arguments: [
        "Password2026!", "P@ssw0rd2026!!", "Shebao@20261122", "Weifang-12345", "weiFANG-Shebao1!", "Qwertyuiop1!",
        "Aaaaaaaaaaaa1!", "Window-2.chen", "Admin19800101!", "1Qaz2wsx3edc!", "潍坊市社会保险事业中心Aa1", "林芳林芳林芳林芳Aa1",
    ])
    func `is not made of what others would guess`(password: String) throws {
        #expect(try Self.faults(password, .mlps3).contains(.guessable))
    }

    @Test func `holds no identity number, whoever's it is`() throws {
        #expect(try Self.faults("Ab-11999919800101002X-kiteflower", .mlps3) == [.identityNumber])
    }

    @Test func `may have 128 characters, all of which count`() throws {
        let long = String(repeating: "Kx7!pv2#", count: 16)
        #expect(try Self.faults(long, .mlps3) == [])
        #expect(try Self.faults(long + "a", .mlps3) == [.tooLong])
    }

    @Test func `is kept so that its last character counts`() async throws {
        try await Office.open { office in
            let long = String(repeating: "Kx7!pv2#", count: 16)
            try await office.open("window-2", password: long)
            #expect(try await office.begin("window-2", String(long.dropLast()) + "?") == .refused)
            #expect(try await office.begin("window-2", long + "#") == .refused)
            _ = try await office.ticket("window-2", long)
        }
    }

    @Test func `has an age only where the rule book says so`() {
        let (day, now) = (Int64(86_400_000), Instant(milliseconds: 1_795_233_600_000))
        func standing(_ profile: PasswordProfile, days: Int64) -> PasswordStanding {
            PolicyCast.policy(profile).standing(setAt: now.adding(milliseconds: -days * day), at: now)
        }
        #expect(standing(.mlps3, days: 79) == .good)
        #expect(standing(.mlps3, days: 80) == .endsSoon(days: 10))
        #expect(standing(.mlps3, days: 89) == .endsSoon(days: 1))
        #expect(standing(.mlps3, days: 90) == .overdue)
        #expect(standing(.asvs, days: 900) == .good)
    }

    /// Source: RFC 7914, section 12; of the 64 bytes there the first 32.
    @Test func `becomes the key that the standard says`() async throws {
        let cost = try #require(ScryptCost(exponent: 10, blockSize: 8, parallelism: 16))
        let key = try await ScryptThreads(count: 1).key(
            of: Array("password".utf8), salt: Array("NaCl".utf8), cost: cost)
        let hex = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(hex == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162")
    }

    /// Many at once, on two threads: what fits is right, and the rest is refused instead of growing without end.
    @Test func `is looked at when there is room in the queue`() async throws {
        let threads = ScryptThreads(count: 2, longestQueue: 3)
        let cost = try #require(ScryptCost(exponent: 12, blockSize: 8, parallelism: 1))
        let keys = await withTaskGroup(of: [UInt8]?.self) { group in
            for _ in 1...50 { group.addTask { try? await threads.key(of: [1], salt: [2], cost: cost) } }
            return await group.reduce(into: [[UInt8]?]()) { $0.append($1) }
        }
        #expect(keys.contains { $0 == nil })
        #expect(Set(keys.compactMap(\.self)).count == 1)
        #expect(try await threads.key(of: [1], salt: [2], cost: cost).count == 32)
        await #expect(throws: HashingFault.busy) {
            _ = try await ScryptThreads(count: 0, longestQueue: 0).key(of: [1], salt: [2], cost: cost)
        }
    }

    @Test func `is printed nowhere, and neither is its hash`() async throws {
        try await Office.open { office in
            try await office.open("window-2")
            let account = try #require(try await office.store.account(office.name("window-2")))
            var text = ""
            dump(account, to: &text)
            #expect(!text.contains("scrypt$"))
            #expect(!"\(account)".contains("王工"))
            #expect(account.password?.text.hasPrefix("scrypt$15$8$3$") == true)
        }
    }
}
