import Casework
import Store
import Testing
import TransferCore
import TransferDocuments
import WebConsole

@Suite struct `The pages of an employer` {
    private static let fields = [
        "name": "林芳", "resident-id": WebCast.resident(1), "mobile": "13912345678", "origin": "510100",
    ]

    @Test func `take an application, show it to be checked, and make one case of it`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/new")
            let checked = try await browser.send("/org/new/check", Self.fields)
            #expect(checked.status == 200)
            #expect(checked.body.contains("林芳"))
            let page = browser
            let sent = try await page.send("/org/new/send", [:])
            #expect(sent.status == 303)
            let address = try #require(sent.headers["location"])
            let case1 = try await browser.follow()
            #expect(case1.status == 200)
            #expect(case1.body.contains("无需您操作。"))
            #expect(case1.body.contains("审核中"))
            // Going back and sending the same once more.
            try await browser.open("/org/new")
            let list = try await browser.open("/org")
            let number = address.split(separator: "/").last?.split(separator: "?").first.map(String.init)
            #expect(list.body.contains(number ?? "?"))
            #expect(!list.body.contains(WebCast.resident(1)))
        }
    }

    @Test func `sent twice make one case`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/new")
            try await browser.send("/org/new/check", Self.fields)
            let fields = browser.hidden
            let first = try await browser.send("/org/new/send", fields).headers["location"]
            let second = try await browser.send("/org/new/send", fields).headers["location"]
            #expect(first != nil)
            #expect(first == second)
        }
    }

    @Test func `name every fault at its field, and keep what was entered`() async throws {
        try await WebNode.run { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/new")
            let reply = try await browser.send(
                "/org/new/check", ["name": "林芳", "resident-id": "110101199001010000", "mobile": "12"])
            #expect(reply.status == 422)
            #expect(reply.body.contains("<title>错误："))
            for field in ["resident-id", "mobile", "origin"] { #expect(reply.body.contains("href=\"#\(field)\"")) }
            #expect(reply.body.contains("value=\"林芳\""))
        }
    }

    @Test func `show nobody else's case, and no page of the staff`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let browser = try await Browser.entered(node, "shop", WebCast.shop)
            #expect(try await browser.open("/org/cases/\(number)").status == 404)
            #expect(try await browser.open("/org").body.contains(number) == false)
            for path in ["/desk", "/desk/cases/\(number)", "/review", "/stalled", "/stats"] {
                #expect(try await browser.open(path).status == 403)
            }
        }
    }
}

@Suite struct `The pages of the staff` {
    private static func reviewing(_ use: (WebNode, String) async throws -> Void) async throws {
        try await WebNode.run(alone: []) { node in
            try await node.store.importRecords([try WebCast.record(isActive: true)], at: node.clock.now)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            try await use(node, number)
        }
    }

