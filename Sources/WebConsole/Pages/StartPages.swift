import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages for everybody: the start, the guide and the language.
struct StartPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        [
            PageStyle.route,
            Route(.get, "/", access: .anyone, answer: start),
            Route(.get, "/guide", access: .anyone, answer: guide),
            Route(.post, "/language", access: .anyone, body: .form, answer: chooseLanguage),
        ]
    }

    private func start(_ call: Call) async throws(Problem) -> Answer {
        if let visitor = call.page.visitor {
            return PageHouse.redirect(to: visitor.home(on: call.page.side))
        }
        if call.page.side == .administration { return PageHouse.redirect(to: "/login") }
        let say = call.say
        let demonstration: HTML? = house.demonstration.map { _ in
            """
            <p class="panel now"><a class="button" href="\(DemonstrationPages.address)">\(say("演示：从这里开始", "Demonstration: start here"))</a>
            \(say("谁可以登录、可以试什么、准备了哪些业务。", "Who can log in, what to try, and which cases are prepared."))</p>
            """
        }
        return house.page(
            say("首页", "Start"), call.page,
            """
            \(demonstration)<div class="panel"><p>\(say(
                "参保人员跨地区就业后，由新参保地经办机构受理申请，联系原参保地转移关系和资金。",
                "When somebody changes region, the agency of the new region takes the application and has the relationship "
                    + "and the funds transferred from the old one."))</p>
            \(PersonPages.entrances(house, say))<p><a class="button" href="/login">\(say("单位与工作人员登录", "Employers and staff: log in"))</a>
            <a class="button second" href="/guide">\(say("办事指南与时限", "Guide and time limits"))</a></p></div>
            """)
    }

    /// The limits are those that the node reckons with, not a text beside them.
    private func guide(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        let (limits, today) = (house.desk.agency.limits, house.desk.clock.now.date)
        func row(_ clock: Clock, _ chinese: String, _ english: String) -> HTML {
            let days = limits.workingDays(of: clock, from: today)
            return """
                <tr><td>\(say(chinese, english))</td>
                <td class="number">\(say("\(days) 个工作日", "\(days) working days"))</td></tr>
                """
        }
        let rows: [HTML] = [
            row(.review, "转入地审核申请", "The destination reviews the application"),
            row(.originReply, "转出地核对、出具凭证和信息表、划转基金", "The origin checks, certifies and remits"),
            row(.reconciliation, "转入地核对到账并办结", "The destination reconciles and completes"),
            row(.correction, "申请人补正", "The applicant corrects"),
            row(.supplement, "申请人补充材料", "The applicant hands in what is missing"),
        ]
        return house.page(
            say("办事指南与时限", "Guide and time limits"), call.page,
            """
            <p>\(say("期限按国务院公布的节假日与调休推算，遇补正、暂缓时暂停。",
                "Time limits are counted in working days, with the holidays that the State Council announces."))</p>
            <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">\(say("环节", "Step"))</th>
            <th scope="col">\(say("时限", "Limit"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p>\(say("咨询电话：12333", "Questions: call 12333"))</p>
            """)
    }

    private func chooseLanguage(_ call: Call) async throws(Problem) -> Answer {
        let language = call.form["language"].flatMap(PageLanguage.init(rawValue:)) ?? .chinese
        // Only to an address of this node: what begins with two strokes would lead elsewhere.
        let to = call.form["to"].flatMap { address -> String? in
            guard (try? Target(address)) != nil, !address.hasPrefix("//") else { return nil }
            return address
        }
        var answer = PageHouse.redirect(to: to ?? "/")
        answer.fields[.setCookie] = house.setCookie(
            PageHouse.languageCookie, language.rawValue, isSecret: false, seconds: 365 * 86_400)
        return answer
    }
}
