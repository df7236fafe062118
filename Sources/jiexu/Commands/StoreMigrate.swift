import ArgumentParser
import Foundation
import NodeSettings
import Store
import TransferDocuments

/// `jiexu store migrate`
struct StoreMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Move all that a node keeps into an empty database of another kind. 迁移数据库。",
        discussion: """
            A place is sqlite:PATH, or postgres: and a connection string of libpq, or a URI that begins with postgresql://. \
            Stop the node before. Everything arrives in one transaction or nothing does; then both databases are read from \
            the beginning, and every table and the log are compared. The old database stays as it is: keep it until the \
            node has run on the new one, and never start the node on it again.
            """)

    @Option(help: "Where the cases are now.")
    var from: String

    @Option(help: "Where they are to be: a file that is not there yet, or a schema without tables.")
    var to: String

    func run() async throws {
        let (old, new) = (try StorePlace(from), try StorePlace(to))
        if case .file(let path) = old, !FileManager.default.fileExists(atPath: path) {
            throw Misuse("\(path): there is no such file")
        }
        let source = try old.open()
        defer { source.close() }
        let target = try new.open()
        defer { target.close() }
        let move = StoreMove(from: source, to: target)
        try await move.run()
        let (before, after) = try await move.contents()
        for (table, copy) in zip(before.tables, after.tables) where table.rows > 0 || table != copy {
            print("\(table.name): \(table.rows)\(table == copy ? "" : " — \(copy.rows), 不一致 differs")")
        }
        guard before == after else {
            print("两个数据库不一致，不要使用新库。 The databases differ: do not use the new one.")
            throw CommandOutcome.findings
        }
        let rows = after.tables.reduce(0) { $0 + $1.rows }
        print(
            "已迁移 \(after.tables.count) 个表、\(rows) 行；日志 \(after.leaves) 条，根 \(after.root.hex)。 "
                + "Moved \(after.tables.count) tables, \(rows) rows; the log has \(after.leaves) leaves and the root above. "
                + "Set store.postgres of the node, start it, and run `jiexu verify --all`.")
    }
}

/// A place on the command line.
private enum StorePlace {
    case file(String)
    case server(String)

    init(_ text: String) throws {
        if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            self = .server(text)
        } else if text.hasPrefix("postgres:") {
            self = .server(String(text.dropFirst("postgres:".count)))
        } else if text.hasPrefix("sqlite:") {
            self = .file(String(text.dropFirst("sqlite:".count)))
        } else {
            throw Misuse("expected sqlite:PATH, postgres:CONNECTION or postgresql://…")
        }
    }

    /// Of very many rows a single statement may take long, and each side waits for the other.
    private var patient: PostgresDatabase.Settings {
        var settings = PostgresDatabase.Settings()
        settings.statementMilliseconds = settings.scriptMilliseconds
        settings.commitMilliseconds = settings.scriptMilliseconds
        settings.idleMilliseconds = 0
        return settings
    }

    func open() throws -> any SQLDatabase {
        switch self {
        case .file(let path): try SQLiteDatabase(path: path, access: .serving)
        case .server(let place): try PostgresDatabase(place, access: .serving, settings: patient)
        }
    }
}
