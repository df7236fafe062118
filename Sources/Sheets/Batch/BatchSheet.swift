package import TransferCore

/// What an employer has uploaded, row by row: the application that the public interface would have taken for it, or
/// everything that is wrong with it. Nothing is lodged by reading.
package struct BatchSheet: Sendable {
    /// What the file turned out to be.
    package let form: SheetForm
    /// The user's own headings, without the reasons of an earlier round.
    package let headings: [String]
    /// In the order of the file, the example left out; at least one.
    package let rows: [Row]

    /// One person's row.
    package struct Row: Sendable {
        /// As the spreadsheet program numbers it.
        package let number: Int
        /// The user's own cells, as many as there are headings.
        package let cells: [SheetCell]
        package let outcome: Outcome
        package let notes: [SheetNote]
    }

    package enum Outcome: Sendable {
        /// The application, and its form as the public interface takes it.
        case submittable(TransferApplication, form: [UInt8])
        /// The application is in order, but an earlier row is about the same person. The user decides.
        case duplicate(TransferApplication, form: [UInt8], SheetDuplicate)
        /// In the order of the columns; never empty.
        case faulty([SheetFault])
    }

    /// How many rows of each kind there are; the three add up to `total`.
    package struct Summary: Hashable, Sendable {
        package let total: Int
        package let submittable: Int
        package let faulty: Int
        package let duplicate: Int

        package var sentenceChinese: String { "共 \(total) 行：可提交 \(submittable)，有错 \(faulty)，疑似重复 \(duplicate)" }
        package var sentenceEnglish: String {
            "\(total) rows: \(submittable) ready, \(faulty) with faults, \(duplicate) possibly twice"
        }
    }

    /// Reads an uploaded file of the template.
    ///
    /// - Parameters:
    ///   - upload: the bytes of the file; nil when none was chosen.
    ///   - applicant: who lodges the applications of the file.
    ///   - regions: the regions whose names the template offered, so that a name is known as well as a code.
    package init(
        reading upload: [UInt8]?, lodgedBy applicant: TransferApplication.Applicant, regions: [BatchRegion] = []
    ) throws(SheetRefusal) {
        try self.init(SheetReading.read(upload), lodgedBy: applicant, regions: regions)
    }

    /// Judges a sheet that was read.
    package init(
        _ sheet: Sheet, lodgedBy applicant: TransferApplication.Applicant, regions: [BatchRegion] = []
    ) throws(SheetRefusal) {
        guard let first = sheet.rows.first else { throw .empty }
        let heading = try BatchHeading(first)
        let judge = BatchJudge(applicant: applicant, regions: regions)
        var firstRows: [ResidentID: BatchPerson] = [:]
        var rows: [Row] = []
        for row in sheet.rows.dropFirst() {
            let row = row.without(heading.reasonPlace)
            guard !row.isExample, !row.isBlankBehindSerial else { continue }
            guard rows.count < SheetLimit.applications else { throw .tooManyRows }
            rows.append(judge.row(row, width: heading.width, firstRows: &firstRows))
        }
        guard !rows.isEmpty else { throw .noRows }
        form = sheet.form
        headings = first.without(heading.reasonPlace).cells.map(\.text)
        self.rows = rows
    }

    package var summary: Summary {
        var (submittable, faulty) = (0, 0)
        for row in rows {
            switch row.outcome {
            case .submittable: submittable += 1
            case .faulty: faulty += 1
            case .duplicate: break
            }
        }
        return Summary(
            total: rows.count, submittable: submittable, faulty: faulty, duplicate: rows.count - submittable - faulty)
    }
}

/// A region that the template offers by its name.
package struct BatchRegion: Hashable, Sendable {
    package let code: AgencyCode
    /// Such as `成都市`.
    package let name: String

    package init(code: AgencyCode, name: String) {
        self.code = code
        self.name = name
    }
}

/// One thing that is wrong with a cell, or with a row.
package struct SheetFault: Hashable, Sendable {
    /// The row as the spreadsheet program numbers it.
    package let row: Int
    /// Nil for the row as a whole.
    package let column: BatchColumn?
    /// What stands there, masked.
    package let maskedValue: String
    /// A published code, the form's own where the form found it.
    package let code: String
    /// What is wrong, and how to mend it.
    package let messageChinese: String
    package let messageEnglish: String
}

/// What was mended in a cell.
package struct SheetNote: Hashable, Sendable {
    package let row: Int
    package let column: BatchColumn
    package let mending: SheetMending
}

/// That a row is about a person of an earlier row.
package struct SheetDuplicate: Hashable, Sendable {
    /// The first row about the person.
    package let earlierRow: Int
    /// Whether that row has the same name, too.
    package let hasSameName: Bool

    package var messageChinese: String {
        hasSameName
            ? "疑似重复：与第 \(earlierRow) 行是同一人；确需分别申请的请勾选。"
            : "疑似重复：与第 \(earlierRow) 行身份证号相同而姓名不同；请核对是否填错。"
    }

    package var messageEnglish: String {
        hasSameName
            ? "Possibly twice: the person of row \(earlierRow); tick the row if both are meant."
            : "Possibly twice: row \(earlierRow) has the same identity number and another name; compare them."
    }
}

extension SheetRow {
    fileprivate func without(_ place: Int?) -> SheetRow {
        guard let place, cells.count > place else { return self }
        var kept = cells
        kept.remove(at: place)
        return SheetRow(number: number, cells: kept, isMerged: isMerged)
    }

    fileprivate var isExample: Bool {
        cells.first.map { CellText.trimmed($0.text).hasPrefix(BatchColumn.exampleMark) } ?? false
    }

    /// Numbers are often filled in for more rows than there are persons.
    fileprivate var isBlankBehindSerial: Bool {
        cells.dropFirst().allSatisfy { CellText.trimmed($0.text).isEmpty }
    }
}
