import Accounts
import Casework
import Store
import Testing
import TransferCore
import WebConsole

@Suite struct `The pages of an insured person` {
    private static func reviewing(_ use: (WebNode, String) async throws -> Void) async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            try await use(node, number)
        }
    }

    @Test func `say where it is, who has it, how long, and exactly one thing to do`() async throws {
        try await Self.reviewing { node, number in
            let browser = try await Browser.person(node, WebCast.resident(1), number)
            node.clock.move(days: 3)
            let again = try await Browser.person(node, WebCast.resident(1), number)
            let page = try await again.open("/my/transfers/\(number)").body
            for words in [
                "进行中", "第 2/6 步：转入地受理", "0571-0000000", "已用 1/15 个工作日", "2026年12月11日", "提交申请",
                "<time datetime=\"2026-11-20T04:00:00Z\">2026-11-20 12:00</time>",
            ] {
                #expect(page.contains(words), "\(words)")
            }
            #expect(page.components(of: "您现在需要").count + page.components(of: "无需您操作").count == 1)
            for word in ["reviewing", "policy:", "token:", "staff:", "<script"] { #expect(!page.contains(word)) }
            try await browser.open("/my/login")
        }
    }

    @Test func `list one's own transfers by branch, direction and state, and say what an empty list means`()
        async throws
    {
        try await WebTransfer.certified(branches: ["medical"]) { destination, _, number in
            let here = try await Browser.person(destination, WebCast.resident(1), number)
            for query in [
                "", "?branch=&direction=&state=", "?direction=in", "?state=open", "?branch=pension&direction=in",
            ] {
                #expect(
                    try await here.open("/my/transfers\(query)").body.contains("/my/transfers/\(number)"), "\(query)")
            }
            for query in ["?direction=out", "?state=done", "?state=returned", "?branch=housing"] {
                let page = try await here.open("/my/transfers\(query)").body
                #expect(!page.contains("/my/transfers/\(number)"), "\(query)")
                #expect(page.contains("您在本机构共有 1 件转移业务，没有一件符合所选条件。"), "\(query)")
            }
            #expect(try await here.open("/my/transfers?branch=medical").body.contains("/my/transfers/\(number)"))
            for query in ["?branch=steel", "?direction=up", "?name=x"] {
                #expect(try await here.open("/my/transfers\(query)").status == 400, "\(query)")
            }
        }
    }

    // MARK: The record

    @Test func `show totals that are the sums of the rows`() async throws {
        try await WebTransfer.certified(record: try WebTransfer.record()) { destination, _, number in
            let browser = try await Browser.person(destination, WebCast.resident(1), number)
            let page = try await browser.open("/my/transfers/\(number)/record").body
            #expect(page.contains("各行之和与信息表载明金额一致。"))
            #expect(page.contains("结转余额"))
            var (year, all): ([Int64], [Int64]) = ([0, 0, 0, 0], [0, 0, 0, 0])
            var sums = 0
            let rows = try #require(page.components(of: "<tbody>").last).components(of: "<tr")
            for row in rows.dropLast() {
                let cells = row.components(of: "<td class=\"number\">").map { fen(String($0.prefix { $0 != "<" })) }
                guard cells.count == 5 else { continue }
                let amounts = [cells[0], cells[2], cells[3], cells[4]]
                if row.hasPrefix(" class=\"sum\"") {
                    #expect(amounts == year, "\(row)")
                    (year, sums) = ([0, 0, 0, 0], sums + 1)
                } else {
                    (year, all) = (added(year, amounts), added(all, amounts))
                }
            }
            #expect(sums == 4)
            let total = try #require(rows.last).components(of: "<td class=\"number\">")
                .map { fen(String($0.prefix { $0 != "<" })) }
            #expect([total[0], total[2], total[3], total[4]] == all)
            #expect(all[0] == 2_900, "29 months, read as an amount")
        }
    }

    private func added(_ a: [Int64], _ b: [Int64]) -> [Int64] { zip(a, b).map(+) }

    /// Amounts and counts alike, times a hundred.
    private func fen(_ text: String) -> Int64 {
        let halves = text.split(separator: ".")
        guard let whole = halves.first.flatMap({ Int64($0) }) else { return 0 }
        return whole * 100 + (halves.count == 2 ? Int64(halves[1]) ?? 0 : 0)
    }

    @Test func `say in words which months were paid in both places`() async throws {
        try await WebTransfer.certified { destination, _, number in
            let browser = try await Browser.person(destination, WebCast.resident(1), number)
            let page = try await browser.open("/my/transfers/\(number)/record").body
            #expect(page.contains("与转入地重复缴费"))
            #expect(page.contains("发现 8 个月"))
        }
        try await WebTransfer.certified(record: try WebTransfer.record()) { destination, _, number in
            let browser = try await Browser.person(destination, WebCast.resident(1), number)
            let page = try await browser.open("/my/transfers/\(number)/record").body
            #expect(page.contains("2026-06") && page.contains("发现 6 个月"))
        }
    }

    @Test func `take an objection to a row to the clerks, and their answer back`() async throws {
        try await WebTransfer.certified { destination, _, number in
            let person = try await Browser.person(destination, WebCast.resident(1), number)
            let form = try await person.open("/my/transfers/\(number)/record/1")
            #expect(form.body.contains("受理"))
            let refused = try await person.send("/my/transfers/\(number)/record/1", [:])
            #expect(refused.status == 422)
            let fields = person.hidden.merging(["reason": "base", "words": "七月起<b>涨了工资"]) { $1 }
            for _ in 0..<2 {
                let sent = try await person.send("/my/transfers/\(number)/record/1", fields)
                #expect(sent.status == 303)
            }
            #expect(try await person.follow().body.contains("缴费基数不对"))
            #expect(try await person.open("/my/transfers/\(number)/record").body.contains("已提异议，待答复"))
            #expect(try await person.open("/my/transfers/\(number)/record/2").status == 404)

            let clerk = try await Browser.entered(destination, "window-2", WebStaff.wang)
            let list = try await clerk.open("/desk/requests")
            #expect(list.body.contains("异议与催办（1）"))
            #expect(list.body.contains("七月起&lt;b&gt;涨了工资"))
            #expect(try await clerk.open("/desk/cases/\(number)").body.contains("待答复"))
            try await clerk.open("/desk/requests")
            #expect(try await clerk.send("/desk/requests/1", ["words": ""]).status == 422)
            #expect(try await clerk.send("/desk/requests/1", ["words": "已向转出地查询，基数无误。"]).status == 303)
            try await clerk.open("/desk/requests")
            #expect(clerk.page.body.contains("没有待答复"))
            #expect(try await clerk.send("/desk/requests/1", ["words": "again"]).status == 422)
            let page = try await person.open("/my/transfers/\(number)").body
            #expect(page.contains("答复：已向转出地查询，基数无误。"))
            #expect(!page.contains("王工") && !page.contains("window-2"))
            let auditor = try await Browser.entered(destination, "audit", WebStaff.zhou)
            try await auditor.open("/desk/requests")
            #expect(try await auditor.send("/desk/requests/1", ["words": "x"]).status == 403)
        }
    }

    // MARK: Changing one's mind

    @Test func `take an application back once, for a reason, with a number to refer to`() async throws {
        try await Self.reviewing { node, number in
            let person = try await Browser.person(node, WebCast.resident(1), number)
            let ask = try await person.open("/my/transfers/\(number)/withdraw")
            #expect(ask.body.contains("不再办理"))
            #expect(try await person.send("/my/transfers/\(number)/withdraw", [:]).status == 422)
            let fields = person.hidden.merging(["reason": "stays"]) { $1 }
            for _ in 0..<2 {
                let sent = try await person.send("/my/transfers/\(number)/withdraw", fields)
                #expect(sent.headers["location"] == "/my/transfers/\(number)/withdrawn")
            }
            let page = try await person.follow()
            #expect(page.body.contains("\(number)/1") && page.body.contains("不再转移"))
            #expect(try await node.get("/api/v1/cases/\(number)").list("events").count == 2)
        }
    }

    @Test func `name the office to ask once the letter has gone out`() async throws {
        try await WebTransfer.certified { destination, _, number in
            let person = try await Browser.person(destination, WebCast.resident(1), number)
            let page = try await person.open("/my/transfers/\(number)").body
            #expect(!page.contains("/withdraw\""))
            #expect(page.contains("不能自行撤回") && page.contains("0571-0000000"))
            #expect(try await person.open("/my/transfers/\(number)/withdraw").status == 303)
        }
    }

    @Test func `urge after four fifths of the time, once in five working days`() async throws {
        try await Self.reviewing { node, number in
            node.clock.move(days: 18)
            var person = try await Browser.person(node, WebCast.resident(1), number)
            try await person.open("/my/transfers/\(number)")
            #expect(person.page.body.contains("2026年12月9日起可以催办"))
            #expect(try await person.send("/my/transfers/\(number)/urge", [:]).status == 404)
            node.clock.move(days: 1)
            person = try await Browser.person(node, WebCast.resident(1), number)
            try await person.open("/my/transfers/\(number)")
            let fields = person.hidden
            for _ in 0..<2 {
                #expect(try await person.send("/my/transfers/\(number)/urge", fields).status == 303)
            }
            let page = try await person.open("/my/transfers/\(number)").body
            #expect(!page.contains("/urge\"") && page.contains("五个工作日内只能催办一次"))
            #expect(try await node.records.openRequests(limit: 10).count == 1)
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            #expect(try await clerk.open("/desk").body.contains(">催</span>"))
            // From Wednesday, 9 December, to Wednesday, 16 December.
            for (days, isThere) in [(6, false), (1, true)] {
                node.clock.move(days: Int64(days))
                person = try await Browser.person(node, WebCast.resident(1), number)
                #expect(try await person.open("/my/transfers/\(number)").body.contains("/urge\"") == isThere)
            }
        }
    }

    @Test func `remind the other office when it is late and somebody urges`() async throws {
        try await WebNode.run { node in
            try await node.store.importRecords([WebCast.record(isActive: true)], at: node.clock.now)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            for effect in try await node.store.openEffects(after: 0, limit: 10) { try await node.desk.carryOut(effect) }
            node.clock.move(days: 40)
            let person = try await Browser.person(node, WebCast.resident(1), number)
            try await person.open("/my/transfers/\(number)")
            try await person.send("/my/transfers/\(number)/urge", [:])
            #expect(try await person.open("/my/transfers/\(number)").body.contains("已催办"))
            let caseNumber = try #require(CaseNumber(number))
            let file = try #require(try await node.store.caseFile(caseNumber))
            #expect(file.documents.map(\.kind) == [.acceptanceLetter, .reminder])
        }
    }

    // MARK: At the origin

    @Test func `give another account after a payout came back, once a clerk has noted the telephone`() async throws {
        try await WebTransfer.certified(branches: ["medical"]) { _, origin, text in
            let number = try #require(CaseNumber(text))
            let key = try #require(OrderKey(caseNumber: number, leg: .balance(.medical), attempt: 1))
            _ = try await origin.store.assignOrderMessage("M1", at: origin.clock.now, limit: 100)
            try await origin.desk.take(rejectedOrder: key, .accountClosed)
            try await Browser(origin).askForCode(WebCast.resident(1), text)
            try await Task.sleep(for: .milliseconds(50))
            #expect(origin.texts.texts.isEmpty, "nobody knows her telephone here")
            let clerk = try await Browser.entered(origin, "window-2", WebStaff.wang)
            try await clerk.open("/desk/cases/\(text)")
            #expect(try await clerk.send("/desk/cases/\(text)/contact", ["mobile": "139"]).status == 422)
            try await clerk.open("/desk/cases/\(text)")
            #expect(try await clerk.send("/desk/cases/\(text)/contact", ["mobile": "13912345678"]).status == 303)

            let person = try await Browser.person(origin, WebCast.resident(1), text)
            let page = try await person.open("/my/transfers/\(text)").body
            #expect(page.contains("您现在需要：提供您本人名下的另一银行账户。"))
            let path = "/my/transfers/\(text)/account/medical"
            let form = try await person.open(path)
            #expect(form.body.contains("林*") && !form.body.contains("林芳"))
            let wrong = try await person.send(
                path, ["bank-name": "某银行", "bank-code": "1", "account": WebCast.otherCard])
            #expect(wrong.status == 422 && wrong.body.contains(WebCast.otherCard))
            let sent = try await person.send(
                path, ["bank-name": "某银行", "bank-code": WebCast.bankCode, "account": WebCast.otherCard])
            #expect(sent.status == 303)
            let file = try #require(try await origin.store.caseFile(number))
            let order = try #require(file.orders.last { $0.key.leg == .balance(.medical) })
            #expect(order.key.attempt == 2 && order.creditor.number == WebCast.otherCard)
            #expect(order.creditor.holder == "林芳")
            #expect(try await person.open(path).status == 404)
        }
    }
}

extension String {
    /// What stands behind each place where a text comes.
    func components(of text: String) -> [String] {
        split(separator: text).dropFirst(hasPrefix(text) ? 0 : 1).map(String.init)
    }
}
