/// The rows of one sheet: texts of its own and in common, numbers, truth values, and what formulas last came to.
final class SheetPart: WorkbookPart {
    private let strings: [String]
    private var collector = RowCollector()
    private var merged: [ClosedRange<Int>] = []

    private var rowNumber = 0
    private var cells: [SheetCell] = []
    private var column = 0
    private var kind = Kind.number
    private var bytes: [UInt8] = []
    private var phonetics = 0
    private var isInline = false
    private var takesText = false

    private enum Kind { case number, shared, inline, text, truth }

    init(_ strings: [String]) { self.strings = strings }

    /// The rows that are not blank, with those marked that merged ranges touch.
    var rows: [SheetRow] {
        var collector = collector
        for range in merged {
            var index = firstIndex(from: range.lowerBound)
            while index < collector.rows.count, collector.rows[index].number <= range.upperBound {
                collector.markMerged(index)
                index += 1
            }
        }
        return collector.rows
    }

    private func firstIndex(from number: Int) -> Int {
        var (low, high) = (0, collector.rows.count)
        while low < high {
            let middle = (low + high) / 2
            if collector.rows[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    override func begin(_ element: WorkbookElement, _ attributes: WorkbookAttributes) {
        switch element {
        case .row: beginRow(attributes["r"])
        case .cell: beginCell(attributes["r"], attributes["t"])
        case .value: takesText = true
        case .inlineString: isInline = true
        case .phonetic: phonetics += 1
        case .text: takesText = isInline && phonetics == 0
        case .mergedRange: addMerged(attributes["ref"])
        default: break
        }
    }

    override func end(_ element: WorkbookElement) {
        switch element {
        case .row:
            do throws(SheetRefusal) { try collector.add(cells, number: rowNumber) } catch { refuse(error) }
        case .cell: endCell()
        case .inlineString: isInline = false
        case .phonetic: phonetics -= 1
        case .value, .text: takesText = false
        default: break
        }
    }

    override func text(_ text: UnsafeBufferPointer<CChar>) {
        guard takesText else { return }
        guard bytes.count + text.count <= SheetLimit.cellBytes * 3 else { return refuse(.cellTooLong(row: rowNumber)) }
        bytes.append(contentsOf: UnsafeRawBufferPointer(text))
    }

    private func beginRow(_ number: String?) {
        let next = number.map { Int($0) ?? 0 } ?? rowNumber + 1
        guard next > rowNumber, next <= SheetLimit.lastRow else { return refuse(.damaged) }
        rowNumber = next
        cells.removeAll(keepingCapacity: true)
        column = 0
    }

    private func beginCell(_ place: String?, _ type: String?) {
        let next = place.map { SheetPart.place($0)?.column ?? 0 } ?? column + 1
        guard next > column else { return refuse(.damaged) }
        column = next
        bytes.removeAll(keepingCapacity: true)
        kind =
            switch type {
            case "s": .shared
            case "inlineStr": .inline
            case "str", "e", "d": .text
            case "b": .truth
            default: .number
            }
    }

    private func endCell() {
        guard !bytes.isEmpty else { return }
        let cell: SheetCell
        switch kind {
        case .shared:
            guard let index = Int(String(decoding: bytes, as: UTF8.self)), strings.indices.contains(index) else {
                return refuse(.damaged)
            }
            cell = SheetCell(strings[index])
        case .inline, .text: cell = SheetCell(WorkbookText.decoded(bytes))
        case .truth: cell = SheetCell(bytes == [UInt8(ascii: "1")] ? "TRUE" : "FALSE")
        case .number:
            cell = SheetCell(CellText.plainNumber(String(decoding: bytes, as: UTF8.self)), isNumber: true)
        }
        guard cell.text.utf8.count <= SheetLimit.cellBytes else { return refuse(.cellTooLong(row: rowNumber)) }
        guard column <= SheetLimit.columns else {
            return cell.text.isEmpty ? () : refuse(.tooManyColumns(row: rowNumber))
        }
        while cells.count < column - 1 { cells.append(.blank) }
        cells.append(cell)
    }

    private func addMerged(_ reference: String?) {
        let ends = (reference ?? "").split(separator: ":").compactMap { SheetPart.place(String($0))?.row }
        guard ends.count == 2, ends[0] <= ends[1] else { return refuse(.damaged) }
        guard merged.count < SheetLimit.mergedRanges else { return refuse(.damaged) }
        merged.append(ends[0]...ends[1])
    }

    /// The column and the row of a place such as `AB12`, both counted from 1.
    private static func place(_ text: String) -> (column: Int, row: Int)? {
        let letters = text.utf8.prefix { (0x41...0x5A).contains($0) }
        let digits = text.utf8.dropFirst(letters.count)
        guard (1...3).contains(letters.count), (1...7).contains(digits.count),
            digits.allSatisfy({ (0x30...0x39).contains($0) }), let row = Int(String(Substring(digits))), row > 0
        else { return nil }
        return (letters.reduce(0) { $0 * 26 + Int($1 - 0x40) }, row)
    }
}
