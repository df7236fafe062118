import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// That whoever signs or approves has shown their second factor within the last five minutes. An account of the settings
/// has one secret only, so that it is asked for again.
///
/// Source: SE-25 of the handbook of screens.
enum FreshFactor {
    /// An export of more persons, or of more rows of the trail, asks for a fresh factor. Programs have no second factor: they
    /// get lists by pages of 1,000 at most.
    static let mostExported = 500

    /// What a form that signs asks for; nil for somebody whose factor is fresh.
    static func fields(_ call: Call, _ house: PageHouse) -> HTML? {
        let say = call.say
        guard let visitor = call.page.visitor, !visitor.isFresh else { return nil }
        if visitor.session != nil {
            return """
                <label for="fresh">\(say(
                    "动态码（上次验证已超过 5 分钟）", "Code (the last one was more than five minutes ago)"))
                <span class="must">* \(say("必填", "required"))</span></label>
                <input type="text" id="fresh" name="fresh" inputmode="numeric" maxlength="6" required autocomplete="one-time-code">
                \(SecurityKeyPages.freshLink(house, .review, say))
                """
        }
        return """
            <label for="fresh">\(say(
                "再次输入口令（此账号写在配置里，没有第二因素）", "The secret once more (this account of the settings has no second factor)"))
            <span class="must">* \(say("必填", "required"))</span></label>
            <input type="password" id="fresh" name="fresh" maxlength="512" required autocomplete="current-password">
            """
    }

    /// Takes what was entered.
    ///
    /// - Returns: the cookie with which the session goes on; nil where it stays as it is.
    /// - Throws: a problem when the factor is not fresh and none, or a wrong one, came with the form.
    static func show(_ call: Call, _ house: PageHouse) async throws(Problem) -> String? {
        guard let visitor = call.page.visitor, !visitor.isFresh else { return nil }
        let shown = call.form["fresh"] ?? ""
        if let visit = visitor.session {
            guard let accounts = house.accounts else { throw .freshNeeded }
            let answer: StepUp
            do throws(LoginFault) {
                answer = try await accounts.login.stepUp(visit, code: shown, from: call.source)
            } catch {
                throw Problem(error)
            }
            guard case .fresh(let grant) = answer else { throw .freshNeeded }
            return house.setCookie(house.sessionCookie, grant.id, isSecret: true)
        }
        guard DocumentDigest(of: Array(shown.utf8)) == visitor.token.digest,
            let secret = PageHouse.cookie(house.sessionCookie, call.fields)
        else { throw .freshNeeded }
        house.sessions.freshen(secret, at: house.desk.clock.machineTime)
        return nil
    }
}

extension Call {
    /// Where a visitor whose factor is not fresh shows it before an export of so many; nil for one who may have it now.
    func factorFirst(exporting count: Int, _ place: FreshPages.Place) -> Answer? {
        guard count > FreshFactor.mostExported, page.visitor?.isFresh != true else { return nil }
        return PageHouse.redirect(to: "\(FreshPages.address)?to=\(place.rawValue)")
    }
}

extension Problem {
    static let freshNeeded = Problem(
        status: 403, code: "fresh-factor-needed", title: "A fresh factor is needed",
        detail:
            "Signing and approving ask for the second factor again after five minutes. Open the page again and enter it."
    )
}
