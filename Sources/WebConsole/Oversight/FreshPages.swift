import Accounts
import Casework
import HTTPTypes
import TransferCore

/// Where somebody shows the second factor once more, before what asks for a fresh one; then they go on where they were.
///
/// Source: SE-25 of the handbook of screens.
struct FreshPages: Sendable {
    let house: PageHouse

    static let address = "/account/fresh"

    var routes: [Route] {
        let access = Route.Access.visitors(Set(AccessRole.allCases))
        return [
            Route(.get, FreshPages.address, access: access, query: ["to"], answer: ask),
            Route(.post, FreshPages.address, access: access, body: .form, answer: take),
        ]
    }

    private func ask(_ call: Call) async throws(Problem) -> Answer {
        form(call, FreshPages.place(call.query["to"]), nil)
    }

    /// The place is a word of this list, so that nobody is led elsewhere.
    static func place(_ word: String?) -> Place { word.flatMap(Place.init(rawValue:)) ?? .home }

    enum Place: String, Sendable {
        case home, accounts, requests, peers, desk, review, rosters, trail

        /// Whether an account of the settings can do what is asked for there: it shows its one secret again.
        var isForSettings: Bool { self == .rosters || self == .trail }

        var address: String {
            switch self {
            case .home: "/"
            case .accounts: "/admin/accounts"
            case .requests: "/admin/requests"
            case .peers: "/admin/peers"
            case .desk: "/desk"
            case .review: "/review"
            case .rosters: "/org"
            case .trail: "/audit"
            }
        }
    }

    private func form(_ call: Call, _ place: Place, _ error: String?) -> Answer {
        let say = call.say
        guard call.page.visitor?.session != nil || place.isForSettings else {
            return house.page(
                say("再次验证身份", "Fresh factor"), call.page,
                """
                <p class="panel">\(say(
                    "此操作需要用带第二因素的账号登录后办理；配置中的账号不能办理。",
                    "This needs an account with a second factor; an account of the settings cannot do it."))</p>
                """)
        }
        return house.form(
            say("再次验证身份", "Fresh factor"), error: error, status: .init(code: 403), call.page,
            """
            <form class="panel" method="post" action="\(FreshPages.address)">\(house.secret(call.page))
            <input type="hidden" name="place" value="\(place.rawValue)">
            <p>\(say(
                "此操作前须在五分钟内验证过第二因素。验证后请重新打开刚才的页面。",
                "Before this a second factor has to be shown within five minutes. Then open the page again."))</p>
            \(field(call))
            <p><button>\(say("验证", "Go on"))</button></p></form>
            \(call.page.visitor?.session == nil ? nil : SecurityKeyPages.freshLink(house, place, say))
            """)
    }

    private func field(_ call: Call) -> HTML? {
        guard call.page.visitor?.session != nil else { return FreshFactor.fields(call, house) }
        return """
            <label for="code">\(call.say("动态码（六位数字）", "Code (six digits)"))</label>
            <input type="text" id="code" name="code" inputmode="numeric" required maxlength="6" autocomplete="one-time-code">
            """
    }

    private func take(_ call: Call) async throws(Problem) -> Answer {
        let place = FreshPages.place(call.form["place"])
        if place.isForSettings, call.page.visitor?.session == nil {
            _ = try await FreshFactor.show(call, house)
            return PageHouse.redirect(to: place.address)
        }
        guard let accounts = house.accounts, let visit = call.page.visitor?.session else { throw .notFound }
        do throws(LoginFault) {
            switch try await accounts.login.stepUp(
                visit, code: call.form["code"] ?? "", from: call.source, request: call.request)
            {
            case .fresh(let grant): return await house.begin(grant, to: place.address, call)
            case .refused:
                return form(
                    call, place, call.say("动态码不正确或已用过，请等下一个。", "The code is wrong or was used; wait for the next one."))
            }
        } catch {
            throw Problem(error)
        }
    }
}

extension Call {
    /// Whether the second factor was shown within the last five minutes. Accounts of the settings have none.
    var isFresh: Bool { page.visitor?.session?.isFresh ?? false }

    /// Where a visitor who is not fresh shows the second factor first; nil for one who is.
    func freshFirst(_ place: FreshPages.Place) -> Answer? {
        isFresh ? nil : PageHouse.redirect(to: "\(FreshPages.address)?to=\(place.rawValue)")
    }
}
