import Casework
import Foundation
import NodeSettings
import Simulation
import Store
import TransferCore
import TransferDocuments

// What ends, what is rolled back, what is broken, and the look at the books at the end.

extension KeyRehearsal {
    /// The directory runs out: what has begun is finished, nothing new begins, and the node starts nevertheless.
    func endDirectory() async throws {
        try await step("directory ran out: running transfers finished, new ones waited, the node started with it") {
            // What the origin sends is held, so that every case is under way on both sides when the end comes.
            _ = try await origin.api.operate("POST", "/ops/peers/\(destination.agency.code)/hold")
            try nextDirectory(lastingSeconds: 20)
            try await reloadBoth()
            try await lodge()
            try await waiting("the letters of the step", seconds: 18) { try await cases(origin) == lodged }
            let end = try directoryInForce.directory.expiresAt
            try await waiting("the end of the directory", seconds: 30) { now > end }
            let refused = try await lodgeOne() == 503
            await destination.child.stop()
            try destination.child.start()
            try await waiting("the start with an expired directory", seconds: 30) {
                (try? await destination.api.operate("GET", "/health/live"))?.status == 200
            }
            let stillRefused = try await lodgeOne() == 503
            _ = try await origin.api.operate("POST", "/ops/peers/\(destination.agency.code)/resume")
            try await waitForAll()
            try nextDirectory()
            try await reloadBoth()
            let takesAgain = try await lodgeOne() == 201
            try await waitForAll()
            return [
                ("a new application is refused", refused), ("also after a restart", stillRefused),
                ("a new directory opens the door again", takesAgain),
            ]
        }
    }

    /// Older directories and lists are shown, also over a restart.
    func rollBack() async throws {
        try await step(
            "older directory, other directory of the same version, and older list were refused, over a restart too"
        ) {
            let newest = try directoryInForce
            let old = try Files.read(network.folder + "/network/directory.jws", limit: SignedDirectory.longest)
            let older = try signed(version: newest.directory.version - 1, like: newest)
            try hand(older)
            let lower = try await reload(destination)["directory"] == "refused"
            let alarmed = try await alarms(destination).contains("rollback directory")
            let other = try signed(version: newest.directory.version, like: newest)
            try hand(other)
            let split = try await reload(destination)["directory"] == "refused"
            let splitAlarm = try await alarms(destination).contains("split directory")
            try hand(older)
            await destination.child.stop()
            try destination.child.start()
            try await network.ready(destination)
            let remembered = try await version(destination) == newest.directory.version
            let afterStart = try await alarms(destination).contains("rollback directory")
            try putList(taking: [], number: 1)
            let list = try await reload(destination)["crl"] == "refused"
            try putList(taking: [], number: 5)
            try hand(old)
            let healed = try await reload(destination)
            try await reload(origin)
            // A version that was never seen is taken, as long as it is signed.
            let skipped = try signed(version: newest.directory.version + 1_000, like: newest)
            try Files.replace(network.folder + "/network/directory.jws", skipped, for: .everyone)
            try hand(skipped)
            try await reloadBoth()
            let skips = try await version(destination) == newest.directory.version + 1_000
            try await lodge()
            try await waitForAll()
            return [
                ("a lower version is refused", lower), ("with an alarm", alarmed),
                ("other bytes of the same version are refused", split), ("with an alarm", splitAlarm),
                ("the version is remembered over a restart", remembered), ("with its alarm", afterStart),
                ("a lower list is refused", list), ("the right files heal it", !healed.values.contains("refused")),
                ("a skipped version that is signed is taken", skips),
            ]
        }
    }

    private func signed(version: Int64, like known: SignedDirectory) throws -> [UInt8] {
        let directory = AgencyDirectory(
            version: version, issuedAt: now, expiresAt: now + 86_400, agencies: known.directory.agencies)
        return try NetworkFounding.signDirectory(
            directory, keyFolder: network.folder + "/network", root: authority.root, previous: nil, at: now)
    }

    private func version(_ node: TransferNetwork.RunningNode) async throws -> Int64 {
        guard case .object(let directory)? = try await trust(node)["directory"],
            case .integer(let version)? = directory["version"]
        else { return 0 }
        return version
    }

    /// Broken and foreign files are refused one by one, and transfers go on.
    func refuseBadFiles() async throws {
        try await step("broken, foreign and misplaced files were refused while transfers went on") {
            let stranger = try CertificateAuthority.founding(networkName: "Other", validity: validity())
            let keys = destination.settings.keys
            var checks: [(String, Bool)] = []
            let foreign = try stranger.revocationList(number: 9, madeAt: now, nextDueAt: now + 86_400, revoked: [])
            let list = network.folder + "/network/revocations/list.pem"
            let signing = try authority.issueSigning(for: DemoStory.weifang, validity: validity())
            let others = try authority.issueTLS(for: DemoStory.shenzhen, hosts: ["localhost"], validity: validity())
            let shown: [(String, String, [UInt8], String)] = [
                ("a list of another root", list, Array(foreign.pem.utf8), "crl"),
                ("a list that is none", list, Array("nonsense".utf8), "crl"),
                ("a directory that is none", keys.directory, Array("x.y.z".utf8), "directory"),
                ("a certificate of another agency", keys.tlsCertificate, Array(others.certificatePEM.utf8), "tls"),
                (
                    "a document certificate for connections", keys.tlsCertificate, Array(signing.certificatePEM.utf8),
                    "tls"
                ),
                (
                    "a document key that is not in the directory", keys.signingCertificate,
                    Array(signing.certificatePEM.utf8), "signing"
                ),
            ]
            for (name, path, bytes, kind) in shown {
                let good = try Files.read(path, limit: SignedDirectory.longest)
                try Files.replace(path, bytes, for: .everyone)
                let outcome = try await reload(destination)[kind]
                checks.append((name, outcome == "refused"))
                try Files.replace(path, good, for: .everyone)
            }
            try await reload(destination)
            checks.append(("the alarms end", try await alarms(destination).allSatisfy { $0.hasPrefix("end") }))
            try await lodge()
            try await waitForAll()
            return checks
        }
    }

    /// Books, logs and documents, by other means than those that carried them.
    func look() async throws {
        let ended = min(try await completed(destination), try await completed(origin))
        await network.stop()
        var stores: [AgencyCode: JiexuStore] = [:]
        for node in nodes {
            stores[node.agency.code] = try await node.settings.openStore(.reading)
        }
        let paidAgain = try BankJournal.check(try Files.read(network.journalFile, limit: 1 << 30)).repeated.count
        var findings = try await NetworkCheck(network: network, stores: stores).findings()
        var renewed = 0
        for store in stores.values { renewed += try await store.renewedSignatures() }
        for store in stores.values { store.close() }
        if renewed == 0 { findings.append("no document was signed again, though its key was revoked") }
        // What the bank paid again stands among the findings too.
        let row = Row(
            what: "transfers carried through all of it, complete on both sides and paid once", tried: lodged,
            lost: lodged - ended, doubled: paidAgain, wrong: findings.count - paidAgain,
            note: (["\(renewed) documents signed again"] + findings.prefix(5)).joined(separator: "; "))
        add(row)
        printLine("\(row.isGood ? "✓" : "×") \(lodged) transfers; \(renewed) signed again; \(findings)")
    }
}
