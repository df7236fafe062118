import Casework
import TransferCore

extension Scenario {
    /// What happens to papers and people on the way.
    static let ofPapers: [Scenario] = [
        Scenario(
            name: "plain", titleChinese: "正常转移",
            titleEnglish: "a plain transfer"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "supplement", titleChinese: "一次性告知，补充材料后办结",
            titleEnglish: "papers are asked for, once and complete; the applicant adds them",
            waiting: [ScenarioStage.destination: [.acceptance]]
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.destination, for: "reviewing")
            try await stage.decide(
                .askSupplement([.identityDocument, .labourContract]), on: number, at: ScenarioStage.destination)
            try await stage.wait(number, at: ScenarioStage.destination, for: "supplementing")
            try await stage.applicant("corrections", of: number, try stage.application())
            try await stage.wait(number, at: ScenarioStage.destination, for: "reviewing")
            try await stage.decide(.accept, on: number, at: ScenarioStage.destination)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "refusal", titleChinese: "书面不予受理",
            titleEnglish: "refused in writing, and the origin never hears of it",
            waiting: [ScenarioStage.destination: [.acceptance]]
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.destination, for: "reviewing")
            try await stage.decide(.refuse(.identityDocumentInvalid), on: number, at: ScenarioStage.destination)
            try await stage.end(number, destination: "refused", origin: nil)
        },
        Scenario(
            name: "returned-letter", titleChinese: "姓名不符：先查询，再退函，更正后办结",
            titleEnglish: "the names differ: a query, the letter back, corrected as its second version"
        ) { stage in
            try await stage.originRecord(.init(name: "林芬"))
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.destination, for: "returned")
            try await stage.originRecord()
            try await stage.applicant("corrections", of: number, try stage.application())
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "arrears-waiver", titleChinese: "欠费：暂缓，本人签字放弃后办结",
            titleEnglish: "arrears hold the check; the person waives them in writing"
        ) { stage in
            try await stage.originRecord(.init(more: [(2026, 6...7, .arrears)]))
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.origin, for: "on-hold")
            try await stage.decide(.waiveArrears(signedOn: stage.today), on: number, at: ScenarioStage.origin)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "legal-hold", titleChinese: "法院冻结：暂缓，解除后办结",
            titleEnglish: "a court holds the account; lifted, it completes"
        ) { stage in
            try await stage.originRecord(.init(hasLegalHold: true))
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.origin, for: "on-hold")
            try await stage.originRecord()
            try await stage.decide(.liftHold, on: number, at: ScenarioStage.origin)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "partial", titleChinese: "部分转移：补缴无文书的月份留在转出地",
            titleEnglish: "back-paid months without papers stay behind, the rest moves"
        ) { stage in
            try await stage.originRecord(.init(firstYear: 2024, more: [(2023, 1...12, .withheld)]))
            try await stage.destinationRecord()
            let number = try await stage.lodge()
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "bounced-remittance", titleChinese: "划款退票，收款账户确认后重付",
            titleEnglish: "the remittance bounces; the account is confirmed and it is paid again"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            try stage.bank("frozen agency=\(ScenarioStage.destination)")
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.destination, for: "awaiting-account")
            try await stage.decide(.confirmAccount, on: number, at: ScenarioStage.destination)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "bounced-payout", titleChinese: "余额付给本人，先退票，换卡后付讫",
            titleEnglish: "a balance paid to the person bounces, and is paid to another own card"
        ) { stage in
            try await stage.originRecord(.init(medicalFen: 1_863_27, housingFen: 402_11))
            try await stage.destinationRecord()
            try stage.bank("closed creditor=\(DemoStory.secondCard)")
            let number = try await stage.lodge(branches: [.medical, .housing])
            try await stage.wait(number, at: ScenarioStage.origin, for: "payout-bounced")
            let bounced = try await stage.bouncedPayout(number)
            try await stage.decide(
                .correctAccount(bounced, stage.ownAccount(number: DemoStory.thirdCard)), on: number,
                at: ScenarioStage.origin)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
        Scenario(
            name: "money-first", titleChinese: "基金先于信息表到账",
            titleEnglish: "the money arrives before the papers"
        ) { stage in
            try await stage.originRecord()
            try await stage.destinationRecord()
            try await stage.hold(ScenarioStage.origin, towards: ScenarioStage.destination)
            let number = try await stage.lodge()
            try await stage.wait(number, at: ScenarioStage.destination, for: "holding-funds-awaiting-certificate")
            try await stage.resume(ScenarioStage.origin, towards: ScenarioStage.destination)
            try await stage.end(number, destination: "completed", origin: "completed")
        },
    ]
}
