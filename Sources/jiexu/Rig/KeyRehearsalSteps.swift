import Casework
import Foundation
import NodeSettings
import Store
import TransferCore
import TransferDocuments

extension KeyRehearsal {
    /// Plays everything; the nodes run until the caller stops them.
    func play() async throws {
        try await network.start()
        try await importPeople()
        try await waitForAcknowledgement()
        try await changeTLS()
        try await changeSigning()
        try await revokeSigning()
        try await revokeTLS()
        try await endTLS()
        try await endDirectory()
        try await rollBack()
        try await refuseBadFiles()
        try await look()
    }

    private func with(
        _ code: AgencyCode, tls: [NetworkCertificate]? = nil, signing: [SigningCertificateEntry]? = nil
    ) -> (DirectoryEntry) -> DirectoryEntry {
        { entry in
            guard entry.code == code else { return entry }
            return DirectoryEntry(
                code: entry.code, nameChinese: entry.nameChinese, nameEnglish: entry.nameEnglish,
                endpoint: entry.endpoint,
                tlsCertificates: tls.map { $0.map { TLSCertificateEntry($0) } } ?? entry.tlsCertificates,
                signingCertificates: signing ?? entry.signingCertificates, receives: entry.receives,
                deadlineProfile: entry.deadlineProfile, remittanceAccount: entry.remittanceAccount,
                successor: entry.successor)
        }
    }

    private func signingEntries(_ code: AgencyCode) throws -> [SigningCertificateEntry] {
        try directoryInForce[code]?.signingCertificates ?? []
    }

    private func certificate(_ path: String) throws -> NetworkCertificate {
        try NetworkCertificate(pem: try KeyFiles.text(path))
    }

    /// The certificate for connections changes with overlap; nothing is restarted.
    private func changeTLS() async throws {
        try await step("TLS key and certificate changed with overlap, under load, without a restart") {
            let old = try certificate(destination.settings.keys.tlsCertificate)
            let new = try authority.issueTLS(
                for: DemoStory.weifang, hosts: ["127.0.0.1", "localhost"], validity: validity())
            try await lodge()
            try give(new, to: destination, isTLS: true)
            let tooEarly = try await reload(destination)["tls"] == "refused"
            try nextDirectory(with(DemoStory.weifang, tls: [old, new.certificate]))
            try await reload(origin)
            try await reload(destination)
            let taken = try await trust(destination)["tls"]?.text == new.certificate.thumbprint.text
            try await waitForAcknowledgement()
            try nextDirectory(with(DemoStory.weifang, tls: [new.certificate]))
            try await reloadBoth()
            try await lodge(count: 2)
            try await waitForAll()
            return [
                ("a certificate that the directory does not list is refused", tooEarly),
                ("the new one is taken once it is listed", taken),
                (
                    "the node shows the new one",
                    try await trust(destination)["tls"]?.text == new.certificate.thumbprint.text
                ),
                ("no alarm is left", try await alarms(destination).filter { !$0.hasPrefix("ending") }.isEmpty),
            ]
        }
    }

    /// The document key changes while documents wait that the old one has signed.
    private func changeSigning() async throws {
        try await step("document key changed while signed documents were queued") {
            let known = try signingEntries(DemoStory.weifang)
            let old = try certificate(destination.settings.keys.signingCertificate)
            let new = try authority.issueSigning(for: DemoStory.weifang, validity: validity())
            try await hold(true)
            try await lodge()
            try await Task.sleep(for: .seconds(1))
            try nextDirectory(
                onlyTo: destination,
                with(DemoStory.weifang, signing: known + [SigningCertificateEntry(new.certificate)]))
            // The destination has the new directory, its peer has not said so: the old key must stay.
            try await reload(destination)
            try give(new, to: destination, isTLS: false)
            try await reload(destination)
            let taken = try await trust(destination)["signing"]?.text == new.certificate.thumbprint.text
            let arguments = ["certs", "retire", old.thumbprint.text, "--config", destination.settingsFile]
            let early = try ChildProcess.run(arguments)
            let forced = try ChildProcess.run(arguments + ["--force"])
            try handDirectory()
            try await reload(origin)
            try await waitForAcknowledgement()
            let safe = try ChildProcess.run(arguments)
            let hyphened = try ChildProcess.run(
                ["certs", "retire", "-" + old.thumbprint.text.dropFirst(), "--config", destination.settingsFile])
            try await hold(false)
            try await waitForAll()
            let closed = known.map { entry in
                entry.certificate == old
                    ? SigningCertificateEntry(certificate: old, from: entry.from, until: now) : entry
            }
            try nextDirectory(with(DemoStory.weifang, signing: closed + [SigningCertificateEntry(new.certificate)]))
            try await reloadBoth()
            try await lodge(count: 2)
            try await waitForAll()
            return [
                ("the new key is taken", taken),
                ("the old one is not retired before the peer has said that it has the directory", early.status == 1),
                ("it is with --force", forced.status == 0),
                ("it is when the peer has said so", safe.status == 0),
                (
                    "a thumbprint that begins with a hyphen is no option",
                    hyphened.status == 2 && hyphened.output.contains("no certificate of \(DemoStory.weifang)")
                ),
            ]
        }
    }

