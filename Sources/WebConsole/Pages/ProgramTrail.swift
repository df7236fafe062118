import Accounts
import Casework
import HTTPTypes
import Logging

/// What programs leave in the trail, as pages do: a row for each answer of the interface that can show a person or a case, on
/// disk before it goes out, and a row for each request of a known token that was refused. What a program changes stands in
/// the history of the case with the name of its token, written with the change. Rows of many requests share one commit.
///
/// Source: SE-43 and SE-45 of the handbook of screens.
enum ProgramTrail {
    /// Answers that show nobody: addresses of the caller's own, the agency's people, alarms of the log.
    private static let silent = ["/api/v1/webhooks", "/api/v1/staff/persons", "/api/v1/staff/log-alarms"]

    /// What a route is in the trail; nil for one that reads nothing about anybody.
    static func action(of route: Route) -> AuditAction? {
        guard case .roles = route.access else { return nil }
        if route.method != .get { return .act }
        guard
            !silent.contains(where: { route.pattern == $0 || route.pattern.hasPrefix($0 + "/") })
        else { return nil }
        return route.pattern.contains("{") ? .view : .list
    }
}

extension PageHouse {
    /// Answers a program with its row in the trail.
    func witnessedProgram(_ route: Route, _ call: Call) async throws(Problem) -> Answer {
        guard let token = call.token, let action = ProgramTrail.action(of: route) else {
            return try await route.answer(call)
        }
        let actor = token.actor(from: call.source, call.request)
        func note(_ result: AuditResult) async throws(Problem) {
            try await keep(
                AuditEntry(
                    at: desk.clock.now, actor, action, of: PageTrail.object(call.parameters), result,
                    reason: route.pattern))
        }
        let answer = try await route.answer(call)
        if action != .act { try await note(.done) }
        return answer
    }

    /// Writes a row; what needs one is not given out without it.
    func keep(_ entry: AuditEntry) async throws(Problem) {
        guard let trail else { return }
        do throws(StoreError) { try await trail.note(entry) } catch {
            desk.logger.critical("the trail cannot be written", metadata: ["cause": "\(error)"])
            throw .trailBroken
        }
    }
}

extension AccessToken {
    /// The program as the trail knows it.
    func actor(from source: LoginSource, _ request: String) -> AuditActor {
        AuditActor(
            who: name, person: member?.person, role: roleText, method: .accessToken, source: source.place,
            request: request)
    }

    /// The roles of the token as the trail has them: those of the person, or that of the program.
    fileprivate var roleText: String {
        guard let member else { return role.rawValue }
        return member.duties.map(\.rawValue).sorted().joined(separator: ",")
    }
}
