import Casework
import Testing
import TransferCore
import TransferDocuments

// What the side paths need besides the cast of the straight road.

extension ContributionLine {
    /// Months of one year at 5,000 yuan that were not, or not in time, paid like the others.
    static func plain(
        _ from: String, _ to: String, as kind: ContributionKind, paidOn: String? = nil
    ) -> ContributionLine {
        let line = ContributionLine.plain(from, to)
        let day = paidOn.map(PairCast.day)
        return ContributionLine(
            year: day?.year ?? line.year, from: line.from, to: line.to, kind: kind, base: line.base,
            ownShare: line.ownShare, creditedShare: line.creditedShare, employerShare: line.employerShare,
            paidOn: day)
    }
}

extension NodePair {
    /// Every step is decided by a policy, but for these.
    static func run(without steps: DecisionStep..., use: (NodePair) async throws -> Void) async throws {
        try await run(alone: Set(DecisionStep.allCases).subtracting(steps), use)
    }

    /// The newest form of a case, as a node has it.
    func form(of number: CaseNumber, at node: PairNode) async throws -> InformationForm {
        let view = try #require(try await view(of: number, at: node))
        guard case .informationForm(let form)? = try view.file.newest(.informationForm)?.content else {
            throw NoForm()
        }
        return form
    }

    struct NoForm: Error {}

    /// Names and codes of the notices of a case at a node, in order.
    func notices(of number: CaseNumber, at node: PairNode) async throws -> [[String?]] {
        try await node.store.notices(of: number).map { [$0.name, $0.code] }
    }

    /// The deadline of a case at both sides: destination, origin.
    func due(of number: CaseNumber) async throws -> [String?] {
        var days: [String?] = []
        for node in nodes { days.append(try await view(of: number, at: node)?.summary.due?.description) }
        return days
    }

    /// What a node refuses to do, and that it changes nothing.
    func refusal(of action: StaffAction, on number: CaseNumber, at node: PairNode) async throws -> NotAllowed? {
        let before = try await standing(of: node)
        do {
            try await act(action, on: number, at: node)
            Issue.record("\(action.name) was done")
            return nil
        } catch let fault as DeskFault {
            #expect(try await standing(of: node) == before)
            return fault.notAllowed
        }
    }
}
