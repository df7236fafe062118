import Casework
import HTTPTypes
import Sheets
import TransferCore
import TransferDocuments

extension RosterPages {
    /// The list as a workbook, in which numbers of persons are text.
    @Sendable func workbook(_ call: Call) async throws(Problem) -> Answer {
        let entries = try await entries(call)
        if let answer = call.factorFirst(exporting: entries.count, .rosters) { return answer }
        let rows = try await rows(entries)
        let unit = unit(rows, call)
        let (now, say) = (house.desk.clock.now, PageLanguage.chinese)
        let roster = Roster(
            title: "转移接续申请花名册", unit: unit.name, reference: reference, madeBy: call.page.visitor?.name ?? "",
            madeAtSeconds: Int(now.seconds),
            headings: ["序号", "姓名", "公民身份号码", "转出地", "其他险种", "业务编号", "状态", "当前经手", "最迟"],
            rows: rows.enumerated().map { place, row in
                [
                    "\(place + 1)", row.application.person.name, row.application.person.residentID.fullText,
                    house.name(of: row.entry.origin, say),
                    row.application.otherBranches.map { say(CaseWords.branchWording($0)) }.joined(separator: "、"),
                    row.entry.number.text, say(CaseWords.phaseWording(row.entry.summary.phase)),
                    say(CaseWords.holderWording(row.entry.summary.holder)),
                    row.entry.summary.due?.description ?? "",
                ]
            })
        do throws(WorkbookUnwritten) {
            return PageHouse.attachment(try roster.workbook(), BatchPages.workbook, "roster-\(reference).xlsx")
        } catch {
            throw .internalFault
        }
    }
}
