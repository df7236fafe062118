import Casework
import TransferCore

/// A case that is brought to one point and left there, for people to look at and to play with. Everything on the way is done
/// by the people of both offices, over the interfaces that are theirs.
struct DemoSample: Sendable {
    /// What the guide says of it.
    let chinese: String
    let english: String
    let person: InsuredPerson
    /// How long before the end of the preparation it was lodged.
    let age: Age
    /// What the records of its origin say.
    var record = ScenarioStage.OriginRecord()
    var origin = ScenarioStage.origin
    /// The months of 2026 that were paid at the destination.
    var months = 8...9
    /// The office at which it waits for somebody.
    var office = ScenarioStage.destination
    /// Brings it to its point; gives its number.
    let play: @Sendable (ScenarioStage) async throws -> CaseNumber

    /// The preparation goes through these one after the other, and moves the clock between them.
    enum Age: Int, Sendable, CaseIterable {
        case weeks = 30
        case days = 8
        case today = 0
    }
}

extension DemoSample {
    /// What is due first, and late by now.
    static let all: [DemoSample] = old + stalled + fresh

    private static let old: [DemoSample] = [
        DemoSample(
            chinese: "无人审核，已超期", english: "nobody has reviewed it, and it is overdue",
            person: invented("许静", "440520", "1990-04-02", .female), age: .weeks
        ) { stage in try await stage.reviewing() },
        DemoSample(
            chinese: "已发同意接收函，转出地超期未核对", english: "the letter is out; the origin is late with its check",
            person: invented("欧阳建国", "440520", "1972-10-11", .male), age: .weeks, office: ScenarioStage.origin
        ) { stage in try await stage.accepted() },
        DemoSample(
            chinese: "已封存，待划款，转出地已超期", english: "frozen, waiting for the order to the bank, and late",
            person: invented("邓丽", "420520", "1983-06-30", .female), age: .weeks, office: ScenarioStage.origin
        ) { stage in try await stage.checked() },
    ]

    private static let fresh: [DemoSample] = [
        DemoSample(
            chinese: "刚提交，待受理", english: "just lodged, under review",
            person: invented("买买提·吐尔逊", "370520", "1986-01-20", .male), age: .today
        ) { stage in try await stage.reviewing() },
        DemoSample(
            chinese: "刚提交，待受理（姓名含生僻字）", english: "just lodged; a name with a rare character",
            person: invented("\u{20BB7}野", "370620", "1994-08-08", .male), age: .today
        ) { stage in try await stage.reviewing() },
        DemoSample(
            chinese: "经办已拟受理，待复核", english: "a clerk has prepared the acceptance; it waits for a checker",
            person: invented("何敏", "420620", "1989-12-01", .female), age: .today
        ) { stage in
            let number = try await stage.reviewing()
            try await stage.propose(.accept, on: number)
            return number
        },
        DemoSample(
            chinese: "已一次性告知，待申请人补充材料", english: "papers were asked for; the applicant has to add them",
            person: invented("罗斌", "370520", "1981-03-17", .male), age: .today
        ) { stage in
            let number = try await stage.reviewing()
            try await stage.decide(
                .askSupplement([.identityDocument, .labourContract]), on: number, at: ScenarioStage.destination)
            try await stage.wait(number, at: ScenarioStage.destination, for: "supplementing")
            return number
        },
        DemoSample(
            chinese: "已发同意接收函，待转出地核对", english: "the letter is out; the origin has it",
            person: invented("高磊", "440520", "1984-05-05", .male), age: .today, office: ScenarioStage.origin
        ) { stage in try await stage.accepted() },
        DemoSample(
            chinese: "转出地退函，待申请人补正", english: "the origin handed the letter back; the applicant has to correct it",
            person: invented("马超", "420520", "1992-02-14", .male), age: .today
        ) { stage in
            let number = try await stage.accepted()
            try await stage.decide(
                .handBack(.identityDiffers), on: number, at: ScenarioStage.origin, text: "姓名须与身份证一致。")
            try await stage.wait(number, at: ScenarioStage.destination, for: "returned")
            return number
        },
        DemoSample(
            chinese: "不予受理，已出具书面说明", english: "refused in writing",
            person: invented("方芸", "420620", "1979-07-21", .female), age: .today
        ) { stage in
            let number = try await stage.reviewing()
            try await stage.decide(.refuse(.identityDocumentInvalid), on: number, at: ScenarioStage.destination)
            try await stage.wait(number, at: ScenarioStage.destination, for: "refused")
            return number
        },
        DemoSample(
            chinese: "申请人已撤回", english: "withdrawn by the applicant",
            person: invented("沈岚", "370620", "1995-09-09", .female), age: .today
        ) { stage in
            let number = try await stage.reviewing()
            try await stage.applicant("withdrawal", of: number)
            try await stage.wait(number, at: ScenarioStage.destination, for: "withdrawn")
            return number
        },
        DemoSample(
            chinese: "已封存，待转出地划款", english: "frozen; the origin has to order the remittance",
            person: invented("唐宁", "440520", "1987-11-25", .female), age: .today, office: ScenarioStage.origin
        ) { stage in try await stage.checked() },
        DemoSample(
            chinese: "已办结", english: "completed",
            person: invented("郑凯", "420520", "1980-08-18", .male), age: .today
        ) { stage in try await stage.completed() },
    ]

