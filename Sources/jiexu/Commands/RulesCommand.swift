import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu rules`: the dated tables that the rules are computed with.
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Work with the dated tables of the rules. 规则参数表。",
        subcommands: [RulesCheck.self, RulesDiff.self, RulesImport.self, RulesList.self, RulesShow.self])

    /// Reads and checks a file of a table; what is wrong with it is told, a line for each fault.
    static func read(_ file: String) throws -> (table: RuleTable, bytes: [UInt8]) {
        let bytes = try Files.read(file, limit: RuleTableFile.longest)
        do throws(RuleTableFaults) {
            return (try RuleTableFile.read(bytes), bytes)
        } catch {
            for fault in error.faults { CommandOutcome.say("\(file): \(fault)") }
            throw CommandOutcome.findings
        }
    }
}

/// `jiexu rules check`
struct RulesCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a file of a table; every fault is told with its place. 检查参数表。",
        discussion: "Ends with 1 when something is wrong.")

    @Argument(help: "The file, JSON.")
    var file: String

    func run() async throws {
        let table = try RulesCommand.read(file).table
        print("\(table.name.rawValue) \(table.version)：\(table.rows.count) 行，无误。 \(table.rows.count) rows, in order.")
    }
}

/// `jiexu rules diff`
struct RulesDiff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "What a file would change: rows, and deadlines of live cases. 比较参数表。",
        discussion: "Works while the node serves, and changes nothing.")

    @Argument(help: "The file, JSON.")
    var file: String

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let table = try RulesCommand.read(file).table
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let inForce = try await store.rulesInForce()
        // The built-in profiles are not in force: without a table the settings say the limits.
        let old = inForce[table.name] ?? (table.name == .deadlines ? nil : RuleTable.builtIn(table.name))
        print("\(table.name.rawValue): \(old?.version ?? "-") → \(table.version)")
        let difference = RuleTableDifference(from: old, to: table, within: table.years)
        for row in difference.added { print("+ \(row.text(in: table.name))") }
        for change in difference.changed {
            print("- \(change.old.text(in: table.name))")
            print("+ \(change.new.text(in: table.name))")
        }
        for row in difference.removed { print("- \(row.text(in: table.name))") }
        let moves = try await store.dueMoves(to: settings.agencySettings().with(inForce.adding(table)))
        for move in moves { print("\(move.number): \(move.before) → \(move.after)") }
        print(
            "增加 \(difference.added.count) 行，改变 \(difference.changed.count) 行，删除 \(difference.removed.count) 行，"
                + "\(moves.count) 笔业务的期限变动。 \(difference.added.count) rows added, \(difference.changed.count) "
                + "changed, \(difference.removed.count) removed; the deadlines of \(moves.count) cases move.")
    }
}

/// `jiexu rules import`
struct RulesImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Put a table in force; older versions stay as they are. 导入参数表。",
        discussion: """
            Works while the node serves: it takes the table up at its next look at deadlines, and computes those of live \
            cases again. A version that is there already is refused with other bytes.
            """)

    @Argument(help: "The file, JSON.")
    var file: String

    @Option(help: "Who imports it; kept with the version.")
    var by = "operator"

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        guard (1...64).contains(by.unicodeScalars.count) else { throw Misuse("--by: expected 1 to 64 characters") }
        let settings = try settings.read()
        let (table, bytes) = try RulesCommand.read(file)
        guard !table.name.isBuiltIn else {
            throw Misuse("\(file): the table \(table.name.rawValue) is built in, and says this already")
        }
        try Files.makeFolder(settings.data.directory, for: .owner)
        let store = try await settings.openStore(.importing)
        defer { store.close() }
        let stored = StoredRuleTable(
            name: table.name, version: table.version, importedAt: SystemClock().now, importedBy: by, bytes: bytes)
        do throws(StoreError) {
            let isNew = try await store.importRuleTable(stored)
            print(
                isNew
                    ? "已导入 \(table.name.rawValue) \(table.version)。 Imported."
                    : "\(table.name.rawValue) \(table.version) 已经导入过。 It was imported before.")
        } catch .duplicate {
            throw Misuse(
                "\(file): version \(table.version) of \(table.name.rawValue) is there with other bytes: give the file "
                    + "a new version")
        }
    }
}

/// `jiexu rules list`
struct RulesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the built-in and the imported versions. 参数表版本。",
        discussion: "An asterisk marks the version in force.")

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let stored = try await store.ruleTables()
        let inForce = try await store.rulesInForce()
        for name in RuleTableName.allCases {
            if let table = RuleTable.builtIn(name) {
                // The built-in profiles are examples; without a table the settings say the limits.
                let isInForce = inForce[name] == nil && name != .deadlines
                print("\(isInForce ? "*" : " ") \(name.rawValue) \(table.version)  built in")
            }
            for version in stored where version.name == name {
                let mark = inForce[name]?.version == version.version ? "*" : " "
                let time = ChinaTime.text(version.importedAt)
                print(
                    "\(mark) \(name.rawValue) \(version.version)  \(time)  \(version.importedBy)  \(version.digest.text)"
                )
            }
        }
        for name in [RuleTableName.interestRates, .interestFormulas] where inForce[name] == nil {
            print("* \(name.rawValue) settings")
        }
        if inForce[.deadlines] == nil { print("* deadlines settings: \(settings.agency.deadlineProfile)") }
    }
}

/// `jiexu rules show`
struct RulesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a table as a file, or what agencies can transfer. 显示参数表。",
        discussion: "The table `capabilities` is that of the signed directory: what each agency can receive and send.")

    @Argument(help: "The name of the table, such as calendar.")
    var table: String

    @Option(help: "The version; the one in force when it is left out.")
    var version: String?

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        if table == "capabilities" { return try showCapabilities(settings) }
        guard let name = RuleTableName(rawValue: table) else {
            let names = RuleTableName.allCases.map(\.rawValue).joined(separator: ", ")
            throw Misuse("\(table): expected \(names) or capabilities")
        }
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let stored = try await store.ruleTables().last { $0.name == name && (version == nil || $0.version == version) }
        if let stored {
            print(String(decoding: stored.bytes, as: UTF8.self))
        } else if let builtIn = RuleTable.builtIn(name), version == nil || builtIn.version == version {
            print(String(decoding: try RuleTableFile.write(builtIn), as: UTF8.self))
        } else {
            throw Misuse(
                "no version of \(table)\(version.map { " \($0)" } ?? "") is there: what holds is in the settings")
        }
    }

    private func showCapabilities(_ settings: NodeSettings) throws {
        let clock = SystemClock()
        let anchors = try KeyFiles.anchors(settings.keys.anchors)
        let bytes = try Files.read(settings.keys.directory, limit: 1 << 20)
        let directory = try SignedDirectory.open(bytes, anchors: anchors, at: clock.now.seconds)
        for agency in directory.directory.agencies {
            print("\(agency.code) \(agency.nameChinese)")
            for capability in agency.receives {
                let end = capability.until.map { " 至 until \($0)" } ?? ""
                print("  \(capability.branch.rawValue) 自 from \(capability.from)\(end)")
            }
        }
    }
}
