import Casework
import Logging
import ServiceLifecycle
import TransferCore
import TransferDocuments
import UnixSignals

/// Reads the files of keys and trust again when they have changed and when the process gets SIGHUP, and looks each minute
/// which certificates come to their end.
struct TrustWatch: Service {
    let files: TrustFiles

    private static let lookSeconds = 5
    private static let looksPerMinute = 12

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sighup) {
                        self.files.logger.notice("keys and certificates are read again: SIGHUP")
                        _ = await self.files.reload()
                    }
                }
                group.addTask { await self.look() }
            }
        }
    }

    private func look() async {
        var looks = 0
        while !Task.isCancelled {
            await files.reloadIfChanged()
            if looks.isMultiple(of: TrustWatch.looksPerMinute) { await lookAtEnds() }
            looks += 1
            try? await Task.sleep(for: .seconds(TrustWatch.lookSeconds))
        }
    }

    /// Keeps an alarm for everything that ends soon, and ends those whose cause is gone.
    private func lookAtEnds() async {
        _ = await files.lookAtOwnKeys()
        let (store, moment, logger) = (files.store, files.clock.now, files.logger)
        do throws(StoreError) {
            let report = try await files.report()
            var alarms = report.terms.compactMap { $0.alarm(at: moment) }
            for list in report.revocations.lists.values where moment.seconds >= list.nextDueAt {
                alarms.append(
                    TrustAlarm(
                        .listOverdue, list.root.text,
                        "list \(list.number) was to be followed by another at \(list.nextDueAt); connections are refused "
                            + "from \(list.nextDueAt + report.revocations.graceSeconds) on", at: moment))
            }
            if !report.revocations.areRequired {
                alarms.append(
                    TrustAlarm(.unchecked, "crl", "keys.revocationLists is not set in the settings", at: moment))
            }
            for alarm in alarms {
                guard try await store.raise(alarm) else { continue }
                logger.warning(
                    "keys need somebody", metadata: ["kind": "\(alarm.kind.rawValue)", "subject": "\(alarm.subject)"])
            }
            let watched: Set<TrustAlarm.Kind> = [.ending, .ended, .listOverdue, .unchecked]
            for open in report.alarms where watched.contains(open.kind) {
                guard !alarms.contains(where: { $0.kind == open.kind && $0.subject == open.subject }) else { continue }
                try await store.clear(open.kind, open.subject, at: moment)
            }
        } catch {
            logger.error("the ends of certificates were not looked at", metadata: ["cause": "\(error)"])
        }
    }
}
