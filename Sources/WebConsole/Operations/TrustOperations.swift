import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Shows how keys, certificates and the directory stand, `GET /ops/trust`, and has their files read again,
/// `POST /ops/trust/reload`. No secret is in either.
struct TrustOperations: Sendable {
    let control: any TrustControl

    var routes: [Route] {
        [
            Route(.get, "/ops/trust", access: .local, answer: show),
            Route(.post, "/ops/trust/reload", access: .local, answer: reload),
        ]
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let report = try await report()
        return try .json { report.write(to: &$0) }
    }

    private func reload(_ call: Call) async throws(Problem) -> Answer {
        let reloads = await control.reload()
        return try .json { json in
            json.field("refused", reloads.contains { $0.outcome == .refused })
            json.array("files", reloads) { json, item in
                json.object { json in
                    json.field("file", item.what)
                    json.field("outcome", item.outcome.rawValue)
                    json.field("why", item.detail)
                }
            }
        }
    }

    private func report() async throws(Problem) -> TrustReport {
        do throws(StoreError) { return try await control.report() } catch { throw Problem(error) }
    }

    /// What monitoring reads. Days are whole, and below zero after the end.
    func write(to text: inout MetricsText) async throws(Problem) {
        let report = try await report()
        text.family("jiexu_trust_days_left", .gauge, "Days until a certificate, the directory or a list ends.")
        for term in report.terms {
            text.sample(
                ["kind": term.kind.rawValue, "agency": term.agency?.text ?? "", "name": term.name],
                term.daysLeft(at: report.at.seconds))
        }
        text.family("jiexu_trust_alarms", .gauge, "Open alarms about keys, certificates and the directory, by kind.")
        for kind in TrustAlarm.Kind.allCases {
            text.sample(["kind": kind.rawValue], Int64(report.alarms.count { $0.kind == kind }))
        }
        text.family("jiexu_peer_directory_version", .gauge, "The directory by which a peer works; 0 when not known.")
        for peer in report.peers { text.sample(["peer": peer.code.text], peer.directory?.version ?? 0) }
        let counts = control.counts
        text.family("jiexu_trust_files_total", .counter, "Files of keys and trust that were taken or refused.")
        text.sample(["outcome": "taken"], counts.taken)
        text.sample(["outcome": "refused"], counts.refused)
    }
}

extension TrustReport {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("at", at.signingTime.text)
        json.field("agency", agency.text)
        json.object("directory") { json in
            json.field("version", directory.directory.version)
            json.field("digest", directory.digest.text)
            json.field("expiresAt", directory.directory.expiresAt)
            json.field("expired", directory.isExpired(at: at.seconds))
        }
        json.field("tls", tls?.text ?? "")
        json.field("signing", signing?.text ?? "")
        json.array("revocationLists", revocations.lists.values.sorted { $0.root.text < $1.root.text }) { json, list in
            json.object { json in
                json.field("root", list.root.text)
                json.field("number", list.number)
                json.field("entries", list.count)
                json.field("nextDueAt", list.nextDueAt)
            }
        }
        json.field("revocationListsRequired", revocations.areRequired)
        json.array("terms", terms) { json, term in
            json.object { json in
                json.field("subject", term.subject)
                json.field("endsAt", term.endsAt)
                json.field("daysLeft", term.daysLeft(at: at.seconds))
            }
        }
        json.array("alarms", alarms) { json, alarm in
            json.object { json in
                json.field("kind", alarm.kind.rawValue)
                json.field("subject", alarm.subject)
                json.field("detail", alarm.detail)
                json.field("held", ifPresent: alarm.held?.text)
                json.field("shown", ifPresent: alarm.shown?.text)
                json.field("at", alarm.at.signingTime.text)
            }
        }
        json.array("peers", peers) { json, peer in
            json.object { json in
                json.field("peer", peer.code.text)
                json.field("version", ifPresent: peer.directory?.version)
                json.field("digest", ifPresent: peer.directory?.digest.text)
                json.field("asOf", ifPresent: peer.directory?.asOf)
            }
        }
        json.array("behind", behind) { $0.value($1.text) }
        json.array("retirable", retirable) { json, thumbprint in
            json.object { json in
                json.field("certificate", thumbprint.text)
                json.field("objection", objection(toRetiring: thumbprint) ?? "")
            }
        }
    }
}
