import Casework
import Testing
import TransferCore
import TransferDocuments
import WebConsole

/// What clerks decide with, what they sign, and who has which case.
@Suite struct `The desk of clerks` {
    /// Cases that wait for their review; of each person it is said what this agency knows.
    private static func reviewing(
        _ records: [PersonRecord?], _ use: (WebNode, [String]) async throws -> Void
    ) async throws {
        try await WebNode.run(alone: []) { node in
            var numbers: [String] = []
            for (place, record) in records.enumerated() {
                if let record { try await node.store.importRecords([record], at: node.clock.now) }
                let reply = try await node.lodge(WebCast.application(place + 1), key: "key-\(place + 1)")
                numbers.append(try #require(reply.text("case")))
            }
            try await use(node, numbers)
        }
    }

    /// The rows of the table of checks: verdict and rule.
    private static func checks(_ body: String) -> [String] {
        let table = body.components(between: "核对结果", and: "</table>")
        return table.split(separator: "<tr><td>").dropFirst().map { row in
            row.replacing(#/<[^>]*>/#, with: " ").split(separator: " ").joined(separator: " ")
        }
    }

    @Test func `shows every check with its rule, its source and its result, beside application and record`()
        async throws
    {
        try await Self.reviewing([try WebCast.record(1, isActive: true), nil]) { node, numbers in
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            for page in ["decide", "decide/accept", "decide/refuse"] {
                let body = try await clerk.open("/desk/cases/\(numbers[0])/\(page)").body
                let checks = Self.checks(body)
                #expect(checks.count == PensionRule.allCases.count { $0.judges.contains(.destination) }, "\(page)")
                #expect(checks.allSatisfy { $0.contains("✓ 通过") }, "\(checks)")
                for rule in PensionRule.allCases where rule.judges.contains(.destination) {
                    let row = checks.first { $0.contains(rule.sentence.chinese) }
                    #expect(row?.contains(rule.source.chinese) == true, "\(rule)")
                }
                #expect(body.contains("由转出地核对：") && body.contains(PensionRule.noLegalHold.sentence.chinese))
                #expect(body.contains("姓名、公民身份号码、出生日期一致：申请、本机构登记。"))
                #expect(body.split(separator: "<section class=\"pane\" tabindex=\"0\"").count == 3)
            }
            // A person of whom nothing is known: the failing rule stands first, with its reason.
            let unknown = try await clerk.open("/desk/cases/\(numbers[1])/decide").body
            #expect(Self.checks(unknown).first?.contains("× 不通过") == true)
            #expect(Self.checks(unknown).first?.contains("RJ01") == true)
            #expect(Self.checks(unknown).first?.contains("国办发〔2009〕66号第八条第（一）项") == true)
            #expect(unknown.contains("本机构没有此人的参保登记。"))
            let read = try await node.get("/api/v1/staff/cases/\(numbers[1])/checks", as: WebStaff.zhou)
            let failed = read.list("checks").filter { $0.text("verdict") == "failed" }
            #expect(failed.map { $0.text("rule") } == ["enrolled-here"] && failed.map { $0.text("reason") } == ["RJ01"])
            #expect(failed.first?["source"]?.text("english") == "国办发〔2009〕66号, Art. 8 (1)")
            #expect(!read.body.contains("林芳"))
            let english = try await node.english(clerk, "/desk/cases/\(numbers[1])/decide")
            #expect(english.contains("× fails") && english.contains("国办发〔2009〕66号, Art. 8 (1)"))
        }
    }

    @Test func `says in words at the top that the person differs, and nobody can accept such a case among many`()
        async throws
    {
        try await Self.reviewing([try WebCast.record(1, isActive: true, name: "林方")]) { node, numbers in
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            let body = try await clerk.open("/desk/cases/\(numbers[0])/decide").body
            let words = "姓名不一致：申请为“林芳”，本机构登记为“林方”。"
            let (top, table) = (try #require(body.firstRange(of: words)), try #require(body.firstRange(of: "核对结果")))
            #expect(top.lowerBound < table.lowerBound)
            #expect(body.contains("与左侧不同"), "the difference is marked in words beside the record, too")
            #expect(!body.contains(WebCast.resident(1)))
            let list = try await clerk.open("/desk").body
            #expect(list.contains("须单独办理：人员信息不一致"))
            #expect(!list.contains("type=\"checkbox\""))
        }
    }

    @Test func `accepts at once what every rule lets pass, in one job with a result for each`() async throws {
        let records = [
            try WebCast.record(1, isActive: true), try WebCast.record(2, isActive: true), nil,
            try WebCast.record(4, isActive: true),
        ]
        try await Self.reviewing(records) { node, numbers in
            let other = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await other.open("/desk")
            let list = other.page.body
            for place in [0, 1, 3] {
                #expect(list.contains("<input type=\"checkbox\" name=\"case\" value=\"\(numbers[place])\""))
            }
            #expect(!list.contains("value=\"\(numbers[2])\"") && list.contains("须单独办理：RJ01"))
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            #expect(!(try await auditor.open("/desk").body.contains("type=\"checkbox\"")))
            #expect(try await auditor.send("/desk/start", ["work": "accept", "case": numbers[0]]).status != 303)

            // What cannot be ticked is not taken from a form either.
            try await other.open("/desk")
            let none = try await other.send("/desk/prepare", ["work": "accept", "case": numbers[2]])
            #expect(none.status == 422 && none.body.contains("没有选中可以一并办理的业务"))
            for work in ["refuse", "resend", "check"] {
                try await other.open("/desk")
                #expect(
                    try await other.send("/desk/prepare", ["work": work, "case": numbers[0]]).status == 422, "\(work)")
            }

            try await other.open("/desk")
            let tried = try await other.send("/desk/prepare", ["work": "accept", "case": numbers[0]])
            #expect(tried.status == 200 && tried.body.contains("共 1 件") && tried.body.contains("须第二人复核"))
            try await other.send("/desk/start", ["text": "核对全部通过。"])
            let address = try #require(other.page.headers["location"])
            while try await node.work.workOnce() {}
            #expect(try await node.get("/api/v1/cases/\(numbers[0])", as: WebStaff.wang).text("phase") == "reviewing")
            let checker = try await Browser.entered(node, "check-1", WebStaff.li)
            try await checker.open(address)
            #expect(try await checker.send("\(address)/approve", [:]).status == 303)
            while try await node.work.workOnce() {}
            #expect(try await checker.open(address).body.contains("<span class=\"done\">已办理"))
            #expect(
                try await node.get("/api/v1/cases/\(numbers[0])", as: WebStaff.wang).text("phase") == "awaiting-reply")
            #expect(try await node.get("/api/v1/cases/\(numbers[1])", as: WebStaff.wang).text("phase") == "reviewing")
        }
    }

    @Test func `leaves out of many what a colleague has taken`() async throws {
        try await Self.reviewing([try WebCast.record(1, isActive: true)]) { node, numbers in
            let number = try #require(CaseNumber(numbers[0]))
            try await node.work.store.keep(
                Assignment(number: number, person: "0201", by: "0201", at: node.clock.now), expecting: .nobody)
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            #expect(try await clerk.open("/desk").body.contains("他人已领取"))
            #expect(!clerk.page.body.contains("type=\"checkbox\""))
        }
    }

    @Test func `shows what will be signed with where each field comes from, and that nothing of it is typed in`()
        async throws
    {
        try await Self.reviewing([try WebCast.record(1, isActive: true)]) { node, numbers in
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            let body = try await clerk.open("/desk/cases/\(numbers[0])/decide/accept").body
            #expect(body.contains("将要签发的文书") && body.contains("<caption>同意接收函</caption>"))
            for source in ["已签名的机构目录", "本机构设置", "<td>申请</td>", "不能在此改写"] {
                #expect(body.contains(source), "\(source)")
            }
            #expect(
                body.contains(WebNetwork.account.number),
                "the account to which money will go is read before it is signed")
            #expect(!body.contains(WebCast.resident(1)))
            try await clerk.send("/desk/cases/\(numbers[0])/decide/accept", ["text": "材料齐全。"])
            let checker = try await Browser.entered(node, "check-1", WebStaff.li)
            let review = try await checker.open(try #require(clerk.page.headers["location"])).body
            #expect(review.contains("将要签发的文书") && review.contains("核对结果"))
            #expect(review.contains("<dt>事项</dt><dd>同意受理"), "in words, not as a code")
        }
    }

    @Test func `shows whoever signs a newer form what the older one said, and that its totals come of its lines`()
        async throws
    {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([try WebCast.record(isActive: true)], at: destination.clock.now)
            try await origin.store.importRecords([try WebCast.record(isActive: false)], at: origin.clock.now)
            let number = try #require(
                try await destination.lodge(WebCast.application(), key: "key-1").text("case"))
            try await destination.exchange(with: origin)
            // The bank has paid, so that what follows is a supplement.
            let id = try #require(CaseNumber(number))
            let file = try #require(try await origin.store.caseFile(id))
            let order = try #require(file.orders.first)
            try await origin.desk.take(bankLines: [
                BankLine(
                    reference: "REF-1", direction: .debit, amount: order.amount, endToEndKey: order.key.text,
                    bookedOn: origin.clock.now.date, returnReason: nil)
            ])
            // A month was paid late: the record is put right first, and then the form follows it.
            let longer = try WebCast.record(isActive: false, through: "2026-09")
            try await origin.store.importRecords([longer], at: origin.clock.now)
            let clerk = try await Browser.entered(origin, "window-2", WebStaff.wang)
            let body = try await clerk.open("/desk/cases/\(number)/decide/revise-form").body
            #expect(body.contains("<caption>信息表</caption>"))
            #expect(body.contains("有变动") && body.contains("原为 8 → 9"), "the months")
            #expect(body.contains("已按明细重新计算：各项合计与文书一致"))
            let missing = try await clerk.send("/desk/cases/\(number)/decide/revise-form", ["text": ""])
            #expect(missing.status == 422, "no newer form without a reason")
            try await clerk.open("/desk/cases/\(number)/decide/revise-form")
            try await clerk.send("/desk/cases/\(number)/decide/revise-form", ["text": "补缴九月。"])
            let checker = try await Browser.entered(origin, "check-1", WebStaff.li)
            let review = try await checker.open(try #require(clerk.page.headers["location"])).body
            #expect(review.contains("原为 8 → 9") && review.contains("补缴九月。"))
        }
    }

