import ArgumentParser
import Casework
import Store

/// `jiexu store instances`
struct StoreInstances: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "instances", abstract: "List the instances of a node, and what each sees to. 实例列表。",
        discussion: """
            Moments are those of the database. An instance that is not heard of for as long as its lease is ended by another \
            one, which takes its duties; it writes nothing any more, and its process ends with status 69. Works while the \
            node serves, and changes nothing. Ends with 1 while a duty has nobody.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let store = try await settings.read().openStore(.reading)
        defer { store.close() }
        let report = try await store.instances()
        guard !report.instances.isEmpty else {
            return print("此节点单独运行。 The node serves alone.")
        }
        for instance in report.instances {
            var words = [instance.name, "epoch \(instance.epoch)", "自 since \(ChinaTime.text(instance.since))"]
            switch instance.ended {
            case nil: words.append("至 until \(ChinaTime.text(instance.until))")
            case .left: words.append("已停止 left")
            case .expired: words.append("失联被接替 expired")
            }
            if let at = instance.endedAt { words.append(ChinaTime.text(at)) }
            print((words + [instance.address, instance.version]).joined(separator: "  "))
        }
        for duty in report.duties {
            print(
                "\(duty.duty)  epoch \(duty.epoch)  \(duty.holder ?? "无人 nobody")  自 since \(ChinaTime.text(duty.since))"
            )
        }
        if report.duties.contains(where: { $0.holder == nil }) { throw CommandOutcome.findings }
    }
}
