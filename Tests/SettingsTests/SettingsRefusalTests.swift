import NodeSettings
import Testing
import TransferCore

@Suite struct `A settings file` {
    @Test(arguments: [
        (lines: "peers:\n  listen:\n    prot: 1", fault: "3 peers.listen.prot: unknown key; did you mean port?"),
        (lines: "log:\n  levle: info", fault: "2 log.levle: unknown key; did you mean level?"),
        (lines: "wrok:\n  inFlightLimit: 1", fault: "1 wrok: unknown key; did you mean work?"),
        (
            lines: "bank:\n  colour: red",
            fault: "2 bank.colour: unknown key; the keys here are folder, pollMilliseconds"
        ),
        (
            lines: "work:\n  deadlineChecksSecond: 1",
            fault: "2 work.deadlineChecksSecond: unknown key; did you mean deadlineCheckSeconds?"
        ),
    ])
    func `is refused for a key that is not known, with the nearest that is`(lines: String, fault: String) {
        #expect(Cast.faults(adding: lines) == [fault])
    }

    @Test(arguments: [
        (
            lines: "bank:\n  pollMilliseconds: 9",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000"
        ),
        (
            lines: "bank:\n  pollMilliseconds: 60001",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000"
        ),
        (
            lines: "bank:\n  pollMilliseconds: 50.0",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000"
        ),
        (
            lines: "bank:\n  pollMilliseconds: 1_000",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000"
        ),
        (
            lines: "bank:\n  pollMilliseconds: 0x40",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000"
        ),
        (
            lines: "bank:\n  pollMilliseconds: 99999999999999999999",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000"
        ),
        (
            lines: "bank:\n  pollMilliseconds: \"50\"",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000, found a text"
        ),
        (
            lines: "bank:\n  pollMilliseconds:",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000, found nothing"
        ),
        (
            lines: "bank:\n  pollMilliseconds: [50]",
            fault: "2 bank.pollMilliseconds: expected a whole number from 10 to 60000, found a list"
        ),
        (lines: "bank:\n  folder: \"\"", fault: "2 bank.folder: expected a path of 1 to 1024 characters"),
        (lines: "bank:\n  folder: ~", fault: "2 bank.folder: expected a path of 1 to 1024 characters, found nothing"),
        (lines: "bank: bank", fault: "1 bank: expected keys below it, found a text"),
        (lines: "bank:", fault: "1 bank: expected keys below it, found nothing"),
        (lines: "peers:\n  minimumTLS: 1.1", fault: "2 peers.minimumTLS: expected one of 1.3, 1.2"),
        (
            lines: "log:\n  level: loud",
            fault: "2 log.level: expected one of trace, debug, info, notice, warning, error, critical"
        ),
        (
            lines: "public:\n  listen:\n    host: \"a b\"",
            fault: "3 public.listen.host: expected an IP address or a host name"
        ),
        (lines: "public:\n  tokens: 1", fault: "2 public.tokens: expected a list, found a text"),
        (
            lines: "public:\n  tls:\n    certificate: a",
            fault: "2 public.tls.key: missing; expected a path of 1 to 1024 characters"
        ),
        (
            lines: "peers:\n  firstRetryMilliseconds: 500\n  longestRetryMilliseconds: 400",
            fault: "3 peers.longestRetryMilliseconds: expected no less than firstRetryMilliseconds"
        ),
        (
            lines: "peers:\n  requestTimeoutMilliseconds: 4999",
            fault: "2 peers.requestTimeoutMilliseconds: expected no less than connectTimeoutMilliseconds"
        ),
        (
            lines: "keys:\n  tlsKey: k\n  signingKey: k",
            fault: "3 keys.signingKey: expected another key than that of the connections"
        ),
        (
            lines: "operations:\n  listen:\n    port: 8080",
            fault: "1 operations: listens where public listens; give it another port"
        ),
        (
            lines: "administration:\n  listen: {host: \"127.0.0.1\", port: 8080}",
            fault: "1 administration: listens where public listens; give it another port"
        ),
    ])
    func `is refused for a value that is not allowed, with what is`(lines: String, fault: String) {
        #expect(Cast.faults(adding: lines) == [fault])
    }

    @Test(arguments: [
        (find: "\"370700\"", put: "\"990000\"", fault: "2 agency.code: expected a region code of six digits"),
        // The armed forces: no province, and the node ended when it reckoned with one.
        (find: "\"370700\"", put: "\"910000\"", fault: "2 agency.code: expected a region code of six digits"),
        (find: "\"261000\"", put: "\"26100\"", fault: "6 agency.office.postcode: expected 6 digits"),
        (
            find: "\"0536-0000000\"", put: "\"phone\"",
            fault: "7 agency.office.telephone: expected 3 to 20 digits, hyphens or a leading plus"
        ),
        (
            find: "\"示例银行潍坊分行\"", put: "\" 示例\"",
            fault: "10 agency.account.bankName: expected 1 to 100 readable characters without spaces at the ends"
        ),
        (
            find: "\"示例银行潍坊分行\"", put: "\"示\\u202E例\"",
            fault: "10 agency.account.bankName: expected 1 to 100 readable characters without spaces at the ends"
        ),
        (
            find: "102458000013", put: "102458000014",
            fault: "11 agency.account.bankCode: expected 12 digits, the last of them the check digit"
        ),
        (find: "    postcode: \"261000\"\n", put: "", fault: "3 agency.office.postcode: missing; expected 6 digits"),
    ])
    func `is refused for an agency that could not be written on a letter`(find: String, put: String, fault: String) {
        #expect(Cast.faults(of: Cast.minimal.replacing(find, with: put)) == [fault])
    }

