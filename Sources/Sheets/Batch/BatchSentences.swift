import TransferDocuments

/// What is said of a cell. Most sentences are the form's own; a few say what a sheet's user can do and the user of the
/// public interface cannot.
enum BatchSentences {
    typealias Pair = (chinese: String, english: String)

    static func pair(_ fault: FormFault, in column: BatchColumn?) -> Pair {
        let own: Pair = (fault.messageChinese, fault.messageEnglish)
        // "Fill it in" is as right here as there.
        guard fault.code != "missing-field" else { return own }
        switch column {
        case .residentID where fault.code == ruinedCode(.residentID): return ruined(.residentID)
        case .approvedMove: return ("请填“是”或“否”。", "Enter 是 (yes) or 否 (no).")
        case .purpose:
            return (
                "请填“\(BatchWords.move)”或“\(BatchWords.gathering)”；不填表示前者。",
                "Enter \(BatchWords.move) (the person has moved) or \(BatchWords.gathering) (gathering); blank means the first."
            )
        case .otherBranches where fault.code == "unknown-value":
            return (
                "只能填“\(BatchWords.medical)”“\(BatchWords.housing)”，两项之间用顿号；没有则填“无”或不填。",
                "Enter \(BatchWords.medical) (medical account) and \(BatchWords.housing) (housing fund), or leave it blank."
            )
        case .origin:
            return (
                "请填六位行政区划代码，或从下拉列表中选择地区。",
                "Enter the six digits of the region's code, or choose the region from the list."
            )
        default: return own
        }
    }

    static func ruinedCode(_ column: BatchColumn) -> String {
        column == .residentID ? "resident-id-spreadsheet" : "sheet-number-spreadsheet"
    }

    static func ruined(_ column: BatchColumn) -> Pair {
        (
            "表格软件把\(column.heading)改成了数字：请把该列设为文本后重新填写。",
            "A spreadsheet has turned the \(column.headingEnglish) into a quantity: format the column as text and enter it again."
        )
    }

    static let privateCharacter: Pair = (
        "含有自造字（私用区字符）：请用 GB 18030 中的规范汉字重新填写。",
        "A character of the private use area stands here: enter the standard character instead."
    )

    static let unreadable: Pair = (
        "含有看不见的或不能保存的字符：请删除后重新填写。",
        "A character that cannot be seen or kept stands here: enter the text again without it."
    )
}

extension SheetFault {
    static func of(
        _ column: BatchColumn?, _ texts: [BatchColumn: String], _ row: Int, _ code: String,
        _ sentences: BatchSentences.Pair
    ) -> SheetFault {
        SheetFault(
            row: row, column: column, maskedValue: column.map { CellMask.of(texts[$0, default: ""], in: $0) } ?? "",
            code: code, messageChinese: sentences.chinese, messageEnglish: sentences.english)
    }

    static func merged(_ row: Int) -> SheetFault {
        of(
            nil, [:], row, "sheet-merged-cells",
            ("此行有合并单元格：请取消合并，每格单独填写。", "The row has merged cells: split them and fill in each."))
    }

    static func beyondColumns(_ row: Int) -> SheetFault {
        of(
            nil, [:], row, "sheet-beyond-columns",
            ("此行在模板的列以外还有内容：请删除。", "The row has text beyond the columns of the template: remove it."))
    }
}
