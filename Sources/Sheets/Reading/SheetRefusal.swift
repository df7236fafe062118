/// Why a file is not read at all. Each case has a sentence of its own, which says what to do.
package enum SheetRefusal: Error, Hashable, Sendable {
    /// The form came without a file.
    case noneChosen
    /// No bytes, or nothing but blank rows.
    case empty
    /// A heading and nothing below it but the example.
    case noRows
    /// Neither a CSV text nor a workbook.
    case wrongKind
    /// A workbook of the binary format of before 2007 (`.xls`), whatever its name says.
    case oldWorkbook
    /// A workbook that is encrypted.
    case passwordProtected
    /// More than ``SheetLimit/bytes``.
    case tooBig
    /// More than ``SheetLimit/applications``.
    case tooManyRows
    /// A row has text beyond the column ``SheetLimit/columns``; the row as the sheet numbers it.
    case tooManyColumns(row: Int)
    /// A cell is longer than ``SheetLimit/cellBytes``; the row as the sheet numbers it.
    case cellTooLong(row: Int)
    /// A workbook that ends early or is not what it says.
    case damaged
    /// A workbook that would do harm if it were unpacked.
    case unsafe(Danger)
    /// A byte that is in none of the character sets; the row as the sheet numbers it.
    case unreadableByte(row: Int)
    /// A quotation mark that is never closed; the row in which it stands.
    case openQuote(row: Int)
    /// A table whose headings are not those of the template.
    case notTemplate
    /// The template of another version; what its mark says, cut to a few characters.
    case otherVersion(String)
    case missingColumn(String)
    case repeatedColumn(String)
    /// A heading that the template does not have.
    case extraColumn(String)
    /// Every heading is there, but in another order: what stands at a place (counted from 1), and what should.
    case headingOrder(place: Int, found: String, expected: String)

    /// What is dangerous in an archive or in its XML.
    package enum Danger: String, Hashable, Sendable {
        /// It would unpack to more than ``SheetLimit/unpackedBytes``.
        case unpackedSize = "unpacked-size"
        /// An entry would unpack to far more than it is.
        case ratio
        /// More than ``SheetLimit/entries``.
        case entries
        /// An entry with a name that leads out of the archive, or a name twice.
        case name
        case symbolicLink = "symbolic-link"
        /// A document type declaration, with which entities are declared.
        case documentType = "document-type"
        /// Elements more than ``SheetLimit/depth`` inside one another.
        case depth
    }
}

extension SheetRefusal {
    /// A published code; never changes.
    package var code: String {
        switch self {
        case .noneChosen: "sheet-none-chosen"
        case .empty: "sheet-empty"
        case .noRows: "sheet-no-rows"
        case .wrongKind: "sheet-wrong-kind"
        case .oldWorkbook: "sheet-old-workbook"
        case .passwordProtected: "sheet-password"
        case .tooBig: "sheet-too-big"
        case .tooManyRows: "sheet-too-many-rows"
        case .tooManyColumns: "sheet-too-many-columns"
        case .cellTooLong: "sheet-cell-too-long"
        case .damaged: "sheet-damaged"
        case .unsafe: "sheet-unsafe"
        case .unreadableByte: "sheet-unreadable-byte"
        case .openQuote: "sheet-open-quote"
        case .notTemplate: "sheet-not-template"
        case .otherVersion: "sheet-other-version"
        case .missingColumn: "sheet-missing-column"
        case .repeatedColumn: "sheet-repeated-column"
        case .extraColumn: "sheet-extra-column"
        case .headingOrder: "sheet-heading-order"
        }
    }

    /// One sentence: what is wrong, and what to do.
    package var messageChinese: String { sentences.chinese }
    package var messageEnglish: String { sentences.english }

