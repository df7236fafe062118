import Casework
import Testing
import TransferCore
import TransferDocuments
import WebConsole

@Suite struct `The list of clerks` {
    private static func waiting(_ people: ClosedRange<Int>, _ use: (WebNode, [String]) async throws -> Void)
        async throws
    {
        try await WebNode.run(alone: []) { node in
            var numbers: [String] = []
            for serial in people {
                let reply = try await node.lodge(WebCast.application(serial), key: "key-\(serial)")
                numbers.append(try #require(reply.text("case")))
            }
            try await use(node, numbers)
        }
    }

    @Test func `goes by due day, and its counts are the lengths of its lists`() async throws {
        try await Self.waiting(1...2) { node, numbers in
            node.clock.move(days: 60)
            let late = try #require(try await node.lodge(WebCast.application(3), key: "key-3").text("case"))
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            let all = try await clerk.open("/desk")
            #expect(all.body.contains("按期限（3）") && all.body.contains("已超期（2）") && all.body.contains("将到期（0）"))
            let overdue = try await clerk.open("/desk?due=late")
            for number in numbers { #expect(overdue.body.contains("/desk/cases/\(number)\"")) }
            #expect(!overdue.body.contains(late))
            #expect(try await clerk.open("/desk?peer=440300").body.contains("没有。"))
            #expect(try await clerk.open("/desk?peer=510100").body.contains(late))
            for query in ["due=never", "who=you", "peer=x", "after=1"] {
                #expect(try await clerk.open("/desk?\(query)").status == 400, "\(query)")
            }
        }
    }

    /// A case that somebody has just lodged was called stuck at once.
    @Test func `says that a case waits for a decision until its day has passed, and only then that it is stuck`()
        async throws
    {
        try await Self.waiting(1...1) { node, numbers in
            let path = "/desk/cases/\(numbers[0])"
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            for page in ["/desk", path, "/stalled/\(numbers[0])"] {
                let body = try await clerk.open(page).body
                #expect(body.contains("<span class=\"mark\">待决定</span>"), "\(page)")
                #expect(!body.contains("<span class=\"mark late\">滞留</span>"), "\(page)")
            }
            #expect(try await clerk.open("/stalled").body.contains("全部滞留（0）"))
            node.clock.move(days: 40)
            let late = try await Browser.entered(node, "window-2", WebStaff.wang)
            for page in [path, "/stalled/\(numbers[0])"] {
                let body = try await late.open(page).body
                #expect(body.contains("<span class=\"mark late\">滞留</span>"), "\(page)")
                #expect(!body.contains("待决定"), "\(page)")
            }
            #expect(try await late.open("/stalled").body.contains("全部滞留（1）"))
        }
    }

    @Test func `says of a case whose due day has passed that it is late, on the weekend after it too`() async throws {
        try await Self.waiting(1...1) { node, numbers in
            let number = try #require(CaseNumber(numbers[0]))
            let due = try #require(try await node.store.entry(number)?.summary.due)
            // The first day after the due day, whether work is done on it or not.
            node.clock.move(days: Int64(due.dayNumber - node.clock.now.date.dayNumber + 1))
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            let page = try await clerk.open("/desk?due=late")
            #expect(page.body.contains("已超期（1）"))
            #expect(page.body.contains("<span class=\"mark late\">已超期"))
            #expect(!page.body.contains("class=\"mark soon\""))
        }
    }

    @Test func `says who has a case; the faster of two gets it, and hands it over`() async throws {
        try await Self.waiting(1...1) { node, numbers in
            let path = "/desk/cases/\(numbers[0])"
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await clerk.open(path)
            try await clerk.send("\(path)/claim", [:])
            #expect(try await clerk.follow().body.contains("由您领取。"))
            #expect(try await clerk.open("/desk?who=mine").body.contains(numbers[0]))
            #expect(try await clerk.open("/desk?who=free").body.contains("\(path)\"") == false)
            #expect(try await clerk.open("/desk").body.contains("<td>王工</td>"))
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            try await auditor.open(path)
            #expect(try await auditor.send("\(path)/claim", [:]).status == 403)
            try await clerk.open(path)
            #expect(try await clerk.send("\(path)/hand-over", ["person": "9999"]).status == 422)
            try await clerk.open(path)
            #expect(try await clerk.send("\(path)/hand-over", ["person": ""]).status == 303)
            #expect(try await clerk.follow().body.contains("尚无人领取。"))
        }
    }

    @Test func `finds a case by its number and a person by the whole identity number, only in a form`() async throws {
        try await Self.waiting(1...1) { node, numbers in
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await clerk.open("/desk")
            #expect(
                try await clerk.send("/desk/find", ["what": numbers[0].lowercased()]).headers["location"]
                    == "/desk/cases/\(numbers[0])")
            try await clerk.open("/desk")
            let found = try await clerk.send("/desk/find", ["what": WebCast.resident(1)])
            #expect(found.body.contains(numbers[0]) && !found.body.contains(WebCast.resident(1)))
            #expect(try await clerk.open("/desk/find").status == 405)
            for line in node.log.lines { #expect(!line.contains(WebCast.resident(1))) }
        }
    }
}

@Suite struct `The figures of an office` {
    @Test func `are told by week, and are taken along as a sheet that has no person in it`() async throws {
        try await WebNode.run(alone: []) { node in
            var numbers: [String] = []
            for serial in 1...3 {
                let reply = try await node.lodge(WebCast.application(serial), key: "key-\(serial)")
                numbers.append(try #require(reply.text("case")))
                if serial == 2 { node.clock.move(days: 7) }
            }
            try await node.desk.withdraw(try #require(CaseNumber(numbers[0])), owner: "mill")
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            let page = try await clerk.open("/stats").body
            #expect(page.contains("各周业务（周一起）") && page.contains("href=\"/stats/weeks.csv\""))
            let sheet = try await clerk.open("/stats/weeks.csv")
            #expect(sheet.headers["content-disposition"]?.hasPrefix("attachment") == true)
            func cells(_ body: String) -> [[String]] {
                body.split(separator: "\r\n").map { $0.split(separator: ",").map { $0.filter { $0 != "\"" } } }
            }
            let rows = cells(sheet.body)
            #expect(rows.count == 2 + WeekFigures.shown, "a heading, every week, and how many rows there are")
            // The first two were opened on a Friday, the third a week later, when the first was withdrawn.
            #expect(rows[WeekFigures.shown - 1].prefix(4) == ["2026-11-16", "2", "0", "0"])
            #expect(rows[WeekFigures.shown].prefix(4) == ["2026-11-23", "1", "0", "1"])
            #expect(!sheet.body.contains(WebCast.resident(1).prefix(6)) && !sheet.body.contains(numbers[0]))
            let ages = try await clerk.open("/stats/ages.csv").body
            #expect(cells(ages)[1].suffix(2) == ["2", "0"], "two are open, and neither is overdue")
            for chart in ["states", "causes", "waiting", "ages", "legs", "peers", "reasons"] {
                #expect(try await clerk.open("/stats/\(chart).csv").status == 200, "\(chart)")
            }
            #expect(try await clerk.open("/stats/nothing.csv").status == 404)
            #expect(try await Browser.entered(node, "mill", WebCast.mill).open("/stats/weeks.csv").status == 403)
        }
    }

    @Test func `show twelve weeks up to this one, with what was opened and completed in each`() async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            try await origin.store.importRecords([WebCast.record(isActive: false)], at: origin.clock.now)
            _ = try await destination.lodge(WebCast.application(), key: "key-1")
            let before = try await destination.work.weeks()
            #expect(before.count == WeekFigures.shown && before.map(\.opened).reduce(0, +) == 1)
            #expect(before.allSatisfy { $0.averageDays == nil && $0.monday.weekday == 1 })
            try await destination.runUnguarded(
                """
                INSERT INTO ended_cases (week, phase, cases, days, events)
                    SELECT week + 1, 'completed', 2, 19, 9 FROM opened_cases
                """
            )
            destination.clock.move(days: 14)
            let after = try await destination.work.weeks()
            #expect(after.map(\.opened) == [Int](repeating: 0, count: WeekFigures.shown - 3) + [1, 0, 0])
            let done = try #require(after.first { $0.completed > 0 })
            #expect(done.monday == after[10].monday && done.completed == 2 && done.averageDays == 9)
            #expect(done.opened == 0 && done.endedOtherwise == 0)
        }
    }
}

@Suite struct `What is stuck, on the pages` {
    /// Cases whose review waits for two persons, and is overdue.
    private static func stuck(_ people: ClosedRange<Int>, _ use: (WebNode, [String]) async throws -> Void) async throws
    {
        try await WebNode.run(alone: []) { node in
            var numbers: [String] = []
            for serial in people {
                try await node.store.importRecords([try WebCast.record(serial, isActive: true)], at: node.clock.now)
                let reply = try await node.lodge(WebCast.application(serial), key: "key-\(serial)")
                numbers.append(try #require(reply.text("case")))
            }
            node.clock.move(days: 40)
            try await use(node, numbers)
        }
    }

    private static func number(behind words: String, in text: String) -> Int? {
        guard let place = text.firstRange(of: words) else { return nil }
        return Int(text[place.upperBound...].prefix { $0.isNumber })
    }

    @Test func `is counted alike on the page, by the interface and by the metric`() async throws {
        try await Self.stuck(1...3) { node, _ in
            let resolver = try await Browser.entered(node, "window-2", WebStaff.wang)
            let page = try await resolver.open("/stalled").body
            let listed = try await node.get("/api/v1/staff/stalled", as: WebStaff.wang)
            let metrics = try await node.operate("GET", "/metrics").body
            var gauge = 0
            for line in metrics.split(separator: "\n") where line.hasPrefix("jiexu_transfers_stalled{") {
                gauge += Int(line.split(separator: " ").last ?? "") ?? 0
            }
            let shown = try #require(Self.number(behind: "全部滞留（", in: page))
            #expect(shown == 3)
            #expect(listed.list("stalled").count + listed.list("money").count == shown)
            #expect(gauge == shown)
            // One of them moves on: all three say so.
            let number = try #require(listed.list("stalled").first?.text("case").flatMap { CaseNumber($0) })
            try await node.desk.withdraw(number, owner: "mill")
            #expect(Self.number(behind: "全部滞留（", in: try await resolver.open("/stalled").body) == 2)
            #expect(try await node.get("/api/v1/staff/stalled", as: WebStaff.wang).list("stalled").count == 2)
        }
    }

    @Test func `is done for many as one job: tried first, begun once, approved by another, told case by case`()
        async throws
    {
        try await Self.stuck(1...3) { node, numbers in
            let resolver = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await resolver.open("/stalled?cause=decision-waits")
            let tried = try await resolver.send("/stalled/prepare", ["work": "accept", "scope": "all"])
            #expect(tried.status == 200)
            #expect(tried.body.contains("共 3 件") && tried.body.contains("试办结果"))
            #expect(tried.body.contains("须第二人复核"))
            #expect(try await node.get("/api/v1/cases/\(numbers[0])", as: WebStaff.wang).text("phase") == "reviewing")
            let fields = resolver.hidden
            let missing = try await resolver.send("/stalled/start", fields)
            #expect(missing.status == 422, "it needs a reason in words")
            let first = try await resolver.send("/stalled/start", fields.merging(["text": "材料齐全。"]) { $1 })
            let address = try #require(first.headers["location"])
            let second = try await resolver.send("/stalled/start", fields.merging(["text": "材料齐全。"]) { $1 })
            #expect(second.headers["location"] == address, "sent twice it is one job")
            #expect(try await node.work.store.jobs(limit: 10).count == 1)
            while try await node.work.workOnce() {}
            #expect(try await resolver.open(address).body.contains("您是经办人，不能复核。"))
            #expect(try await resolver.send("\(address)/approve", [:]).status == 403)

            // One case moves on meanwhile, and is left alone.
            try await node.desk.withdraw(try #require(CaseNumber(numbers[1])), owner: "mill")
            let checker = try await Browser.entered(node, "check-1", WebStaff.li)
            try await checker.open(address)
            #expect(try await checker.send("\(address)/approve", [:]).status == 303)
            #expect(!(try await checker.follow().body.contains("<span class=\"done\">已办理")), "not before it has moved")
            while try await node.work.workOnce() {}
            let done = try await checker.open(address)
            #expect(done.body.contains("已办完") && done.body.contains("已办 3 / 共 3 件"))
            #expect(done.body.split(separator: "<span class=\"done\">已办理").count == 3)
            #expect(done.body.contains("已跳过"))
            // Both languages stand in what was kept, and were both shown.
            #expect(done.body.contains("此件在此期间已有变动。") && !done.body.contains("the case has moved on"))
            try await checker.send("/language", ["language": "en", "to": "/"])
            let english = try await checker.open(address).body
            #expect(english.contains("the case has moved on") && !english.contains("此件在此期间"))
            #expect(
                try await node.get("/api/v1/cases/\(numbers[0])", as: WebStaff.wang).text("phase") == "awaiting-reply")
        }
    }

    @Test func `is done for what was ticked, and ended before it is through`() async throws {
        try await Self.stuck(1...3) { node, numbers in
            let resolver = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await resolver.open("/stalled")
            let none = try await resolver.send("/stalled/prepare", ["work": "resend", "scope": "ticked"])
            #expect(none.status == 422)
            try await resolver.open("/stalled")
            let one = try await resolver.send(
                "/stalled/prepare", ["work": "accept", "scope": "ticked", "case": numbers[2]])
            #expect(one.body.contains("共 1 件"))
            try await resolver.send("/stalled/start", ["text": "材料齐全。"])
            let address = try #require(resolver.page.headers["location"])
            try await resolver.follow()
            try await resolver.send("\(address)/pause", [:])
            #expect(try await resolver.follow().body.contains("已暂停"))
            try await resolver.send("\(address)/cancel", ["text": "不办了。"])
            #expect(try await resolver.follow().body.contains("已取消"))
            while try await node.work.workOnce() {}
            #expect(try await node.get("/api/v1/cases/\(numbers[2])", as: WebStaff.wang).text("phase") == "reviewing")
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            #expect(try await auditor.open(address).status == 200)
            try await auditor.open("/stalled")
            #expect(!auditor.page.body.contains("/stalled/prepare"))
        }
    }

    @Test func `is confirmed anew when its number has changed meanwhile`() async throws {
        try await Self.stuck(1...2) { node, numbers in
            let resolver = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await resolver.open("/stalled")
            try await resolver.send("/stalled/prepare", ["work": "accept", "scope": "all"])
            try await node.desk.withdraw(try #require(CaseNumber(numbers[0])), owner: "mill")
            let again = try await resolver.send("/stalled/start", ["text": "材料齐全。"])
            #expect(again.status == 422)
            #expect(again.body.contains("请重新核对件数") && again.body.contains("共 1 件"))
            #expect(try await node.work.store.jobs(limit: 10).isEmpty)
        }
    }
}

@Suite struct `Who approves` {
    @Test func `shows the secret again when the last time was more than five minutes ago`() async throws {
        try await WebNode.run(alone: []) { node in
            try await node.store.importRecords([try WebCast.record(isActive: true)], at: node.clock.now)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let proposed = try await node.post(
                "/api/v1/staff/cases/\(number)/proposals", #"{"action":"accept","text":"材料齐全。"}"#, as: WebStaff.wang)
            let id = try #require(proposed.number("id"))
            let checker = try await Browser.entered(node, "check-1", WebStaff.li)
            #expect(!(try await checker.open("/review/\(id)").body.contains("name=\"fresh\"")))
            node.clock.move(seconds: 301)
            #expect(try await checker.open("/review/\(id)").body.contains("再次输入口令"))
            for wrong in [[:], ["fresh": WebStaff.wang]] as [[String: String]] {
                try await checker.open("/review/\(id)")
                let reply = try await checker.send("/review/\(id)/approve", wrong)
                #expect(reply.status == 403)
                #expect(reply.body.contains("请再次验证"))
            }
            #expect(try await node.get("/api/v1/cases/\(number)", as: WebStaff.li).text("phase") == "reviewing")
            try await checker.open("/review/\(id)")
            #expect(try await checker.send("/review/\(id)/approve", ["fresh": WebStaff.li]).status == 303)
            #expect(try await node.get("/api/v1/cases/\(number)", as: WebStaff.li).text("phase") == "awaiting-reply")
        }
    }
}

@Suite struct `One's own sessions` {
    @Test func `are listed and ended, and nobody else's`() async throws {
        try await WebNode.run(alone: []) { node in
            let (here, there) = (
                try await Browser.entered(node, "mill", WebCast.mill),
                try await Browser.entered(node, "mill", WebCast.mill)
            )
            let other = try await Browser.entered(node, "shop", WebCast.shop)
            #expect(try await here.open("/org").body.contains("无操作则 12:30 退出"))
            let page = try await here.open("/account")
            #expect(page.body.contains("本次登录"))
            #expect(
                page.body.split(separator: "name=\"session\"").count == 3, "one other, and the button for all others")
            try await here.send("/account/sessions", ["session": "others"])
            #expect(try await there.open("/org").headers["location"] == "/login")
            #expect(try await here.open("/org").status == 200)
            #expect(try await other.open("/org").status == 200)
        }
    }
}

@Suite struct `Too many pages` {
    @Test func `are refused to an account, which is told when to come again; others go on`() async throws {
        try await WebNode.run(alone: []) { node in
            let (busy, calm) = (
                try await Browser.entered(node, "mill", WebCast.mill),
                try await Browser.entered(node, "shop", WebCast.shop)
            )
            try await busy.open("/org")
            var refused: Reply?
            for _ in 0...PageRateLimits().formsOfAccount where refused == nil {
                let reply = try await busy.send("/org/find", ["what": "1"])
                if reply.status == 429 { refused = reply }
                try await busy.open("/org")
            }
            let reply = try #require(refused)
            #expect(reply.headers["retry-after"] != nil)
            #expect(try await calm.send("/org/find", ["what": "1"]).status == 422)
            node.clock.move(seconds: 60)
            #expect(try await busy.send("/org/find", ["what": "1"]).status == 422)
        }
    }
}
