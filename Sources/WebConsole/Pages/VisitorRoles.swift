import Accounts
import Casework
import HTTPTypes
import TransferCore

extension Visitor {
    /// What the visitor is there for, as account or as person of the settings.
    var roles: Set<AccountRole> {
        if let session { return session.account.kind.roles }
        if let member = token.member { return Set(member.duties.map(AccountRole.init)) }
        return token.role == .employer ? [.employer] : []
    }

    /// The first page after logging in, on the listener that was asked: what is not there is nobody's first page.
    func home(on side: ListenerSide) -> String {
        guard roles.isDisjoint(with: Visitor.administrators) else { return side == .world ? "/account" : "/admin" }
        guard side != .administration else { return "/account" }
        return switch token.role {
        case .staff: "/desk"
        case .employer, .desk: "/org"
        case .insuredPerson: "/my"
        }
    }

    /// Those who see to the node and its accounts, and to no business.
    static let administrators: Set<AccountRole> = [.systemAdministrator, .securityOfficer]

    /// Whether the visitor may ask for a route. Administrators have no business, and an auditor changes none: what is not
    /// theirs is refused here, whatever the page itself would say.
    ///
    /// Source: SE-20 and SE-24 of the handbook of screens.
    func mayAsk(_ method: HTTPRequest.Method, _ access: Route.Access) -> Bool {
        switch access {
        case .local, .roles: return false
        case .anyone: return true
        case .duties(let duties): return !duties.isDisjoint(with: roles)
        case .visitors(let accepted):
            guard accepted.contains(token.role) else { return false }
            // One's own account, and the way out.
            if accepted == Set(AccessRole.allCases) { return true }
            if !roles.isDisjoint(with: Visitor.administrators) { return false }
            return roles != [.auditor] || method == .get
        }
    }
}

extension Call {
    /// Whether whoever looks at cases may do something about them too. Who may not, as an auditor, is offered nothing.
    var mayAct: Bool { page.visitor?.mayAsk(.post, DeskPages.access) ?? false }
}

extension PageHouse {
    /// Ends the session that the browser shows, of whatever kind: nobody goes on under one that somebody else may know.
    func endSession(_ call: Call) async {
        if let old = PageHouse.cookie(sessionCookie, call.fields) { sessions.end(old) }
        guard let visit = call.page.visitor?.session else { return }
        // Sessions are in memory: where one could not be ended it ends by itself, and nobody is kept from logging in.
        try? await accounts?.sessions.end(visit)
    }

    /// Goes on under a new session; the one before, if there was one, ends.
    func begin(_ grant: SessionGrant, to address: String? = nil, _ call: Call) async -> Answer {
        if call.page.visitor?.session?.session.digest != grant.visit.session.digest { await endSession(call) }
        var answer = PageHouse.redirect(to: address ?? Visitor(grant.visit).home(on: call.page.side))
        answer.fields[.setCookie] = setCookie(sessionCookie, grant.id, isSecret: true)
        return answer
    }
}

/// The menu of those who audit and administer.
enum OversightMenu {
    /// - Returns: nil for those who do neither.
    static func entries(
        _ visitor: Visitor, on side: ListenerSide, _ say: PageLanguage
    ) -> [(address: String, title: String)]? {
        let roles = visitor.roles
        let administers = !roles.isDisjoint(with: Visitor.administrators)
        // What another listener has is on no menu of this one.
        if side == .administration, !administers { return [] }
        if side == .world, administers { return [] }
        if roles == [.auditor] {
            return [
                ("/desk", say("经办", "Cases")), ("/review", say("复核", "To check")),
                ("/stalled", say("滞留处理", "Stalled")), ("/stats", say("统计", "Figures")),
                ("/audit", say("审计", "Audit")),
            ]
        }
        guard administers else { return nil }
        return [
            ("/admin", say("概况", "Overview")), ("/admin/accounts", say("账号", "Accounts")),
            ("/admin/peers", say("对方节点", "Peers")), ("/admin/keys", say("证书与密钥", "Keys")),
            ("/admin/diagnostics", say("诊断", "Diagnostics")),
        ]
    }
}
