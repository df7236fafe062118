import Accounts
import Casework
import Store
import Testing

@Suite struct `Somebody who logs in` {
    @Test func `shows a password first, a code then, and gets a session`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let ticket = try await office.ticket("window-2")
            #expect(try await office.sessions.visit(ticket) == nil, "a password alone opens nothing")
            guard case .loggedIn(let grant) = try await office.finish(ticket, office.code(seed)) else {
                throw Unexpected("not logged in")
            }
            let visit = try #require(try await office.sessions.visit(grant.id))
            #expect(visit.account.member?.person == "0107")
            #expect(visit.isFresh)
            #expect(visit.password == .good)
            #expect(try await office.finish(ticket, office.code(seed)).isExpired, "a ticket is used once")
        }
    }

    /// Counted, not timed: what takes the time is the derivation of the key.
    @Test func `gets one answer after one derivation, whatever was wrong`() async throws {
        try await Office.open { office in
            try await office.open("right")
            try await office.open("locked", .staff(person: "0108", duties: [.clerk]))
            try await office.open("disabled", .staff(person: "0109", duties: [.clerk]))
            try await office.invite("invited", .staff(person: "0110", duties: [.clerk]))
            try await office.accounts.disable(office.name("disabled"), by: Office.console)
            for tail in 1...5 {
                _ = try await office.begin("locked", "wrong", from: LoginSource(address: "198.51.100.\(tail)"))
            }
            #expect(try await office.store.lock(of: office.name("locked"), at: office.clock.now) != nil)
            for (place, (name, password)) in [
                ("nobody", Office.password), ("NOT A NAME", Office.password), ("right", "wrong"), ("right", ""),
                ("locked", Office.password), ("disabled", Office.password), ("invited", Office.password),
            ].enumerated() {
                let (before, rows) = (office.hashing.count, try await office.trail().count)
                let answer = try await office.begin(
                    name, password, from: LoginSource(address: "203.0.113.\(place + 1)"))
                #expect(answer == .refused, "\(name)")
                #expect(office.hashing.count - before == 1, "\(name)")
                #expect(try await office.trail().count - rows == 1, "\(name)")
            }
            let before = office.hashing.count
            _ = try await office.ticket("right")
            #expect(office.hashing.count - before == 1, "the right one costs the same")
        }
    }

    @Test func `is locked out for a quarter of an hour by five wrong passwords`() async throws {
        try await Office.open { office in
            try await office.open("window-2")
            for tail in 1...5 {
                _ = try await office.begin("window-2", "wrong", from: LoginSource(address: "198.51.100.\(tail)"))
            }
            #expect(try await office.begin("window-2") == .refused)
            office.clock.advance(seconds: 15 * 60 - 1)
            #expect(try await office.begin("window-2") == .refused)
            office.clock.advance(seconds: 1)
            _ = try await office.ticket("window-2")
        }
    }

    /// Tries during a lock do not make it longer: a stranger cannot keep somebody out for ever with one long attack.
    @Test func `is not locked out longer by tries during the lock`() async throws {
        try await Office.open { office in
            try await office.open("window-2")
            for tail in 1...20 {
                _ = try await office.begin("window-2", "wrong", from: LoginSource(address: "198.51.100.\(tail)"))
                office.clock.advance(seconds: 1)
            }
            office.clock.advance(seconds: 15 * 60 - 16)
            _ = try await office.ticket("window-2")
        }
    }

    @Test func `is not locked out by four wrong passwords and a right one, again and again`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            for round in 1...3 {
                for tail in 1...4 {
                    let source = LoginSource(address: "198.51.\(round).\(tail)")
                    #expect(try await office.begin("window-2", "wrong", from: source) == .refused)
                }
                _ = try await office.logIn("window-2", seed)
            }
        }
    }

    /// A right password must not buy more tries at the code.
    @Test func `is locked out by five wrong codes, however often the password is shown between`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            for tail in 1...5 {
                let source = LoginSource(address: "198.51.100.\(tail)")
                guard case .secondFactor(let ticket) = try await office.begin("window-2", from: source) else {
                    throw Unexpected("refused at \(tail)")
                }
                #expect(
                    try await office.login.finish(ticket: ticket, code: "wrong", from: source).isRefused)
            }
            #expect(try await office.begin("window-2") == .refused)
            office.clock.advance(seconds: 15 * 60)
            _ = try await office.logIn("window-2", seed)
        }
    }

    @Test func `cannot outrun the lock with many tries at once`() async throws {
        try await Office.open { office in
            try await office.open("window-2")
            await withTaskGroup(of: Void.self) { group in
                for tail in 1...40 {
                    group.addTask {
                        _ = try? await office.begin("window-2", "no", from: LoginSource(address: "198.51.100.\(tail)"))
                    }
                }
            }
            let reasons = try await office.trail().map(\.entry.reason)
            #expect(reasons.count { $0.hasPrefix("wrong") } == 5)
            #expect(reasons.count { $0 == "account-locked" } == 35)
        }
    }

    @Test func `comes from a source that is locked with five wrong names, and no work is done for it then`()
        async throws
    {
        try await Office.open { office in
            try await office.open("window-2")
            for number in 1...5 { _ = try await office.begin("nobody-\(number)", "wrong") }
            let (before, rows) = (office.hashing.count, try await office.trail().count)
            for name in ["window-2", "nobody-1"] { #expect(try await office.begin(name) == .refused) }
            #expect(office.hashing.count == before)
            #expect(try await office.trail().count == rows)
            #expect(
                try await office.begin("window-2", from: LoginSource(address: "192.0.2.8")) != .refused,
                "from elsewhere it is right")
            office.clock.advance(seconds: 15 * 60)
            _ = try await office.ticket("window-2")
        }
    }

    @Test func `uses each code once, in whatever they do with it`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let code = office.code(seed)
            guard case .loggedIn(let grant) = try await office.finish(try await office.ticket("window-2"), code) else {
                throw Unexpected("not logged in")
            }
            #expect(try await office.finish(try await office.ticket("window-2"), code).isRefused)
            guard case .refused = try await office.login.stepUp(grant.visit, code: code, from: Office.source) else {
                throw Unexpected("a code was taken twice")
            }
        }
    }

    @Test func `shows a code that is not stale`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let code = office.code(seed)
            office.clock.advance(seconds: 60)
            #expect(try await office.finish(try await office.ticket("window-2"), code).isRefused)
        }
    }

    @Test func `has five minutes between the password and the code, and none after a change of the account`()
        async throws
    {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let late = try await office.ticket("window-2")
            office.clock.advance(seconds: 5 * 60)
            #expect(try await office.finish(late, office.code(seed)).isExpired)
            let changed = try await office.ticket("window-2")
            try await office.accounts.change(
                dutiesOf: office.name("window-2"), to: [.checker], by: Office.console)
            #expect(try await office.finish(changed, office.code(seed)).isExpired)
            #expect(try await office.finish("no ticket", office.code(seed)).isExpired)
        }
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"), ("nonsense\n", "unknown"), ("", "unknown"),
    ])
    func `comes from an address, or from a network that is one household's`(address: String, place: String) {
        #expect(LoginSource(address: address).place == place)
    }
}
