import Casework
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
}
