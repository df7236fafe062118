import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The alarms about the logs of other agencies, and the two persons who close one.
///
/// While an alarm is open its agency is quarantined; see ``Casework/HeadAlarm``.
struct StaffAlarms: Sendable {
    let log: any EvidenceStore
    let clock: any NodeClock

    /// Who may acknowledge: trust in another agency is decided.
    private static let duties: Set<StaffDuty> = [.supervisor, .resolver]
    private static let most = 1_000

    var routes: [Route] {
        let (path, staff) = ("/api/v1/staff/log-alarms", Route.Access.roles([.staff]))
        return [
            Route(.get, path, access: staff, answer: list),
            Route(.post, "\(path)/{id}/acknowledge", access: staff, body: .json, answer: acknowledge),
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let alarms: [HeadAlarm]
        do throws(StoreError) { alarms = try await log.headAlarms(limit: StaffAlarms.most) } catch {
            throw Problem(error)
        }
        return try .json { json in json.array("alarms", alarms) { json, alarm in json.object { $0.write(alarm) } } }
    }

    private func acknowledge(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        guard !caller.member.duties.isDisjoint(with: StaffAlarms.duties) else {
            throw Problem(WorkFault.dutyMissing(StaffAlarms.duties))
        }
        let reason = try StaffBody(call.body).text()
        guard HeadAlarm.isReason(reason) else {
            throw .request("invalid-format", "The text has 1 to 500 bytes and no control characters.")
        }
        let alarm: HeadAlarm?
        do {
            alarm = try await log.acknowledge(
                try call.id, by: caller.member.person, account: caller.account, reason: reason, at: clock.now)
        } catch let error as StoreError {
            throw Problem(error)
        } catch {
            throw .notFound
        }
        guard let alarm else { throw .notFound }
        return try .json { $0.write(alarm) }
    }
}

extension JSONWriter {
    /// An alarm, with both heads as they were signed.
    mutating func write(_ alarm: HeadAlarm) {
        field("id", alarm.id)
        field("agency", alarm.conflict.agency.text)
        field("kind", alarm.conflict.kind.rawValue)
        field("isOpen", alarm.isOpen)
        field("shownBy", alarm.conflict.shownBy.text)
        field("at", alarm.conflict.at.signingTime.text)
        field("shown", String(decoding: alarm.conflict.shown.bytes, as: UTF8.self))
        field("held", String(decoding: alarm.conflict.held.bytes, as: UTF8.self))
        array("acknowledgements", alarm.acknowledgements) { json, given in
            json.object { json in
                json.field("person", given.person)
                json.field("reason", given.reason)
                json.field("at", given.at.signingTime.text)
            }
        }
    }
}
