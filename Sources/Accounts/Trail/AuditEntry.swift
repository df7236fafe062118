package import Casework

/// Something that was done with accounts, or was tried, for the trail that nobody can change.
///
/// It holds no secret and nobody's name: who acts stands with the name of their account and the agency's number of the
/// person. A name that was typed and belongs to no account is not kept, since people type passwords there.
///
/// Source: GB/T 22239-2019, 8.1.4 (security audit a, b); SE-43 of the domain handbook.
package struct AuditEntry: Hashable, Sendable {
    /// By the clock of the node.
    package let at: Instant
    package let actor: AuditActor
    package let action: AuditAction
    /// What it was done to, such as the name of an account; empty for nothing else than the actor.
    package let object: String
    package let result: AuditResult
    /// Why; empty where the result says all.
    package let reason: String

    /// - Parameters: texts are cut at 200 characters, and lose what could break a line.
    package init(
        at: Instant, _ actor: AuditActor, _ action: AuditAction, of object: String = "", _ result: AuditResult,
        reason: String = ""
    ) {
        self.at = at
        self.actor = actor
        self.action = action
        self.object = AccountText.cleaned(object, longest: 200)
        self.result = result
        self.reason = AccountText.cleaned(reason, longest: 200)
    }
}

/// Who acts, and how they came in.
package struct AuditActor: Hashable, Sendable {
    /// The name of the account; `unknown` for somebody who is not known, `console` for a command of the machine.
    package let who: String
    /// The agency's number of the person; nil where none is known.
    package let person: String?
    /// The roles with commas between; empty for none.
    package let role: String
    package let method: AuditMethod
    /// The address from which they came; `console:` and the user's number for a command of the machine.
    package let source: String
    /// The number of the request, as the answer told it; empty for none.
    package let request: String

    package init(
        who: String, person: String? = nil, role: String = "", method: AuditMethod, source: String, request: String = ""
    ) {
        self.who = AccountText.cleaned(who, longest: 64)
        self.person = person
        self.role = role
        self.method = method
        self.source = AccountText.cleaned(source, longest: 64)
        self.request = AccountText.cleaned(request, longest: 64)
    }

    package init(_ account: Account?, _ method: AuditMethod, from source: LoginSource, request: String) {
        self.init(
            who: account?.name.text ?? "unknown", person: account?.kind.person, role: account?.roleText ?? "",
            method: method, source: source.place, request: request)
    }

    /// Whoever has the right to run commands on the node's machine.
    ///
    /// - Parameter user: the number of the user of the system.
    package static func console(user: UInt32) -> AuditActor {
        AuditActor(who: "console", role: "console", method: .console, source: "console:uid-\(user)")
    }
}

/// How somebody showed who they are. The names are published.
package enum AuditMethod: String, Hashable, Sendable, CaseIterable {
    case none, password, invitation, console
    case secondFactor = "second-factor"
    case session
    /// A code to the telephone of an insured person.
    case oneTimeCode = "one-time-code"
    /// With a certificate of their own, on the listener that asks for one.
    case certificate
    /// With a security key (WebAuthn).
    case securityKey = "security-key"
    /// With the secret of an account that stands in the settings.
    case settings
    /// With an access token: a program.
    case accessToken = "access-token"
}

/// What is done with accounts, and with what they open. The names are published.
package enum AuditAction: String, Hashable, Sendable, CaseIterable {
    case password = "password-shown"
    case logIn = "log-in"
    case logOut = "log-out"
    case lock
    case stepUp = "step-up"
    case endSession = "end-session"
    case activate
    case changePassword = "change-password"
    case add = "add-account"
    case disable = "disable-account"
    case enable = "enable-account"
    case unlock = "unlock-account"
    case resetPassword = "reset-password"
    case resetSecondFactor = "reset-second-factor"
    case changeDuties = "change-duties"
    // Insured persons, and who has a paper of theirs.
    case sendCode = "send-code"
    case ask = "ask-the-office"
    case answerPerson = "answer-person"
    case noteTelephone = "note-telephone"
    case makeGrant = "make-grant"
    case useGrant = "use-grant"
    case revokeGrant = "revoke-grant"
    case checkPaper = "check-paper"
    case correctAccount = "correct-account"
    case withdraw = "withdraw"

    /// An account or other duties were asked for; another person decides.
    case requestAccount = "request-account"
    case declineAccount = "decline-account"
    case addLoginKey = "add-login-key"
    case removeLoginKey = "remove-login-key"

    /// A page was shown that names a person or a case.
    case view
    /// A list of persons or cases was shown.
    case list
    /// A paper about a person was handed out.
    case print
    /// An identity number was shown in full, with a purpose.
    case reveal
    /// Something was sent with a form.
    case act

    case searchTrail = "search-trail"
    /// An auditor looked for the cases of a person by an identity number, with a purpose.
    case findPerson = "find-person"
    case exportTrail = "export-trail"
    case verifyTrail = "verify-trail"
    case exportDossier = "export-dossier"
    case misuseReport = "misuse-report"
    case holdPeer = "hold-peer"
    case resumePeer = "resume-peer"
    case testPeer = "test-peer"
    case exportDiagnostics = "export-diagnostics"
}

/// The names are published.
package enum AuditResult: String, Hashable, Sendable, CaseIterable {
    case done, refused
    /// Let through, and written before it was tried: what came of it stands in the history of its object, or in a refused
    /// row of the same request.
    case begun
}