    /// Cases that do not go on by themselves, each for another cause.
    private static let stalled: [DemoSample] = [
        DemoSample(
            chinese: "法院冻结，转出地暂缓办理", english: "held at the origin: a court has frozen the account",
            person: invented("梁文", "370520", "1978-04-28", .male), age: .days,
            record: .init(hasLegalHold: true), office: ScenarioStage.origin
        ) { stage in
            let number = try await stage.accepted()
            try await stage.decide(.hold(.legalHold), on: number, at: ScenarioStage.origin)
            try await stage.wait(number, at: ScenarioStage.origin, for: "on-hold")
            return number
        },
        DemoSample(
            chinese: "划款退票，待确认收款账户", english: "the remittance bounced; the account has to be confirmed",
            person: invented("袁媛", "440520", "1991-01-01", .female), age: .days
        ) { stage in
            try stage.bank("frozen agency=\(ScenarioStage.destination)")
            let number = try await stage.remitted()
            try await stage.wait(number, at: ScenarioStage.destination, for: "awaiting-account")
            return number
        },
        DemoSample(
            chinese: "到账少 9 元，已查询，待转出地答复", english: "9 yuan are missing; the origin has a query to answer",
            person: invented("蒋涛", "420520", "1982-12-12", .male), age: .days, office: ScenarioStage.origin
        ) { stage in
            try stage.bank("fee agency=\(ScenarioStage.destination) fen=900")
            let number = try await stage.remitted()
            try await stage.wait(number, at: ScenarioStage.origin, for: "query-received")
            return number
        },
        DemoSample(
            chinese: "两地重复缴费，待本人选择", english: "months insured twice; the insured person has to choose",
            person: invented("曹颖", "370620", "1985-05-15", .female), age: .days,
            record: .init(more: [(2026, 6...8, .ordinary)])
        ) { stage in
            let number = try await stage.remitted(hasAccount: true)
            try await stage.wait(number, at: ScenarioStage.destination, for: "choice-awaited")
            return number
        },
        DemoSample(
            chinese: "医疗余额付本人，退票", english: "the medical balance bounced on its way to the person",
            person: invented("丁一", "420620", "1993-03-03", .male), age: .days, record: .init(medicalFen: 1_863_27),
            office: ScenarioStage.origin
        ) { stage in
            try stage.bank("closed creditor=\(DemoStory.secondCard)")
            let number = try await stage.remitted(branches: [.medical])
            try await stage.wait(number, at: ScenarioStage.origin, for: "payout-bounced")
            return number
        },
        DemoSample(
            chinese: "办结后发现错误，已请求转出地更正",
            english: "an error was found after completion; the origin is asked to correct it",
            person: invented("彭飞", "440520", "1976-06-06", .male), age: .days, office: ScenarioStage.origin
        ) { stage in
            let number = try await stage.completed()
            try await stage.decide(.askCorrection, on: number, at: ScenarioStage.destination, text: "2026年缴费基数有误。")
            try await stage.wait(number, at: ScenarioStage.origin, for: "correction-received")
            return number
        },
        DemoSample(
            chinese: "基金先到账，凭证和信息表被扣在转出地（武汉暂停向潍坊发送）",
            english: "the money is here, the papers are not: Wuhan sends nothing to Weifang for now",
            person: invented("苏晓", "370520", "1988-10-30", .female), age: .days, origin: ScenarioStage.otherOrigin
        ) { stage in
            try await stage.hold(ScenarioStage.otherOrigin, towards: ScenarioStage.destination)
            let number = try await stage.accepted(origin: ScenarioStage.otherOrigin)
            try await stage.wait(number, at: ScenarioStage.destination, for: "holding-funds-awaiting-certificate")
            return number
        },
        DemoSample(
            chinese: "同意接收函无回执（潍坊暂停向武汉发送）",
            english: "no receipt for the letter: Weifang sends nothing to Wuhan for now",
            person: invented("贾宁", "420520", "1990-07-07", .female), age: .days, origin: ScenarioStage.otherOrigin
        ) { stage in
            try await stage.hold(ScenarioStage.destination, towards: ScenarioStage.otherOrigin)
            let number = try await stage.reviewing(origin: ScenarioStage.otherOrigin)
            try await stage.decide(.accept, on: number, at: ScenarioStage.destination)
            try await stage.wait(number, at: ScenarioStage.destination, for: "awaiting-reply")
            return number
        },
    ]

    private static func invented(_ name: String, _ county: String, _ born: String, _ sex: Sex) -> InsuredPerson {
        InventedPerson(name: name, county: county, born: born, order: 98, sex: sex).person
    }
}
