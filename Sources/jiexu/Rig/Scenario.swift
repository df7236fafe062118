import Casework
import Foundation
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// A side path of a transfer, played on real nodes by the people that it concerns.
struct Scenario: Sendable {
    /// The name under which it is asked for: lower-case words and hyphens.
    let name: String
    let titleChinese: String
    let titleEnglish: String
    /// The steps that wait for people at an agency; all others are decided by the policy.
    let waiting: [AgencyCode: Set<DecisionStep>]
    /// What is left in suspense at the end because the bank itself owes it or is owed it.
    let explainedSuspense: [AgencyCode: Money]
    /// How many bank lines fit no case at the end, because the bank moved money that nobody ordered.
    let explainedLines: Int
    let play: @Sendable (ScenarioStage) async throws -> Void

    init(
        name: String, titleChinese: String, titleEnglish: String, waiting: [AgencyCode: Set<DecisionStep>] = [:],
        explainedSuspense: [AgencyCode: Money] = [:], explainedLines: Int = 0,
        play: @escaping @Sendable (ScenarioStage) async throws -> Void
    ) {
        self.name = name
        self.titleChinese = titleChinese
        self.titleEnglish = titleEnglish
        self.waiting = waiting
        self.explainedSuspense = explainedSuspense
        self.explainedLines = explainedLines
        self.play = play
    }

    static let all = ofPapers + ofMoney

    /// The steps that the policy decides at an agency.
    func alone(at code: AgencyCode) -> Set<DecisionStep> {
        Set(DecisionStep.allCases).subtracting(waiting[code] ?? [])
    }
}

extension Scenario {
    /// Plays the scenario, and checks both books and what each office says of the other's.
    func run(on network: TransferNetwork, _ say: @escaping @Sendable (String) -> Void) async throws {
        try await network.start()
        var stores: [AgencyCode: JiexuStore] = [:]
        for node in network.inOrder {
            stores[node.agency.code] = try await node.settings.openStore(.reading)
        }
        defer { stores.values.forEach { $0.close() } }
        let stage = ScenarioStage(network: network, stores: stores, say: say)
        try await play(stage)

        var findings: [String] = []
        for (code, store) in stores.sorted(by: { $0.key < $1.key }) {
            let balances = try await store.ledgerBalances()
            let accounts = balances.sorted { $0.key < $1.key }.filter { $0.value != .zero }
                .map { "\($0.key) \($0.value)" }.joined(separator: "   ")
            say("  账簿 ledger \(code): 合计 sum \(balances.values.sum())   \(accounts)")
        }
        findings += try await NetworkCheck(
            network: network, stores: stores, explainedSuspense: explainedSuspense, explainedLines: explainedLines
        ).findings()
        findings += try digests(network, say)
        guard findings.isEmpty else { throw RigFault(findings.joined(separator: "\n")) }
    }

    /// Each pair of offices compares its signed statements.
    private func digests(_ network: TransferNetwork, _ say: @Sendable (String) -> Void) throws -> [String] {
        var findings: [String] = []
        let codes = network.inOrder.map(\.agency.code)
        for (one, other) in [(codes[0], codes[1]), (codes[0], codes[2]), (codes[1], codes[2])] {
            let comparison = try ChildProcess.run([
                "reconcile", "--peer", other.text, "--config", try network.node(one).settingsFile,
            ])
            if comparison.status == 0 {
                say("  对账 \(one) ⇄ \(other) 一致 agree")
            } else {
                findings.append("\(one) and \(other) differ: \(comparison.output)")
            }
        }
        return findings
    }
}

extension ScenarioStage {
    var today: CivilDate { SystemClock().now.date }

    /// The payout leg that has bounced at the origin.
    func bouncedPayout(_ number: CaseNumber) async throws -> PayoutPurpose {
        let view = try await view(number, at: ScenarioStage.origin)
        let bounced = view?.story.transfer.payouts.first { _, leg in
            if case .bounced = leg.phase { true } else { false }
        }
        guard let bounced else { throw RigFault("no payout of \(number) has bounced") }
        return bounced.key
    }

    /// Waits until money has gone back and was confirmed.
    func waitForReturn(_ number: CaseNumber) async throws {
        for _ in 0..<1_200 {
            if try await view(number, at: ScenarioStage.destination)?.story.transfer.fundsReturn.phase == .confirmed {
                say("  \(ScenarioStage.destination)  \(CaseWords.phase("return-confirmed"))")
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw RigFault("nothing of \(number) has gone back")
    }

    /// Waits until the destination has a form of a version.
    func waitForForm(_ version: Int, _ number: CaseNumber) async throws {
        for _ in 0..<1_200 {
            if let view = try await view(number, at: ScenarioStage.destination),
                case .informationForm(let form)? = try view.file.newest(.informationForm)?.content,
                form.version >= version
            {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw RigFault("\(number) got no form of version \(version)")
    }
}
