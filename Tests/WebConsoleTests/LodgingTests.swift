import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `An application over the interface` {
    @Test func `opens a case, and says where it is found`() async throws {
        try await WebNode.run(alone: []) { node in
            let reply = try await node.lodge(WebCast.application(), key: "key-1")
            let number = try #require(reply.text("case").flatMap { CaseNumber($0) })
            #expect(reply.status == 201)
            #expect(reply.text("phase") == "reviewing")
            #expect(reply.text("links", "self") == "/api/v1/cases/\(number)")
            #expect(reply.headers["location"] == "/api/v1/cases/\(number)")
            let file = try #require(try await node.store.caseFile(number))
            #expect(file.opening.lodgedBy == "mill")
            #expect(file.opening.application == Array(WebCast.application().utf8))
        }
    }

    @Test func `is answered with the phase that a policy has taken it to`() async throws {
        try await WebNode.run { node in
            let reply = try await node.lodge(WebCast.application(), key: "key-1")
            #expect(reply.status == 201)
            // The agency has no record of the person.
            #expect(reply.text("phase") == "refused")
        }
    }

    @Test func `is taken once for a key and a body, however often it comes`() async throws {
        try await WebNode.run(alone: []) { node in
            let first = try await node.lodge(WebCast.application(), key: "key-1")
            let second = try await node.lodge(WebCast.application(), key: "key-1")
            #expect(second.status == 200)
            #expect(second.text("case") == first.text("case"))
            #expect(try await node.store.counts().events == 1)
        }
    }

    @Test func `is taken once when it comes many times at once`() async throws {
        try await WebNode.run(alone: []) { node in
            let numbers = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 1...12 {
                    group.addTask { try await node.lodge(WebCast.application(), key: "key-1").text("case") }
                }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(numbers.count == 1 && numbers.first != nil)
            #expect(try await node.store.counts().events == 1)
        }
    }

    @Test func `is refused under the key of another application`() async throws {
        try await WebNode.run { node in
            _ = try await node.lodge(WebCast.application(1), key: "key-1")
            let reply = try await node.lodge(WebCast.application(2), key: "key-1")
            #expect(reply.status == 409)
            #expect(reply.text("code") == "idempotency-key-reused")
            #expect(try await node.lodge(WebCast.application(2), key: "key-1", as: WebCast.shop).status == 201)
        }
    }

    @Test(arguments: [
        (WebCast.mill, true), (WebCast.shop, false), (WebCast.window, true), (WebCast.office, true),
    ])
    func `that meets a live case learns its number only if it may see it`(token: String, isNamed: Bool) async throws {
        try await WebNode.run(alone: []) { node in
            let first = try await node.lodge(WebCast.application(), key: "key-1")
            let reply = try await node.lodge(WebCast.application(), key: "key-2", as: token)
            #expect(reply.status == 409)
            #expect(reply.text("code") == "RJ11")
            #expect(reply.text("case") == (isNamed ? first.text("case") : nil))
            let number = try #require(first.text("case"))
            #expect(reply.body.contains(number) == isNamed)
        }
    }

    @Test func `is told everything that is wrong with it at once, in both languages`() async throws {
        try await WebNode.run { node in
            let form = WebCast.application()
                .replacing("13912345678", with: "12345").replacing("\"510100\"", with: "\"000000\"")
                .replacing(WebCast.resident(1), with: "119999199501010010")
            let reply = try await node.lodge(form, key: "key-1")
            #expect(reply.status == 422)
            #expect(reply.headers["content-type"] == "application/problem+json")
            #expect(reply.text("type") == "urn:jiexu:problem:form-faulty")
            let faults = reply.list("errors")
            #expect(Set(faults.map { $0.text("pointer") }) == ["/mobile", "/origin", "/person/residentId"])
            for fault in faults {
                #expect(fault.text("code")?.isEmpty == false)
                #expect(fault.text("detail")?.isEmpty == false)
                #expect(fault.text("detailChinese")?.isEmpty == false)
            }
            #expect(!reply.body.contains("119999199501010010"), "what was entered is not repeated")
        }
    }

    @Test func `is refused for an origin that the directory does not have`() async throws {
        try await WebNode.run { node in
            let unknown = try await node.lodge(WebCast.application(origin: "440300"), key: "key-1")
            #expect(unknown.status == 422)
            #expect(unknown.list("errors").map { $0.text("code") } == ["unknown-agency"])
            let own = try await node.lodge(WebCast.application(origin: "330100"), key: "key-1")
            #expect(own.list("errors").map { $0.text("code") } == ["origin-is-destination"])
        }
    }

    @Test(arguments: [
        (#"{"mobile":"1","mobile":"2"}"#, "json-duplicate"), (#"{"mobile":1.5}"#, "json-number"),
        (#"{"mobile":"1",}"#, "json-syntax"), ("[]", "json-top"), ("", "json-syntax"), ("\u{FEFF}{}", "json-bom"),
        (#"{"mobile":"\u0000"}"#, "json-text"), (#"{"a":99999999999999999999}"#, "json-range"),
        (String(repeating: #"{"a":"#, count: 20), "json-depth"),
    ])
    func `is refused as JSON that two readers could take differently`(body: String, code: String) async throws {
        try await WebNode.run { node in
            let reply = try await node.lodge(body, key: "key-1")
            #expect(reply.status == 400)
            #expect(reply.text("code") == code)
            #expect(reply.text("detail")?.contains("at byte ") == true)
        }
    }

    @Test func `is told the place of a fault in its JSON`() async throws {
        try await WebNode.run { node in
            let reply = try await node.lodge(#"{"person":{"name":"a","name":"b"}}"#, key: "key-1")
            #expect(reply.text("code") == "json-duplicate")
            #expect(reply.text("pointer")?.hasPrefix("/person") == true)
        }
    }

    @Test(arguments: [nil, "", "a b", "a/b", "键", String(repeating: "k", count: 65)] as [String?])
    func `needs a key of plain characters`(key: String?) async throws {
        try await WebNode.run { node in
            var headers = ["Content-Type": "application/json"]
            headers["Idempotency-Key"] = key
            let reply = try await node.post("/api/v1/applications", WebCast.application(), headers)
            #expect(reply.status == 400)
            #expect(reply.text("code") == (key == nil ? "idempotency-key-missing" : "idempotency-key-invalid"))
        }
    }

    @Test(
        arguments: [
            (nil, nil), ("text/plain", nil), ("application/json; charset=utf-16", nil), ("application/jsonx", nil),
            ("multipart/form-data", nil), ("application/json", "gzip"),
        ] as [(String?, String?)])
    func `comes as plain JSON in UTF-8 only`(type: String?, encoding: String?) async throws {
        try await WebNode.run { node in
            var headers = ["Idempotency-Key": "key-1"]
            headers["Content-Type"] = type
            headers["Content-Encoding"] = encoding
            let reply = try await node.post("/api/v1/applications", WebCast.application(), headers)
            #expect(reply.status == 415)
            #expect(reply.text("code") == "media-type")
        }
    }

    @Test(arguments: ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
    func `may name the encoding that it has anyway`(type: String) async throws {
        try await WebNode.run { node in
            let headers = ["Idempotency-Key": "key-1", "Content-Type": type]
            let reply = try await node.post("/api/v1/applications", WebCast.application(), headers)
            #expect(reply.status == 201)
        }
    }

    @Test func `of more than 64 KiB is not read`() async throws {
        try await WebNode.run { node in
            let long = String(repeating: " ", count: 65_537)
            #expect(try await node.lodge(long, key: "key-1").status == 413)
            let head =
                "POST /api/v1/applications HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(WebCast.mill)\r\n"
                + "Content-Type: application/json\r\nIdempotency-Key: key-1\r\n"
            let chunk = "4000\r\n\(String(repeating: " ", count: 16_384))\r\n"
            let chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: chunk, count: 5)
            #expect(try await Wire.only(chunked, port: node.publicPort).status == 413)
            let claimed = try await Wire.only(head + "Content-Length: 9999999999\r\n\r\n{", port: node.publicPort)
            #expect(claimed.status == 413)
            #expect(claimed.headers["connection"] == "close")
        }
    }
}
