import Accounts
import Casework
import Store
import Testing
import TransferDocuments

@Suite struct `A session` {
    @Test(arguments: [(Office.clerk, 15), (.auditor(person: "0301"), 15), (Office.mill, 30)] as [(AccountKind, Int64)])
    func `ends when nothing is done for a while`(kind: AccountKind, minutes: Int64) async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2", kind)
            let grant = try await office.logIn("window-2", seed)
            office.clock.advance(seconds: minutes * 60 - 31)
            #expect(try await office.sessions.visit(grant.id) != nil)
            office.clock.advance(seconds: minutes * 60 - 1)
            // A page that asks by itself keeps nobody logged in.
            let visit = try #require(try await office.sessions.visit(grant.id, by: .page))
            #expect(visit.endsAt == office.clock.now.adding(milliseconds: 1_000))
            office.clock.advance(seconds: 1)
            #expect(try await office.sessions.visit(grant.id) == nil)
            #expect(try await office.sessions.list(of: office.name("window-2")).isEmpty)
        }
    }

    @Test func `ends after ten hours, whatever is done`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let began = office.clock.now
            var grant = try await office.logIn("window-2", seed)
            while office.clock.now < began.adding(milliseconds: 36_000_000 - 600_000) {
                office.clock.advance(seconds: 600)
                guard
                    case .fresh(let next) = try await office.login.stepUp(
                        try #require(try await office.sessions.visit(grant.id)), code: office.code(seed),
                        from: Office.source)
                else { throw Unexpected("no step-up") }
                grant = next
            }
            office.clock.advance(seconds: 569)
            #expect(try await office.sessions.visit(grant.id) != nil)
            office.clock.advance(seconds: 1)
            #expect(try await office.sessions.visit(grant.id) == nil)
        }
    }

    @Test func `goes on under another id when a fresh code is shown, and is fresh for five minutes`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let old = try await office.logIn("window-2", seed)
            office.clock.advance(seconds: 300)
            let stale = try #require(try await office.sessions.visit(old.id))
            #expect(!stale.isFresh)
            guard
                case .fresh(let new) = try await office.login.stepUp(
                    stale, code: office.code(seed), from: Office.source)
            else { throw Unexpected("no step-up") }
            #expect(new.id != old.id)
            #expect(new.visit.formToken != stale.formToken)
            #expect(try await office.sessions.visit(old.id) == nil)
            office.clock.advance(seconds: 300)
            #expect(try #require(try await office.sessions.visit(new.id)).isFresh)
            office.clock.advance(seconds: 1)
            #expect(!(try #require(try await office.sessions.visit(new.id)).isFresh))
        }
    }

    @Test func `takes forms that hold its own token only`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let (one, two) = (try await office.logIn("window-2", seed), try await office.logIn("window-2", seed))
            let visit = try #require(try await office.sessions.visit(one.id))
            #expect(visit.accepts(formToken: one.visit.formToken))
            for wrong in [two.visit.formToken, "", one.id, String(one.visit.formToken.dropLast())] {
                #expect(!visit.accepts(formToken: wrong))
            }
        }
    }

    @Test func `is known by its digest alone`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let grant = try await office.logIn("window-2", seed)
            var text = ""
            dump(grant, to: &text)
            dump(grant.visit, to: &text)
            #expect(!text.contains(grant.id))
            #expect(grant.id.utf8.count == 43)
            #expect(try await office.sessions.visit(grant.visit.session.digest.text) == nil)
        }
    }

    enum Change: CaseIterable { case disable, resetPassword, resetSecondFactor, duties, logOut, byHandle }

    @Test(arguments: Change.allCases)
    func `ends with the next request after a change of its account`(change: Change) async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            let grant = try await office.logIn("window-2", seed)
            let (name, desk) = (try office.name("window-2"), office.accounts)
            switch change {
            case .disable:
                try await desk.disable(name, by: Office.console)
                try await desk.enable(name, by: Office.console)
            case .resetPassword: _ = try await desk.reset(name, lost: .password, by: Office.console)
            case .resetSecondFactor: _ = try await desk.reset(name, lost: .secondFactor, by: Office.console)
            case .duties: try await desk.change(dutiesOf: name, to: [.clerk, .checker], by: Office.console)
            case .logOut: try await office.login.logOut(grant.visit, from: Office.source)
            case .byHandle:
                let handle = try #require(try await office.sessions.list(of: name).first).handle
                #expect(try await office.sessions.end(handle, of: name, by: Office.console))
            }
            #expect(try await office.sessions.visit(grant.id) == nil)
        }
    }

    @Test func `is one of ten at most: the eleventh ends the one used longest ago`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            var grants: [SessionGrant] = []
            for _ in 1...11 { grants.append(try await office.logIn("window-2", seed)) }
            #expect(try await office.sessions.visit(grants[0].id) == nil)
            #expect(try await office.sessions.visit(grants[1].id) != nil)
            #expect(try await office.sessions.list(of: office.name("window-2")).count == 10)
        }
    }

    @Test func `does not begin when the node has as many as it keeps, until some have ended`() async throws {
        try await Office.open(most: 1) { office in
            let first = try await office.open("window-2")
            let second = try await office.open("window-3", .staff(person: "0108", duties: [.checker]))
            _ = try await office.logIn("window-2", first)
            #expect(try await office.finish(try await office.ticket("window-3"), office.code(second)).isFull)
            office.clock.advance(seconds: 31 * 60)
            _ = try await office.logIn("window-3", second)
        }
    }

    @Test func `allows nothing but a new password when it is ninety days old`() async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            office.clock.advance(seconds: 85 * 86_400)
            #expect(try await office.logIn("window-2", seed).visit.password == .endsSoon(days: 5))
            office.clock.advance(seconds: 5 * 86_400)
            let grant = try await office.logIn("window-2", seed)
            #expect(grant.visit.password == .overdue)
            guard
                case .changed(let next) = try await office.login.changePassword(
                    grant.visit, old: Office.password, new: "Other-Kite-59-Lake", from: Office.source)
            else { throw Unexpected("not changed") }
            #expect(next.visit.password == .good)
        }
    }
}
