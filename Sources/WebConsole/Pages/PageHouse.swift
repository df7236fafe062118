import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// What all pages of a node have in common: whose node it is, who is logged in, and how a page is framed.
struct PageHouse: Sendable {
    let desk: Desk
    /// What employers have left, and lists of cases.
    let store: any PageStore
    let batches: BatchDesk
    let formOwners = FormOwners()
    let sessions = SessionTable()
    /// Whether browsers reach the pages by HTTPS. Without it the cookies can do without only on this machine.
    let isSecure: Bool
    /// The accounts of people; nil for a node that has none but those of its settings.
    var accounts: PageAccounts?
    /// Where it is written who has looked at whom; nil for a node without.
    var trail: (any TrailStore)?
    /// What is shown of a demonstration; nil for a node for real cases.
    var demonstration: (any Demonstration)?
    /// What insured persons need; nil for a node without pages for them.
    var persons: PagePersons?
    /// Whether owners of cases can have their changes told to a system of theirs.
    var hasWebhooks = false
    let press = PressRoom()

    init(
        desk: Desk, store: any PageStore, isSecure: Bool, accounts: PageAccounts?, demonstration: (any Demonstration)?,
        persons: PagePersons?, trail: (any TrailStore)?
    ) {
        self.desk = desk
        self.store = store
        batches = BatchDesk(desk: desk, store: store)
        self.isSecure = isSecure
        self.accounts = accounts
        self.demonstration = demonstration
        self.persons = persons
        self.trail = trail
    }

    /// A cookie with this prefix is taken from no other host and no other path. Source: RFC 6265bis, section 4.1.3.2.
    /// The offices of a demonstration share one host, and a browser's cookies are by host: each has its own name.
    var sessionCookie: String {
        demonstration == nil ? isSecure ? "__Host-jiexu" : "jiexu" : "jiexu-\(desk.agency.code)"
    }
    static let languageCookie = "jiexu-language"

    // MARK: Who comes

    /// What a page knows of whoever asks for it.
    ///
    /// - Throws: a problem for a visitor who may not, and for a form that did not come from a page of this node.
    func visit(_ request: HTTPRequest, _ access: Route.Access) async throws(Problem) -> PageVisit {
        let fields = request.headerFields
        let language = PageHouse.language(fields)
        let visitor = try await visitor(fields)
        if request.method != .get { try PageHouse.checkOrigin(request) }
        if access.needsVisitor {
            guard let visitor else { throw .loginNeeded }
            guard visitor.mayAsk(request.method, access) else { throw .pageNotAllowed }
            if case .overdue? = visitor.session?.password, request.path != "/account", request.path != "/logout" {
                throw .passwordOverdue
            }
        }
        let path = request.method == .get ? request.path ?? "/" : "/"
        return PageVisit(
            language: language, visitor: visitor, path: path, unread: try await unreadNotices(of: visitor))
    }

    /// Whose session the browser shows.
    func visitor(_ fields: HTTPFields) async throws(Problem) -> Visitor? {
        guard let secret = PageHouse.cookie(sessionCookie, fields) else { return nil }
        if let visitor = sessions.visitor(secret, at: desk.clock.machineTime) { return visitor }
        do throws(StoreError) {
            return try await accounts?.sessions.visit(secret).map { Visitor($0) }
        } catch {
            throw Problem(error)
        }
    }

    /// A form of a visitor carries the secret of the session.
    func checkForm(_ shown: String?, of visit: PageVisit) throws(Problem) {
        guard let visitor = visit.visitor, let shown, shown.utf8.elementsEqual(visitor.formSecret.utf8)
        else { throw .formNotOurs }
    }

    /// What changes something comes from a page of this very node. Source: SE-15 of the handbook of screens.
    private static func checkOrigin(_ request: HTTPRequest) throws(Problem) {
        let fields = request.headerFields
        if let site = fields[.secFetchSite] {
            guard site == "same-origin" else { throw .formNotOurs }
        } else {
            guard let origin = fields[.origin], let host = request.authority,
                origin == "https://\(host)" || origin == "http://\(host)"
            else { throw .formNotOurs }
        }
    }

    /// The language that the reader has chosen.
    static func language(_ fields: HTTPFields) -> PageLanguage {
        cookie(languageCookie, fields).flatMap(PageLanguage.init(rawValue:)) ?? .chinese
    }

    static func cookie(_ name: String, _ fields: HTTPFields) -> String? {
        for value in fields[values: .cookie] {
            for part in value.split(separator: ";") {
                let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                if pair.count == 2, pair[0] == name { return String(pair[1]) }
            }
        }
        return nil
    }

    func setCookie(_ name: String, _ value: String, isSecret: Bool, seconds: Int? = nil) -> String {
        "\(name)=\(value); Path=/; SameSite=Lax" + (isSecret ? "; HttpOnly" : "") + (isSecure ? "; Secure" : "")
            + (seconds.map { "; Max-Age=\($0)" } ?? "")
    }

    // MARK: What goes with every answer

    /// No script runs on any page, and nothing comes from elsewhere. Source: SE-16 and SE-17 of the handbook of screens.
    var fields: HTTPFields {
        var fields: HTTPFields = [
            .contentSecurityPolicy:
                "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
                + "base-uri 'none'",
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
            .crossOriginOpenerPolicy: "same-origin",
            .crossOriginResourcePolicy: "same-origin",
            .permissionsPolicy: "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            .cacheControl: "no-store",
        ]
        if isSecure { fields[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        return fields
    }
}

/// A page as it is asked for: by whom, and in which language.
struct PageVisit: Sendable {
    let language: PageLanguage
    /// Nil for somebody who is not logged in.
    let visitor: Visitor?
    /// The address at which the page can be seen again; the start page for what was sent.
    var path = "/"
    /// How many notices an insured person has not read.
    var unread = 0
    /// Which listener was asked.
    var side = ListenerSide.everything
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
}

extension Problem {
    static let loginNeeded = Problem(
        status: 401, code: "login-needed", title: "Login needed", detail: "Log in first; the session may be over.")

    static let pageNotAllowed = Problem(
        status: 403, code: "page-not-allowed", title: "Not your page",
        detail: "This page is for other duties than yours.")

    static let formNotOurs = Problem(
        status: 403, code: "form-not-ours", title: "Form not taken",
        detail: "The form did not come from a page of this node that is still valid. Open the page again.")
}