    @Test func `lets a claim end after half an hour without anything being done, and says so in the case`() async throws
    {
        try await Self.reviewing([try WebCast.record(1, isActive: true)]) { node, numbers in
            let path = "/desk/cases/\(numbers[0])"
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await clerk.open(path)
            #expect(clerk.page.body.contains("领取后 30 分钟无操作自动释放"))
            try await clerk.send("\(path)/claim", [:])
            node.clock.move(seconds: 29 * 60)
            #expect(try await node.work.releaseIdleClaims().isEmpty)
            // The session has ended long before the claim.
            let again = try await Browser.entered(node, "window-2", WebStaff.wang)
            #expect(try await again.open(path).body.contains("由您领取。"))
            // Something is done: the half hour begins anew.
            try await again.open("\(path)/decide/accept")
            #expect(try await again.send("\(path)/decide/accept", ["text": "材料齐全。"]).status == 303)
            node.clock.move(seconds: 29 * 60)
            #expect(try await node.work.releaseIdleClaims().isEmpty)
            node.clock.move(seconds: 60)
            #expect(try await node.work.releaseIdleClaims().map(\.text) == numbers)
            #expect(try await node.work.releaseIdleClaims().isEmpty, "once")
            let page = try await Browser.entered(node, "window-2", WebStaff.wang).open(path).body
            #expect(page.contains("尚无人领取。") && page.contains("领取后长时间无操作，自动释放") && page.contains("王工 领取"))
        }
    }

