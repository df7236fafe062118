import Accounts
import Casework
import Store
import Testing

@Suite struct `Roles that exclude each other` {
    private static func refused(_ refusal: AccountRefusal) -> AccountDeskFault { .refused(refusal) }

    @Test func `are every administrator with everything else`() {
        let alone: Set<AccountRole> = [.systemAdministrator, .securityOfficer, .auditor]
        for one in AccountRole.allCases {
            for other in AccountRole.allCases where other != one {
                let conflict = SeparatedDuties.conflict(among: [one, other])
                #expect((conflict != nil) == (alone.contains(one) || alone.contains(other)), "\(one) \(other)")
            }
        }
        #expect(SeparatedDuties.conflict(among: [.clerk, .checker, .resolver, .supervisor]) == nil)
    }

    @Test(arguments: [
        AccountKind.systemAdministrator(person: "0107"), .securityOfficer(person: "0107"), .auditor(person: "0107"),
    ])
    func `are not given to one person in two accounts`(kind: AccountKind) async throws {
        try await Office.open { office in
            try await office.invite("window-2")
            await #expect(throws: AccountDeskFault.self) { try await office.invite("second", kind) }
            #expect(try await office.store.account(office.name("second")) == nil)
            #expect(try await office.trail().last?.entry.result == .refused)
            try await office.accounts.disable(office.name("window-2"), by: Office.console)
            try await office.invite("second", kind)
            await #expect(throws: AccountDeskFault.self, "the first cannot come back") {
                try await office.accounts.enable(office.name("window-2"), by: Office.console)
            }
        }
    }

    @Test func `are not given beside an access token of the settings`() async throws {
        var others = OtherAccounts()
        others.roles["0107"] = [.checker]
        others.names = ["taken"]
        try await Office.open(others: others) { office in
            await #expect(throws: AccountDeskFault.self) { try await office.invite("boss", .auditor(person: "0107")) }
            await #expect(throws: Self.refused(.nameTaken)) { try await office.invite("taken") }
            try await office.invite("window-2", .staff(person: "0107", duties: [.clerk]))
        }
    }

    @Test func `are never one's own to give`() async throws {
        try await Office.open { office in
            try await office.invite("guard", .securityOfficer(person: "0401"))
            try await office.invite("window-2")
            let officer = AuditActor(
                try await office.store.account(office.name("guard")), .session, from: Office.source, request: "r-1")
            let admin = AuditActor(
                who: "root-of-all", person: "0501", role: "system-administrator", method: .session, source: "192.0.2.1")
            await #expect(throws: Self.refused(.ownAccount)) {
                try await office.accounts.unlock(office.name("guard"), by: officer)
            }
            await #expect(throws: Self.refused(.notAllowed)) {
                try await office.accounts.change(dutiesOf: office.name("window-2"), to: [.checker], by: admin)
            }
            #expect(try await office.trail().suffix(2).map(\.entry.result) == [.refused, .refused])
            try await office.accounts.change(dutiesOf: office.name("window-2"), to: [.checker], by: officer)
            #expect(
                try await office.store.account(office.name("window-2"))?.kind
                    == .staff(person: "0107", duties: [.checker]))
        }
    }

    @Test(
        arguments: [
            (.staff(person: "0107", duties: []), .duties), (.staff(person: "0107", duties: [.auditor]), .duties),
            (.staff(person: "01 07", duties: [.clerk]), .person),
            (.employer(EmployerUnit(name: "", owner: "hr")), .unit),
            (.employer(EmployerUnit(name: "厂", owner: "HR")), .unit),
        ] as [(AccountKind, AccountRefusal)])
    func `stand in accounts of the right form only`(kind: AccountKind, refusal: AccountRefusal) async throws {
        try await Office.open { office in
            await #expect(throws: Self.refused(refusal)) { try await office.invite("window-2", kind) }
            await #expect(throws: Self.refused(.name)) { try await office.invite("Window 2") }
        }
    }

    @Test func `stay when something is asked of an account that does not fit it`() async throws {
        try await Office.open { office in
            try await office.invite("mill", Office.mill)
            let (name, nobody) = (try office.name("mill"), try office.name("nobody"))
            await #expect(throws: Self.refused(.kind)) {
                try await office.accounts.change(dutiesOf: name, to: [.clerk], by: Office.console)
            }
            await #expect(throws: Self.refused(.state(.invited))) {
                try await office.accounts.enable(name, by: Office.console)
            }
            await #expect(throws: Self.refused(.unknown)) {
                try await office.accounts.disable(nobody, by: Office.console)
            }
            await #expect(throws: Self.refused(.unknown)) {
                try await office.accounts.unlock(nobody, by: Office.console)
            }
        }
    }
}
