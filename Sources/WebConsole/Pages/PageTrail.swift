import Accounts
import Casework
import HTTPTypes
import Logging
import TransferCore
import TransferDocuments

/// What a page leaves in the trail: a row for each page that shows a person or a case, before anybody sees it, and for each
/// form, before anything is done with it. When the row cannot be written, nothing is shown and nothing is done.
///
/// Every page of somebody who is logged in leaves a row unless it stands in ``silent``: a page that nobody thought of is
/// in the trail.
///
/// Source: SE-43, SE-45 and SE-68 of the handbook of screens.
enum PageTrail {
    /// Pages that show nobody, and those that write rows of their own.
    private static let silent: Set<String> = [
        "/", "/guide", "/language", "/login", "/logout", "/account", "/stats", "/stats/{chart}", "/org/new",
        "/org/batch",
        "/org/batch/template", "/org/webhooks",
    ]
    private static let ownRows = ["/audit", "/admin", "/account/", "/desk/reveal"]

    /// What a route is in the trail; nil for one that writes no row, or rows of its own.
    static func action(of route: Route) -> AuditAction? {
        guard route.access.needsVisitor, !ownRows.contains(where: { isBelow(route.pattern, $0) }) else { return nil }
        if route.method != .get { return route.pattern == "/logout" || route.pattern == "/account" ? nil : .act }
        if silent.contains(route.pattern) { return nil }
        if route.pattern.contains("/papers/") { return .print }
        return route.pattern.contains("{") ? .view : .list
    }

    private static func isBelow(_ pattern: String, _ place: String) -> Bool {
        pattern == place || pattern.hasPrefix(place.hasSuffix("/") ? place : place + "/")
    }

    /// What it was done to: the number of a case, or another whole number of the address. Nothing else is kept of an
    /// address, since it could be a secret.
    static func object(_ parameters: [String]) -> String {
        guard let first = parameters.first else { return "" }
        if CaseNumber(first) != nil { return first }
        if let key = PersonNotice.Key(first) { return key.number.text }
        return (1...18).contains(first.utf8.count) && first.utf8.allSatisfy { (0x30...0x39).contains($0) } ? first : ""
    }

    /// 64 random bits as 16 hexadecimal digits, by which an answer, the log and the trail are found together.
    static func requestNumber() -> String {
        var generator = SystemRandomNumberGenerator()
        let word = String(generator.next() as UInt64, radix: 16)
        return String(repeating: "0", count: 16 - word.count) + word
    }
}

extension PageHouse {
    /// Answers a page with its row in the trail.
    func witnessed(_ route: Route, _ call: Call) async throws(Problem) -> Answer {
        guard trail != nil, call.visit?.visitor != nil, let action = PageTrail.action(of: route) else {
            return try await route.answer(call)
        }
        let object = PageTrail.object(call.parameters)
        if action == .act {
            try await note(.act, of: object, .begun, reason: route.pattern, call)
            return try await route.answer(call)
        }
        let answer = try await route.answer(call)
        try await note(action, of: object, .done, reason: route.pattern, call)
        return answer
    }

    /// Writes a row; a page that needs one is not given out without it.
    func note(
        _ action: AuditAction, of object: String = "", _ result: AuditResult, reason: String = "", _ call: Call
    ) async throws(Problem) {
        guard let visitor = call.visit?.visitor else { return }
        try await keep(
            AuditEntry(
                at: desk.clock.now, visitor.actor(from: call.source, call.request), action, of: object, result,
                reason: reason))
    }

    /// Keeps that somebody who is logged in, or a program with a token of this node, was refused something: a page of
    /// others, a form that was not taken, a step that was not possible. Who is not known leaves no row.
    ///
    /// - Parameter token: the one that a program has shown, if it is known here.
    func noteRefusal(
        _ problem: Problem, _ request: HTTPRequest, _ route: Route?, by token: AccessToken?, _ number: String,
        from address: String
    ) async {
        guard trail != nil, let route, problem.status < 500, problem != .loginNeeded else { return }
        let source = LoginSource(address: address)
        let actor =
            route.access.isPage
            ? try? await visitor(request.headerFields)?.actor(from: source, number) : token?.actor(from: source, number)
        guard let actor else { return }
        let parameters = (try? Target(request.path ?? "")).flatMap { route.parameters(of: $0.segments) } ?? []
        let entry = AuditEntry(
            at: desk.clock.now, actor,
            PageTrail.action(of: route) ?? ProgramTrail.action(of: route) ?? (route.method == .get ? .view : .act),
            of: PageTrail.object(parameters),
            .refused, reason: "\(problem.code) \(route.pattern)")
        // Nothing was shown: that it cannot be written is said in the log.
        try? await keep(entry)
    }
}

extension Visitor {
    /// The visitor as the trail knows them.
    func actor(from source: LoginSource, _ request: String) -> AuditActor {
        if let session { return AuditActor(session.account, .session, from: source, request: request) }
        return AuditActor(
            who: token.name, person: token.member?.person,
            role: roles.sorted().map(\.rawValue).joined(separator: ","), method: .settings, source: source.place,
            request: request)
    }
}

extension Problem {
    static let trailBroken = Problem(
        status: 503, code: "unavailable", title: "Service unavailable",
        detail: "What you do cannot be written into the trail, so it is not done; tell the operator.",
        retryAfterSeconds: 30)
}

extension HTTPField.Name {
    static let requestNumber = HTTPField.Name("X-Request-Id")!
}
