import Casework
import NodeSettings
import Testing

@Suite struct `The staff in the settings` {
    private static let digest = String(repeating: "3a", count: 32)

    @Test func `may have several accounts, and are one person`() throws {
        let yaml =
            Cast.minimal + """
                staff:
                  - person: "0107"
                    name: "王工"
                    roles: [clerk, resolver]
                    accounts:
                      - {name: a, sha256: "\(Self.digest)"}
                      - {name: b, sha256: "\(String(repeating: "4a", count: 32))"}

                """
        let person = try #require(try NodeSettings(yaml: yaml).staff.first)
        #expect(person.member == StaffMember(person: "0107", name: "王工", duties: [.clerk, .resolver]))
        #expect(person.accounts.map(\.name) == ["a", "b"])
    }

    @Test(arguments: [
        (
            lines: "  - {person: \"0 1\", name: 王, roles: [clerk]}",
            fault:
                "2 staff[0].person: expected the agency's number of the person: 1 to 64 letters, digits, full stops, "
                + "hyphens or underscores"
        ),
        (
            lines: "  - {person: \"1\", name: 王, roles: []}",
            fault: "2 staff[0].roles: expected at least one of clerk, checker, resolver, supervisor, auditor"
        ),
        (
            lines: "  - {person: \"1\", name: 王, roles: [auditor, checker]}",
            fault: "2 staff[0].roles: an auditor changes nothing and has no other role"
        ),
        (
            lines: "  - {person: \"1\", name: 王, roles: [clerk]}\n  - {person: \"1\", name: 王, roles: [checker]}",
            fault: "3 staff[1].person: stands there twice; put all accounts of a person together"
        ),
    ])
    func `are refused with the place and the mend`(lines: String, fault: String) {
        #expect(Cast.faults(adding: "staff:\n\(lines)\n") == [fault])
    }

    @Test func `share no name and no secret with a token or with each other`() {
        let lines = """
            public:
              tokens:
                - {name: a, role: desk, sha256: "\(Self.digest)"}
            staff:
              - person: "1"
                name: 王
                roles: [clerk]
                accounts:
                  - {name: a, sha256: "\(Self.digest)"}
            """
        let faults = Cast.faults(adding: lines)
        #expect(faults.count == 2)
        #expect(faults.contains { $0.hasSuffix("another token has this name") })
        #expect(faults.contains { $0.hasSuffix("another token has this secret; draw a new one") })
    }
}
