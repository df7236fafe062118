import Accounts
import Casework
import Store
import Testing

@Suite struct `The activation of an account` {
    private static func start(_ office: Office, _ secret: String) async throws -> ActivationStart {
        try await office.login.beginActivation(name: "window-2", secret: secret, from: Office.source)
    }

    @Test func `works once, and the secret is in no row`() async throws {
        try await Office.open { office in
            let secret = try await office.invite("window-2")
            try await office.activate("window-2", secret.typed)
            #expect(try await Self.start(office, secret.typed).isRefused)
            let letters = secret.typed.filter { $0 != "-" }
            for row in try await office.trail() { #expect(!"\(row)".contains(letters)) }
        }
    }

    @Test func `is possible for seven days`() async throws {
        try await Office.open { office in
            let secret = try await office.invite("window-2")
            office.clock.advance(seconds: 7 * 86_400 - 1)
            #expect(!(try await Self.start(office, secret.typed).isRefused))
            office.clock.advance(seconds: 1)
            #expect(try await Self.start(office, secret.typed).isRefused)
        }
    }

    @Test func `is no login: before it nobody gets in, and after it with a code that was not used`() async throws {
        try await Office.open { office in
            let secret = try await office.invite("window-2")
            #expect(try await office.begin("window-2", secret.typed) == .refused)
            guard case .open(let ticket, true, let enrolment?) = try await Self.start(office, secret.typed) else {
                throw Unexpected("refused")
            }
            #expect(enrolment.address.hasPrefix("otpauth://totp/Jiexu:window-2?secret="))
            let seed = try #require(Base32.decode(enrolment.typed))
            func finish(_ password: String, _ code: String) async throws -> ActivationEnd {
                try await office.login.finishActivation(
                    ticket: ticket, password: password, code: code, from: Office.source)
            }
            #expect(try await finish("Weifang2026", office.code(seed)) == .weak([.guessable]))
            #expect(try await finish(Office.password, "000000") == .refused)
            #expect(try await finish(Office.password, office.code(seed)) == .activated)
            #expect(try await office.finish(try await office.ticket("window-2"), office.code(seed)).isRefused)
        }
    }

    @Test func `after a lost password asks for the second factor that is there`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let grant = try await office.logIn("window-2", seed)
            let secret = try await office.accounts.reset(
                office.name("window-2"), lost: .password, by: Office.console)
            #expect(try await office.sessions.visit(grant.id) == nil)
            #expect(try await office.begin("window-2") == .refused, "the old password is gone at once")
            guard case .open(let ticket, true, nil) = try await Self.start(office, secret.typed) else {
                throw Unexpected("no new password, or a new second factor")
            }
            func finish(_ password: String, _ code: String) async throws -> ActivationEnd {
                try await office.login.finishActivation(
                    ticket: ticket, password: password, code: code, from: Office.source)
            }
            #expect(try await finish("Other-Kite-59-Lake", "000000") == .refused)
            #expect(try await finish(Office.password, office.code(seed)) == .weak([.usedBefore]))
            #expect(try await finish("Other-Kite-59-Lake", office.code(seed)) == .activated)
            office.clock.advance(seconds: 30)
            _ = try await office.logIn("window-2", seed, "Other-Kite-59-Lake")
        }
    }

    @Test func `after a lost second factor asks for the password that is there`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let secret = try await office.accounts.reset(
                office.name("window-2"), lost: .secondFactor, by: Office.console)
            guard case .open(let ticket, false, let enrolment?) = try await Self.start(office, secret.typed) else {
                throw Unexpected("a new password, or the old second factor")
            }
            let next = try #require(Base32.decode(enrolment.typed))
            #expect(next != seed)
            func finish(_ password: String) async throws -> ActivationEnd {
                try await office.login.finishActivation(
                    ticket: ticket, password: password, code: office.code(next), from: Office.source)
            }
            #expect(try await finish("Other-Kite-59-Lake") == .refused)
            #expect(try await finish(Office.password) == .activated)
            office.clock.advance(seconds: 30)
            let end = try await office.finish(try await office.ticket("window-2"), office.code(seed))
            #expect(end.isRefused, "the old telephone is out")
            _ = try await office.logIn("window-2", next)
        }
    }

    @Test func `is locked by five wrong secrets`() async throws {
        try await Office.open { office in
            let secret = try await office.invite("window-2")
            for tail in 1...5 {
                let start = try await office.login.beginActivation(
                    name: "window-2", secret: "AAAA-BBBB", from: LoginSource(address: "198.51.100.\(tail)"))
                #expect(start.isRefused)
            }
            #expect(try await Self.start(office, secret.typed).isRefused)
            try await office.accounts.unlock(office.name("window-2"), by: Office.console)
            #expect(!(try await Self.start(office, secret.typed).isRefused))
        }
    }

    @Test func `is followed by changes of one's own password, none of them one of the last five`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            var grant = try await office.logIn("window-2", seed)
            let other = try await office.logIn("window-2", seed)
            var password = Office.password
            func change(_ old: String, _ new: String) async throws -> PasswordChange {
                try await office.login.changePassword(grant.visit, old: old, new: new, from: Office.source)
            }
            guard case .refused = try await change("wrong", "Other-Kite-59-Lake") else {
                throw Unexpected("changed with a wrong password")
            }
            for number in 1...5 {
                let next = "Lotus-Kite-4\(number)-Bridge"
                guard case .weak([.usedBefore]) = try await change(password, Office.password) else {
                    throw Unexpected("an earlier password was taken")
                }
                let old = grant.id
                guard case .changed(let changed) = try await change(password, next) else {
                    throw Unexpected("not changed")
                }
                (grant, password) = (changed, next)
                #expect(try await office.sessions.visit(old) == nil)
            }
            #expect(try await office.sessions.visit(other.id) == nil, "other sessions have ended")
            #expect(try await office.sessions.visit(grant.id) != nil)
            guard case .changed = try await change(password, Office.password) else {
                throw Unexpected("the sixth last was refused")
            }
        }
    }
}
