import ArgumentParser
import Casework
import Logging
import NIOCore
import NIOPosix
import NodeSettings

/// `jiexu serve`: the node of one agency.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve as the node of one agency. 运行一个机构的节点。",
        discussion: "Listens for peers (mutual TLS), for people and their systems, and for operations, each apart.")

    @Option(help: "The settings file; deploy/settings.yaml documents every key.")
    var config: String

    func run() async throws {
        let clock = SystemClock()
        let settings = try NodeSettings.ofNode(config)
        LoggingSystem.bootstrap { LogLines(label: $0, clock: clock, level: settings.loggerLevel) }
        // One thread moves the bytes of all listeners: that is the cheapest, and more than a node needs.
        NIOSingletons.groupLoopCountSuggestion = 1
        do {
            try await Node.assemble(settings, clock: clock).serve()
        } catch let fault as StoreError {
            // What is read and noted before anybody is served may meet the disk's fault first.
            throw BrokenStore(why: fault.description)
        }
    }
}
