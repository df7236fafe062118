import Foundation
import NodeSettings
import TransferCore

/// A fault that is put in on purpose, so that it is seen that the checks at the end would find it. A run with a control
/// must fail; one that passes shows that its checks prove nothing.
enum ControlFault: String, CaseIterable, Sendable {
    /// An order that the bank has carried out is given to it once more, in another message.
    case doubleOrder = "double-order"
    /// One amount of a ledger is changed behind the node's back.
    case changedLedger = "changed-ledger"

    func inject(into network: TransferNetwork) async throws {
        switch self {
        case .doubleOrder: try await doubleOrder(network)
        case .changedLedger: try await changeLedger(network)
        }
    }

    private func doubleOrder(_ network: TransferNetwork) async throws {
        let orders = "\(network.folder)/bank/\(DemoStory.shenzhen)/orders"
        let taken = try FileManager.default.contentsOfDirectory(atPath: orders + "/taken").filter {
            $0.hasSuffix(".xml")
        }
        guard let name = taken.sorted().first else {
            throw RigFault("the bank has taken no order that could be doubled")
        }
        let text = String(decoding: try Files.read("\(orders)/taken/\(name)", limit: 1 << 24), as: UTF8.self)
        guard let start = text.range(of: "<MsgId>"), let end = text.range(of: "</MsgId>") else {
            throw RigFault("\(name) has no message id")
        }
        let doubled = text.replacingOccurrences(of: String(text[start.upperBound..<end.lowerBound]), with: "CONTROL-1")
        try Files.create(orders + "/control.part", Array(doubled.utf8), for: .group)
        guard rename(orders + "/control.part", orders + "/control.xml") == 0 else {
            throw RigFault("the doubled order was not put down")
        }
        // The bank looks every few milliseconds; its word then has to be taken by the node.
        try await Task.sleep(for: .seconds(2))
    }

    private func changeLedger(_ network: TransferNetwork) async throws {
        let node = try network.node(DemoStory.weifang)
        await node.child.stop()
        let sqlite = Process()
        sqlite.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        sqlite.arguments = [
            "python3", "-c",
            """
            import sqlite3, sys
            d = sqlite3.connect(sys.argv[1])
            for (name,) in d.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
                d.execute('DROP TRIGGER "%s"' % name)
            d.execute("UPDATE posting_lines SET amount = amount + 1 WHERE group_id = 1 AND line = 1")
            d.commit()
            """, node.settings.databasePath,
        ]
        try sqlite.run()
        sqlite.waitUntilExit()
        guard sqlite.terminationStatus == 0 else { throw RigFault("the ledger was not changed") }
        try node.child.start()
        try await network.ready(node)
    }
}
