import Accounts
import Casework
import Testing
import WebConsole

/// Two instances, of which the other one was ended, as a database would tell them.
struct KnownInstances: InstanceSource {
    let ownInstance: OwnInstance? = OwnInstance(name: "south-1", epoch: 7, fencedWrites: 3)

    func instances() async throws(StoreError) -> InstanceReport {
        let (from, until) = (Instant(seconds: 1_795_000_000), Instant(seconds: 1_795_000_015))
        return InstanceReport(
            at: from,
            instances: [
                InstanceReport.Served(
                    name: "south-1", epoch: 7, since: from, until: until, address: "10.0.0.11:8443", version: "one",
                    ended: nil, endedAt: nil),
                InstanceReport.Served(
                    name: "south-2", epoch: 6, since: from, until: until, address: "10.0.0.12:8443", version: "one",
                    ended: .expired, endedAt: until),
            ],
            duties: [
                InstanceReport.Held(duty: "bank", epoch: 4, holder: "south-1", since: from),
                InstanceReport.Held(duty: "effects", epoch: 2, holder: "south-1", since: from),
                InstanceReport.Held(duty: "witness", epoch: 9, holder: nil, since: until),
            ])
    }
}

@Suite struct `A node that is one of several instances` {
    @Test func `shows who serves, who was ended, and what nobody sees to, on the page and in its file`() async throws {
        try await WebNode.run { node in
            let root = try await Insider.entered(node, "root-1", .systemAdministrator(person: "0501")).browser
            let page = try await root.open("/admin/diagnostics").body
            for words in ["<h2>实例</h2>", "south-1", "✓ 运行", "银行文件、自动审核与核对", "× 失联，已被接替", "暂无实例负责：日志见证"] {
                #expect(page.contains(words), "\(words)")
            }
            // What was meant as markup was shown to people once.
            #expect(!page.contains("&lt;p class"))
            #expect(page.contains("实例 south-2 失联，已被接替"))
            let file = try await root.open("/admin/diagnostics/file").body
            #expect(file.contains("\"name\":\"south-2\""))
            #expect(file.contains("\"ended\":\"expired\""))
            #expect(file.contains("\"duties\":[\"bank\",\"effects\"]"))
        }
    }

    @Test func `tells its epoch, its duties and the writes that were refused to whoever watches it`() async throws {
        try await WebNode.run { node in
            let lines = try await node.operate("GET", "/metrics").body.split(separator: "\n").map(String.init)
            for line in [
                "jiexu_instance_epoch{instance=\"south-1\"} 7", "jiexu_instances 1", "jiexu_duties_held 2",
                "jiexu_duties_free 1", "jiexu_fenced_writes_total 3",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
        }
    }
}
