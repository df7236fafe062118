import TransferCore

/// What stands around the content: title, number and QR code at the top of the first page, a line at the top of the
/// others, and the foot of each.
struct PageFurniture {
    let canvas: Canvas
    let size: PageSize
    let paper: Paper
    let head: PaperHead

    private static let codeSide = 76.0
    private static let codeTop = 24.0
    /// The column of the QR code, and as much room to the left, so that the title stands in the middle.
    private static let corner = 104.0

    private var titleX: Double { size.margin + PageFurniture.corner }
    private var titleWidth: Double { size.bodyWidth - 2 * PageFurniture.corner }

    /// Where the content of the first page begins.
    var headHeight: Double {
        var y = 34.0
        walkTitle { text, style in y += canvas.height(text, style, width: titleWidth) + 1 }
        let code = head.check == nil ? 0 : PageFurniture.codeTop + PageFurniture.codeSide + 24
        let numbers = canvas.height("编号", .label, width: size.bodyWidth)
        return max(y + 8 + numbers, code) + 8
    }

    private func walkTitle(_ body: (String, Style) -> Void) {
        body(head.issuer.chinese, .body.on(.centre))
        if !head.issuer.english.isEmpty { body(head.issuer.english, .beneath.on(.centre)) }
        body(paper.title.chinese, .title)
        body(paper.title.english, .titleBeneath)
    }

    func drawHead() throws(PaperFault) {
        var y = 34.0
        walkTitle { text, style in
            canvas.mark(style == .title ? .title : .paragraph) {
                canvas.draw(text, style, x: titleX, y: y, width: titleWidth)
            }
            y += canvas.height(text, style, width: titleWidth) + 1
        }
        if let number = head.number ?? paper.reference {
            let text = "编号 No. \(number)"
            let height = canvas.height(text, .label, width: size.bodyWidth)
            canvas.mark(.paragraph) {
                canvas.draw(text, .label, x: size.margin, y: headHeight - 8 - height, width: size.bodyWidth)
            }
        }
        guard let check = head.check else { return }
        let left = size.width - size.margin - PageFurniture.corner
        let width = PageFurniture.corner
        let indent = (width - PageFurniture.codeSide) / 2
        var isDrawn = true
        canvas.mark(.figure) {
            isDrawn = canvas.code(
                check.address, x: left + indent, y: PageFurniture.codeTop, side: PageFurniture.codeSide)
        }
        guard isDrawn else { throw .address }
        canvas.mark(.paragraph) {
            let y = PageFurniture.codeTop + PageFurniture.codeSide - 3
            canvas.draw("查验码 Check code", .labelBeneath.on(.centre), x: left, y: y, width: width)
            canvas.draw(check.code.grouped, .label.on(.centre), x: left, y: y + 9, width: width)
        }
    }

    func drawRunningHead() {
        let y = 28.0
        canvas.draw(paper.title.chinese, .foot, x: size.margin, y: y, width: size.bodyWidth)
        if let number = head.number ?? paper.reference {
            canvas.draw("编号 No. \(number)", .foot.on(.right), x: size.margin, y: y, width: size.bodyWidth)
        }
        let line = y + 14
        canvas.line(x: size.margin, y: line, toX: size.width - size.margin, toY: line, width: 0.5, grey: 0.5)
    }

    func drawFoot(page: Int, of pages: Int) {
        let y = size.height - 38
        canvas.line(x: size.margin, y: y, toX: size.width - size.margin, toY: y, width: 0.5, grey: 0.5)
        if let check = head.check {
            canvas.draw(
                "查验码 Check code \(check.code.grouped)", .foot, x: size.margin, y: y + 4, width: size.bodyWidth)
        }
        canvas.draw(
            "第 \(page) 页 / 共 \(pages) 页   Page \(page) of \(pages)", .foot.on(.centre), x: size.margin, y: y + 4,
            width: size.bodyWidth)
        if let madeOn = head.madeOn {
            canvas.draw(
                "打印日期 Printed on \(madeOn.onPaper)", .foot.on(.right), x: size.margin, y: y + 4,
                width: size.bodyWidth)
        }
    }
}
