import Glibc
import SheetShim

/// Why a workbook could not be written: never because of what it says, only because the system has no more memory.
package struct WorkbookUnwritten: Error, Hashable, Sendable {
    /// The number that the library gives.
    package let reason: Int
}

/// A workbook while it is being written, all of it in memory and all its cells text, so that no identity number becomes a
/// quantity and no text a formula.
final class WorkbookWriting {
    enum Style: Hashable, CaseIterable {
        case text, heading, requiredHeading, title, wrapped
    }

    private let file: Int32
    private let workbook: UnsafeMutablePointer<lxw_workbook>
    private var styles: [Style: UnsafeMutablePointer<lxw_format>] = [:]
    private var sheet: UnsafeMutablePointer<lxw_worksheet>?
    private var failure: lxw_error = LXW_NO_ERROR
    private var isClosed = false

    /// - Parameters:
    ///   - author: who has it made, for the properties of the file; nil for none.
    ///   - madeAtSeconds: seconds since 1970-01-01 UTC, for the properties of the file.
    init(title: String, author: String?, madeAtSeconds: Int) throws(WorkbookUnwritten) {
        let file = jiexu_memory_file()
        guard file >= 0 else { throw WorkbookUnwritten(reason: Int(errno)) }
        // The library keeps parts in files without a name, which should stand on no disk either.
        var options = lxw_workbook_options()
        var opened: UnsafeMutablePointer<lxw_workbook>?
        "/dev/shm".withMutableCString { folder in
            if access(folder, W_OK) == 0 { options.tmpdir = folder }
            opened = workbook_new_opt("/proc/self/fd/\(file)", &options)
        }
        guard let workbook = opened else {
            close(file)
            throw WorkbookUnwritten(reason: Int(LXW_ERROR_MEMORY_MALLOC_FAILED.rawValue))
        }
        self.file = file
        self.workbook = workbook
        var properties = lxw_doc_properties()
        properties.created = madeAtSeconds
        title.withMutableCString { title in
            (author ?? "").withMutableCString { author in
                properties.title = title
                properties.author = author
                note(workbook_set_properties(workbook, &properties))
            }
        }
        for style in Style.allCases { styles[style] = format(style) }
    }

    deinit {
        if !isClosed { _ = workbook_close(workbook) }
        close(file)
    }

    private func note(_ error: lxw_error) {
        if failure == LXW_NO_ERROR { failure = error }
    }

    private func format(_ style: Style) -> UnsafeMutablePointer<lxw_format>? {
        let format = workbook_add_format(workbook)
        // The built-in format of text. Source: ISO/IEC 29500-1, 18.8.30.
        format_set_num_format_index(format, 49)
        switch style {
        case .text: break
        case .heading, .requiredHeading:
            format_set_bold(format)
            format_set_border(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_bg_color(format, style == .heading ? 0xE7EEF6 : 0xFCE8D5)
        case .title:
            format_set_bold(format)
            format_set_font_size(format, 14)
        case .wrapped:
            format_set_text_wrap(format)
            format_set_border(format, UInt8(LXW_BORDER_THIN.rawValue))
        }
        return format
    }

    // MARK: Sheets

    /// What follows is written into a new sheet. Its name has no more than 31 characters.
    func beginSheet(_ name: String, isHidden: Bool = false) {
        sheet = workbook_add_worksheet(workbook, name)
        if isHidden { worksheet_hide(sheet) }
    }

    /// Writes a row; what begins like a formula is put behind an apostrophe.
    ///
    /// - Parameter row: counted from 1.
    func write(_ cells: [String], row: Int, style: Style = .text) {
        for (column, text) in cells.enumerated() where !text.isEmpty {
            write(text, row: row, column: column, style: style)
        }
    }

    /// - Parameter column: counted from 0.
    func write(_ text: String, row: Int, column: Int, style: Style) {
        // A cell holds no more; the last of it belongs to a list of reasons.
        let text = text.utf8.count > 32_000 ? String(text.prefix(8_000)) : text
        note(
            worksheet_write_string(
                sheet, UInt32(row - 1), UInt16(column), WorkbookText.encoded(HarmlessText.of(text)),
                styles[style]))
    }

    /// One column of a sheet.
    struct Column {
        /// In characters.
        var width: Int
        var isHidden = false
    }

    /// The columns of the sheet from the first on, all as text. Each is set once: a program that finds a column twice
    /// calls the file damaged.
    func setColumns(_ columns: [Column]) {
        for (place, column) in columns.enumerated() {
            var options = lxw_row_col_options()
            options.hidden = column.isHidden ? 1 : 0
            let place = UInt16(place)
            note(worksheet_set_column_opt(sheet, place, place, .init(column.width), styles[.text], &options))
        }
    }

    /// Keeps the first rows in sight, and prints them on every page.
    ///
    /// - Parameter repeated: the rows printed on every page, counted from 1.
    func freeze(rows: Int, repeated: ClosedRange<Int>) {
        worksheet_freeze_panes(sheet, UInt32(rows), 0)
        note(worksheet_repeat_rows(sheet, UInt32(repeated.lowerBound - 1), UInt32(repeated.upperBound - 1)))
    }

    /// Prints the sheet on A4, broad side up, one page wide.
    ///
    /// - Parameter footer: what stands left of the number of the page.
    func setPages(footer: String) {
        worksheet_set_landscape(sheet)
        worksheet_set_paper(sheet, 9)
        worksheet_fit_to_pages(sheet, 1, 0)
        let text = String(footer.prefix(60)).doubling(UInt8(ascii: "&"))
        note(worksheet_set_footer(sheet, "&L\(text)&R第 &P 页 / 共 &N 页"))
    }

    /// Offers a list in the cells of a column.
    ///
    /// - Parameters:
    ///   - list: a range of a sheet, such as `='选项'!$A$1:$A$9`.
    ///   - rows: counted from 1.
    func offer(_ list: String, column: Int, rows: ClosedRange<Int>, isStrict: Bool) {
        list.withMutableCString { list in
            var rule = lxw_data_validation()
            rule.validate = UInt8(LXW_VALIDATION_TYPE_LIST_FORMULA.rawValue)
            rule.value_formula = list
            rule.error_type = UInt8(
                isStrict ? LXW_VALIDATION_ERROR_TYPE_STOP.rawValue : LXW_VALIDATION_ERROR_TYPE_WARNING.rawValue)
            note(
                worksheet_data_validation_range(
                    sheet, UInt32(rows.lowerBound - 1), UInt16(column), UInt32(rows.upperBound - 1), UInt16(column),
                    &rule))
        }
    }

    /// Ends the workbook.
    func finish() throws(WorkbookUnwritten) -> [UInt8] {
        isClosed = true
        note(workbook_close(workbook))
        guard failure == LXW_NO_ERROR else { throw WorkbookUnwritten(reason: Int(failure.rawValue)) }
        let length = jiexu_memory_file_length(file)
        guard length > 0 else { throw WorkbookUnwritten(reason: Int(errno)) }
        var bytes = [UInt8](repeating: 0, count: length)
        guard jiexu_memory_file_read(file, &bytes, length) == 0 else { throw WorkbookUnwritten(reason: Int(errno)) }
        return bytes
    }
}

extension String {
    /// The text where a library asks for bytes that it could change, and changes none.
    fileprivate func withMutableCString(_ body: (UnsafeMutablePointer<CChar>) -> Void) {
        var bytes = Array(utf8CString)
        bytes.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}
