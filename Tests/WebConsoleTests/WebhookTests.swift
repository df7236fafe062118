import NodeLink
import Testing
import TransferDocuments
import Webhooks

@Suite struct `A webhook over the interface` {
    /// A node, and a program of the mill that waits for messages.
    private static func run(_ use: (WebNode, WebhookReceiver) async throws -> Void) async throws {
        try await WebhookReceiver.run { receiver in
            let link = WebhookClient(allowsLoopback: true, roots: receiver.roots)
            try await WebNode.run(webhookLink: link) { node in try await use(node, receiver) }
        }
    }

    @Test func `tells a program that its case has changed, signed with the secret that it was shown`() async throws {
        try await Self.run { node, receiver in
            let made = try await node.makeWebhook(receiver)
            let (id, secret) = (try #require(made.text("id")), try #require(made.text("secret")))
            #expect(made.status == 201)
            #expect(made.headers["location"] == "/api/v1/webhooks/\(id)")
            #expect(made.headers["cache-control"] == "no-store")
            #expect(made.text("state") == "active")
            let lodged = try await node.lodge(WebCast.application(), key: "key-1")
            let number = try #require(lodged.text("case"))
            #expect(await node.webhooks.turn() == 1)

            let message = try #require(receiver.received.first)
            #expect(message.line == "POST /told?from=jiexu HTTP/1.1")
            #expect(message.headers["content-type"] == "application/json")
            #expect(message.headers["webhook-timestamp"] == "\(WebCast.noon / 1_000)")
            let key = WebCast.webhookKey.secret(of: try #require(WebhookID(id)), generation: 1)
            #expect(key.text == secret)
            let messageID = try #require(message.headers["webhook-id"].flatMap { MessageID($0) })
            #expect(
                message.headers["webhook-signature"]
                    == key.signature(of: messageID, at: WebCast.noon / 1_000, payload: message.body))
            let body = try JSON.parse(message.body, limits: .request)
            #expect(body.text("type") == "case.changed")
            #expect(body["data"]?.text("case") == number)
            #expect(body["data"]?["links"]?.text("self") == "/api/v1/cases/\(number)")

            let deliveries = try await node.get("/api/v1/webhooks/\(id)/deliveries").list("deliveries")
            #expect(deliveries.map { $0.text("state") } == ["delivered"])
            #expect(deliveries.map { $0.text("id") } == [messageID.text])
            #expect(deliveries[0]["lastStatus"] == .integer(204))
        }
    }

    @Test func `is counted for monitoring: delivered, sent again, given up, waiting and how old`() async throws {
        try await Self.run { node, receiver in
            _ = try await node.makeWebhook(receiver)
            func lines() async throws -> [Substring] {
                try await node.operate("GET", "/metrics").body.split(separator: "\n")
            }
            #expect(try await lines().contains("jiexu_webhook_messages_waiting 0"))
            _ = try await node.lodge(WebCast.application(), key: "key-1")
            node.clock.move(seconds: 40)
            receiver.answer(500, 204, 410)
            #expect(await node.webhooks.turn() == 1)
            var shown = try await lines()
            for line in [
                "jiexu_webhooks{state=\"active\"} 1", "jiexu_webhooks{state=\"disabled\"} 0",
                "jiexu_webhook_messages_waiting 1", "jiexu_webhook_oldest_seconds 40",
                "jiexu_webhook_attempts_total{result=\"again\"} 1",
                "jiexu_webhook_attempts_total{result=\"delivered\"} 0",
            ] { #expect(shown.contains(Substring(line)), "\(line)") }
            node.clock.move(seconds: 5)
            #expect(await node.webhooks.turn() == 1)
            _ = try await node.lodge(WebCast.application(2, name: "魏军"), key: "key-2")
            #expect(await node.webhooks.turn() == 1)
            shown = try await lines()
            for line in [
                "jiexu_webhooks{state=\"active\"} 0", "jiexu_webhooks{state=\"disabled\"} 1",
                "jiexu_webhook_messages_waiting 0", "jiexu_webhook_oldest_seconds 0",
                "jiexu_webhook_attempts_total{result=\"delivered\"} 1",
                "jiexu_webhook_attempts_total{result=\"failed\"} 1",
            ] { #expect(shown.contains(Substring(line)), "\(line)") }
            #expect(!shown.contains { $0.contains("told?from") || $0.contains("mill") })
        }
    }

    @Test func `that answers 500 gets the same message again when its rest is over`() async throws {
        try await Self.run { node, receiver in
            let id = try #require(try await node.makeWebhook(receiver).text("id"))
            _ = try await node.lodge(WebCast.application(), key: "key-1")
            receiver.answer(500, 200)
            #expect(await node.webhooks.turn() == 1)
            var delivery = try #require(try await node.deliveries(of: id).first)
            #expect(delivery.text("state") == "waiting" && delivery["lastStatus"] == .integer(500))
            #expect(delivery.text("nextAt") == "2026-11-20T04:00:05Z")
            #expect(await node.webhooks.turn() == 0)
            node.clock.move(seconds: 5)
            #expect(await node.webhooks.turn() == 1)
            delivery = try #require(try await node.deliveries(of: id).first)
            #expect(delivery.text("state") == "delivered" && delivery["attempts"] == .integer(2))
            let received = receiver.received
            try #require(received.count == 2)
            #expect(received[0].headers["webhook-id"] == received[1].headers["webhook-id"])
            #expect(received[0].body == received[1].body)
            #expect(received[0].headers["webhook-signature"] != received[1].headers["webhook-signature"])
        }
    }

    @Test func `that answers 410 is disabled, says why, and can be resumed`() async throws {
        try await Self.run { node, receiver in
            let id = try #require(try await node.makeWebhook(receiver).text("id"))
            _ = try await node.lodge(WebCast.application(1), key: "key-1")
            receiver.answer(410, 200)
            #expect(await node.webhooks.turn() == 1)
            let shown = try await node.get("/api/v1/webhooks/\(id)")
            #expect(shown.text("state") == "disabled" && shown.text("disabledBecause") == "gone")
            _ = try await node.lodge(WebCast.application(2), key: "key-2")
            #expect(try await node.deliveries(of: id).count == 1)
            let failed = try #require(try await node.deliveries(of: id).first?.text("id"))
            let refused = try await node.post("/api/v1/webhooks/\(id)/deliveries/\(failed)/resend", "", [:])
            #expect(refused.status == 409 && refused.text("code") == "webhook-disabled")
            #expect(try await node.post("/api/v1/webhooks/\(id)/resume", "", [:]).text("state") == "active")
            let again = try await node.post("/api/v1/webhooks/\(id)/deliveries/\(failed)/resend", "", [:])
            #expect(again.status == 200 && again.text("state") == "waiting")
            #expect(await node.webhooks.turn() == 1)
            #expect(try await node.deliveries(of: id).map { $0.text("state") } == ["delivered"])
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `is not followed to where it redirects`(status: Int) async throws {
        try await Self.run { node, receiver in
            try await WebhookReceiver.run { elsewhere in
                let id = try #require(try await node.makeWebhook(receiver).text("id"))
                _ = try await node.lodge(WebCast.application(), key: "key-1")
                receiver.answer([
                    "HTTP/1.1 \(status) Moved\r\nLocation: https://127.0.0.1:\(elsewhere.port)/\r\n"
                        + "Content-Length: 0\r\n\r\n"
                ])
                #expect(await node.webhooks.turn() == 1)
                #expect(receiver.received.count == 1)
                #expect(elsewhere.received.isEmpty)
                let delivery = try #require(try await node.deliveries(of: id).first)
                #expect(delivery.text("state") == "waiting" && delivery["lastStatus"] == .integer(Int64(status)))
            }
        }
    }

    @Test func `of an own machine is refused as an address, and not reached by a name`() async throws {
        try await WebhookReceiver.run { receiver in
            let link = WebhookClient(roots: receiver.roots)
            try await WebNode.run(webhookLink: link) { node in
                let refused = try await node.makeWebhook(receiver)
                #expect(refused.status == 422)
                #expect(refused.text("code") == "address-refused" && refused.text("pointer") == "/url")
                let made = try await node.makeWebhook(receiver, host: "localhost")
                let id = try #require(made.text("id"))
                _ = try await node.lodge(WebCast.application(), key: "key-1")
                #expect(await node.webhooks.turn() == 1)
                #expect(receiver.received.isEmpty)
                let delivery = try #require(try await node.deliveries(of: id).first)
                #expect(delivery["lastFault"]?.text("code") == "address-refused")
                #expect(delivery["lastFault"]?.text("chinese")?.isEmpty == false)
            }
            // The control: the same name is reached where the settings allow that.
            let open = WebhookClient(allowsLoopback: true, roots: receiver.roots)
            try await WebNode.run(webhookLink: open) { node in
                _ = try await node.makeWebhook(receiver, host: "localhost")
                _ = try await node.lodge(WebCast.application(), key: "key-1")
                #expect(await node.webhooks.turn() == 1)
                #expect(receiver.received.count == 1)
            }
        }
    }

    @Test func `whose certificate nobody trusts, or who is not there, gets nothing`() async throws {
        try await WebhookReceiver.run { receiver in
            try await WebNode.run(webhookLink: WebhookClient(allowsLoopback: true)) { node in
                let untrusted = try #require(try await node.makeWebhook(receiver).text("id"))
                let absent = try #require(
                    try await node.post("/api/v1/webhooks", #"{"url":"https://127.0.0.1:1/"}"#).text("id"))
                _ = try await node.lodge(WebCast.application(), key: "key-1")
                #expect(await node.webhooks.turn() == 2)
                #expect(receiver.received.isEmpty)
                #expect(try await node.deliveries(of: untrusted).first?["lastFault"]?.text("code") == "tls-failed")
                #expect(try await node.deliveries(of: absent).first?["lastFault"]?.text("code") == "unreached")
            }
        }
    }

    @Test func `may answer at length, of which nothing is kept, and must answer in HTTP`() async throws {
        try await Self.run { node, receiver in
            let id = try #require(try await node.makeWebhook(receiver).text("id"))
            _ = try await node.lodge(WebCast.application(), key: "key-1")
            receiver.answer([
                "SSH-2.0-OpenSSH_9.2\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "a", count: 1_000_000),
            ])
            #expect(await node.webhooks.turn() == 1)
            #expect(try await node.deliveries(of: id).first?["lastFault"]?.text("code") == "not-http")
            node.clock.move(seconds: 5)
            #expect(await node.webhooks.turn() == 1)
            #expect(try await node.deliveries(of: id).first?.text("state") == "delivered")
        }
    }

    @Test func `gets two signatures for a day after a new secret was made`() async throws {
        try await Self.run { node, receiver in
            let made = try await node.makeWebhook(receiver)
            let id = try #require(made.text("id"))
            let renewed = try await node.post("/api/v1/webhooks/\(id)/secret", "", [:])
            #expect(renewed.status == 200)
            #expect(renewed.text("earlierSecretUntil") == "2026-11-21T04:00:00Z")
            #expect(renewed.text("secret") != made.text("secret"))
            _ = try await node.lodge(WebCast.application(1), key: "key-1")
            _ = await node.webhooks.turn()
            node.clock.move(seconds: 86_400)
            _ = try await node.lodge(WebCast.application(2), key: "key-2")
            _ = await node.webhooks.turn()
            let counts = receiver.received.map { $0.headers["webhook-signature"]?.split(separator: " ").count }
            #expect(counts == [2, 1])
        }
    }

    @Test func `is its owner's alone, and no person's`() async throws {
        try await Self.run { node, receiver in
            let id = try #require(try await node.makeWebhook(receiver).text("id"))
            let path = "/api/v1/webhooks/\(id)"
            _ = try await node.lodge(WebCast.application(), key: "key-1")
            let delivery = try #require(try await node.deliveries(of: id).first?.text("id"))
            #expect(try await node.get("/api/v1/webhooks").list("webhooks").map { $0.text("id") } == [id])
            for token in [WebCast.shop, WebCast.window] {
                #expect(try await node.get("/api/v1/webhooks", as: token).list("webhooks").isEmpty)
                #expect(try await node.get(path, as: token).status == 404)
                #expect(try await node.get("\(path)/deliveries", as: token).status == 404)
                #expect(try await node.delete(path, as: token).status == 404)
                for step in ["secret", "resume", "deliveries/\(delivery)/resend"] {
                    #expect(try await node.post("\(path)/\(step)", "", as: token, [:]).status == 404)
                }
            }
            let staff = try await node.get("/api/v1/webhooks", as: WebCast.office)
            #expect(staff.status == 403 && staff.text("code") == "role-not-allowed")
            #expect(try await node.get("/api/v1/webhooks", as: nil).status == 401)

            #expect(try await node.delete(path).status == 204)
            #expect(try await node.get(path).status == 404)
            #expect(await node.webhooks.turn() == 0)
        }
    }

    @Test(arguments: [
        (#"{"url":"http://hr.example.cn/"}"#, 422, "invalid-format"),
        (#"{"url":"https://a@b.example.cn/"}"#, 422, "invalid-format"),
        (#"{"url":7}"#, 422, "wrong-type"), (#"{}"#, 422, "missing-field"),
        (#"{"url":"https://hr.example.cn/","secret":"a"}"#, 422, "unknown-field"), ("[]", 400, "json-top"),
        ("{", 400, "json-syntax"),
    ])
    func `is not made of a body with a fault`(body: String, status: Int, code: String) async throws {
        try await Self.run { node, _ in
            let reply = try await node.post("/api/v1/webhooks", body)
            #expect(reply.status == status && reply.text("code") == code)
        }
    }

    @Test func `is one of five, which the sixth is told`() async throws {
        try await Self.run { node, _ in
            for place in 0..<5 {
                let body = #"{"url":"https://h\#(place).example.cn/"}"#
                #expect(try await node.post("/api/v1/webhooks", body).status == 201)
                #expect(try await node.post("/api/v1/webhooks", body).text("code") != nil)
            }
            let reply = try await node.post("/api/v1/webhooks", #"{"url":"https://h9.example.cn/"}"#)
            #expect(reply.status == 409 && reply.text("code") == "too-many-webhooks")
        }
    }

    @Test func `lists its deliveries in pages that lead to each other`() async throws {
        try await Self.run { node, receiver in
            let id = try #require(try await node.makeWebhook(receiver).text("id"))
            for serial in 1...3 { _ = try await node.lodge(WebCast.application(serial), key: "key-\(serial)") }
            let first = try await node.get("/api/v1/webhooks/\(id)/deliveries?limit=2&state=waiting")
            #expect(first.list("deliveries").count == 2)
            let second = try await node.get(try #require(first.text("next")))
            #expect(second.list("deliveries").count == 1)
            #expect(second.text("next") == nil)
            for query in ["after=msg_1", "state=lost", "limit=0", "limit=1001"] {
                let reply = try await node.get("/api/v1/webhooks/\(id)/deliveries?\(query)")
                #expect(reply.status == 400 && reply.text("code") == "query-invalid", "\(query)")
            }
        }
    }

    @Test func `leaves neither its secret nor its address in a log or a list`() async throws {
        try await Self.run { node, receiver in
            let made = try await node.makeWebhook(receiver)
            let (id, secret) = (try #require(made.text("id")), try #require(made.text("secret")))
            _ = try await node.lodge(WebCast.application(), key: "key-1")
            receiver.answer(410)
            _ = await node.webhooks.turn()
            let lines = node.log.lines.joined(separator: "\n")
            #expect(lines.contains("a webhook is disabled") && lines.contains(id))
            #expect(!lines.contains("told?from") && !lines.contains(secret))
            #expect(try await node.get("/api/v1/webhooks").body.contains(secret) == false)
        }
    }
}

extension WebNode {
    fileprivate func makeWebhook(_ receiver: WebhookReceiver, host: String = "127.0.0.1") async throws -> Reply {
        try await post("/api/v1/webhooks", #"{"url":"https://\#(host):\#(receiver.port)/told?from=jiexu"}"#)
    }

    fileprivate func deliveries(of id: String) async throws -> [JSON] {
        try await get("/api/v1/webhooks/\(id)/deliveries").list("deliveries")
    }
}

@Suite struct `The page of webhooks` {
    private static func address(_ receiver: WebhookReceiver) -> String {
        "https://127.0.0.1:\(receiver.port)/told?from=jiexu"
    }

    private static func run(_ use: (WebNode, WebhookReceiver, Browser) async throws -> Void) async throws {
        try await WebhookReceiver.run { receiver in
            let link = WebhookClient(allowsLoopback: true, roots: receiver.roots)
            try await WebNode.run(webhookLink: link) { node in
                let mill = try await Browser.entered(node, "mill", WebCast.mill)
                try await mill.open("/org/webhooks")
                try await use(node, receiver, mill)
            }
        }
    }

    @Test func `adds one, tries it, shows its last answers, disables it and takes it away`() async throws {
        try await Self.run { node, receiver, mill in
            #expect(try await mill.open("/org").body.contains("href=\"/org/webhooks\""))
            #expect(try await mill.open("/org/webhooks").body.contains("还没有登记。"))
            let made = try await mill.send("/org/webhooks", ["url": Self.address(receiver)])
            #expect(made.status == 200 && made.body.contains("whsec_") && made.body.contains("只显示这一次"))
            let secret = try #require(
                made.body.split(separator: "<code>").last?.split(separator: "<").first.map(String.init))
            #expect(!(try await mill.open("/org/webhooks").body.contains("whsec_")), "the secret is shown once")
            let id = try #require(try await node.get("/api/v1/webhooks").list("webhooks").first?.text("id"))
            let path = "/org/webhooks/\(id)"
            let page = try await mill.open(path).body
            #expect(page.contains("还没有发送过通知。") && page.contains("✓ 启用"))

            #expect(try await mill.send("\(path)/test", [:]).body.contains("✓ 测试通知：接收方已收下（HTTP 204）。"))
            let tried = try #require(receiver.received.first)
            let message = try #require(tried.headers["webhook-id"].flatMap { MessageID($0) })
            let key = WebCast.webhookKey.secret(of: try #require(WebhookID(id)), generation: 1)
            #expect(key.text == secret)
            #expect(try JSON.parse(tried.body, limits: .request).text("type") == "webhook.test")
            #expect(
                tried.headers["webhook-signature"]
                    == key.signature(of: message, at: WebCast.noon / 1_000, payload: tried.body))
            receiver.answer(500)
            #expect(try await mill.send("\(path)/test", [:]).body.contains("× 测试通知：接收方未收下（HTTP 500）。"))
            #expect(
                try await node.get("/api/v1/webhooks/\(id)/deliveries").list("deliveries").isEmpty,
                "a test is no message")

            receiver.answer(204)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            #expect(await node.webhooks.turn() == 1)
            let shown = try await mill.open(path).body
            #expect(shown.contains(number) && shown.contains("已送达"))

            try await mill.open(path)
            #expect(try await mill.send("\(path)/disable", [:]).body.contains("由本单位停用。"))
            #expect(try await node.get("/api/v1/webhooks/\(id)").text("disabledBecause") == "by-owner")
            _ = try await node.lodge(WebCast.application(2, name: "魏军"), key: "key-2")
            #expect(await node.webhooks.turn() == 0, "nothing is sent to it")
            await node.webhooks.tidy()
            try await mill.open(path)
            #expect(try await mill.send("\(path)/resume", [:]).body.contains("✓ 启用"))

            try await mill.open(path)
            #expect(try await mill.send("\(path)/secret", [:]).body.contains("whsec_"))
            #expect(try await mill.send("\(path)/remove", [:]).status == 303)
            #expect(try await node.get("/api/v1/webhooks").list("webhooks").isEmpty)
            for line in node.log.lines { #expect(!line.contains("told?from") && !line.contains("whsec_")) }
        }
    }

    @Test func `has the rules of the interface, in words, and is the owner's alone`() async throws {
        try await Self.run { node, receiver, mill in
            for (address, words) in [
                ("http://example.com/x", "地址须以 https:// 开头"), ("https://a@example.com/", "地址中不能有用户名或口令"), ("", "地址须为"),
            ] {
                try await mill.open("/org/webhooks")
                let refused = try await mill.send("/org/webhooks", ["url": address])
                #expect(refused.status == 422 && refused.body.contains(words), "\(address)")
            }
            try await mill.open("/org/webhooks")
            #expect(try await mill.send("/org/webhooks", ["url": Self.address(receiver)]).status == 200)
            #expect(try await mill.send("/org/webhooks", ["url": Self.address(receiver)]).body.contains("该地址已在列表中。"))
            let id = try #require(try await node.get("/api/v1/webhooks").list("webhooks").first?.text("id"))
            let desk = try await Browser.entered(node, "window-3", WebCast.window)
            #expect(!(try await desk.open("/org/webhooks").body.contains(id)))
            for path in ["", "/test", "/disable", "/remove"] {
                let reply =
                    path.isEmpty
                    ? try await desk.open("/org/webhooks/\(id)")
                    : try await desk.send("/org/webhooks/\(id)\(path)", [:])
                #expect(reply.status == 404, "\(path)")
            }
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            #expect(try await clerk.open("/org/webhooks").status == 403)
        }
    }

    @Test func `asks for the secret again when the last time was more than five minutes ago`() async throws {
        try await Self.run { node, receiver, mill in
            node.clock.move(seconds: 301)
            #expect(try await mill.open("/org/webhooks").body.contains("name=\"fresh\""))
            #expect(
                try await mill.send("/org/webhooks", ["url": Self.address(receiver), "fresh": "wrong"]).status == 403)
            #expect(try await node.get("/api/v1/webhooks").list("webhooks").isEmpty)
            try await mill.open("/org/webhooks")
            #expect(
                try await mill.send("/org/webhooks", ["url": Self.address(receiver), "fresh": WebCast.mill]).status
                    == 200)
        }
    }
}
