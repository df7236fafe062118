package import TransferCore

/// The file with which an agency's own records are imported: CSV in UTF-8, one row for each insured person and one for
/// each line of contributions.
///
/// The first row names the columns, in any order. `record` says what a row is: in a row `person` the columns of the
/// person are filled in and those of contributions are empty, in a row `line` it is the other way round, and
/// `resident_id` says whose the line is. Rows may come in any order. Flags are `yes` and `no`, amounts are whole fen,
/// shares are parts per ten thousand, days are `2026-03-15` and months `2026-03`; several days of enrolment are
/// separated by `;`.
///
/// All that is wrong is told, and then nothing is imported.
package enum RecordsFile {
    /// The longest file that is read, in bytes.
    package static let longest = 64 << 20
    /// The most rows, the header not counted.
    package static let mostRows = 500_000

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file; a byte order mark at its beginning is allowed.
    ///   - agency: whose records they are.
    ///   - month: the running month; nothing may lie after it.
    /// - Returns: the persons in the order of their rows, each with its lines in the order of theirs; never none.
    /// - Throws: every fault, up to ``RecordsFaults/most``.
    package static func read(
        _ bytes: [UInt8], of agency: AgencyCode, in month: CalendarMonth
    ) throws(RecordsFaults) -> [PersonRecord] {
        if let fault = wholeFault(of: bytes) { throw RecordsFaults(faults: [fault], isCut: false) }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var rows = CSVRows(bytes, from: start)
        var reader = RecordsReader(agency: agency, month: month)
        guard reader.readHeader(&rows) else { throw reader.outcome }
        var count = 0
        while !reader.isFull, let row = rows.next() {
            count += 1
            guard count <= mostRows else {
                reader.refuse(tooManyRows)
                break
            }
            reader.read(row)
        }
        let records = reader.records()
        guard reader.hasNoFaults else { throw reader.outcome }
        return records
    }

    private static let tooManyRows = RecordsFault(
        mostRows + 2, nil, "too-many-rows", "文件最多\(mostRows)行，请分成几个文件导入。",
        "A file has at most \(mostRows) rows: split it.")

    /// What makes the file unreadable before its first row; nil when nothing does.
    private static func wholeFault(of bytes: [UInt8]) -> RecordsFault? {
        guard bytes.count <= longest else {
            return RecordsFault(
                1, nil, "file-too-long", "文件不能超过\(longest >> 20) MiB，请分成几个文件导入。",
                "A file has at most \(longest >> 20) MiB: split it.")
        }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            return RecordsFault(
                1, nil, "workbook", "这是表格软件的工作簿，不是 CSV：请另存为“CSV UTF-8（逗号分隔）”。",
                "This is a workbook of a spreadsheet, not CSV: save it as CSV in UTF-8, separated by commas.")
        }
        let place: Int?
        if let zero = bytes.firstIndex(of: 0) {
            place = zero
        } else {
            do {
                _ = try UTF8Span(validating: bytes.span)
                place = nil
            } catch {
                place = error.byteOffsets.lowerBound
            }
        }
        guard let place else { return nil }
        return RecordsFault(
            1 + bytes[..<place].count { $0 == UInt8(ascii: "\n") }, nil, "not-utf8",
            "文件不是 UTF-8 编码：请另存为“CSV UTF-8（逗号分隔）”。",
            "The file is not in UTF-8: save it as CSV in UTF-8, separated by commas.")
    }
}

/// The columns of a file of records. The names are published and never change.
enum RecordColumn: String, CaseIterable {
    case record
    case residentID = "resident_id"
    case name
    case householdProvince = "household_province"
    case relation
    case status
    case enrolledOn = "enrolled_on"
    case deceased
    case drawsPension = "draws_pension"
    case legalHold = "legal_hold"
    case carriedYearEnd = "carried_year_end"
    case carriedBalanceFen = "carried_balance_fen"
    case medicalBalanceFen = "medical_balance_fen"
    case housingBalanceFen = "housing_balance_fen"
    case year
    case from
    case to
    case kind
    case baseFen = "base_fen"
    case ownShareBp = "own_share_bp"
    case creditedShareBp = "credited_share_bp"
    case employerShareBp = "employer_share_bp"
    case paidOn = "paid_on"

    /// The columns that only a row of one kind fills in.
    static let ofPersons: [RecordColumn] = [
        .name, .householdProvince, .relation, .status, .enrolledOn, .deceased, .drawsPension, .legalHold,
        .carriedYearEnd, .carriedBalanceFen, .medicalBalanceFen, .housingBalanceFen,
    ]
    static let ofLines: [RecordColumn] = [
        .year, .from, .to, .kind, .baseFen, .ownShareBp, .creditedShareBp, .employerShareBp, .paidOn,
    ]
}
