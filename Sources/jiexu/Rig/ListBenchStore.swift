import Casework
import Foundation
import Store
import TransferCore
import TransferDocuments

/// A store of many invented cases, written by the store itself: every case is opened with its application, events, audit
/// leaves and summary by `JiexuStore.commit`, as the desk has its steps written.
///
/// Of ten cases nine have ended. One employer has lodged a tenth of all, the others are spread over a thousand employers.
/// Of the live ones most wait for their review in time, one in twenty-five is overdue, and one in fifty waits for papers of
/// its applicant.
struct ListBenchStore {
    let store: JiexuStore
    let agency: AgencySettings
    let cases: Int
    let now: Instant
    /// Cases of an earlier year and of other people, all of them ended: nothing that runs meets one of them.
    var isHistory = false
    let say: @Sendable (String) -> Void

    /// The employer whose lists are measured.
    static let employer = "bench-mill"

    private static let regions = [
        "440300", "510100", "420100", "330100", "320100", "350100", "340100", "430100", "610100", "230100",
    ].compactMap { AgencyCode($0) }

    func fill() async throws {
        var made = 0
        while made < cases {
            let part = made..<min(cases, made + 4_096)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in part {
                    let step = try step(index)
                    group.addTask { try await store.commit(step) }
                    // No more wait than one transaction takes.
                    if index % 512 == 511 { try await group.waitForAll() }
                }
                try await group.waitForAll()
            }
            made = part.upperBound
            if made % 81_920 < 4_096 { say("  \(made) cases …") }
        }
    }

    /// The number of a case of the employer, somewhere in the middle of its list.
    var middle: CaseNumber? { number(cases / 2 / 100 * 100) }

    private func number(_ index: Int) -> CaseNumber? {
        CaseNumber(destination: agency.code, year: isHistory ? 2025 : 2026, serial: index + 1)
    }

    private func step(_ index: Int) throws -> CaseStep {
        guard let number = number(index) else { throw RigFault("no case number for \(index)") }
        // The last digit says whether it lives, the digit before whose it is.
        let (isLive, isOwn) = (index % 10 == 0 && !isHistory, index / 10 % 10 == 0 || index % 100 == 10)
        let place = index / 10
        var days = Int64(place % 14)
        if isLive, place % 25 == 7 { days = 26 + Int64(place % 9) }
        if !isLive { days = 40 + Int64(place % 200) }
        let opened = now.adding(milliseconds: -days * 86_400_000 - Int64(index % 30_000) * 1_000)
        let person = person(index)
        let application = TransferApplication(
            person: person, origin: ListBenchStore.regions[index % ListBenchStore.regions.count],
            applicant: .insuredPerson, mobile: "13800000000", certificateNumber: nil, payoutAccount: nil,
            otherBranches: [], approvedMove: false)
        let owner = isOwn ? ListBenchStore.employer : "bench-\(place % 1_000)"
        let opening = CaseOpening(
            number: number, role: .destination, origin: application.origin, destination: agency.code,
            residentID: person.residentID, payouts: isLive && index % 7 == 0 ? [.medical] : [], openedAt: opened,
            application: try ApplicationForm.write(application), lodgedBy: owner)
        var events = [event("application-lodged", nil, opened, "token:\(owner)")]
        if !isLive {
            events.append(event("application-failed", Reason.notEnrolled.code, opened.adding(milliseconds: 60_000)))
        } else if place % 50 == 3 {
            events.append(event("supplement-asked", nil, now.adding(milliseconds: -3_600_000)))
        }
        let file = CaseFile(opening: opening, events: events, documents: [], orders: [], bankLines: [])
        let summary = try CaseStory(replaying: file).summary(limits: agency.limits, calendar: agency.calendar)
        var step = CaseStep(number: number, expecting: 0, summary: summary)
        step.opening = opening
        step.events = events
        if isLive, place % 200 == 11 {
            step.alerts = [StoredAlert(branch: .pension, alert: .reminded, at: now)]
        }
        return step
    }

    private func event(_ name: String, _ code: String?, _ at: Instant, _ actor: String = DecisionStep.policy)
        -> StoredEvent
    {
        StoredEvent(branch: .pension, name: name, code: code, at: at, actor: actor, cause: nil, attachment: nil)
    }

    /// Fifty people of each day, so that all numbers differ; beyond 672,000 the county changes.
    private func person(_ index: Int) -> InsuredPerson {
        let day = index / 100
        let counties = isHistory ? ["370702", "370703", "370704"] : ["440520", "440522", "440524"]
        let county = counties[min(2, day / 6_720)]
        let (year, month, date) = (1977 + day / 336 % 20, day / 28 % 12 + 1, day % 28 + 1)
        let born = "\(year)-\(month < 10 ? "0" : "")\(month)-\(date < 10 ? "0" : "")\(date)"
        return InventedPerson(name: "测试", county: county, born: born, order: index % 100, sex: .male).person
    }
}
