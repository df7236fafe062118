import Casework
import NodeSettings
import TransferDocuments

/// Somebody who can log in at every office of a demonstration.
struct DemoSeat: Sendable {
    /// The account; its secret is in the file `token-NAME` of the office.
    let name: String
    /// Who sits there: one person may have two accounts. Nil for those who are not staff.
    let person: (number: String, name: String, duties: Set<StaffDuty>)?
    let role: NodeSettings.AccessRole
    let chinese: String
    let english: String

    static let employer = "hr.zhang"
    static let maker = "li.na"
    static let checker = "wang.wei"

    static let all: [DemoSeat] = [
        DemoSeat(
            name: employer, person: nil, role: .employer, chinese: "用人单位经办人：提交、补正、撤回",
            english: "an employer: lodges, corrects, withdraws"),
        DemoSeat(
            name: "window-1", person: nil, role: .desk, chinese: "窗口：代来访人提交，看全部业务",
            english: "the desk for visitors: lodges for them and sees every case"),
        DemoSeat(
            name: maker, person: ("li.na", "李娜", [.clerk, .resolver]), role: .staff, chinese: "经办、滞留处理：拟办",
            english: "clerk and resolver: prepares decisions"),
        DemoSeat(
            name: "zhao.min", person: ("zhao.min", "赵敏", [.clerk]), role: .staff, chinese: "另一位经办：与前者同时办理时看谁先领取",
            english: "another clerk: whoever claims a case first has it"),
        DemoSeat(
            name: checker, person: ("wang.wei", "王伟", [.checker, .supervisor]), role: .staff,
            chinese: "复核、主管：复核通过即签名发出", english: "checker and supervisor: what is approved is signed and sent"),
        DemoSeat(
            name: "sun.yan", person: ("sun.yan", "孙岩", [.clerk, .checker]), role: .staff,
            chinese: "既经办又复核：自己拟办的，自己不能复核", english: "clerk and checker: may not check what the same person has made"),
        DemoSeat(
            name: "sun.yan.2", person: ("sun.yan", "孙岩", [.clerk, .checker]), role: .staff,
            chinese: "孙岩的第二个账号：换账号也不能复核自己的", english: "the second account of the same person: no way around it"),
        DemoSeat(
            name: "chen.jing", person: ("chen.jing", "陈静", [.auditor]), role: .staff, chinese: "审计：只看不改",
            english: "auditor: reads, and changes nothing"),
    ]

    /// Who has an account that has to be opened first.
    static let administrators = [
        (
            name: "zhou.lei", kind: "system-administrator", displayName: "周磊",
            chinese: "系统管理员：先到“激活账号”页，用此激活码设口令和动态码",
            english: "system administrator: open the account first, with this activation secret, under Activate"
        ),
        (
            name: "wu.fang", kind: "security-officer", displayName: "吴芳",
            chinese: "安全管理员：先到“激活账号”页，用此激活码设口令和动态码",
            english: "security officer: open the account first, with this activation secret, under Activate"
        ),
    ]

    /// The people of an office as its settings have them: each with all of their accounts.
    static func staff(_ digest: (String) -> String) -> [NodeSettings.StaffPerson] {
        var people: [NodeSettings.StaffPerson] = []
        for seat in all {
            guard let person = seat.person else { continue }
            let account = NodeSettings.StaffPerson.Account(name: seat.name, sha256: digest(seat.name))
            if let place = people.firstIndex(where: { $0.person == person.number }) {
                people[place].accounts.append(account)
            } else {
                people.append(
                    .init(person: person.number, name: person.name, roles: person.duties, accounts: [account]))
            }
        }
        return people
    }
}