    @Test func `can be reached by keyboard: a link past the menu, names for every field, and each place in its order`()
        async throws
    {
        try await Self.reviewing([try WebCast.record(1, isActive: true)]) { node, numbers in
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            let path = "/desk/cases/\(numbers[0])"
            for page in ["/desk", path, "\(path)/decide", "\(path)/decide/refuse", "/review", "/stalled"] {
                let body = try await clerk.open(page).body
                let skip = try #require(body.firstRange(of: "<a class=\"skip\" href=\"#main\">"))
                let main = try #require(body.firstRange(of: "<main id=\"main\""))
                #expect(skip.lowerBound < main.lowerBound)
                #expect(
                    !body.contains("tabindex=\"1") && !body.contains("onclick") && !body.contains("<script"), "\(page)")
                // What is scrolled can be reached to be scrolled.
                #expect(
                    body.split(separator: "class=\"scroll\"").dropFirst().allSatisfy { $0.hasPrefix(" tabindex=\"0\"") }
                )
                #expect(
                    body.split(separator: "class=\"pane\"").dropFirst().allSatisfy { $0.hasPrefix(" tabindex=\"0\"") })
            }
        }
    }
}

extension String {
    /// What stands between two pieces of it; nothing when the first is missing.
    fileprivate func components(between start: String, and end: String) -> Substring {
        guard let from = firstRange(of: start) else { return "" }
        let rest = self[from.upperBound...]
        return rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)]
    }
}

extension WebNode {
    /// A page in English, as the same reader sees it.
    fileprivate func english(_ browser: Browser, _ path: String) async throws -> String {
        try await browser.send("/language", ["language": "en", "to": path])
        return try await browser.open(path).body
    }
}
