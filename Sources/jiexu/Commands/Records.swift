import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore

/// `jiexu records`: the embedded records system, which stands in for an agency's own.
struct Records: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Work with the agency's own records. 本机构的参保记录。", subcommands: [Import.self])

    /// `jiexu records import`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import insured persons with their contributions from a CSV file. 导入参保人员及缴费记录。",
            discussion: """
                Works while the node serves. The records of the persons in the file are replaced, all others stay. A \
                file with a fault changes nothing, and every fault is told with its line; it then ends with 1.
                """)

        @Argument(help: "The CSV file, UTF-8.")
        var file: String

        @OptionGroup var settings: ConfigOption

        func run() async throws {
            let settings = try settings.read()
            let now = SystemClock().now
            let bytes = try Files.read(file, limit: RecordsFile.longest)
            guard let month = CalendarMonth(year: now.date.year, month: now.date.month) else {
                throw Misuse("the clock is out of range")
            }
            let records: [PersonRecord]
            do {
                records = try RecordsFile.read(bytes, of: settings.agency.code, in: month)
            } catch {
                CommandOutcome.say("\(file): nothing is imported\n\(error)")
                throw CommandOutcome.findings
            }
            try Files.makeFolder(settings.data.directory, for: .owner)
            let store = try await settings.openStore(.importing)
            defer { store.close() }
            try await store.importRecords(records, at: now)
            let lines = records.reduce(0) { $0 + $1.lines.count }
            print("已导入 \(records.count) 人、\(lines) 条缴费记录。 Imported \(records.count) persons, \(lines) lines.")
        }
    }
}
