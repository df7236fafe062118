import TransferCore

/// The measures of a page of A4, in points.
struct PageSize {
    let width: Double
    let height: Double
    let margin = 40.0
    /// Where the content of the second and later pages begins.
    let top = 52.0
    /// Where content ends, above the foot.
    var bottom: Double { height - 48 }
    var bodyWidth: Double { width - 2 * margin }

    /// 210 by 297 millimetres.
    init(liesOnLongSide: Bool) {
        let (short, long) = (595.28, 841.89)
        (width, height) = liesOnLongSide ? (long, short) : (short, long)
    }
}

/// Sets a sheet on pages: measures every piece once, finds where pages end, and draws page after page, so that each
/// page can say how many there are.
struct PageSetting {
    let canvas: Canvas
    let size: PageSize
    let paper: Paper
    let head: PaperHead
    private(set) var pages = 0
    private var sheet = Sheet(blocks: [])

    /// A piece of a sheet that is never broken over two pages.
    enum Strip: Equatable {
        case heading(block: Int)
        case paragraph(block: Int)
        /// Fields from one place of a block up to another.
        case fields(block: Int, from: Int, to: Int)
        case tableHead(block: Int)
        case row(block: Int, row: Int)
        case closing

        /// Whether it would say nothing at the end of a page.
        var staysWithNext: Bool {
            switch self {
            case .heading, .tableHead: true
            case .paragraph, .fields, .row, .closing: false
            }
        }

        /// The block of a table of which it is a part, on paper or for a screen reader; nil for none.
        var table: Int? {
            switch self {
            case .fields(let block, _, _), .tableHead(let block), .row(let block, _): block
            case .heading, .paragraph, .closing: nil
            }
        }
    }

    struct Placed {
        let strip: Strip
        let height: Double
    }

    init(canvas: Canvas, size: PageSize, paper: Paper, head: PaperHead) {
        self.canvas = canvas
        self.size = size
        self.paper = paper
        self.head = head
    }

    mutating func set(_ sheet: Sheet) throws(PaperFault) {
        self.sheet = sheet
        let opening = PageFurniture(canvas: canvas, size: size, paper: paper, head: head)
        let first = opening.headHeight
        let pages = try pages(of: strips(), first: first)
        self.pages = pages.count
        for (place, strips) in pages.enumerated() {
            if place == 0 { try opening.drawHead() } else { opening.drawRunningHead() }
            draw(strips, from: place == 0 ? first : size.top)
            opening.drawFoot(page: place + 1, of: pages.count)
            canvas.endPage()
        }
    }

    // MARK: Measuring

    private func strips() -> [Placed] {
        var placed: [Placed] = []
        func add(_ strip: Strip) { placed.append(Placed(strip: strip, height: height(of: strip))) }
        for (block, content) in sheet.blocks.enumerated() {
            switch content {
            case .heading: add(.heading(block: block))
            case .paragraph: add(.paragraph(block: block))
            case .fields(let fields):
                var from = 0
                while from < fields.count {
                    let isPair = !fields[from].isWide && from + 1 < fields.count && !fields[from + 1].isWide
                    let to = from + (isPair ? 2 : 1)
                    add(.fields(block: block, from: from, to: to))
                    from = to
                }
            case .table(let table):
                add(.tableHead(block: block))
                for row in 0..<table.rowCount { add(.row(block: block, row: row)) }
            }
        }
        add(.closing)
        return placed
    }

    private func height(of strip: Strip) -> Double {
        switch strip {
        case .heading(let block): HeadingStrip(wording(block)).height(on: canvas, width: size.bodyWidth)
        case .paragraph(let block): ParagraphStrip(wording(block)).height(on: canvas, width: size.bodyWidth)
        case .fields(let block, let from, let to):
            FieldStrip(fields: fields(block, from, to)).height(on: canvas, width: size.bodyWidth)
        case .tableHead(let block): TableStrip(table(block)).headHeight(on: canvas, width: size.bodyWidth)
        case .row(let block, let row): TableStrip(table(block)).height(ofRow: row, on: canvas, width: size.bodyWidth)
        case .closing: closing.height(on: canvas, width: size.bodyWidth)
        }
    }

    private func wording(_ block: Int) -> Wording {
        switch sheet.blocks[block] {
        case .heading(let wording), .paragraph(let wording): wording
        case .fields, .table: Wording(chinese: "", english: "")
        }
    }

    private func fields(_ block: Int, _ from: Int, _ to: Int) -> ArraySlice<Field> {
        if case .fields(let fields) = sheet.blocks[block] { fields[from..<to] } else { [] }
    }

    private func table(_ block: Int) -> Table {
        if case .table(let table) = sheet.blocks[block] {
            table
        } else {
            Table(columns: [], rowCount: 0) { _ in [] }
        }
    }

    private var closing: ClosingStrip { ClosingStrip(head: head, boxes: sheet.boxes) }

    // MARK: Breaking

    /// The strips of each page; the head of a table is repeated.
    private func pages(of strips: [Placed], first: Double) throws(PaperFault) -> [[Placed]] {
        var pages: [[Placed]] = []
        var page: [Placed] = []
        var left = size.bottom - first
        var tableHead: Placed?
        for (place, placed) in strips.enumerated() {
            if case .tableHead = placed.strip { tableHead = placed }
            if !page.isEmpty, room(for: place, of: strips) > left {
                pages.append(page)
                page = []
                left = size.bottom - size.top
                if case .row = placed.strip, let tableHead {
                    page.append(tableHead)
                    left -= tableHead.height
                }
            }
            guard placed.height <= left else { throw .rowTooHigh }
            page.append(placed)
            left -= placed.height
        }
        pages.append(page)
        return pages
    }

    /// The height of a strip, and of those after it that must stand on the same page.
    private func room(for place: Int, of strips: [Placed]) -> Double {
        var height = strips[place].height
        var next = place + 1
        // The place for signatures never stands on a page alone.
        while next < strips.count, strips[next - 1].strip.staysWithNext || strips[next].strip == .closing {
            height += strips[next].height
            next += 1
        }
        return height
    }

    // MARK: Drawing

    private func draw(_ strips: [Placed], from top: Double) {
        var y = top
        var open: Int?
        for placed in strips {
            if open != placed.strip.table {
                if open != nil { canvas.close(.table) }
                if placed.strip.table != nil { canvas.open(.table) }
                open = placed.strip.table
            }
            draw(placed, y: y)
            y += placed.height
        }
        if open != nil { canvas.close(.table) }
    }

    private func draw(_ placed: Placed, y: Double) {
        let (x, width, height) = (size.margin, size.bodyWidth, placed.height)
        switch placed.strip {
        case .heading(let block): HeadingStrip(wording(block)).draw(on: canvas, x: x, y: y, width: width)
        case .paragraph(let block): ParagraphStrip(wording(block)).draw(on: canvas, x: x, y: y, width: width)
        case .fields(let block, let from, let to):
            FieldStrip(fields: fields(block, from, to)).draw(on: canvas, x: x, y: y, width: width, height: height)
        case .tableHead(let block):
            TableStrip(table(block)).drawHead(on: canvas, x: x, y: y, width: width, height: height)
        case .row(let block, let row):
            TableStrip(table(block)).draw(row: row, on: canvas, x: x, y: y, width: width, height: height)
        case .closing: closing.draw(on: canvas, x: x, y: y, width: width)
        }
    }
}
