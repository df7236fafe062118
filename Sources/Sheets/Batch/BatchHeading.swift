/// The heading of an uploaded sheet: the template's columns in the template's order, its mark, and at most the reasons of
/// an earlier round behind them.
struct BatchHeading {
    /// The place of the column with the reasons, counted from 0; nil when there is none.
    let reasonPlace: Int?
    /// The columns of the sheet, the mark included and the reasons left out.
    let width: Int

    init(_ row: SheetRow) throws(SheetRefusal) {
        var found = row.cells.map { BatchHeading.plain($0.text) }
        if found.last == BatchColumn.reasonHeading {
            found.removeLast()
            reasonPlace = found.count
        } else {
            reasonPlace = nil
        }
        width = found.count
        let columns = BatchColumn.allCases.map(\.heading)
        guard columns.count(where: found.contains) * 2 > columns.count else { throw .notTemplate }
        if let mark = found.first(where: { $0.hasPrefix(BatchColumn.markBeginning) }), mark != BatchColumn.mark {
            throw .otherVersion(String(mark.dropFirst(BatchColumn.markBeginning.count).prefix(8)))
        }
        let expected = columns + [BatchColumn.mark]
        for heading in expected {
            switch found.count(where: { $0 == heading }) {
            case 0: throw .missingColumn(heading)
            case 1: break
            default: throw .repeatedColumn(heading)
            }
        }
        if let extra = found.first(where: { !expected.contains($0) }) {
            throw .extraColumn(extra.isEmpty ? "（空表头）" : String(extra.prefix(20)))
        }
        for (place, pair) in zip(found, expected).enumerated() where pair.0 != pair.1 {
            throw .headingOrder(place: place + 1, found: pair.0, expected: pair.1)
        }
    }

    /// A heading without the marks that say it must be filled in, and without white space and controls.
    private static func plain(_ text: String) -> String {
        var plain = CellText.halfWidth(CellText.withoutSpaces(HarmlessText.undone(text)))
        plain.unicodeScalars.removeAll { $0.value < 0x20 || $0.value == 0x7F }
        for mark in ["(必填)", "*"] where plain.hasSuffix(mark) { plain = String(plain.dropLast(mark.count)) }
        return plain
    }
}
