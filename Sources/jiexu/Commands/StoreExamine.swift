import ArgumentParser
import Casework
import Store

/// `jiexu store examine`: opens many databases, one after the other, as a node would that is started after a power cut.
struct StoreExamineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "examine", abstract: "Open databases as a node does, and say what each holds.",
        discussion: """
            Reads the paths of databases from standard input, one in each line, and answers each with one line: what is \
            wrong with it, one sentence behind the other; or `sound` and, after a tab each, its documents as \
            CASE/SENDER/SEQUENCE/DIGEST/RECEIPT (digests in hexadecimal, `-` for no receipt), its events as \
            CASE/events/COUNT, and its orders as KEY/order/OUTCOME.
            """,
        shouldDisplay: false)

    func run() async throws {
        while let path = readLine() {
            printLine(await look(at: path))
        }
    }

    private func look(at path: String) async -> String {
        var settings = SQLiteDatabase.Settings()
        settings.minimumFreeBytes = 0
        settings.readerThreads = 1
        do throws(OpeningFault) {
            let store = try await JiexuStore(path: path, access: .serving, settings: settings)
            defer { store.close() }
            return await StoreExamine.line(of: store)
        } catch {
            return error.description.split(separator: "\n").joined(separator: " ")
        }
    }
}
