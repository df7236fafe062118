import Casework
import Glibc
import NodeSettings
import TransferCore
import TransferDocuments

let tableFuzzers: [Fuzzer] = [
    Fuzzer(name: "records", longestInput: 8_192) { bytes in
        let month = CalendarMonth(year: 2026, month: 11)!
        let agency = AgencyCode("510100")!
        guard let records = try? RecordsFile.read(bytes, of: agency, in: month) else { return }
        hold(!records.isEmpty, "a file without records was taken")
        hold(Set(records.map(\.person.residentID)).count == records.count, "a person stands there twice")
        // A spreadsheet may put the mark of UTF-8 in front; it says nothing.
        if bytes.first != 0xEF {
            let marked = try? RecordsFile.read([0xEF, 0xBB, 0xBF] + bytes, of: agency, in: month)
            hold(marked == records, "a byte order mark changes what is read")
        }
    },
    Fuzzer(name: "rule-table", longestInput: 8_192) { bytes in
        guard let table = try? RuleTableFile.read(bytes) else { return }
        let written = expect("a table that was read can be written") { try RuleTableFile.write(table) }
        let again = expect("a table that was written can be read") { try RuleTableFile.read(written) }
        hold(again == table, "a table is read otherwise than it was written")
        let tables = RuleTables([table])
        for year in [1980, 1998, 2016, 2026, 2099] {
            _ = tables.rate(of: year, in: Province("51"))
            let day = CivilDate(year: year, month: 2, day: 28)!
            hold(tables.calendar.map { $0.due(after: day, workingDays: 15).date > day } ?? true, "time runs backwards")
        }
    },
    Fuzzer(name: "settings", longestInput: 8_192) { bytes in
        guard let text = String(validating: bytes, as: UTF8.self),
            let settings = try? NodeSettings(yaml: text)
        else { return }
        let again = expect("settings that were written can be read") { try NodeSettings(yaml: settings.yaml) }
        hold(again == settings, "settings are read otherwise than they were written")
    },
    Fuzzer(name: "directory-entry", longestInput: 4_096) { bytes in
        guard let file = scratchFile else { return }
        bytes.withUnsafeBytes { content in
            _ = ftruncate(file.descriptor, 0)
            _ = pwrite(file.descriptor, content.baseAddress, content.count, 0)
        }
        _ = try? DirectoryEntryFile.read(file.path)
    },
]

/// A file in memory, for a reader that takes a path.
private let scratchFile: (descriptor: CInt, path: String)? = {
    guard let file = tmpfile() else { return nil }
    let descriptor = fileno(file)
    return (descriptor, "/proc/self/fd/\(descriptor)")
}()