    private var sentences: (chinese: String, english: String) {
        switch self {
        case .noneChosen: ("还没有选择文件：请先选择要上传的文件。", "No file is chosen: choose the file to upload.")
        case .empty:
            (
                "文件是空的：请检查是否选错，或保存后再上传。",
                "The file is empty: check whether it is the right one, save it and upload again."
            )
        case .noRows:
            (
                "表格只有表头，没有人员：请从表头下面开始填写后再上传。",
                "The sheet has headings and no person: fill in rows below them and upload again."
            )
        case .wrongKind:
            ("文件不是表格：请上传 XLSX 或 CSV 文件。", "The file is no sheet: upload an XLSX or a CSV file.")
        case .oldWorkbook:
            (
                "这是旧版 .xls 文件（改名也不行）：请在表格软件中另存为 .xlsx 后上传。",
                "This is an old .xls workbook, whatever its name: save it as .xlsx in the spreadsheet program and upload that."
            )
        case .passwordProtected:
            ("文件设有打开密码：请取消密码后再上传。", "The file is protected with a password: remove it and upload again.")
        case .tooBig:
            (
                "文件超过 \(SheetLimit.megabytes) MB：请拆成几个文件分别上传。",
                "The file has more than \(SheetLimit.megabytes) MB: split it and upload the parts."
            )
        case .tooManyRows:
            (
                "超过 \(SheetLimit.applications) 行：请拆成几个文件，每个不超过 \(SheetLimit.applications) 行。",
                "There are more than \(SheetLimit.applications) rows: split the file into parts of at most \(SheetLimit.applications)."
            )
        case .tooManyColumns(let row):
            (
                "第 \(row) 行在第 \(SheetLimit.columns) 列之后还有内容：请删除模板以外的列。",
                "Row \(row) has text beyond column \(SheetLimit.columns): remove the columns that the template does not have."
            )
        case .cellTooLong(let row):
            ("第 \(row) 行有一个单元格内容过长：请检查该行。", "Row \(row) has a cell that is far too long: check that row.")
        case .damaged:
            (
                "文件已损坏或没有传完：请用表格软件打开并重新保存后上传。",
                "The file is damaged or incomplete: open it in the spreadsheet program, save it again and upload that."
            )
        case .unsafe:
            (
                "文件内部结构不安全，没有打开：请把内容复制到新下载的模板中再上传。",
                "The inside of the file is not safe and was not opened: copy the rows into a new template and upload that."
            )
        case .unreadableByte(let row):
            (
                "第 \(row) 行有无法识别的字符编码：请把文件另存为“CSV UTF-8”或 XLSX 后上传。",
                "Row \(row) has a byte of no known character set: save the file as CSV UTF-8 or XLSX and upload that."
            )
        case .openQuote(let row):
            (
                "第 \(row) 行的双引号没有成对：请补上或删除后再上传。",
                "A quotation mark in row \(row) is never closed: close or remove it and upload again."
            )
        case .notTemplate:
            (
                "表头与模板不符：请下载模板，把内容填入后上传。",
                "The headings are not those of the template: download the template, fill it in and upload that."
            )
        case .otherVersion(let version):
            (
                "模板版本是“\(version)”，现用版本是“\(BatchColumn.version)”：请重新下载模板，把内容复制过去后上传。",
                "The template has version \(version), now it is \(BatchColumn.version): download it anew, copy the rows and upload that."
            )
        case .missingColumn(let heading):
            ("缺少“\(heading)”列：请按模板补上该列。", "The column \(heading) is missing: add it as the template has it.")
        case .repeatedColumn(let heading):
            ("“\(heading)”列出现了两次：请删除多余的一列。", "The column \(heading) is there twice: remove one.")
        case .extraColumn(let heading):
            ("模板中没有“\(heading)”列：请删除该列。", "The template has no column \(heading): remove it.")
        case .headingOrder(let place, let found, let expected):
            (
                "列的顺序与模板不同：第 \(place) 列应为“\(expected)”，现在是“\(found)”；请按模板的顺序排列。",
                "The columns are in another order than in the template: column \(place) should be \(expected) and is \(found); restore the order."
            )
        }
    }
}
