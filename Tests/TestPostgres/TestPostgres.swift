import Foundation
import Store
import Synchronization

/// A PostgreSQL server of a test's own: in a new folder, reached by a socket in it, and gone with the process that started
/// it, however that ends.
///
/// It lets nobody but the user of the tests in, who needs no password. Its texts are sorted as in Chinese, so that a
/// statement which counts on their bytes and does not say so is found out.
package final class TestPostgres: Sendable {
    /// One for all tests of a process that want nothing but a store; it is started when the first of them asks.
    package static func shared() async throws -> TestPostgres { try await common.value }

    private static let common = Task { try await TestPostgres() }

    private let folder: String
    private let server: Process
    /// The orders for whoever looks after the server; at its end the server is stopped and its folder removed.
    private let orders: FileHandle
    /// Where it says of each order that it is carried out.
    private let answers: FileHandle
    /// What the server is started with besides what every one is.
    private let options: [String]

    /// Why there is no server.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts a server, and waits until it answers.
    ///
    /// - Parameter options: settings of the server, as `fsync=off`.
    package init(options: [String] = []) async throws {
        guard let programs = TestPostgres.programs() else {
            throw Missing(
                description: "PostgreSQL is not installed: run deploy/install-packages test, as deploy/test does")
        }
        var template = Array((NSTemporaryDirectory() + "/jx-pg-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw Missing(description: "no folder can be made for a server") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.options = options
        let (input, output) = (Pipe(), Pipe())
        server = Process()
        server.executableURL = URL(fileURLWithPath: "/bin/sh")
        server.arguments = ["-c", TestPostgres.keeper, "sh", folder, programs] + options.flatMap { ["-c", $0] }
        server.standardInput = input
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        orders = input.fileHandleForWriting
        answers = output.fileHandleForReading
        try server.run()
        try await untilAnswers()
    }

    deinit { stop() }

    /// Ends it, and takes its folder away.
    package func stop() {
        try? orders.close()
        if server.isRunning { server.waitUntilExit() }
    }

    /// Kills every process of the server, as a power cut would end them.
    package func kill() throws { try order("kill") }

    /// Starts the server again, without waiting until it answers.
    package func start() throws { try order("start") }

    /// Has the server stand still: it takes connections and answers nothing.
    package func freeze() throws { try order("freeze") }

    package func thaw() throws { try order("thaw") }

    /// Returns once it is carried out: who asks the server next meets what became of it.
    private func order(_ word: String) throws {
        try orders.write(contentsOf: Data("\(word)\n".utf8))
        guard try answers.read(upToCount: 1) != nil else { throw Missing(description: "nobody looks after the server") }
    }

    /// Where a store finds the schema of this name.
    package func place(of schema: String) -> String {
        "host=\(folder) user=jiexu dbname=postgres options=-csearch_path=\(schema)"
    }

    /// Makes the schema, where it is not there yet, and says where a store finds it.
    package func schema(_ name: String) async throws -> String {
        try await run("CREATE SCHEMA IF NOT EXISTS \(name)")
        return place(of: name)
    }

    /// Runs a text of several statements, in no transaction and beside every store.
    package func run(_ script: String) async throws {
        let database = try PostgresDatabase(place(of: "public"), access: .reading)
        defer { database.close() }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            database.read { connection in
                do throws(SQLFault) {
                    try connection.get().runScript("SET default_transaction_read_only = off")
                    continuation.resume(returning: try connection.get().runScript(script))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    /// Waits until the server lets somebody in: after a crash it has to read its log first.
    package func untilAnswers() async throws {
        var fault: any Error = Missing(description: "the server was not asked")
        for _ in 0..<600 {
            do {
                return try await run("SELECT 1")
            } catch {
                fault = error
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Missing(description: "the server does not answer: \(fault)")
    }

    /// The folder of the newest server that Debian has installed; nil for none.
    private static func programs() -> String? {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap { Int($0) }.sorted().last
        guard let newest, FileManager.default.isExecutableFile(atPath: "\(root)/\(newest)/bin/initdb") else {
            return nil
        }
        return "\(root)/\(newest)/bin"
    }

    /// Looks after a server: starts it, does what it is told, and stops it at the end of the orders. A server refuses to run
    /// as root, and so gets another user then.
    private static let keeper = """
        folder=$1 programs=$2
        shift 2
        cd "$folder" || exit 1
        as_user=
        if [ "$(id -u)" -eq 0 ]; then
            user=postgres
            id "$user" >/dev/null 2>&1 || user=nobody
            chown "$user" "$folder"
            as_user="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
        fi
        $as_user "$programs/initdb" --pgdata=data --username=jiexu --auth=trust --encoding=UTF8 --no-sync \\
            --locale=C.UTF-8 --locale-provider=icu --icu-locale=zh >log 2>&1
        start() {
            $as_user "$programs/postgres" -D data -k "$folder" -c listen_addresses= -c max_connections=200 "$@" \\
                >>log 2>&1 </dev/null &
            server=$!
        }
        start "$@"
        while read -r order; do
            case "$order" in
            kill)
                kill -KILL "$server" $(cat "/proc/$server/task/$server/children")
                wait "$server"
                ;;
            start) start "$@" ;;
            freeze) kill -STOP "$server" $(cat "/proc/$server/task/$server/children") ;;
            thaw) kill -CONT "$server" $(cat "/proc/$server/task/$server/children") ;;
            esac
            printf .
        done
        kill -QUIT "$server"
        kill -CONT "$server" $(cat "/proc/$server/task/$server/children")
        wait "$server"
        rm -rf "$folder"
        """
}
