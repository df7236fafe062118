import Casework
import Foundation
import NodeSettings
import Simulation
import Store
import TransferCore
import TransferDocuments

/// One round of the demonstration: its cases from the application to the end on both sides.
struct DemoRun: Sendable {
    let network: TransferNetwork
    let stores: [AgencyCode: JiexuStore]
    let round: Int
    let say: @Sendable (String) -> Void

    /// A case of the story, with its number.
    struct Lodged: Sendable {
        let story: DemoStory
        let number: CaseNumber
    }

    /// Imports the people, lodges every application and does what the people of the story do, until every case has
    /// ended on both sides.
    func carryThrough(timeout: Duration = .seconds(120)) async throws -> [Lodged] {
        let stories = DemoStory.all(round: round)
        try await importPeople(stories)

        var lodged: [Lodged] = []
        for story in stories {
            if case .moneyFirst = story.turn { try await hold(story) }
            let number = try await lodge(story)
            lodged.append(Lodged(story: story, number: number))
            say(
                "  \(story.letter)  \(number)  \(story.person.maskedName)  \(story.titleChinese) / \(story.titleEnglish)"
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for one in lodged { group.addTask { try await follow(one, timeout: timeout) } }
            try await group.waitForAll()
        }
        return lodged
    }

    private func importPeople(_ stories: [DemoStory]) async throws {
        var rows: [AgencyCode: RecordRows] = [:]
        for story in stories {
            story.originRows(&rows[story.origin, default: RecordRows()])
            story.destinationRows(&rows[story.destination, default: RecordRows()], name: story.appliedName)
        }
        for (code, rows) in rows.sorted(by: { $0.key < $1.key }) {
            try await network.importRecords(rows, at: code)
        }
    }

    // MARK: What an employer's system does

    private func lodge(_ story: DemoStory) async throws -> CaseNumber {
        let body = try story.application(name: story.appliedName, account: story.accounts.first)
        let answer = try await insisting {
            try await network.node(story.destination).api.post(
                "/api/v1/applications", body, idempotencyKey: "demo-\(round)-\(story.letter)")
        }
        guard answer.status == 201 || answer.status == 200, case .string(let text)? = answer.json?["case"],
            let number = CaseNumber(text)
        else { throw RigFault("case \(story.letter): the application got \(answer.status)") }
        return number
    }

    private func correct(_ one: Lodged) async throws {
        // The destination's own record is put right first, as its employer would have it done.
        var rows = RecordRows()
        one.story.destinationRows(&rows, name: one.story.person.name)
        try await network.importRecords(rows, at: one.story.destination)
        let body = try one.story.application(name: one.story.person.name, account: nil)
        let answer = try await insisting {
            try await network.node(one.story.destination).api.post(
                "/api/v1/cases/\(one.number)/corrections", body, idempotencyKey: "correct-\(round)")
        }
        // After a crash the first answer may be lost: a correction that was taken is not asked for again.
        guard (200..<300).contains(answer.status) || answer.status == 409 else {
            throw RigFault("case \(one.story.letter): the correction got \(answer.status)")
        }
    }

    private func giveAnotherAccount(_ one: Lodged, _ branch: Branch) async throws {
        let account = BankAccount(
            holder: one.story.person.name, bankName: "示例银行", bankCode: DemoStory.bankCode,
            number: one.story.accounts[1])
        let body = try AccountForm.write(account)
        let answer = try await insisting {
            try await network.node(one.story.origin).api.post(
                "/api/v1/cases/\(one.number)/payouts/\(branch.rawValue)/account", body,
                idempotencyKey: "account-\(round)-\(branch.rawValue)")
        }
        guard (200..<300).contains(answer.status) || answer.status == 409 else {
            throw RigFault("case \(one.story.letter): the other account got \(answer.status)")
        }
    }

    // MARK: What an operator does

    private func hold(_ story: DemoStory) async throws {
        _ = try await insisting {
            try await network.node(story.origin).api.operate("POST", "/ops/peers/\(story.destination)/hold")
        }
    }

    private func resume(_ story: DemoStory) async throws {
        _ = try await insisting {
            try await network.node(story.origin).api.operate("POST", "/ops/peers/\(story.destination)/resume")
        }
    }

    /// Tries again while a node is down: it may just have been killed on purpose.
    private func insisting(_ call: () async throws -> NodeAPI.Answer) async throws -> NodeAPI.Answer {
        var last: any Error = RigFault("nobody answered")
        for _ in 0..<150 {
            do {
                let answer = try await call()
                if answer.status < 500 { return answer }
                last = RigFault("status \(answer.status)")
            } catch {
                last = error
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw last
    }

    // MARK: Watching a case

    private func follow(_ one: Lodged, timeout: Duration) async throws {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        var lastWord = ""
        var isResumed = false
        var accountsGiven: Set<Branch> = []
        var isCorrected = false
        while ContinuousClock.now < deadline {
            let sides = try await sides(of: one)
            let word = DemoRun.word(for: sides)
            if word != lastWord {
                say("  \(one.story.letter)  \(word)")
                lastWord = word
            }
            if try ended(one, sides) { return }
            switch one.story.turn {
            case .plain: break
            case .moneyFirst:
                if !isResumed, sides.destination?.summary.phase.hasPrefix("holding-funds") == true {
                    isResumed = true
                    try await resume(one.story)
                }
            case .correction:
                if !isCorrected, sides.destination?.summary.phase == "returned" {
                    isCorrected = true
                    try await correct(one)
                }
            case .bounce:
                for leg in sides.origin?.story.transfer.legs ?? []
                where leg.phase == "payout-bounced" && accountsGiven.insert(leg.branch).inserted {
                    try await giveAnotherAccount(one, leg.branch)
                }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw RigFault("case \(one.story.letter) (\(one.number)) has not ended: \(lastWord)")
    }

    /// What both sides have of a case.
    struct Sides: Sendable {
        let destination: CaseView?
        let origin: CaseView?
    }

    func sides(of one: Lodged) async throws -> Sides {
        Sides(
            destination: try await view(one.number, at: one.story.destination),
            origin: try await view(one.number, at: one.story.origin))
    }

    private func view(_ number: CaseNumber, at code: AgencyCode) async throws -> CaseView? {
        guard let store = stores[code] else { return nil }
        let settings = try network.node(code).settings
        return try await CaseView.read(number, from: store, limits: settings.deadlineLimits, calendar: .shipped)
    }

    private static func word(for sides: Sides) -> String {
        func legs(_ view: CaseView?) -> String {
            guard let view else { return "—" }
            return view.story.transfer.legs.map {
                $0.branch == .pension ? $0.phase : "\($0.branch.rawValue):\($0.phase)"
            }
            .joined(separator: " ")
        }
        return "转入地 destination: \(legs(sides.destination))   转出地 origin: \(legs(sides.origin))"
    }

    /// - Throws: when the case came to an end that the story does not have.
    private func ended(_ one: Lodged, _ sides: Sides) throws -> Bool {
        guard let destination = sides.destination, destination.summary.isTerminal else { return false }
        switch one.story.ending {
        case .completed:
            guard destination.story.transfer.isCompleted else {
                throw RigFault("case \(one.story.letter) ended as \(destination.summary.phase)")
            }
            guard let origin = sides.origin, origin.summary.isTerminal else { return false }
            guard origin.story.transfer.isCompleted else {
                throw RigFault("case \(one.story.letter) ended as \(origin.summary.phase) at the origin")
            }
            return true
        case .temporary(let reason):
            guard case .destination(let handshake) = destination.story.transfer.pension,
                handshake.phase == .temporaryOpened(reason), sides.origin == nil
            else { throw RigFault("case \(one.story.letter) ended as \(destination.summary.phase)") }
            return true
        }
    }
}
