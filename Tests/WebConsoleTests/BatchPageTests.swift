import Casework
import ServiceLifecycle
import Testing
import TransferCore
import WebConsole

@Suite struct `A form with a file` {
    private static let good =
        "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n林\r\n"
        + "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\nContent-Type: a/b\r\n\r\n1\r\n--c\r\n\r\n2\r\n--b--\r\n"

    @Test func `is read part by part, whatever stands in the file`() throws {
        let parts = try FormParts(Array(Self.good.utf8), boundary: "b")
        #expect(parts["a"] == "林")
        #expect(parts.file("f") == Array("1\r\n--c\r\n\r\n2".utf8))
        #expect(parts["f"] == nil)
        #expect(parts.file("a") == nil)
    }

    @Test func `is taken whole or not at all`() {
        let bytes = Array(Self.good.utf8)
        // What stands behind the last mark is not the form's.
        for length in 0..<(bytes.count - 4) {
            #expect(throws: (any Error).self) { try FormParts(Array(bytes.prefix(length)), boundary: "b") }
        }
        #expect(throws: (any Error).self) { try FormParts(bytes, boundary: "") }
        #expect(throws: (any Error).self) { try FormParts(bytes, boundary: "other") }
        let many = String(
            repeating: "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n", count: FormParts.most + 1)
        #expect(throws: (any Error).self) { try FormParts(Array("\(many)--b--".utf8), boundary: "b") }
    }
}

@Suite struct `A batch on the pages` {
    private static let employer = ["employer": "某纺织厂", "credit-code": "91110000600037341L"]

    private static func template(_ node: WebNode, _ browser: Browser) async throws -> [String] {
        let text = try await browser.open("/org/batch/template.csv").body
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }

    @Test func `says in a sentence of its own what is wrong with the file`() async throws {
        try await WebNode.run { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            for (file, words) in [(nil, "请"), ("", "空"), ("a,b,c\r\n1,2,3\r\n", "模板")] as [(String?, String)] {
                try await browser.open("/org/batch")
                let reply = try await browser.upload("/org/batch", Self.employer, file: file)
                #expect(reply.status == 422)
                #expect(reply.body.contains("role=\"alert\""))
                #expect(reply.body.contains("value=\"某纺织厂\""), "what was entered stays")
                #expect(reply.body.contains(words), "\(words)")
            }
        }
    }

    @Test func `is taken only with the secret of the session`() async throws {
        try await WebNode.run { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/batch")
            let reply = try await browser.upload("/org/batch", Self.employer, file: "x", withSecret: false)
            #expect(reply.status == 403)
        }
    }

    @Test func `gives a template that its own reader takes, and is nobody else's to see`() async throws {
        try await WebNode.run { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let lines = try await Self.template(node, browser)
            #expect(lines.count >= 2)
            #expect(browser.page.headers["content-disposition"]?.hasPrefix("attachment") == true)
            let heading = lines[0]
            // One row that is nobody, under the template's own heading: it is shown with its faults, and nothing is lodged.
            let cells = heading.split(separator: ",", omittingEmptySubsequences: false).count
            let row = (["", "x"] + [String](repeating: "", count: cells - 2)).joined(separator: ",")
            try await browser.open("/org/batch")
            try await browser.upload("/org/batch", Self.employer, file: "\(heading)\r\n\(row)\r\n")
            #expect(browser.page.status == 303, "\(browser.page.body)")
            let address = try #require(browser.page.headers["location"])
            let preview = try await browser.follow()
            #expect(preview.body.contains("共 1 行：可提交 0，有错 1，疑似重复 0"))
            let failed = try await browser.open("\(address)/failed")
            #expect(failed.body.contains("错误原因"))
            #expect(try await node.store.caseList(CaseFilter()).isEmpty)
            let other = try await Browser.entered(node, "shop", WebCast.shop)
            #expect(try await other.open(address).status == 404)
            #expect(try await other.open("\(address)/failed").status == 404)
        }
    }

    /// A file of the template with these people; the last row may be the first person's once more.
    private static func file(_ heading: String, _ people: [Int]) -> String {
        let columns = heading.split(separator: ",", omittingEmptySubsequences: false).count
        let rows = people.map { serial in
            let cells = ["", "林芳", WebCast.resident(serial), "13912345678", "510100", "", "否"]
            return (cells + [String](repeating: "", count: columns - cells.count)).joined(separator: ",")
        }
        return ([heading] + rows).joined(separator: "\r\n") + "\r\n"
    }

    /// - Returns: the address of the batch.
    private static func upload(_ node: WebNode, _ browser: Browser, _ people: [Int]) async throws -> String {
        let heading = try await template(node, browser)[0]
        try await browser.open("/org/batch")
        try await browser.upload("/org/batch", employer, file: file(heading, people))
        return try #require(browser.page.headers["location"], "\(browser.page.body)")
    }