    @Test(arguments: [
        (
            lines: "  straightThrough: [acceptance, settlment]",
            fault: "1 agency.straightThrough[1]: expected one of acceptance, settlement, remittance, account, recall, "
                + "funds-return, query"
        ),
        (
            lines: "  straightThrough: [acceptance, acceptance]",
            fault: "1 agency.straightThrough[1]: stands there twice; write it once"
        ),
        (
            lines: "  workingDays:\n    letter: 0",
            fault: "2 agency.workingDays.letter: expected a whole number from 1 to 400"
        ),
        (
            lines: "  interest:\n    ratesBp: {1979: 100}",
            fault: "2 agency.interest.ratesBp: expected years from 1980 to 2079 as the key"
        ),
        (
            lines: "  interest:\n    ratesBp: {2024: 1501}",
            fault: "2 agency.interest.ratesBp.2024: expected a whole number from 0 to 1500"
        ),
        (
            lines: "  interest:\n    formula: annual\n    ratesBp: {2024: 262}",
            fault: "1 agency.interest.source: expected where the rates were published, as interest is computed"
        ),
        (
            lines: "  interest:\n    formula: annual\n    source: \"人社部\"",
            fault: "1 agency.interest.ratesBp: expected the rate of at least one year, as interest is computed"
        ),
    ])
    func `is refused for limits, policies and rates that are none`(lines: String, fault: String) {
        #expect(Cast.faults(adding: lines) == [fault])
    }

    @Test func `is refused for a secret of no letters, or one that two have`() {
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let tokens = """
            public:
              tokens:
                - name: a
                  role: desk
                  sha256: "\(nothing)"
                - name: b
                  role: staff
                  sha256: "\(Cast.token.sha256)"
                - name: b
                  role: boss
                  sha256: ""
                - name: b
                  role: desk
                  sha256: "\(Cast.token.sha256)"
                - role: desk
                  sha256: "\(Cast.token.sha256.uppercased())"
            """
        #expect(
            Cast.faults(adding: tokens) == [
                "5 public.tokens[0].sha256: is that of an empty secret; draw one of at least 32 random bytes",
                "10 public.tokens[2].role: expected one of employer, desk, staff",
                "11 public.tokens[2].sha256: expected the SHA-256 of a secret in 64 lower-case hexadecimal digits",
                "12 public.tokens[3].name: another token has this name",
                "14 public.tokens[3].sha256: another token has this secret; draw a new one",
                "15 public.tokens[4].name: missing; "
                    + "expected 1 to 64 small letters, digits, full stops, hyphens or underscores",
                "16 public.tokens[4].sha256: expected the SHA-256 of a secret in 64 lower-case hexadecimal digits",
            ])
    }

    @Test func `never has its values repeated in a fault`() {
        let lines =
            "public:\n  tokens:\n    - name: a\n      role: desk\n      sha256: hunter2\nlog:\n  level: hunter2"
        let faults = Cast.faults(adding: lines)
        #expect(faults.count == 2)
        #expect(!faults.joined().contains("hunter2"))
    }

    @Test func `is told everything that is wrong with it at once, in the order of its lines`() {
        let faults = Cast.faults(of: "log:\n  level: x\nagency:\n  code: 1\nbank:\n  foldr: y\n")
        #expect(faults.map { $0.prefix { $0 != ":" } }.prefix(2) == ["2 log.level", "3 agency.office.name"])
        #expect(faults.contains { $0.hasPrefix("4 agency.code") })
        #expect(faults.contains("6 bank.foldr: unknown key; did you mean folder?"))
        #expect(faults.count == 11)
    }

    @Test func `is refused for a key that is written twice`() {
        let faults = Cast.faults(adding: "bank:\n  folder: a\n  folder: b")
        #expect(faults == ["2 folder: written more than once in its group; write it once"])
    }

    @Test(arguments: ["agency: [", "a: b: c", "\tagency: 1", "- a\n- b", "", "---\na: 1\n---\nb: 2", "a: &x [*x]"])
    func `is refused when it is no group of keys in YAML`(text: String) {
        #expect(!Cast.faults(of: text).isEmpty)
    }

    @Test func `is refused beyond one mebibyte`() throws {
        let folder = try Folder()
        let path = folder.path("node.yaml")
        let padding = String(repeating: "#", count: NodeSettings.longestFile - Cast.minimal.utf8.count)
        try Files.create(path, Array((Cast.minimal + padding).utf8), for: .owner)
        #expect(try NodeSettings.read(path).agency.code.text == "370700")
        try Files.replace(path, Array((Cast.minimal + padding + "#").utf8), for: .owner)
        #expect(throws: SettingsFault.self) { try NodeSettings.read(path) }
    }

    @Test func `is refused when it is missing, a folder, or no UTF-8`() throws {
        let folder = try Folder()
        let path = folder.path("node.yaml")
        #expect(throws: SettingsFault.self) { try NodeSettings.read(path) }
        #expect(throws: SettingsFault.self) { try NodeSettings.read(folder.path("")) }
        try Files.create(path, Array(Cast.minimal.utf8) + [0x23, 0xFF], for: .owner)
        #expect(throws: SettingsFault.self) { try NodeSettings.read(path) }
    }

    @Test func `tells the file and the line of each fault`() throws {
        let folder = try Folder()
        let path = folder.path("node.yaml")
        try Files.create(path, Array("\(Cast.minimal)lgo: 1\n".utf8), for: .owner)
        let fault = #expect(throws: SettingsFault.self) { try NodeSettings.read(path) }
        #expect(fault?.description == "\(path):13: lgo: unknown key; did you mean log?")
    }
}
