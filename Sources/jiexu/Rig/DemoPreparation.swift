import Casework
import NodeSettings
import Store
import TransferCore
import WebConsole

/// Brings the cases of the start page to their points, after the transfers of the demonstration.
struct DemoPreparation: Sendable {
    let network: TransferNetwork
    let stores: [AgencyCode: JiexuStore]
    let say: @Sendable (String) -> Void

    /// At these offices people decide from now on; at the third a policy goes on deciding alone.
    private static let people = [ScenarioStage.destination, ScenarioStage.origin]

    /// - Returns: how many cases wait for somebody.
    func run() async throws -> Int {
        guard let demonstration = network.demonstration else { return 0 }
        for code in DemoPreparation.people {
            // A question about money that differs is asked by itself, so that there is one to answer.
            try await network.restart(code) { $0.agency.straightThrough = [.query] }
        }
        try await importPeople()

        var samples: [DemonstrationGuide.Sample] = []
        var ages = DemoSample.Age.allCases[...]
        while let age = ages.popFirst() {
            for (place, sample) in DemoSample.all.enumerated() where sample.age == age {
                let number = try await sample.play(stage(sample, place))
                say("  \(number)  \(sample.person.maskedName)  \(sample.chinese) / \(sample.english)")
                samples.append(
                    .init(
                        number: number.text, office: sample.office.text,
                        residentID: sample.person.residentID.fullText, chinese: sample.chinese,
                        english: sample.english))
            }
            if let next = ages.first {
                try await moveOn(demonstration, days: age.rawValue - next.rawValue)
            }
        }
        let offices = try network.inOrder.map { node in node.shown(besides: try administrators(at: node)) }
        try demonstration.write(DemonstrationGuide(offices: offices, samples: samples))
        return samples.count
    }

    private func stage(_ sample: DemoSample, _ place: Int) -> ScenarioStage {
        // A telephone for each, so that none is asked for codes more often than one should be.
        ScenarioStage(
            network: network, stores: stores, person: sample.person, key: "sample-\(place)",
            mobile: "138000001\(place < 10 ? "0" : "")\(place)"
        ) { _ in }
    }

    private func importPeople() async throws {
        var rows: [AgencyCode: RecordRows] = [:]
        for (place, sample) in DemoSample.all.enumerated() {
            let stage = stage(sample, place)
            stage.add(sample.record, to: &rows[sample.origin, default: RecordRows()])
            stage.addAtDestination(months: sample.months, to: &rows[ScenarioStage.destination, default: RecordRows()])
        }
        for (code, rows) in rows.sorted(by: { $0.key < $1.key }) { try await network.importRecords(rows, at: code) }
    }

    /// Those who see to the node and its accounts log in with a password and a second factor of their own, which whoever
    /// plays them sets up: what stands on the start page opens the account once.
    private func administrators(at node: TransferNetwork.RunningNode) throws -> [DemonstrationGuide.Account] {
        try DemoSeat.administrators.map { seat in
            let added = try ChildProcess.run([
                "account", "add", seat.name, "--kind", seat.kind, "--person", seat.name, "--display-name",
                seat.displayName, "--config", node.settingsFile,
            ])
            let line = added.output.split(separator: "\n").first { $0.hasPrefix("  \(seat.name)  ") }
            guard added.status == 0, let secret = line?.split(separator: " ").last else {
                throw RigFault("\(seat.name) was not added: \(added.output)")
            }
            return .init(name: seat.name, secret: String(secret), chinese: seat.chinese, english: seat.english)
        }
    }

    private func moveOn(_ demonstration: DemonstrationFolder, days: Int) async throws {
        do throws(DemonstrationRefusal) { try demonstration.moveClock(days: days) } catch {
            throw RigFault(error.sentence)
        }
        say("  时钟向前 \(days) 天：the clock goes on by \(days) days, to \(SystemClock().now.date)")
        for node in network.inOrder { try await network.ready(node) }
    }
}

extension TransferNetwork.RunningNode {
    /// The office as the start page shows it.
    fileprivate func shown(besides others: [DemonstrationGuide.Account]) -> DemonstrationGuide.Office {
        .init(
            code: agency.code.text, chinese: agency.nameChinese, english: agency.nameEnglish,
            pages: "http://127.0.0.1:\(api.publicPort)/", operations: "http://127.0.0.1:\(api.operationsPort)/",
            accounts: DemoSeat.all.map { seat in
                .init(name: seat.name, secret: secrets[seat.name] ?? "", chinese: seat.chinese, english: seat.english)
            } + others)
    }
}

// MARK: - On the way to a point

extension ScenarioStage {
    func reviewing(
        branches: [Branch] = [], origin: AgencyCode = origin, hasAccount: Bool = false
    ) async throws -> CaseNumber {
        let number = try await lodge(branches: branches, origin: origin, hasAccount: hasAccount)
        try await wait(number, at: ScenarioStage.destination, for: "reviewing")
        return number
    }

    /// One person prepares; nobody has checked it yet.
    func propose(_ action: StaffAction, on number: CaseNumber) async throws {
        let body = try StaffActionForm.write(action, text: "材料齐全，符合规定。")
        let answer = try await network.node(ScenarioStage.destination).maker.post(
            "/api/v1/staff/cases/\(number)/proposals", body)
        guard answer.status == 201 else {
            throw RigFault("\(action.name) got \(answer.status): \(answer.text)")
        }
    }

    /// The letter is at the origin; an origin where people decide has not looked at it.
    func accepted(
        branches: [Branch] = [], origin: AgencyCode = origin, hasAccount: Bool = false
    ) async throws -> CaseNumber {
        let number = try await reviewing(branches: branches, origin: origin, hasAccount: hasAccount)
        try await decide(.accept, on: number, at: ScenarioStage.destination)
        if origin == ScenarioStage.origin { try await wait(number, at: origin, for: "checking") }
        return number
    }

    /// Certificate and form are out; the money is not ordered.
    func checked(branches: [Branch] = [], hasAccount: Bool = false) async throws -> CaseNumber {
        let number = try await accepted(branches: branches, hasAccount: hasAccount)
        try await decide(.check, on: number, at: ScenarioStage.origin)
        try await wait(number, at: ScenarioStage.origin, for: "frozen")
        return number
    }

    func remitted(branches: [Branch] = [], hasAccount: Bool = false) async throws -> CaseNumber {
        let number = try await checked(branches: branches, hasAccount: hasAccount)
        try await decide(.remit, on: number, at: ScenarioStage.origin)
        return number
    }

    func completed() async throws -> CaseNumber {
        let number = try await remitted()
        try await wait(number, at: ScenarioStage.destination, for: "completed")
        return number
    }
}
