import Casework
import FoundationEssentials
import NodeSettings
import Testing

/// What sets a node of a demonstration apart from one for real cases.
@Suite struct `A demonstration` {
    private static let now = Instant(milliseconds: 1_790_000_000_000)

    private func inFolder(_ use: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("jiexu-demo-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try use(folder.path)
    }

    @Test func `is none unless the settings say so`() throws {
        #expect(try Cast.settings().demonstration == nil)
    }

    @Test func `is refused on a listener that others can reach`() {
        let lines = """
            demonstration:
              folder: "demo"
            peers:
              listen:
                host: "0.0.0.0"
                port: 8443
            """
        #expect(Cast.faults(adding: lines).contains { $0.contains("peers: a demonstration listens on 127.0.0.1 only") })
    }

    @Test(arguments: [
        ("administration", "administration:\n  listen: {host: \"0.0.0.0\", port: 8090}"),
        (
            "accounts.certificates",
            "accounts:\n  certificates:\n    listen: {host: \"192.0.2.7\", port: 8444}\n    authorities: a.pem"
        ),
    ])
    func `is refused on the listeners of administration and of certificates too`(section: String, lines: String) {
        let whole = "demonstration:\n  folder: demo\npeers:\n  listen:\n    host: \"127.0.0.1\"\n" + lines
        let words = "\(section): a demonstration listens on 127.0.0.1 only"
        #expect(Cast.faults(adding: whole).count == 1)
        #expect(Cast.faults(adding: whole).contains { $0.contains(words) })
        let here = whole.replacing("0.0.0.0", with: "127.0.0.1").replacing("192.0.2.7", with: "::1")
        #expect(Cast.faults(adding: here).isEmpty, "on this machine it may be")
    }

    @Test func `is read again as it was written`() throws {
        var settings = try Cast.settings()
        settings.peers.listen.host = "127.0.0.1"
        settings.demonstration = .init(folder: "/demo")
        #expect(try NodeSettings(yaml: settings.yaml) == settings)
    }

    @Test func `moves the clock of everybody who looks at its folder, at once`() throws {
        try inFolder { folder in
            let one = try DemonstrationClock.found(in: folder, seconds: -86_400, furthest: Self.now)
            let other = try DemonstrationClock(folder: folder)
            #expect(other.movedMilliseconds == -86_400_000)
            try one.move(forwardBy: 3_600, machineTime: Self.now)
            #expect(other.movedMilliseconds == -82_800_000)
            #expect(one.movedMilliseconds == -82_800_000)
        }
    }

    @Test(arguments: [Int64](arrayLiteral: 0, -1, 25 * 86_400 + 1, .min, .max))
    func `moves its clock forward only, and by no more than 25 days`(seconds: Int64) throws {
        try inFolder { folder in
            let clock = try DemonstrationClock.found(in: folder, seconds: 0, furthest: .init(milliseconds: 1 << 48))
            #expect(throws: DemonstrationClockFault.self) { try clock.move(forwardBy: seconds, machineTime: Self.now) }
            #expect(clock.movedMilliseconds == 0)
        }
    }

    @Test func `does not move its clock beyond its certificates`() throws {
        try inFolder { folder in
            let clock = try DemonstrationClock.found(
                in: folder, seconds: 0, furthest: Self.now.adding(milliseconds: 86_400_000))
            try clock.move(forwardBy: 86_400, machineTime: Self.now)
            #expect(throws: DemonstrationClockFault.self) { try clock.move(forwardBy: 1, machineTime: Self.now) }
            #expect(clock.movedMilliseconds == 86_400_000)
        }
    }

    @Test(arguments: ["", "5", "5 6 7", "a 5", "5 ", "99999999999999 5"])
    func `has no clock in a file that says something else`(text: String) throws {
        try inFolder { folder in
            try Files.makeFolder(folder)
            try Files.create(folder + "/clock", Array(text.utf8), for: .owner)
            #expect(throws: DemonstrationClockFault.self) { try DemonstrationClock(folder: folder) }
        }
    }
}
