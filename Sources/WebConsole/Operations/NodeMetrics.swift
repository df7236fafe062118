import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// What an operator's monitoring reads: `GET /metrics`. Nothing in it concerns a person.
struct NodeMetrics: Sendable {
    let desk: Desk
    let outbox: Outbox
    var work: WorkDesk?
    var log: (any EvidenceStore)?
    var checks: [ReadinessCheck] = []
    var trust: TrustOperations?
    var webhooks: WebhookMetrics?
    var instances: InstanceMetrics?
    let startedAt: Instant

    var routes: [Route] { [Route(.get, "/metrics", access: .local, answer: write)] }

    private func write(_ call: Call) async throws(Problem) -> Answer {
        let counts: StoreCounts
        do throws(StoreError) { counts = try await desk.store.counts() } catch { throw Problem(error) }
        var text = MetricsText()
        writeCases(counts, to: &text)
        writeOutbox(counts, lanes: await outbox.peers, to: &text)
        writeStored(counts, to: &text)
        try await writeStalled(to: &text)
        try await writeLog(to: &text)
        await writeChecks(to: &text)
        try await trust?.write(to: &text)
        try await webhooks?.write(to: &text, at: desk.clock.now)
        try await instances?.write(to: &text)
        writeProcess(to: &text)
        return Answer(contentType: MetricsText.contentType, body: text.bytes)
    }

    private func writeCases(_ counts: StoreCounts, to text: inout MetricsText) {
        text.family("jiexu_cases", .gauge, "Cases by the phase of their leading leg.")
        for (phase, count) in counts.casesByPhase.sorted(by: { $0.key < $1.key }) {
            text.sample(["phase": phase], Int64(count))
        }
    }

    private func writeOutbox(_ counts: StoreCounts, lanes: [Outbox.PeerState], to text: inout MetricsText) {
        let peers = Set(lanes.map(\.peer)).union(counts.outboxByRecipient.keys).sorted()
        let byPeer = Dictionary(lanes.map { ($0.peer, $0) }) { first, _ in first }
        let now = desk.clock.now
        text.family("jiexu_outbox_documents", .gauge, "Documents without a receipt.")
        for peer in peers { text.sample(["peer": peer.text], Int64(counts.outboxByRecipient[peer] ?? 0)) }
        text.family("jiexu_outbox_oldest_seconds", .gauge, "Age of the oldest document without a receipt.")
        for peer in peers {
            let age = counts.oldestOutboxAt[peer].map { max(0, now.seconds - $0.seconds) }
            text.sample(["peer": peer.text], age ?? 0)
        }
        text.family("jiexu_delivery_failures", .gauge, "Deliveries that failed since the last one that succeeded.")
        for peer in peers { text.sample(["peer": peer.text], Int64(byPeer[peer]?.failures ?? 0)) }
        text.family("jiexu_deliveries_in_flight", .gauge, "Documents that are on their way.")
        for peer in peers { text.sample(["peer": peer.text], Int64(byPeer[peer]?.inFlight ?? 0)) }
        text.family("jiexu_delivery_requests_total", .counter, "Requests with documents, answered or not.")
        for peer in peers { text.sample(["peer": peer.text], byPeer[peer]?.requests ?? 0) }
        text.family("jiexu_deliveries_held", .gauge, "1 while an operator holds the deliveries to the peer.")
        for peer in peers { text.sample(["peer": peer.text], byPeer[peer]?.isHeld == true ? 1 : 0) }
    }

    private func writeStored(_ counts: StoreCounts, to text: inout MetricsText) {
        text.single("jiexu_open_effects", .gauge, "Reviews and checks that are not done.", Int64(counts.openEffects))
        text.single(
            "jiexu_orders_waiting", .gauge, "Orders that no file for the bank has.", Int64(counts.ordersWaiting))
        text.single(
            "jiexu_unmatched_bank_lines", .gauge, "Bank lines that belong to no case.",
            Int64(counts.unmatchedBankLines))
        text.single("jiexu_events_total", .counter, "Events of cases.", Int64(counts.events))
        text.single("jiexu_documents_total", .counter, "Documents in both directions.", Int64(counts.documents))
        text.single("jiexu_postings_total", .counter, "Postings.", Int64(counts.postings))
        text.single("jiexu_audit_leaves_total", .counter, "Leaves of the audit log.", Int64(counts.auditLeaves))
        let effort = desk.store.effort
        text.single("jiexu_store_commits_total", .counter, "Transactions that were synced.", effort.commits)
        text.single(
            "jiexu_store_writing_cpu_microseconds_total", .counter, "CPU time of the thread that writes the store.",
            effort.microseconds)
    }

    /// The same count as the list of stalled cases shows: the sum over all causes is its length.
    private func writeStalled(to text: inout MetricsText) async throws(Problem) {
        guard let work else { return }
        let counts: [StalledCause: Int]
        do throws(WorkFault) { counts = try await work.stalledCounts() } catch { throw Problem(error) }
        text.family("jiexu_transfers_stalled", .gauge, "Cases and bank lines that are stuck, by cause.")
        for cause in StalledCause.allCases { text.sample(["cause": cause.rawValue], Int64(counts[cause] ?? 0)) }
    }

    /// How far others hold our log, what stands against theirs, and how old the newest time-stamp is.
    private func writeLog(to text: inout MetricsText) async throws(Problem) {
        guard let log else { return }
        let now = desk.clock.now
        let (alarms, held, stamps): ([HeadAlarm], HeldHeads, [String: Instant])
        do throws(StoreError) {
            alarms = try await log.headAlarms(limit: 10_000)
            held = try await log.heldHeads()
            stamps = try await log.newestStampTimes()
        } catch {
            throw Problem(error)
        }
        text.single(
            "jiexu_log_alarms_open", .gauge, "Alarms about logs of other agencies that two persons have not closed.",
            Int64(alarms.filter(\.isOpen).count))
        text.single("jiexu_log_head_size", .gauge, "Leaves under the newest signed head.", held.newestSize ?? 0)
        text.single(
            "jiexu_log_unheld_seconds", .gauge, "Since when a signed part of the log has been held by nobody else.",
            held.unheldSeconds(at: now))
        text.family("jiexu_log_stamp_age_seconds", .gauge, "Age of the newest time-stamp of an authority.")
        for (authority, at) in stamps.sorted(by: { $0.key < $1.key }) {
            text.sample(["authority": authority], max(0, now.seconds - at.seconds))
        }
    }

    /// What must hold before the node gets work: an alarm is due on each that does not.
    private func writeChecks(to text: inout MetricsText) async {
        text.family("jiexu_check_failing", .gauge, "1 while something does not hold that a ready node needs.")
        for check in checks { text.sample(["check": check.name], await check.fault() == nil ? 0 : 1) }
    }

    private func writeProcess(to text: inout MetricsText) {
        let directory = desk.directory.current.directory
        text.single("jiexu_directory_version", .gauge, "Version of the directory in force.", directory.version)
        text.single(
            "jiexu_directory_expires_seconds", .gauge, "When the directory expires, since 1970.", directory.expiresAt)
        text.single("process_start_time_seconds", .gauge, "When the node started, since 1970.", startedAt.seconds)
        if let bytes = ProcessMemory.residentBytes {
            text.single("process_resident_memory_bytes", .gauge, "Memory of the process in use.", bytes)
        }
    }
}
