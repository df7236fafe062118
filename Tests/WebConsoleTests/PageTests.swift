import TestPostgres
import Testing
import TransferCore
import WebConsole

@Suite struct `A page` {
    @Test func `shows what comes from outside as text, whatever it is`() {
        let name = #"<img src=x onerror="alert(1)">&'"#
        let html: HTML = "<td title=\"\(name)\">\(name)</td>"
        let escaped = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;"
        #expect(html.markup == "<td title=\"\(escaped)\">\(escaped)</td>")
        let hidden: HTML = "\("a\u{0}b\u{202E}c\u{7F}")"
        #expect(hidden.markup == "a\u{FFFD}b\u{FFFD}c\u{FFFD}")
    }

    @Test(arguments: [
        ("a=1&b=%E6%9E%97%E8%8A%B3&c=x+y", ["a": "1", "b": "林芳", "c": "x y"]), ("", [:]), ("a=&b", [:]),
        ("a=+1+", ["a": "1"]),
    ])
    func `reads a form as a browser sends it`(body: String, fields: [String: String]) throws {
        let form = try FormBody(Array(body.utf8))
        for name in ["a", "b", "c"] { #expect(form[name] == fields[name]) }
    }

    @Test(arguments: ["a=%4", "a=%zz", "a=%FF", "a=%00", "=1", "a=%C0%80"])
    func `takes no form that is none`(body: String) {
        #expect(throws: (any Error).self) { try FormBody(Array(body.utf8)) }
    }

    @Test func `takes a form of many fields and none of more, and a field that comes twice is none`() throws {
        let most = (0..<FormBody.most).map { "f\($0)=x" }.joined(separator: "&")
        #expect(try FormBody(Array(most.utf8))["f0"] == "x")
        #expect(throws: (any Error).self) { try FormBody(Array("\(most)&g=x".utf8)) }
        #expect(try FormBody(Array("a=1&a=2".utf8))["a"] == nil)
        #expect(try FormBody(Array("a=1&a=2".utf8)).all("a") == ["1", "2"])
    }

    @Test func `says when a single copy of the data is allowed, and only then`() async throws {
        try await WebNode.run { node in
            let browser = Browser(node)
            for path in ["/", "/login", "/nowhere"] {
                let body = try await browser.open(path).body
                #expect(body.contains("数据可能只有一份") == (TestStore.Kind.usual == .server), "\(path)")
            }
        }
    }

    @Test func `goes out with the headers that keep a browser in bounds, also when there is none`() async throws {
        try await WebNode.run { node in
            let browser = Browser(node)
            for (path, status) in [("/", 200), ("/guide", 200), ("/login", 200), ("/desk", 303), ("/nowhere", 404)] {
                let reply = try await browser.open(path)
                #expect(reply.status == status)
                let policy = try #require(reply.headers["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none'; style-src 'self'"))
                #expect(!policy.contains("unsafe"))
                #expect(reply.headers["x-content-type-options"] == "nosniff")
                #expect(reply.headers["referrer-policy"] == "no-referrer")
                #expect(reply.headers["cache-control"] == "no-store")
                #expect(!reply.body.contains("<script"))
            }
            let sheet = try #require(try await browser.open("/").body.split(separator: "stylesheet\" href=\"").last)
            let address = String(sheet.prefix { $0 != "\"" })
            #expect(try await browser.open(address).headers["content-type"] == "text/css; charset=utf-8")
        }
    }

    @Test func `is read in Chinese first, and in English where the reader has chosen it`() async throws {
        try await WebNode.run { node in
            let browser = Browser(node)
            #expect(try await browser.open("/guide").body.contains("<html lang=\"zh-CN\">"))
            #expect(browser.page.body.contains("15 个工作日"))
            try await browser.send("/language", ["language": "en", "to": "/guide"])
            #expect(browser.page.headers["location"] == "/guide")
            try await browser.follow()
            #expect(browser.page.body.contains("<html lang=\"en\">"))
            #expect(browser.page.body.contains("15 working days"))
            for elsewhere in ["//elsewhere.example", "https://elsewhere.example", "guide"] {
                try await browser.send("/language", ["language": "en", "to": elsewhere])
                #expect(browser.page.headers["location"] == "/")
            }
        }
    }
}

@Suite struct `A session of a browser` {
    @Test func `begins with the right secret only, and the wrong ones get the same words`() async throws {
        try await WebNode.run { node in
            let browser = Browser(node)
            try await browser.open("/login")
            var bodies: Set<String> = []
            for (name, secret) in [("window-2", "wrong"), ("nobody", WebStaff.wang), ("window-2", WebStaff.li)] {
                let reply = try await browser.send("/login", ["name": name, "secret": secret])
                #expect(reply.status == 403)
                #expect(reply.headers["set-cookie"] == nil)
                bodies.insert(reply.body)
            }
            #expect(bodies.count == 1)
            let reply = try await browser.send("/login", ["name": "window-2", "secret": WebStaff.wang])
            #expect(reply.status == 303)
            let cookie = try #require(reply.headers["set-cookie"])
            #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"))
            #expect(try await browser.follow().body.contains("王工"))
        }
    }

    @Test func `is over when it is left, when it was not used, and never is somebody else's`() async throws {
        try await WebNode.run { node in
            let browser = try await Browser.entered(node, "window-2", WebStaff.wang)
            #expect(browser.page.status == 200)
            try await browser.send("/logout", [:])
            #expect(browser.page.headers["clear-site-data"] != nil)
            #expect(try await browser.open("/desk").headers["location"] == "/login")

            let other = try await Browser.entered(node, "check-1", WebStaff.li)
            #expect(try await other.open("/desk").status == 200)
            node.clock.move(days: 1)
            #expect(try await other.open("/desk").headers["location"] == "/login")
        }
    }

    @Test func `sends forms that its own pages have made, and no others`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let path = "/org/cases/\(number)/withdraw"
            try await browser.open(path)
            let secret = try #require(browser.hidden["form-secret"])
            for (site, withSecret) in [("same-origin", false), ("cross-site", true), ("same-site", true), (nil, true)] {
                let fields = withSecret ? ["form-secret": secret] : [:]
                let reply = try await browser.send(path, fields, site: site, withSecret: withSecret)
                #expect(reply.status == 403)
            }
            try await browser.open(path)
            #expect(try await browser.send(path, ["form-secret": String(secret.reversed())]).status == 403)
            #expect(try await node.get("/api/v1/cases/\(number)").text("phase") == "reviewing")
            try await browser.open(path)
            #expect(try await browser.send(path, [:]).status == 303)
            #expect(try await node.get("/api/v1/cases/\(number)").text("phase") == "withdrawn")
        }
    }
}
