import Casework
import HTTPTypes
import Papers
import TransferCore
import TransferDocuments

/// The list of a page, or what became of an uploaded file, for the paper file (花名册): a PDF that is printed and signed, and a workbook.
struct RosterPages: Sendable {
    let house: PageHouse

    /// No roster of a page has more cases: each is read from its own history.
    static let most = 2_000

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        return [
            Route(.get, "/org/roster.pdf", access: access, query: ListAddress.parameters, answer: paper),
            Route(.get, "/org/roster.xlsx", access: access, query: ListAddress.parameters, answer: workbook),
        ]
    }

    struct Row {
        let entry: CaseListEntry
        let application: TransferApplication
    }

    /// The cases of the list that was asked for.
    func entries(_ call: Call) async throws(Problem) -> [CaseListEntry] {
        let owner = call.caller.role.seesEveryCase ? nil : call.caller.name
        var query = try ListAddress(call.query, lodgedBy: owner).query
        query.limit = RosterPages.most + 1
        let entries = try await house.kept { () throws(StoreError) in try await house.store.cases(query) }
        guard entries.count <= RosterPages.most else {
            throw .request(
                "roster-too-long",
                "一份花名册最多 \(RosterPages.most) 件，请先筛选。 A roster has at most \(RosterPages.most) cases; filter first.",
                status: 422)
        }
        return entries
    }

    func rows(_ entries: [CaseListEntry]) async throws(Problem) -> [Row] {
        var rows: [Row] = []
        for entry in entries {
            let file = try await house.kept { () throws(StoreError) in
                try await house.desk.store.caseFile(entry.number)
            }
            // At the origin a case has no application.
            if let (application, _) = try? file?.application() {
                rows.append(Row(entry: entry, application: application))
            }
        }
        return rows
    }

    /// Who lodged them, when that is one employer; the name of the account otherwise.
    func unit(_ rows: [Row], _ call: Call) -> (name: String, code: CreditCode?) {
        var found: (String, CreditCode)?
        for row in rows {
            guard case .employer(let name, let code) = row.application.applicant else { continue }
            if let found, found.1 != code { return (call.page.visitor?.name ?? "", nil) }
            found = (name, code)
        }
        return found.map { ($0.0, $0.1) } ?? (call.page.visitor?.name ?? "", nil)
    }

    var reference: String {
        "R" + ChinaTime.text(house.desk.clock.now).filter { $0.isASCII && $0.isNumber }
    }

    private func paper(_ call: Call) async throws(Problem) -> Answer {
        let entries = try await entries(call)
        if let answer = call.factorFirst(exporting: entries.count, .rosters) { return answer }
        let rows = try await rows(entries)
        let unit = unit(rows, call)
        guard let entry = house.desk.directory.current[house.desk.agency.code], let code = unit.code else {
            throw .request(
                "roster-of-several",
                "所列业务不是同一用人单位申请的，请按单位筛选，或下载 XLSX。 These are not of one employer; take the workbook.",
                status: 422)
        }
        let now = house.desk.clock.now
        let lines = rows.map { row in
            Roster.Row(
                application: row.application,
                origin: house.desk.directory.current[row.entry.origin].map { OfficeName($0) }
                    ?? OfficeName(code: row.entry.origin, chinese: row.entry.origin.text, english: ""),
                caseNumber: row.entry.number, state: CaseWords.phaseWording(row.entry.summary.phase), remark: "")
        }
        let roster: Roster
        do throws(PaperFault) {
            roster = try Roster(
                employer: unit.name, creditCode: code, reference: reference, lodgedOn: now.date, rows: lines)
        } catch {
            throw .paper(error)
        }
        let head = PaperHead(
            issuer: OfficeName(entry), caseNumber: nil, check: nil, persons: .full, madeAt: now.signingTime)
        let printed = try await house.press.print(.roster(roster), head)
        return PageHouse.attachment(printed.bytes, "application/pdf", printed.fileName)
    }
}
