import Casework
import NodeSettings
import Testing
import TransferCore

@Suite struct `Settings that are read` {
    @Test func `need no more than the agency`() throws {
        let settings = try Cast.settings()
        #expect(settings.agency.account.bankCode == "102458000013")
        #expect(settings.peers.listen == NodeSettings.Listener(host: "0.0.0.0", port: 8443))
        let day = try #require(CivilDate("2026-01-05"))
        #expect(settings.agencySettings().limits.workingDays(of: .correction, from: day) == 10)
        #expect(settings.agencySettings().straightThrough == [])
        #expect(settings.outboxLimits.inFlightPerPeer == 64)
    }

    @Test func `are the same again after they were written`() throws {
        var settings = try Cast.settings()
        settings.agency.office = AgencyOffice(
            name: "a \"b\" \\ c # d: e", address: "- 1", postcode: "010000", telephone: "+86-10")
        settings.agency.deadlineProfile = "null"
        settings.agency.workingDays[.review] = 400
        settings.agency.straightThrough = [.settlement, .acceptance]
        settings.agency.interest = try InterestTerms(
            formula: .monthlyProducts, rates: [2024: #require(BasisPoints(262)), 1998: #require(BasisPoints(1_500))])
        settings.agency.interestSource = "人社部"
        settings.data.directory = "~"
        settings.data.minimumFreeMebibytes = 1_048_576
        settings.data.minimumFreePercent = 50
        settings.data.ballastMebibytes = 0
        settings.keys.anchors = "/a/b c"
        settings.peers.minimumTLS = .tls12
        settings.peers.listen.port = 0
        settings.publicAccess.tls = NodeSettings.TLSPaths(certificate: "1", key: "true")
        settings.publicAccess.tokens = [
            Cast.token, NodeSettings.AccessToken(name: "1", role: .staff, sha256: String(repeating: "12", count: 32)),
        ]
        settings.staff = [
            Cast.person, NodeSettings.StaffPerson(person: "A.1", name: "李工", roles: [.checker], accounts: []),
        ]
        settings.administration = NodeSettings.Listener(host: "10.0.0.5", port: 1)
        settings.accounts.certificates = .init(
            listen: NodeSettings.Listener(host: "::", port: 2), authorities: "/a", revocationLists: "/b")
        settings.logLevel = .critical
        settings.work.deadlineCheckSeconds = 86_400
        settings.work.digestHour = 23
        #expect(try NodeSettings(yaml: settings.yaml) == settings)
    }

    @Test func `have their paths joined with the folder of the file`() throws {
        let text = Cast.minimal + "data:\n  directory: d\nkeys:\n  anchors: /k/anchors.pem\n"
        let settings = try NodeSettings(yaml: text, folder: "nodes/370700")
        #expect(settings.data.directory == "nodes/370700/d")
        #expect(settings.databasePath == "nodes/370700/d/jiexu.sqlite")
        #expect(settings.keys.anchors == "/k/anchors.pem")
        #expect(settings.keys.tlsKey == "nodes/370700/keys/tls.key")
        #expect(settings.bank.folder == "nodes/370700/bank")
    }

    @Test func `come from a file that was written`() throws {
        let folder = try Folder()
        let settings = try Cast.settings()
        try settings.writeYAML(to: folder.path("node.yaml"))
        let read = try NodeSettings.read(folder.path("node.yaml"))
        #expect(read.agency == settings.agency)
        #expect(read.data.directory == folder.path("data"))
    }

    @Test(arguments: [
        (word: "prot", nearest: "port"), (word: "hsot", nearest: "host"), (word: "ports", nearest: "port"),
        (word: "Host", nearest: "host"), (word: "colour", nearest: nil), (word: "", nearest: nil),
    ])
    func `know the word that was meant`(word: String, nearest: String?) {
        #expect(NearestWord.to(word, in: ["host", "port", "listen"]) == nearest)
    }
}
