import Casework
import TransferCore
import TransferDocuments

// What the staff of the two offices do.

extension NodePair {
    /// Two persons of an agency.
    static let deciders = Deciders(maker: "li.na", checker: "wang.wei")

    /// Carries an action out at a node, by two persons.
    func act(_ action: StaffAction, on number: CaseNumber, at node: PairNode) async throws {
        guard let deciders = NodePair.deciders else { preconditionFailure("two persons") }
        let form = Array("{\"action\":\"\(action.name)\"}".utf8)
        try await node.desk.perform(
            StaffDecision(action: action, text: "按规定办理。", form: form), on: number, by: deciders)
    }

    /// The published names of the phases at both sides: destination, origin.
    func phases(of number: CaseNumber) async throws -> [String?] {
        [try await phase(of: number, at: destination), try await phase(of: number, at: origin)]
    }

    /// The published name of the pension leg's phase.
    func pension(of number: CaseNumber, at node: PairNode) async throws -> String? {
        try await view(of: number, at: node)?.story.transfer.legs.first?.phase
    }

    /// The kinds of the documents of a case that a node sent, in order.
    func sent(of number: CaseNumber, by node: PairNode) async throws -> [DocumentKind] {
        try await view(of: number, at: node)?.file.documents.filter { $0.sender == node.code }.map(\.kind) ?? []
    }

    /// Runs the clocks of both nodes, as the watch does every day, and carries out what comes of it.
    func passDays(_ days: Int64) async throws {
        clock.move(days: days)
        for node in nodes {
            try await node.desk.reportOverdue()
            try await node.desk.urgeLate()
        }
        try await settle()
    }
}
