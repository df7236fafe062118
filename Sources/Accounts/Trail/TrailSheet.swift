import Casework
import TransferDocuments

/// Rows of the trail as a sheet that a spreadsheet program opens and that can be checked by itself: every row with the
/// digest before it and its own.
///
/// A cell that a program could take for a formula has an apostrophe before it, and so has one that begins with an
/// apostrophe, so that reading takes away exactly what writing has put there.
///
/// Source: RFC 4180; SE-31 of the domain handbook's checks.
package enum TrailSheet {
    package static let columns = [
        "number", "at", "time", "who", "person", "role", "method", "source", "request", "action", "object", "result",
        "reason", "previous", "digest",
    ]

    /// Writes rows with their heading, in UTF-8 with a mark at the beginning, by which spreadsheet programs know it.
    package static func write(_ rows: [AuditRow]) -> [UInt8] {
        var text = "\u{FEFF}" + columns.joined(separator: ",") + "\r\n"
        for row in rows { text += line(of: row) }
        return Array(text.utf8)
    }

    private static func line(of row: AuditRow) -> String {
        let (entry, actor) = (row.entry, row.entry.actor)
        let cells = [
            "\(row.number)", "\(entry.at.milliseconds)", ChinaTime.text(entry.at), actor.who, actor.person ?? "",
            actor.role, actor.method.rawValue, actor.source, actor.request, entry.action.rawValue, entry.object,
            entry.result.rawValue, entry.reason, row.previous.hex, row.digest.hex,
        ]
        return cells.map(cell).joined(separator: ",") + "\r\n"
    }

    private static func cell(_ text: String) -> String {
        let isRisky = text.utf8.first.map { "=+-@'\t\r\n".utf8.contains($0) } ?? false
        let quote = UInt8(ascii: "\"")
        let doubled = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
        return "\"" + (isRisky ? "'" : "") + String(decoding: doubled, as: UTF8.self) + "\""
    }

    /// What is wrong with a sheet.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// 1 is the heading.
        package let line: Int

        package var description: String {
            "第 \(line) 行不是审计导出的格式。 Line \(line) is none of an export of the trail."
        }
    }

    /// Reads a sheet as ``write(_:)`` wrote it.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> [AuditRow] {
        guard var text = String(validating: bytes, as: UTF8.self)?.unicodeScalars[...] else { throw Fault(line: 1) }
        if text.first == "\u{FEFF}" { text = text.dropFirst() }
        var rows: [AuditRow] = []
        var number = 1
        let heading = try fields(&text, number)
        guard heading == columns else { throw Fault(line: 1) }
        while !text.isEmpty {
            number += 1
            let cells = try fields(&text, number)
            guard cells.count == columns.count, let row = row(cells) else { throw Fault(line: number) }
            rows.append(row)
        }
        return rows
    }

    private static func row(_ cells: [String]) -> AuditRow? {
        guard let number = Int64(cells[0]), let at = Int64(cells[1]), let method = AuditMethod(rawValue: cells[6]),
            let action = AuditAction(rawValue: cells[9]), let result = AuditResult(rawValue: cells[11]),
            let previous = DocumentDigest(hex: cells[13]), let digest = DocumentDigest(hex: cells[14])
        else { return nil }
        let actor = AuditActor(
            who: cells[3], person: cells[4].isEmpty ? nil : cells[4], role: cells[5], method: method,
            source: cells[7], request: cells[8])
        let entry = AuditEntry(
            at: Instant(milliseconds: at), actor, action, of: cells[10], result, reason: cells[12])
        return AuditRow(number: number, entry: entry, previous: previous, digest: digest)
    }

    /// Takes the cells of a line with its end.
    private static func fields(
        _ text: inout Substring.UnicodeScalarView, _ line: Int
    ) throws(Fault) -> [String] {
        var cells: [String] = []
        while true {
            var cell = String.UnicodeScalarView()
            if text.first == "\"" {
                text = text.dropFirst()
                while true {
                    guard let scalar = text.popFirst() else { throw Fault(line: line) }
                    if scalar != "\"" {
                        cell.append(scalar)
                    } else if text.first == "\"" {
                        text = text.dropFirst()
                        cell.append("\"")
                    } else {
                        break
                    }
                }
            } else {
                while let scalar = text.first, scalar != ",", scalar != "\r", scalar != "\n" {
                    cell.append(scalar)
                    text = text.dropFirst()
                }
            }
            if cell.first == "'" { cell.removeFirst() }
            cells.append(String(cell))
            guard cells.count <= columns.count else { throw Fault(line: line) }
            switch text.popFirst() {
            case ",": continue
            case "\n", nil: return cells
            case "\r":
                guard text.popFirst() == "\n" else { throw Fault(line: line) }
                return cells
            default: throw Fault(line: line)
            }
        }
    }

    /// Whether the rows of a sheet are what was written: each by its own digest, and each that follows another one by
    /// number, by that one's digest too. Rows that were left out between are no fault: an export is of what was found.
    ///
    /// - Returns: the breaks, in the order of the numbers.
    package static func breaks(_ rows: [AuditRow]) -> [AuditBreak] {
        var breaks: [AuditBreak] = []
        var last: AuditRow?
        for row in rows.sorted(by: { $0.number < $1.number }) {
            if let last, last.number == row.number || (last.number + 1 == row.number && last.digest != row.previous) {
                breaks.append(AuditBreak(number: row.number, kind: .unlinked))
            } else if !row.isWhole {
                breaks.append(AuditBreak(number: row.number, kind: .changed))
            }
            last = row
        }
        return breaks
    }
}