    /// Waits until nothing of the batch waits to be sent.
    private static func finished(_ browser: Browser, _ address: String) async throws -> Reply {
        for _ in 0..<400 {
            let page = try await browser.open(address)
            if !page.body.contains("正在提交") { return page }
            try await Task.sleep(for: .milliseconds(20))
        }
        return browser.page
    }

    /// The same node with other listeners, as after a restart: nothing is in memory.
    private static func restarted(_ node: WebNode, _ use: (WebNode) async throws -> Void) async throws {
        let again = try PublicAPI(
            desk: node.desk, tokens: try AccessTokens(WebCast.tokens), lists: node.store,
            address: ListenAddress(port: 0))
        let group = ServiceGroup(services: [again], logger: node.desk.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await use(
                WebNode(
                    desk: node.desk, work: node.work, store: node.store, evidence: node.evidence, clock: node.clock,
                    log: node.log, texts: node.texts, path: node.path, webhooks: node.webhooks,
                    publicPort: try await again.port,
                    operationsPort: node.operationsPort, addresses: again.addresses))
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func `is there again after a restart, and is sent once however often it is asked`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.upload(node, browser, [1, 2, 3])
            try await Self.restarted(node) { node in
                let browser = try await Browser.entered(node, "mill", WebCast.mill)
                let preview = try await browser.open(address)
                #expect(preview.body.contains("共 3 行：可提交 3"))
                let secret = browser.hidden
                // Pressed ten times at once.
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for _ in 0..<10 {
                        tasks.addTask {
                            let other = try await Browser.entered(node, "mill", WebCast.mill)
                            try await other.open(address)
                            let reply = try await other.send("\(address)/send", [:])
                            #expect(reply.status == 303)
                        }
                    }
                    try await tasks.waitForAll()
                }
                _ = secret
                let done = try await Self.finished(browser, address)
                #expect(done.body.contains("已提交 3 件"))
                #expect(try await node.store.caseList(CaseFilter()).count == 3)
                let id = try #require(address.split(separator: "/").last.map(String.init))
                let listed = try await browser.open("/org?batch=\(id)")
                for entry in try await node.store.caseList(CaseFilter()) {
                    #expect(listed.body.contains(entry.number.text))
                }
            }
        }
    }

    @Test func `that was being sent when the node ended goes on when it starts`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.upload(node, browser, [1, 2])
            let id = try #require(address.split(separator: "/").last.map(String.init))
            #expect(try await node.store.beginSending(id, of: "mill", at: node.clock.now))
            try await Self.restarted(node) { node in
                let browser = try await Browser.entered(node, "mill", WebCast.mill)
                #expect(try await Self.finished(browser, address).body.contains("已提交 2 件"))
                #expect(try await node.store.caseList(CaseFilter()).count == 2)
            }
        }
    }

    @Test func `of the same file offers the first one`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.upload(node, browser, [1])
            let heading = try await Self.template(node, browser)[0]
            try await browser.open("/org/batch")
            #expect(browser.page.body.contains(address), "it is in the list")
            let again = try await browser.upload("/org/batch", Self.employer, file: Self.file(heading, [1]))
            #expect(again.status == 200)
            #expect(again.body.contains("已经上传过") && again.body.contains(address))
            #expect(try await node.store.batches(of: "mill").count == 1)
        }
    }

    @Test func `sends what is ticked, a possible double only when it is`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.upload(node, browser, [1, 2, 1])
            #expect(try await browser.open(address).body.contains("提交 2 件"))
            // The rows of the file are 2, 3 and 4; the first is unticked.
            try await browser.send("\(address)/choose", ["shown": "2", "row": "9"])
            let chosen = try await browser.follow()
            #expect(chosen.body.contains("提交 1 件") && chosen.body.contains("不提交"))
            try await browser.send("\(address)/choose", ["shown": "4", "row": "4"])
            #expect(try await browser.follow().body.contains("提交 2 件"))
            let faults = try await browser.open("\(address)?show=faults")
            #expect(faults.body.contains("value=\"4\"") && !faults.body.contains("value=\"3\""))
        }
    }

    @Test func `loses its file and everything personal when it lapses, and keeps which cases it became`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.upload(node, browser, [1])
            let id = try #require(address.split(separator: "/").last.map(String.init))
            try await browser.open(address)
            try await browser.send("\(address)/send", [:])
            #expect(try await Self.finished(browser, address).body.contains("已提交 1 件"))
            node.clock.move(days: 7)
            let back = try await Browser.entered(node, "mill", WebCast.mill)
            #expect(try await back.open(address).status == 404)
            try await node.store.forgetLapsed(
                drafts: node.clock.now, batches: node.clock.now.adding(milliseconds: 1 - 7 * 86_400_000))
            #expect(try await node.store.batch(id, of: "mill") == nil)
            #expect(try await node.store.batches(of: "mill").isEmpty)
            #expect(try await node.store.rows(of: id).count == 1, "the case that it became")
            #expect(try await back.open("/org?batch=\(id)").body.contains("/org/cases/"))
        }
    }
}
