import Casework
import TransferCore

extension Scenario {
    /// What happens to the money, and after completion.
    static let ofMoney: [Scenario] = [
        Scenario(
            name: "short", titleChinese: "到账少 9 元：自动查询，转出地补足",
            titleEnglish: "9 yuan are missing: asked by itself, made up by the origin"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            try stage.bank("fee agency=\(ScenarioStage.destination) fen=900")
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.origin, for: "query-received")
            try await stage.decide(.answer(.supplementFollows), on: number, at: ScenarioStage.origin)
            try await stage.decide(.meetShortfall, on: number, at: ScenarioStage.origin)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "over", titleChinese: "到账多 5 元：自动查询，多出部分退回",
            titleEnglish: "5 yuan too much: asked by itself, the excess goes back",
            explainedSuspense: [ScenarioStage.origin: Money(fen: -500)]
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            try stage.bank("excess agency=\(ScenarioStage.destination) fen=500")
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.origin, for: "query-received")
            try await stage.decide(.answer(.returnExcess), on: number, at: ScenarioStage.origin)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "twice", titleChinese: "同一笔划款到账两次，第二笔退回一次",
            titleEnglish: "one remittance arrives twice; the second goes back, once",
            explainedLines: 1
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            try stage.bank("duplicate agency=\(ScenarioStage.destination)")
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.destination, for: "completed")
            try await stage.waitForReturn(number)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "province-payer", titleChinese: "由省级财政专户付款，按业务编号匹配",
            titleEnglish: "the province pays; matched by the key in the text"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            try stage.bank("key-in-text agency=\(ScenarioStage.destination)")
            let number = try await stage.lodge()
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "late-contributions", titleChinese: "封存后到账的缴费：同一编号补转",
            titleEnglish: "contributions come after the freeze: a newer form, the same number"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.end(number, destination: "completed", origin: "completed")
            try await stage.originRecord(.init(more: [(2026, 6...6, .ordinary)]))
            try await stage.decide(.reviseForm, on: number, at: ScenarioStage.origin)
            try await stage.waitForForm(2, number)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "withdrawal", titleChinese: "本人撤回申请，转出地同意",
            titleEnglish: "the person withdraws before the money is ordered",
            waiting: [ScenarioStage.origin: [.remittance]]
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.origin, for: "frozen")
            try await stage.applicant("withdrawal", of: number)
            try await stage.end(number, destination: "withdrawn", origin: "withdrawn")
        },
        Scenario(
            name: "recall-money", titleChinese: "转出地撤回已入账的基金：对方同意，冲销并退回",
            titleEnglish: "money is recalled after completion: consent, reversal, a linked return"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.end(number, destination: "completed", origin: "completed")
            try await stage.decide(.recall(.remittance, .sentInError), on: number, at: ScenarioStage.origin)
            try await stage.wait(number, at: ScenarioStage.destination, for: "recall-received")
            try await stage.decide(.consentToRecall, on: number, at: ScenarioStage.destination)
            try await stage.wait(number, at: ScenarioStage.origin, for: "restored")
            try await stage.end(number, destination: "given-back", origin: "restored")
        },
        Scenario(
            name: "correction", titleChinese: "办结后更正：双方同意，冲正后重新入账",
            titleEnglish: "an error found after completion: both agree, reversed and posted anew"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.end(number, destination: "completed", origin: "completed")
            try await stage.decide(.askCorrection, on: number, at: ScenarioStage.destination, text: "2026年缴费基数有误。")
            try await stage.wait(number, at: ScenarioStage.origin, for: "correction-received")
            try await stage.decide(.agreeToCorrection, on: number, at: ScenarioStage.origin)
            try await stage.originRecord(.init(baseFen: 5_500_00))
            try await stage.decide(.reviseForm, on: number, at: ScenarioStage.origin)
            try await stage.waitForForm(2, number)
            try await stage.waitForReturn(number)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "death-heirs", titleChinese: "划款前去世：转出地终止，继承人领取",
            titleEnglish: "the person has died before payment: the origin ends, the heirs are paid"
        ) { stage in
            try await stage.originRecord(.init(isDeceased: true, medicalFen: 1_863_27, housingFen: 402_11))
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.destination, for: "ceased")
            let heirs = [("林伟", DemoStory.secondCard), ("林莉", DemoStory.thirdCard)].map { name, card in
                StaffAction.Heir(account: stage.ownAccount(holder: name, number: card), part: 1, paper: "公证书 2026-118")
            }
            try await stage.decide(.settleHeirs(heirs), on: number, at: ScenarioStage.origin)
            try await stage.end(number, destination: "ceased", origin: "ceased")
        },
        Scenario(
            name: "overlap", titleChinese: "重复缴费：本人选择保留，清退另一方个人账户",
            titleEnglish: "months insured twice: the person chooses, the other account part is refunded"
        ) { stage in
            try await stage.originRecord(.init(more: [(2026, 6...8, .ordinary)]))
            try await stage.destinationRecord(months: 8...9)
            let number = try await stage.lodge(hasAccount: true)
            try await stage.wait(number, at: ScenarioStage.destination, for: "choice-awaited")
            try await stage.decide(.chooseMonths(.here, stage.ownAccount()), on: number, at: ScenarioStage.destination)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "gathering", titleChinese: "临时账户归集",
            titleEnglish: "a temporary account is gathered, with all contributions"
        ) { stage in
            try await stage.originRecord(.init(relation: .temporary))
            try await stage.destinationRecord()
            let number = try await stage.lodge(purpose: .gathering)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "several-origins", titleChinese: "一人两个转出地，各发一函",
            titleEnglish: "one person, two origins: a case and a letter for each"
        ) { stage in
            try await stage.originRecord()
            try await stage.originRecord(.init(firstYear: 2025), at: ScenarioStage.otherOrigin)
            try await stage.destinationRecord()
            let first = try await stage.lodge()
            let second = try await stage.lodge(origin: ScenarioStage.otherOrigin)
            try await stage.end(first, destination: "completed", origin: "completed")
            try await stage.end(
                second, destination: "completed", origin: "completed", originCode: ScenarioStage.otherOrigin)
        },
    ]
}
