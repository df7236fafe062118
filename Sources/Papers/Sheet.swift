import TransferCore

/// The content of a paper as blocks from top to bottom, before anybody knows where pages end.
struct Sheet {
    var blocks: [Block]
    /// Where people sign, at the end: the labels of boxes; empty for none.
    var boxes: [Wording] = []
}

/// A part of a sheet.
enum Block {
    /// Labels and what stands beside them.
    case fields([Field])
    case heading(Wording)
    case paragraph(Wording)
    case table(Table)
}

/// A label and its value. Two short ones share a row.
struct Field {
    let label: Wording
    let value: String
    /// The value in English, small beneath; empty for none.
    let beneath: String
    let isWide: Bool

    init(_ chinese: String, _ english: String, _ value: String, beneath: String = "", isWide: Bool = false) {
        label = Wording(chinese: chinese, english: english)
        self.value = value
        self.beneath = beneath
        self.isWide = isWide
    }

    init(_ chinese: String, _ english: String, _ value: Wording, isWide: Bool = false) {
        self.init(chinese, english, value.chinese, beneath: value.english, isWide: isWide)
    }
}

/// Rows under a head, which stands again on each page that the table reaches.
struct Table {
    let columns: [Column]
    let rowCount: Int
    /// The cells of a row, as many as columns; asked for when the row is measured and again when it is drawn, so that a
    /// long table is never in memory as texts.
    let cells: (Int) -> [String]

    struct Column {
        let label: Wording
        /// Its share of the width, in any unit.
        let share: Double
        let side: Style.Side

        init(_ chinese: String, _ english: String, _ share: Double, _ side: Style.Side = .centre) {
            label = Wording(chinese: chinese, english: english)
            self.share = share
            self.side = side
        }
    }
}