    /// A key is revoked while documents wait that it has signed: they are signed again, and nothing is stranded.
    private func revokeSigning() async throws {
        try await step("document key revoked while documents signed by it were queued") {
            let known = try signingEntries(DemoStory.weifang)
            let old = try certificate(destination.settings.keys.signingCertificate)
            let new = try authority.issueSigning(for: DemoStory.weifang, validity: validity())
            try await hold(true)
            try await lodge()
            try await Task.sleep(for: .seconds(2))
            let revoked = known.map { entry in
                entry.certificate == old
                    ? SigningCertificateEntry(
                        certificate: old, from: entry.from, until: entry.until, revokedAt: now) : entry
            }
            try nextDirectory(with(DemoStory.weifang, signing: revoked + [SigningCertificateEntry(new.certificate)]))
            try await reloadBoth()
            let warned = try await alarms(destination).contains("own-key signing")
            try await hold(false)
            // Under the revoked key alone nothing may arrive.
            try await Task.sleep(for: .seconds(3))
            let before = try await completed(origin)
            try give(new, to: destination, isTLS: false)
            try await reload(destination)
            let taken = try await trust(destination)["signing"]?.text == new.certificate.thumbprint.text
            let stranded = lodged - before
            try await waitForAll()
            return [
                ("the node says that its own key is revoked", warned), ("the new key is taken", taken),
                ("nothing went out under the revoked key", stranded >= perStep),
            ]
        }
    }

    /// A certificate for connections is revoked by the root's list alone; without the list it is accepted.
    private func revokeTLS() async throws {
        let victim = try certificate(origin.settings.keys.tlsCertificate)
        try await step("TLS certificate revoked by the list: both sides refuse it, then a new one heals everything") {
            try putList(taking: [victim], number: 2)
            let taken = try await reload(destination)["crl"] != "refused"
            try await lodge()
            try await Task.sleep(for: .seconds(4))
            let refused = try await completed(destination) == lodged - perStep
            // The control: the same certificate, and a list that does not name it.
            try putList(taking: [], number: 3)
            try await reload(destination)
            let passes = try await isSoon {
                let (a, b) = (try await completed(destination), try await completed(origin))
                return a == lodged && b == lodged
            }
            control("the revoked certificate passes when the list does not name it", passes)
            try putList(taking: [victim], number: 4)
            try await reload(destination)
            try await lodge()
            try await Task.sleep(for: .seconds(3))
            let again = try await completed(destination) == lodged - perStep
            let failures = try await metric(destination, "jiexu_delivery_failures{peer=\"440300\"}")
            let new = try authority.issueTLS(
                for: DemoStory.shenzhen, hosts: ["127.0.0.1", "localhost"], validity: validity())
            try nextDirectory(with(DemoStory.shenzhen, tls: [new.certificate]))
            try give(new, to: origin, isTLS: true)
            try await reloadBoth()
            try await waitForAll()
            return [
                ("the list is taken", taken), ("no transfer goes on over the revoked certificate", refused),
                ("nor when a later list names it again", again),
                ("deliveries fail and are kept", failures > 0),
            ]
        }
    }

    /// A certificate runs out while transfers are under way.
    private func endTLS() async throws {
        try await step("TLS certificate ran out in mid-flight, and its successor was loaded without a restart") {
            let short = try authority.issueTLS(
                for: DemoStory.shenzhen, hosts: ["127.0.0.1", "localhost"], validity: (now - 200)...(now + 15))
            try nextDirectory(with(DemoStory.shenzhen, tls: [short.certificate]))
            try give(short, to: origin, isTLS: true)
            try await reloadBoth()
            try await lodge(count: 1)
            try await waitForAll()
            try await waiting("the end of the certificate", seconds: 30) {
                now > short.certificate.validity.upperBound + 2
            }
            let before = lodged
            try await lodge()
            try await Task.sleep(for: .seconds(3))
            let stopped = try await completed(destination) == before
            let new = try authority.issueTLS(
                for: DemoStory.shenzhen, hosts: ["127.0.0.1", "localhost"], validity: validity())
            try nextDirectory(with(DemoStory.shenzhen, tls: [new.certificate]))
            try give(new, to: origin, isTLS: true)
            try await reloadBoth()
            try await waitForAll()
            return [("nothing goes over an expired certificate", stopped)]
        }
    }

    private func isSoon(_ holds: () async throws -> Bool) async throws -> Bool {
        for _ in 0..<150 {
            if try await holds() { return true }
            try await Task.sleep(for: .milliseconds(200))
        }
        return false
    }

    private func metric(_ node: TransferNetwork.RunningNode, _ name: String) async throws -> Int64 {
        let answer = try await node.api.operate("GET", "/metrics")
        let line = String(decoding: answer.body, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: " ").last.flatMap { Int64($0) } ?? 0
    }
}
