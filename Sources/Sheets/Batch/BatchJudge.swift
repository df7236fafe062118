import TransferCore
import TransferDocuments

/// The first row about a person.
struct BatchPerson {
    let row: Int
    let name: String
}

/// Makes the form of a row and has it read by the reader of the public interface, so that a batch and a single
/// application are judged by the same rules. What that reader says of a field is said of its column.
struct BatchJudge {
    let applicant: TransferApplication.Applicant
    private let codes: [String: String]

    init(applicant: TransferApplication.Applicant, regions: [BatchRegion]) {
        self.applicant = applicant
        // A name that two regions have says nothing.
        codes = Dictionary(regions.map { ($0.name, $0.code.text) }, uniquingKeysWith: { $0 == $1 ? $0 : "" })
    }

    func row(_ row: SheetRow, width: Int, firstRows: inout [ResidentID: BatchPerson]) -> BatchSheet.Row {
        var cells: [BatchColumn: BatchCell] = [:]
        var notes: [SheetNote] = []
        for column in BatchColumn.allCases where column.rawValue < row.cells.count {
            let cell = BatchCell(row.cells[column.rawValue], in: column)
            notes += cell.mendings.map { SheetNote(row: row.number, column: column, mending: $0) }
            cells[column] = cell
        }
        let texts = cells.mapValues(\.text)
        let earlier = note(texts, of: row.number, in: &firstRows)
        var outcome = judged(row, cells, texts, width: width)
        if let earlier, case .submittable(let application, let form) = outcome {
            outcome = .duplicate(application, form: form, earlier)
        }
        let own = (0..<width).map { $0 < row.cells.count ? row.cells[$0] : .blank }
        return BatchSheet.Row(number: row.number, cells: own, outcome: outcome, notes: notes)
    }

    /// Remembers whom a row is about, also when the row is faulty.
    private func note(
        _ texts: [BatchColumn: String], of number: Int, in firstRows: inout [ResidentID: BatchPerson]
    ) -> SheetDuplicate? {
        guard let person = try? ResidentID(texts[.residentID, default: ""]) else { return nil }
        let name = texts[.name, default: ""]
        guard let earlier = firstRows[person] else {
            firstRows[person] = BatchPerson(row: number, name: name)
            return nil
        }
        return SheetDuplicate(earlierRow: earlier.row, hasSameName: earlier.name.utf8.elementsEqual(name.utf8))
    }

    private func judged(
        _ row: SheetRow, _ cells: [BatchColumn: BatchCell], _ texts: [BatchColumn: String], width: Int
    ) -> BatchSheet.Outcome {
        var faults: [SheetFault] = []
        if row.isMerged { faults.append(.merged(row.number)) }
        if row.cells.dropFirst(width - 1).contains(where: { !CellText.trimmed($0.text).isEmpty }) {
            faults.append(.beyondColumns(row.number))
        }
        var settled: Set<BatchColumn> = []
        func add(_ column: BatchColumn, _ code: String, _ sentences: BatchSentences.Pair) {
            settled.insert(column)
            faults.append(.of(column, texts, row.number, code, sentences))
        }
        for column in BatchColumn.allCases where cells[column]?.isRuined == true {
            add(column, BatchSentences.ruinedCode(column), BatchSentences.ruined(column))
        }
        var kept = texts
        var form: [UInt8] = []
        do { form = try bytes(kept) } catch {
            for column in BatchColumn.allCases where !BatchJudge.canStand(texts[column, default: ""]) {
                let hasPrivate = BatchJudge.hasPrivateCharacter(texts[column, default: ""])
                add(column, "sheet-text", hasPrivate ? BatchSentences.privateCharacter : BatchSentences.unreadable)
            }
            for column in settled { kept[column] = "" }
            form = (try? bytes(kept)) ?? []
        }
        do throws(FormFaults) {
            let application = try ApplicationForm.read(form)
            // As the form is stored: with what was mended, and without what goes without saying.
            if faults.isEmpty {
                return .submittable(application, form: (try? ApplicationForm.write(application)) ?? form)
            }
        } catch {
            for fault in error.faults {
                let column = BatchColumn(pointer: fault.pointer)
                if let column, settled.contains(column) { continue }
                faults.append(.of(column, texts, row.number, fault.code, BatchSentences.pair(fault, in: column)))
            }
        }
        return .faulty(faults.sorted { ($0.column?.rawValue ?? -1) < ($1.column?.rawValue ?? -1) })
    }

    private static func canStand(_ text: String) -> Bool {
        (try? JSONWriter.object(limits: .request) { $0.field("text", text) }) != nil
    }

    private static func hasPrivateCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .privateUse }
    }
}

// MARK: - The form of a row

extension BatchJudge {
    /// The form as the public interface takes it. Words of the template become words of the form; what is no such word is
    /// left as it stands, and the form's reader says so.
    private func bytes(_ texts: [BatchColumn: String]) throws(JSONFault) -> [UInt8] {
        func text(_ column: BatchColumn) -> String? {
            texts[column].flatMap { $0.isEmpty ? nil : $0 }
        }
        return try JSONWriter.object(limits: .request) { json in
            json.object("person") { json in
                json.field("name", ifPresent: text(.name))
                json.field("residentId", ifPresent: text(.residentID))
            }
            json.field("origin", ifPresent: text(.origin).map(region))
            json.object("applicant") { json in
                switch applicant {
                case .insuredPerson: json.field("kind", "insured-person")
                case .employer(let name, let creditCode):
                    json.field("kind", "employer")
                    json.field("name", name)
                    json.field("creditCode", creditCode.text)
                }
            }
            json.field("mobile", ifPresent: text(.mobile))
            json.field("certificateNumber", ifPresent: text(.certificateNumber))
            if [BatchColumn.holder, .bankName, .bankCode, .cardNumber].contains(where: { text($0) != nil }) {
                json.object("payoutAccount") { json in
                    json.field("holder", ifPresent: text(.holder))
                    json.field("bankName", ifPresent: text(.bankName))
                    json.field("bankCode", ifPresent: text(.bankCode))
                    json.field("number", ifPresent: text(.cardNumber))
                }
            }
            json.array("otherBranches", branches(text(.otherBranches) ?? "")) { $0.value($1) }
            switch text(.approvedMove) {
            case BatchWords.yes?: json.field("approvedMove", true)
            case BatchWords.no?: json.field("approvedMove", false)
            case let other: json.field("approvedMove", ifPresent: other)
            }
            json.field("purpose", ifPresent: text(.purpose).map(purpose))
        }
    }

    /// The code of an origin: six digits, alone or before its name, or a name that the template offers.
    private func region(_ text: String) -> String {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        if digits.count == 6 {
            let rest = CellText.trimmed(String(Substring(text.utf8.dropFirst(6))))
            guard !rest.isEmpty else { return text }
            let code = String(Substring(digits))
            // Somebody who changed the name only meant another region.
            return codes[rest].map { $0 == code } ?? true ? code : text
        }
        return codes[text] ?? text
    }

    private func purpose(_ text: String) -> String {
        switch text {
        case BatchWords.move: TransferPurpose.move.rawValue
        case BatchWords.gathering: TransferPurpose.gathering.rawValue
        default: text
        }
    }

    private func branches(_ text: String) -> [String] {
        text.unicodeScalars.split(whereSeparator: { "、,，;；/+ 　".unicodeScalars.contains($0) }).map { word in
            switch String(word) {
            case BatchWords.medical: Branch.medical.rawValue
            case BatchWords.housing: Branch.housing.rawValue
            case let other: other
            }
        }.filter { $0 != BatchWords.none }
    }
}
