import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A case over the interface` {
    @Test func `is shown whole, with the person masked and every notice in two languages`() async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            let number = try #require(
                try await destination.lodge(WebCast.application(), key: "key-1").text("case"))
            // The origin has no record of her, and hands the letter back.
            try await destination.exchange(with: origin)
            let reply = try await destination.get("/api/v1/cases/\(number)")
            #expect(reply.status == 200)
            #expect(reply.text("phase") == "returned")
            #expect(reply.text("holder") == "applicant")
            #expect(reply.text("since") == "2026-11-20T04:00:00Z")
            #expect(reply.text("due") == "2026-12-04")
            #expect(reply.json["dueProvisional"] == .bool(false))
            #expect(reply.text("person", "name") == "林*")
            #expect(reply.text("person", "residentId")?.contains("***********") == true)
            #expect(!reply.body.contains(WebCast.resident(1)))
            #expect(reply.list("legs").map { $0.text("branch") } == ["pension"])
            #expect(reply.list("documents").map { $0.text("kind") } == ["acceptance-letter", "return-note"])
            for document in reply.list("documents") {
                #expect(document.text("digest").flatMap { DocumentDigest(text: $0) } != nil)
                #expect(document["delivered"] == .bool(true))
            }
            let notice = try #require(reply.list("notices").first)
            #expect(notice.text("name") == "correction-needed")
            #expect(notice.text("code") == "RJ07")
            #expect(notice.text("chinese") == Reason.noRecordAtOrigin.sentence.chinese)
            #expect(notice.text("english") == Reason.noRecordAtOrigin.sentence.english)
            #expect(
                reply.list("events").map { $0.text("name") } == [
                    "application-lodged", "application-passed", "letter-returned",
                ])
            #expect(reply.list("events").first?.text("actor") == "token:mill")
        }
    }

    @Test func `shows its amounts as soon as they are certified`() async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            try await origin.store.importRecords([WebCast.record(isActive: false)], at: origin.clock.now)
            let lodged = try await destination.lodge(WebCast.application(branches: ["medical"]), key: "key-1")
            let number = try #require(lodged.text("case"))
            let before = try await destination.get("/api/v1/cases/\(number)")
            #expect(before.json["amounts"] == nil)
            try await destination.exchange(with: origin)
            let reply = try await destination.get("/api/v1/cases/\(number)")
            // Eight months at a base of 5,000 yuan: 8 percent to the account, 12 percent pooled.
            #expect(reply.json["amounts"]?["accountFen"] == .integer(320_000))
            #expect(reply.json["amounts"]?["pooledFen"] == .integer(480_000))
            #expect(reply.json["amounts"]?["transferFen"] == .integer(800_000))
            #expect(reply.json["amounts"]?["movedFen"] == .integer(0))
            let there = try await origin.get("/api/v1/cases/\(number)", as: WebCast.office)
            let payout = try #require(there.list("payouts").first)
            #expect(payout.text("branch") == "medical")
            #expect(payout["amountFen"] == .integer(12_345))
            #expect(payout["attempts"] == .integer(1))
            #expect(payout["paid"] == .bool(false))
        }
    }

    @Test func `of somebody else is answered as if there were none`() async throws {
        try await WebNode.run { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let foreign = try await node.get("/api/v1/cases/\(number)", as: WebCast.shop)
            let absent = try await node.get("/api/v1/cases/330100-2026-0009999-9", as: WebCast.shop)
            #expect(foreign.status == 404)
            #expect(foreign.body == absent.body)
            for token in [WebCast.mill, WebCast.window, WebCast.office] {
                #expect(try await node.get("/api/v1/cases/\(number)", as: token).status == 200)
            }
        }
    }

    @Test func `is not sent again to who has it already`() async throws {
        try await WebNode.run { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let first = try await node.get("/api/v1/cases/\(number)")
            let tag = try #require(first.headers["etag"])
            let second = try await node.get("/api/v1/cases/\(number)", ["If-None-Match": "\"other\", \(tag)"])
            #expect(second.status == 304)
            #expect(second.body.isEmpty)
            #expect(second.headers["etag"] == tag)
            #expect(try await node.get("/api/v1/cases/\(number)", ["If-None-Match": "\"other\""]).status == 200)
        }
    }

    @Test func `stands in the lists of its owner and of the agency, and in no other`() async throws {
        try await WebNode.run(alone: []) { node in
            for serial in 1...3 { _ = try await node.lodge(WebCast.application(serial), key: "key-\(serial)") }
            _ = try await node.lodge(WebCast.application(4), key: "key-1", as: WebCast.shop)
            func count(_ token: String, _ query: String = "") async throws -> Int {
                try await node.get("/api/v1/cases\(query)", as: token).list("cases").count
            }
            #expect(try await count(WebCast.mill) == 3)
            #expect(try await count(WebCast.shop) == 1)
            #expect(try await count(WebCast.window) == 4)
            #expect(try await count(WebCast.office, "?live=true") == 4)
            let list = try await node.get("/api/v1/cases")
            #expect(!list.body.contains(WebCast.resident(1)))
            #expect(list.list("cases").first?.text("phase") == "reviewing")
        }
    }

    @Test func `is found by going from page to page`() async throws {
        try await WebNode.run { node in
            var lodged: [String?] = []
            for serial in 1...5 {
                lodged.append(try await node.lodge(WebCast.application(serial), key: "key-\(serial)").text("case"))
            }
            var found: [String?] = []
            var next: String? = "/api/v1/cases?limit=2"
            while let page = next {
                let reply = try await node.get(page)
                #expect(reply.status == 200)
                found += reply.list("cases").map { $0.text("case") }
                next = reply.text("next")
            }
            #expect(found == lodged)
        }
    }

    @Test(arguments: [
        "limit=0", "limit=1001", "limit=01", "limit=+1", "limit=", "live=yes", "after=1", "phase=reviewing",
        "limit=1&limit=1",
        "limit=1&limit=2", "limit", "limit=1&", "", "live=%74rue", "after=%00",
    ])
    func `is not listed by a query that is not understood whole`(query: String) async throws {
        try await WebNode.run { node in
            let reply = try await node.get("/api/v1/cases?\(query)")
            #expect(reply.status == 400)
            #expect(reply.text("code") == "query-invalid")
        }
    }
}
