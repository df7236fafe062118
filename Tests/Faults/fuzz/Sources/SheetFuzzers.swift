import Sheets
import TransferCore
import TransferDocuments

private let regions = [BatchRegion(code: AgencyCode("510100")!, name: "成都市")]

let sheetFuzzers: [Fuzzer] = [
    Fuzzer(name: "sheet-file", longestInput: 4_096) { bytes in
        guard let sheet = try? SheetReading.read(bytes) else { return }
        checkRows(sheet.rows)
        judge(sheet)
    },
    // The parts of a workbook, which no fuzzer gets to through an archive with checksums.
    Fuzzer(name: "sheet-part", longestInput: 8_192) { bytes in
        let strings = (try? Workbook.sharedStrings(bytes)) ?? ["姓名", "王伟"]
        guard let rows = try? Workbook.rows(ofSheet: bytes, sharedStrings: strings) else { return }
        checkRows(rows)
    },
    // Rows below the template's own heading.
    Fuzzer(name: "batch-rows", longestInput: 2_048) { bytes in
        let heading = (BatchColumn.allCases.map(\.heading) + [BatchColumn.mark]).joined(separator: ",")
        guard let sheet = try? SheetReading.read(Array((heading + "\n").utf8) + bytes) else { return }
        judge(sheet)
    },
]

private func checkRows(_ rows: [SheetRow]) {
    hold(!zip(rows, rows.dropFirst()).contains { $0.number >= $1.number }, "rows do not follow one another")
    for row in rows {
        hold(row.number > 0 && row.cells.count <= SheetLimit.columns, "a row without a place or with too many cells")
        hold(row.cells.allSatisfy { $0.text.utf8.count <= SheetLimit.cellBytes }, "a cell that is too long")
    }
}

/// What was judged in order is an application; what was not goes back and is judged in the same way again.
private func judge(_ sheet: Sheet) {
    guard let batch = try? BatchSheet(sheet, lodgedBy: .insuredPerson, regions: regions) else { return }
    let summary = batch.summary
    hold(
        summary.submittable + summary.faulty + summary.duplicate == summary.total, "rows that are of no kind, or of two"
    )
    for row in batch.rows {
        switch row.outcome {
        case .submittable(let application, let form), .duplicate(let application, let form, _):
            let again = expect("a form that was made can be read") { try ApplicationForm.read(form) }
            hold(again == application, "a form is read otherwise than it was made")
        case .faulty(let faults): hold(!faults.isEmpty, "a faulty row without a fault")
        }
    }
    guard summary.faulty > 0 else { return }
    let file = expect("failed rows can be written") { try FailedRows.file(of: batch) }
    // A file that is written has no merged cells, and nothing beside its columns.
    guard !batch.rows.contains(where: { codes($0).contains { $0.hasSuffix(" ") } }) else { return }
    let again = expect("failed rows can be read") {
        try BatchSheet(reading: file, lodgedBy: .insuredPerson, regions: regions)
    }
    hold(again.summary.faulty == summary.faulty && again.rows.count == summary.faulty, "failed rows that fail no more")
    hold(again.rows.map(codes) == batch.rows.map(codes).filter { !$0.isEmpty }, "failed rows that fail otherwise")
}

private func codes(_ row: BatchSheet.Row) -> [String] {
    guard case .faulty(let faults) = row.outcome else { return [] }
    return faults.map { "\($0.code) \($0.column?.heading ?? "")" }
}
