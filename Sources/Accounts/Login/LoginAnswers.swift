package import Casework

/// What the first step of a login answers.
package enum LoginStart: Hashable, Sendable {
    /// The password was right: the second factor is asked for. The ticket says which login goes on; it opens nothing.
    case secondFactor(ticket: String)
    /// Not let in. Which of name, password and lock was the reason is told to nobody.
    case refused
}

/// What the second step of a login answers.
package enum LoginEnd: Sendable {
    case loggedIn(SessionGrant)
    /// The code was wrong, or was used before, or there were too many tries: another code may be tried.
    case refused
    /// There is no such login under way: begin again.
    case expired
    /// The node has as many sessions as it keeps.
    case full
}

/// What an activation secret answers.
package enum ActivationStart: Sendable {
    /// - Parameters:
    ///   - setsPassword: whether the holder sets a new password; otherwise they show the one they have.
    ///   - enrolment: the seed of the new second factor; nil when the code is that of the one they have.
    case open(ticket: String, setsPassword: Bool, enrolment: Enrolment?)
    case refused
}

/// What the end of an activation answers.
package enum ActivationEnd: Hashable, Sendable {
    /// The account is active: its holder may log in, with a code that was not used yet.
    case activated
    /// The new password is not taken: what is wrong with it, all of it.
    case weak([PasswordFault])
    /// The code, or the password that was there before, was wrong.
    case refused
    case expired
}

/// What a change of one's own password answers.
package enum PasswordChange: Sendable {
    /// All other sessions of the account have ended, and this one goes on with a new id.
    case changed(SessionGrant)
    case weak([PasswordFault])
    /// The old password was wrong, or there were too many tries.
    case refused
}

/// What showing a fresh second factor answers.
package enum StepUp: Sendable {
    /// The session goes on with a new id, and is fresh for five minutes.
    case fresh(SessionGrant)
    case refused
}

/// Why nobody can be let in now, whoever they are. Nothing was decided.
package enum LoginFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Too many passwords wait to be looked at: answer 503, and try again in a moment.
    case busy
    case store(StoreError)
    /// The node's key of the seeds does not open what it should: an operator must look.
    case seedKey

    package var description: String {
        switch self {
        case .busy: "登录繁忙，请稍候再试。 Too many log in at this moment; try again in a few seconds."
        case .store(let error): "\(error)"
        case .seedKey: "第二因素密钥不符。 The node's key of the second factors is not the one that sealed them."
        }
    }
}
