import Casework
import Store
import Testing
import TransferCore
import TransferDocuments
import WebConsole

@Suite struct `The operations listener` {
    @Test func `says that the process lives, and that it is ready`() async throws {
        try await WebNode.run { node in
            let live = try await node.operate("GET", "/health/live")
            #expect(live.status == 200)
            let ready = try await node.operate("GET", "/health/ready")
            #expect(ready.status == 200)
            #expect(ready.json["ready"] == .bool(true))
            #expect(ready.list("failing").isEmpty)
        }
    }

    @Test func `is not ready with an expired directory`() async throws {
        try await WebNode.run { node in
            node.clock.move(days: 91)
            let ready = try await node.operate("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready.json["ready"] == .bool(false))
            #expect(ready.list("failing").map { $0.text("check") } == ["directory"])
            #expect(try await node.operate("GET", "/health/live").status == 200)
        }
    }

    @Test func `belongs to a node that takes no application under an expired directory`() async throws {
        try await WebNode.run { node in
            node.clock.move(days: 91)
            let reply = try await node.lodge(WebCast.application(), key: "key-1")
            #expect(reply.status == 503)
            #expect(reply.text("code") == "directory-expired")
        }
    }

    @Test func `is not ready while a check of the wiring fails, and says why`() async throws {
        let disk = ReadinessCheck("disk-space") { "5 MiB free, 512 MiB are needed" }
        let fine = ReadinessCheck("fine") { nil }
        try await WebNode.run(checks: [fine, disk]) { node in
            let ready = try await node.operate("GET", "/health/ready")
            #expect(ready.status == 503)
            let failing = try #require(ready.list("failing").first)
            #expect(ready.list("failing").count == 1)
            #expect(failing.text("check") == "disk-space")
            #expect(failing.text("why") == "5 MiB free, 512 MiB are needed")
        }
    }

    @Test func `counts what the node keeps, as monitoring reads it`() async throws {
        try await WebNode.runPair(alone: []) { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            _ = try await destination.lodge(WebCast.application(), key: "key-1")
            _ = try await destination.lodge(WebCast.application(2), key: "key-2")
            let effect = try #require(try await destination.store.openEffects(after: 0, limit: 1).first)
            try await destination.desk.carryOut(effect)
            destination.clock.move(days: 1)
            let reply = try await destination.operate("GET", "/metrics")
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = Set(reply.body.split(separator: "\n"))
            for line in [
                "# TYPE jiexu_cases gauge", "jiexu_cases{phase=\"reviewing\"} 1",
                "jiexu_cases{phase=\"awaiting-reply\"} 1", "jiexu_outbox_documents{peer=\"510100\"} 1",
                "jiexu_outbox_oldest_seconds{peer=\"510100\"} 86400", "jiexu_open_effects 1",
                "jiexu_orders_waiting 0", "jiexu_unmatched_bank_lines 0", "jiexu_events_total 3",
                "jiexu_documents_total 1", "jiexu_directory_version 3",
                "process_start_time_seconds \(WebCast.noon / 1_000)",
            ] {
                #expect(lines.contains(Substring(line)), "\(line) is missing from:\n\(reply.body)")
            }
            let memory = reply.body.split(separator: "\n").first { $0.hasPrefix("process_resident_memory_bytes ") }
            let bytes = try #require(memory?.split(separator: " ").last.flatMap { Int($0) })
            #expect(bytes > 1_048_576)
            #expect(!reply.body.contains(WebCast.resident(1)))
        }
    }

    @Test func `tells the age of the newest time-stamp of each authority`() async throws {
        try await WebNode.run { node in
            for (size, authority, minutes) in [(1, "甲", 50), (1, "b", 40), (2, "b", 5), (3, "甲", 10)] as [(Int64, _, _)]
            {
                let at = node.clock.now.adding(milliseconds: Int64(-minutes) * 60_000)
                try await node.evidence.keep(
                    TreeStamp(
                        epoch: 1, size: size, authority: authority, token: [1], chain: [2], at: at, takenAt: at))
            }
            let lines = try await node.operate("GET", "/metrics").body.split(separator: "\n")
            #expect(
                lines.filter { $0.hasPrefix("jiexu_log_stamp_age_seconds") } == [
                    "jiexu_log_stamp_age_seconds{authority=\"b\"} 300",
                    "jiexu_log_stamp_age_seconds{authority=\"甲\"} 600",
                ])
        }
    }

    @Test func `holds and resumes the deliveries to a peer`() async throws {
        try await WebNode.run { node in
            #expect(try await node.operate("GET", "/ops/peers").list("peers").isEmpty)
            let held = try await node.operate("POST", "/ops/peers/510100/hold")
            #expect(held.status == 200)
            #expect(held.json["held"] == .bool(true))
            let list = try await node.operate("GET", "/ops/peers").list("peers")
            #expect(list.map { $0.text("peer") } == ["510100"])
            #expect(try await node.operate("GET", "/metrics").body.contains("jiexu_deliveries_held{peer=\"510100\"} 1"))
            #expect(try await node.operate("POST", "/ops/peers/510100/resume").json["held"] == .bool(false))
        }
    }

    @Test(arguments: ["440300", "330100", "chengdu"])
    func `holds no peer that the directory does not have`(code: String) async throws {
        try await WebNode.run { node in
            let reply = try await node.operate("POST", "/ops/peers/\(code)/hold")
            #expect(reply.status == 404)
        }
    }

    @Test func `takes nothing from a page in a browser`() async throws {
        try await WebNode.run { node in
            let reply = try await node.operate(
                "POST", "/ops/peers/510100/hold", ["Origin": "https://elsewhere.example"])
            #expect(reply.status == 403)
            #expect(try await node.operate("GET", "/ops/peers").list("peers").isEmpty)
        }
    }

    @Test func `waits on this machine only`() async throws {
        try await WebNode.run { node in
            let outbox = Outbox(desk: node.desk, link: Unreachable())
            #expect(throws: ListenerFault.notLoopback(host: "10.0.0.1")) {
                try OperationsAPI(
                    desk: node.desk, outbox: outbox, address: ListenAddress(host: "10.0.0.1", port: 0))
            }
        }
    }

    private struct Unreachable: PeerLink {
        func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
            throw DeliveryFault(code: "unreachable", detail: "nobody is there", concernsPeer: true)
        }
    }
}
