package import TransferCore

/// A table as a file: a JSON object with `table`, `version`, `source`, for a calendar `years`, and `rows`.
///
/// Each row has `from` and, where it has an end, `until`, both included: a year, a month `YYYY-MM` or a day
/// `YYYY-MM-DD`, as the table is exact. A rate and a day without `until` are for that one year or day; another row
/// without it has no end.
package enum RuleTableFile {
    /// No file of a table is longer, in bytes.
    package static let longest = 1 << 20
    /// No table has more rows.
    package static let mostRows = 5_000

    /// Reads a file.
    ///
    /// - Throws: everything that is wrong with it, each with its place.
    package static func read(_ bytes: [UInt8]) throws(RuleTableFaults) -> RuleTable {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(bytes, limits: RuleTableFile.limits)
        } catch {
            throw RuleTableFaults([RuleTableFault(error.pointer, "at byte \(error.offset): \(error.code.mend)")])
        }
        var reader = RuleTableReader()
        let table = reader.table(json)
        guard let table, reader.faults.isEmpty else { throw RuleTableFaults(reader.faults) }
        let faults = table.faults()
        guard faults.isEmpty else { throw RuleTableFaults(faults) }
        return table
    }

    /// The file of a table: one row a line, the same bytes for the same table.
    package static func write(_ table: RuleTable) throws(JSONFault) -> [UInt8] {
        var text = Array("{\n".utf8)
        let head = try JSONWriter.object(limits: RuleTableFile.limits) { json in
            json.field("table", table.name.rawValue)
            json.field("version", table.version)
            json.field("source", table.source)
            if let years = table.years {
                json.object("years") { json in
                    json.field("from", years.lowerBound)
                    json.field("until", years.upperBound)
                }
            }
        }
        text += head.dropFirst().dropLast()
        text += Array(",\n\"rows\":[\n".utf8)
        for (place, row) in table.rows.enumerated() {
            if place > 0 { text += Array(",\n".utf8) }
            text += try JSONWriter.object { row.write(to: &$0, of: table.name) }
        }
        text += Array("\n]\n}\n".utf8)
        return text
    }

    private static var limits: JSONLimits {
        var limits = JSONLimits.document
        limits.bytes = longest
        limits.members = 50_000
        return limits
    }
}

/// Everything that is wrong with a file of a table.
package struct RuleTableFaults: Error, Hashable, Sendable {
    package let faults: [RuleTableFault]

    package init(_ faults: [RuleTableFault]) { self.faults = faults }
}

extension RuleTableFaults: CustomStringConvertible {
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension RuleRow {
    /// The row as people read it: `2016, national: 8.31%`.
    package func text(in table: RuleTableName) -> String {
        let begin = RuleRow.text(of: from, table.precision)
        let isSingle = until == from || table.precision == .year && until?.year == from.year
        let end = until.map { isSingle ? "" : " to \(RuleRow.text(of: $0, table.precision))" } ?? " on"
        return "\(begin)\(end), \(fact.subject): \(fact.figures)"
    }

    fileprivate static func text(of day: CivilDate, _ precision: RuleTableName.Precision) -> String {
        switch precision {
        case .year: "\(day.year)"
        case .month: CalendarMonth(of: day).description
        case .day: day.description
        }
    }

    fileprivate func write(to json: inout JSONWriter, of table: RuleTableName) {
        write("from", from, to: &json, table)
        if let until,
            !(table.endsByItself && RuleRow.text(of: until, table.precision) == RuleRow.text(of: from, table.precision))
        {
            write("until", until, to: &json, table)
        }
        switch fact {
        case .interestRate(let rate, let province):
            json.field("province", ifPresent: province?.text)
            json.field("rateBp", rate.value)
        case .interestFormula(let formula, let agency):
            json.field("agency", ifPresent: agency?.text)
            json.field("formula", formula.rawValue)
        case .baseLimits(let limits, let region):
            json.field("region", region.text)
            json.field("floorFen", limits.floor.fen)
            json.field("ceilingFen", limits.ceiling.fen)
        case .deadline(let profile, let step, let days):
            json.field("profile", profile)
            json.field("step", step.rawValue)
            json.field("workingDays", days)
        case .dayOff: json.field("day", "off")
        case .workingDay: json.field("day", "working")
        case .shares(let account, let pooled):
            json.field("accountShareBp", ifPresent: account.map { Int64($0.value) })
            json.field("pooledShareBp", pooled.value)
        case .minimum(let minimum, let number):
            json.field("minimum", minimum.rawValue)
            json.field("number", number)
        }
    }

    private func write(_ name: String, _ day: CivilDate, to json: inout JSONWriter, _ table: RuleTableName) {
        if table.precision == .year {
            json.field(name, day.year)
        } else {
            json.field(name, RuleRow.text(of: day, table.precision))
        }
    }
}
