import Casework
import Testing
import TransferCore

@Suite struct `A correction over the interface` {
    /// A case of the mill whose letter came back, because the origin has no record.
    private func withReturned(_ use: (_ node: WebNode, _ number: String) async throws -> Void) async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            let lodged = try await destination.lodge(WebCast.application(), key: "key-1")
            try await destination.exchange(with: origin)
            try await use(destination, try #require(lodged.text("case")))
        }
    }

    @Test func `of an application goes to review again`() async throws {
        try await withReturned { node, number in
            let corrected = WebCast.application(name: "林方")
            let reply = try await node.post("/api/v1/cases/\(number)/corrections", corrected)
            #expect(reply.status == 200)
            #expect(reply.text("case") == number)
            #expect(reply.text("phase") == "reviewing")
            let again = try await node.post("/api/v1/cases/\(number)/corrections", corrected)
            #expect(again.status == 409)
            #expect(again.text("code") == "not-allowed")
        }
    }

    @Test func `cannot turn the case into another one`() async throws {
        try await withReturned { node, number in
            let other = WebCast.application(2, branches: ["medical"])
            let reply = try await node.post("/api/v1/cases/\(number)/corrections", other)
            #expect(reply.status == 422)
            #expect(
                Set(reply.list("errors").map { $0.text("pointer") }) == ["/person/residentId", "/otherBranches"])
        }
    }

    @Test func `of somebody else's case is answered as if there were none`() async throws {
        try await withReturned { node, number in
            let path = "/api/v1/cases/\(number)/corrections"
            let foreign = try await node.post(path, WebCast.application(), as: WebCast.shop)
            #expect(foreign.status == 404)
            let desk = try await node.post(path, WebCast.application(), as: WebCast.window)
            #expect(desk.status == 200)
        }
    }

    @Test func `comes too early before the letter came back`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let reply = try await node.post("/api/v1/cases/\(number)/corrections", WebCast.application())
            #expect(reply.status == 409)
            #expect(reply.text("detail")?.contains("reviewing") == true)
        }
    }
}

@Suite struct `Another account over the interface` {
    /// A case whose medical balance bounced at the origin's bank.
    private func withBounced(
        _ use: (_ destination: WebNode, _ origin: WebNode, _ number: CaseNumber) async throws -> Void
    ) async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            try await origin.store.importRecords([WebCast.record(isActive: false)], at: origin.clock.now)
            let lodged = try await destination.lodge(WebCast.application(branches: ["medical"]), key: "key-1")
            try await destination.exchange(with: origin)
            let number = try #require(lodged.text("case").flatMap { CaseNumber($0) })
            let key = try #require(OrderKey(caseNumber: number, leg: .balance(.medical), attempt: 1))
            _ = try await origin.store.assignOrderMessage("M1", at: origin.clock.now, limit: 100)
            try await origin.desk.take(rejectedOrder: key, .accountClosed)
            try await use(destination, origin, number)
        }
    }

    private func path(_ number: CaseNumber, _ branch: String = "medical") -> String {
        "/api/v1/cases/\(number)/payouts/\(branch)/account"
    }

    @Test func `is ordered to after a bounce`() async throws {
        try await withBounced { _, origin, number in
            let shown = try await origin.get("/api/v1/cases/\(number)", as: WebCast.window)
            #expect(shown.list("notices").last?.text("chinese")?.contains("已销户") == true)
            let form = WebCast.account(number: WebCast.otherCard)
            let reply = try await origin.post(path(number), form, as: WebCast.window)
            #expect(reply.status == 200)
            #expect(reply.number("attempt") == 2)
            #expect(reply.number("amountFen") == 12_345)
            let file = try #require(try await origin.store.caseFile(number))
            let order = try #require(file.orders.last { $0.key.leg == .balance(.medical) })
            #expect(order.key.attempt == 2 && order.creditor.number == WebCast.otherCard)
            #expect(try await origin.post(path(number), form, as: WebCast.window).status == 409)
        }
    }

    @Test func `is the insured person's own or it is refused`() async throws {
        try await withBounced { _, origin, number in
            let reply = try await origin.post(path(number), WebCast.account(holder: "魏军"), as: WebCast.office)
            #expect(reply.status == 422)
            #expect(reply.list("errors").map { $0.text("pointer") } == ["/holder"])
        }
    }

    @Test func `is taken by the agency's own tokens only`() async throws {
        try await withBounced { _, origin, number in
            let reply = try await origin.post(path(number), WebCast.account(), as: WebCast.mill)
            #expect(reply.status == 403)
            #expect(reply.text("code") == "role-not-allowed")
        }
    }

    @Test func `is for a branch that is paid out, and at the origin`() async throws {
        try await withBounced { destination, origin, number in
            for branch in ["housing", "pension", "teeth"] {
                let reply = try await origin.post(path(number, branch), WebCast.account(), as: WebCast.window)
                #expect(reply.status == 404)
            }
            let reply = try await destination.post(path(number), WebCast.account(), as: WebCast.window)
            #expect(reply.status == 409)
            #expect(reply.text("code") == "not-at-origin")
        }
    }
}