    @Test func `let one person prepare a decision and another approve exactly that`() async throws {
        try await Self.reviewing { node, number in
            let maker = try await Browser.entered(node, "window-2", WebStaff.wang)
            let list = try await maker.open("/desk")
            #expect(list.body.contains(number))
            let decide = try await maker.open("/desk/cases/\(number)/decide")
            #expect(decide.body.contains("同意受理") && decide.body.contains("不予受理"))
            #expect(!decide.body.contains("划转基金"), "what the case does not allow is not offered")
            try await maker.open("/desk/cases/\(number)/decide/accept")
            #expect(try await maker.send("/desk/cases/\(number)/decide/accept", ["text": "材料齐全。"]).status == 303)
            let proposal = try await maker.follow()
            #expect(proposal.body.contains("您是经办人，不能复核。"))
            #expect(!proposal.body.contains("复核通过</button>"))

            let checker = try await Browser.entered(node, "check-1", WebStaff.li)
            let path = try #require(
                try await checker.open("/review").body.split(separator: "href=\"").first { $0.hasPrefix("/review/") })
            let address = String(path.prefix { $0 != "\"" })
            let shown = try await checker.open(address)
            #expect(shown.body.contains("材料齐全。"))
            #expect(try await checker.send("\(address)/approve", [:]).status == 303)
            #expect(try await checker.follow().body.contains("已办理"))
            #expect(try await node.get("/api/v1/cases/\(number)", as: WebStaff.li).text("phase") == "awaiting-reply")
        }
    }

    @Test func `tell a clerk whose page is old that somebody else was here, and change nothing`() async throws {
        try await Self.reviewing { node, number in
            let maker = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await maker.open("/desk/cases/\(number)/decide/accept")
            try await node.desk.withdraw(try #require(CaseNumber(number)), owner: "mill")
            let reply = try await maker.send("/desk/cases/\(number)/decide/accept", ["text": "材料齐全。"])
            #expect(reply.status == 409)
            #expect(reply.body.contains("此件已被他人办理"))
        }
    }

    /// The page said `staff:0107+staff:0230`, and of what had been entered only the words in a field.
    @Test func `tell a clerk whose page is old who decided, and keep all that was entered`() async throws {
        try await Self.reviewing { node, number in
            let path = "/desk/cases/\(number)/decide"
            let late = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await late.open("\(path)/refuse")
            let maker = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await maker.open("\(path)/accept")
            #expect(try await maker.send("\(path)/accept", ["text": "材料齐全。"]).status == 303)
            let address = try #require(maker.page.headers["location"])
            let checker = try await Browser.entered(node, "check-1", WebStaff.li)
            try await checker.open(address)
            #expect(try await checker.send("\(address)/approve", [:]).status == 303)
            let reply = try await late.send("\(path)/refuse", ["reason": "RJ01", "text": "须另行核实。"])
            #expect(reply.status == 409)
            #expect(reply.body.contains("王**、李**"))
            #expect(!reply.body.contains("staff:") && !reply.body.contains("HTML("))
            #expect(reply.body.contains("不予受理") && reply.body.contains("须另行核实。"))
            #expect(reply.body.contains(try #require(Reason(code: "RJ01")).sentence.chinese))
        }
    }

    /// A Chinese page said `staff:0201 sees to the case`.
    @Test func `say by name who has claimed a case that another claims too late`() async throws {
        try await Self.reviewing { node, number in
            let path = "/desk/cases/\(number)"
            let late = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await late.open(path)
            let store = try #require(node.store as? JiexuStore)
            try await store.keep(
                Assignment(
                    number: try #require(CaseNumber(number)), person: "0201", by: "0201", at: node.clock.now),
                expecting: .nobody)
            let reply = try await late.send("\(path)/claim", [:])
            #expect(reply.status == 409)
            #expect(reply.body.contains("已由 李工 领取"))
            #expect(!reply.body.contains("staff:"))
        }
    }

    @Test func `need a reason in words, and show what is missing`() async throws {
        try await Self.reviewing { node, number in
            let maker = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await maker.open("/desk/cases/\(number)/decide/refuse")
            #expect(maker.page.body.contains("RJ01"))
            let reply = try await maker.send("/desk/cases/\(number)/decide/refuse", ["reason": "RJ01"])
            #expect(reply.status == 422)
            #expect(reply.body.contains("href=\"#text\""))
        }
    }

    @Test func `are read by an auditor, who can decide nothing`() async throws {
        try await Self.reviewing { node, number in
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            for path in ["/desk", "/desk/cases/\(number)", "/review", "/stalled", "/stalled/\(number)", "/stats"] {
                let page = try await auditor.open(path)
                #expect(page.status == 200)
                // There were buttons to claim and to decide, which then were refused.
                let main = try #require(page.body.split(separator: "<main").last)
                #expect(!main.contains("method=\"post\"") && !main.contains("/decide\""), "\(path)")
            }
            try await auditor.open("/desk/cases/\(number)/decide/accept")
            let reply = try await auditor.send("/desk/cases/\(number)/decide/accept", ["text": "材料齐全。"])
            #expect(reply.status == 403)
        }
    }

    @Test func `write nothing personal into addresses or the log`() async throws {
        try await Self.reviewing { node, number in
            let maker = try await Browser.entered(node, "window-2", WebStaff.wang)
            for path in ["/desk", "/desk/cases/\(number)", "/desk/cases/\(number)/decide", "/stalled", "/stats"] {
                let reply = try await maker.open(path)
                #expect(!reply.body.contains(WebCast.resident(1)))
                #expect(!reply.body.contains("林芳"))
            }
            for line in node.log.lines {
                #expect(!line.contains(WebCast.resident(1)) && !line.contains("林芳") && !line.contains(WebStaff.wang))
            }
        }
    }
}
