import TransferCore

extension Roster {
    /// 花名册.
    func sheet(_ head: PaperHead) -> Sheet {
        let (rows, persons) = (rows, head.persons)
        let table = Table(
            columns: [
                Table.Column("序号", "No.", 30), Table.Column("姓名", "Name", 96),
                Table.Column("公民身份号码", "Resident identity number", 104),
                Table.Column("原参保地", "Origin", 140), Table.Column("其他险种", "Other branches", 62),
                Table.Column("业务编号", "Case", 120), Table.Column("状态", "State", 96),
                Table.Column("备注", "Remark", 120, .left),
            ],
            rowCount: rows.count
        ) { place in
            let row = rows[place]
            let branches = row.application.otherBranches.map(\.short).joined(separator: "、")
            return [
                "\(place + 1)", row.application.person.name(persons), row.application.person.number(persons),
                row.origin.chinese, branches.isEmpty ? "—" : branches, row.caseNumber?.text ?? "—", row.state.chinese,
                row.remark,
            ]
        }
        return Sheet(
            blocks: [
                .fields([
                    Field("单位名称", "Employer", employer), Field("统一社会信用代码", "Credit code", creditCode.text),
                    Field("申报日期", "Lodged on", lodgedOn.onPaper),
                    Field("人数", "Persons", Wording(chinese: "共 \(rows.count) 人", english: "\(rows.count) persons")),
                ]),
                .heading(Wording(chinese: "人员明细", english: "Persons")),
                .table(table),
            ],
            boxes: [
                Wording(chinese: "单位经办人（签字）", english: "Clerk of the employer"),
                Wording(chinese: "单位负责人（签字）", english: "Head of the employer"),
                Wording(chinese: "单位（盖章）", english: "Seal of the employer"),
                Wording(chinese: "日期", english: "Date"),
            ])
    }
}
