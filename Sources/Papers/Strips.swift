import TransferCore
import TransferDocuments

private let edge = 0.5
private let edgeGrey = 0.45
private let shade = 0.94

/// The title of a part.
struct HeadingStrip {
    let wording: Wording

    init(_ wording: Wording) { self.wording = wording }

    private var text: String { "\(wording.chinese)  \(wording.english)" }

    func height(on canvas: Canvas, width: Double) -> Double { canvas.height(text, .heading, width: width) + 12 }

    func draw(on canvas: Canvas, x: Double, y: Double, width: Double) {
        canvas.mark(.heading) { canvas.draw(text, .heading, x: x, y: y + 8, width: width) }
    }
}

/// Running text in Chinese, and small beneath in English.
struct ParagraphStrip {
    let wording: Wording

    init(_ wording: Wording) { self.wording = wording }

    func height(on canvas: Canvas, width: Double) -> Double {
        let english = wording.english.isEmpty ? 0 : canvas.height(wording.english, .beneath, width: width)
        return canvas.height(wording.chinese, .body, width: width) + english + 12
    }

    func draw(on canvas: Canvas, x: Double, y: Double, width: Double) {
        canvas.mark(.paragraph) {
            canvas.draw(wording.chinese, .body, x: x, y: y + 6, width: width)
            guard !wording.english.isEmpty else { return }
            let chinese = canvas.height(wording.chinese, .body, width: width)
            canvas.draw(wording.english, .beneath, x: x, y: y + 6 + chinese, width: width)
        }
    }
}

/// One wide field, or two beside each other, in a frame.
struct FieldStrip {
    let fields: ArraySlice<Field>

    private static let labelWidth = 98.0
    private static let padding = 5.0

    /// A single field has the whole width, so that no cell is left empty.
    private func cellWidth(_ width: Double) -> Double { width / Double(fields.count) }

    private func valueWidth(_ width: Double) -> Double {
        cellWidth(width) - FieldStrip.labelWidth - 2 * FieldStrip.padding
    }

    private func labelHeight(_ field: Field, on canvas: Canvas) -> Double {
        let width = FieldStrip.labelWidth - 2 * FieldStrip.padding
        return canvas.height(field.label.chinese, .label, width: width)
            + canvas.height(field.label.english, .labelBeneath, width: width)
    }

    private func valueHeight(_ field: Field, on canvas: Canvas, width: Double) -> Double {
        let beneath = field.beneath.isEmpty ? 0 : canvas.height(field.beneath, .labelBeneath, width: width)
        return canvas.height(field.value, .body, width: width) + beneath
    }

    func height(on canvas: Canvas, width: Double) -> Double {
        let width = valueWidth(width)
        let heights = fields.map {
            max(labelHeight($0, on: canvas), valueHeight($0, on: canvas, width: width))
        }
        return (heights.max() ?? 0) + 6
    }

    func draw(on canvas: Canvas, x: Double, y: Double, width: Double, height: Double) {
        let (cell, value) = (cellWidth(width), valueWidth(width))
        canvas.mark(.row) {
            for (place, field) in fields.enumerated() {
                let left = x + Double(place) * cell
                canvas.fill(x: left, y: y, width: FieldStrip.labelWidth, height: height, grey: shade)
                canvas.frame(
                    x: left, y: y, width: FieldStrip.labelWidth, height: height, line: edge, grey: edgeGrey)
                canvas.frame(x: left, y: y, width: cell, height: height, line: edge, grey: edgeGrey)
                canvas.mark(.headCell) {
                    let labelX = left + FieldStrip.padding
                    let labelWidth = FieldStrip.labelWidth - 2 * FieldStrip.padding
                    let labelY = y + (height - labelHeight(field, on: canvas)) / 2
                    canvas.draw(field.label.chinese, .label, x: labelX, y: labelY, width: labelWidth)
                    canvas.draw(
                        field.label.english, .labelBeneath, x: labelX,
                        y: labelY + canvas.height(field.label.chinese, .label, width: labelWidth), width: labelWidth)
                }
                canvas.mark(.cell) {
                    let valueX = left + FieldStrip.labelWidth + FieldStrip.padding
                    let valueY = y + (height - valueHeight(field, on: canvas, width: value)) / 2
                    canvas.draw(field.value, .body, x: valueX, y: valueY, width: value)
                    guard !field.beneath.isEmpty else { return }
                    canvas.draw(
                        field.beneath, .labelBeneath, x: valueX,
                        y: valueY + canvas.height(field.value, .body, width: value), width: value)
                }
            }
        }
    }
}

/// The head of a table, or one of its rows.
struct TableStrip {
    let table: Table

    init(_ table: Table) { self.table = table }

    private static let padding = 2.5
    private static let space = 3.0

    private func widths(_ width: Double) -> [Double] {
        let whole = table.columns.map(\.share).reduce(0, +)
        return table.columns.map { width * $0.share / whole }
    }

    func headHeight(on canvas: Canvas, width: Double) -> Double {
        zip(table.columns, widths(width)).map { column, width in
            let width = width - 2 * TableStrip.padding
            return canvas.height(column.label.chinese, .columnHead, width: width)
                + canvas.height(column.label.english, .columnHeadBeneath, width: width)
        }.max().map { $0 + 2 * TableStrip.space } ?? 0
    }

    func drawHead(on canvas: Canvas, x: Double, y: Double, width: Double, height: Double) {
        canvas.mark(.row) {
            var left = x
            for (column, cell) in zip(table.columns, widths(width)) {
                canvas.fill(x: left, y: y, width: cell, height: height, grey: shade)
                canvas.frame(x: left, y: y, width: cell, height: height, line: edge, grey: edgeGrey)
                let (textX, textWidth) = (left + TableStrip.padding, cell - 2 * TableStrip.padding)
                let chinese = canvas.height(column.label.chinese, .columnHead, width: textWidth)
                let english = canvas.height(column.label.english, .columnHeadBeneath, width: textWidth)
                let top = y + (height - chinese - english) / 2
                canvas.mark(.headCell) {
                    canvas.draw(column.label.chinese, .columnHead, x: textX, y: top, width: textWidth)
                    canvas.draw(
                        column.label.english, .columnHeadBeneath, x: textX, y: top + chinese, width: textWidth)
                }
                left += cell
            }
        }
    }

    func height(ofRow row: Int, on canvas: Canvas, width: Double) -> Double {
        zip(table.cells(row), widths(width)).map { text, width in
            canvas.height(text, .small, width: width - 2 * TableStrip.padding)
        }.max().map { $0 + 2 * TableStrip.space } ?? 0
    }

    func draw(row: Int, on canvas: Canvas, x: Double, y: Double, width: Double, height: Double) {
        canvas.mark(.row) {
            var left = x
            for ((text, column), cell) in zip(zip(table.cells(row), table.columns), widths(width)) {
                canvas.frame(x: left, y: y, width: cell, height: height, line: edge, grey: edgeGrey)
                let textWidth = cell - 2 * TableStrip.padding
                let top = y + (height - canvas.height(text, .small, width: textWidth)) / 2
                canvas.mark(.cell) {
                    canvas.draw(
                        text, .small.on(column.side), x: left + TableStrip.padding, y: top, width: textWidth)
                }
                left += cell
            }
        }
    }
}

/// The end of a paper: what it is worth in law, who issued it and when, the place for the seal, and boxes for
/// signatures.
struct ClosingStrip {
    let head: PaperHead
    let boxes: [Wording]

    /// A round seal of an agency has a diameter of at most 42 millimetres, 119 points.
    private static let sealWidth = 126.0
    private static let sealHeight = 122.0
    private static let boxHeight = 52.0

    private func textWidth(_ width: Double) -> Double { width - ClosingStrip.sealWidth - 16 }

    /// From top to bottom; a Chinese line has more room above it than the English one that belongs to it.
    private var texts: [Line] {
        let issuer = head.issuer
        var lines = [
            Line("出具机构：\(issuer.chinese)（\(issuer.code)）", .body),
            Line("Issued by \(issuer.english.isEmpty ? issuer.code.text : issuer.english)", .beneath),
        ]
        if let digest = head.digest {
            lines += [
                Line("说明：具有法律效力的是机构之间交换的、经电子签名的文书，本件是其打印件。", .small),
                Line("The legally signed thing is the exchanged document; this is its print.", .labelBeneath),
                Line("文书摘要（SHA-256）：", .small), Line("Its digest is", .labelBeneath), Line(digest.hex, .labelBeneath),
            ]
        } else {
            lines += [
                Line("说明：本件按经办机构的业务记录打印，没有对应的电子签名文书。", .small),
                Line(
                    "Printed from the records of the agency; there is no exchanged document behind it.", .labelBeneath),
            ]
        }
        if head.check != nil {
            lines += [
                Line("扫描首页二维码，或在查验页输入查验码，即可查验本件是否有效。", .small),
                Line(
                    "Scan the code on page 1, or enter the check code, to see whether this paper is good.",
                    .labelBeneath),
            ]
        }
        return lines
    }

    private struct Line {
        let text: String
        let style: Style

        init(_ text: String, _ style: Style) {
            self.text = text
            self.style = style
        }

        var above: Double { style == .small ? 7 : 1.5 }
    }

    private func height(ofTexts canvas: Canvas, width: Double) -> Double {
        texts.map { canvas.height($0.text, $0.style, width: textWidth(width)) + $0.above }.reduce(0, +)
    }

    func height(on canvas: Canvas, width: Double) -> Double {
        let boxes = boxes.isEmpty ? 0 : ClosingStrip.boxHeight + 10
        return boxes + max(height(ofTexts: canvas, width: width), ClosingStrip.sealHeight) + 16
    }

    func draw(on canvas: Canvas, x: Double, y: Double, width: Double) {
        var y = y + 12
        if !boxes.isEmpty {
            drawBoxes(on: canvas, x: x, y: y, width: width)
            y += ClosingStrip.boxHeight + 10
        }
        drawSeal(on: canvas, x: x + width - ClosingStrip.sealWidth, y: y)
        for line in texts {
            y += line.above
            canvas.mark(.paragraph) { canvas.draw(line.text, line.style, x: x, y: y, width: textWidth(width)) }
            y += canvas.height(line.text, line.style, width: textWidth(width))
        }
    }

    private func drawBoxes(on canvas: Canvas, x: Double, y: Double, width: Double) {
        let cell = width / Double(boxes.count)
        for (place, box) in boxes.enumerated() {
            let left = x + Double(place) * cell
            canvas.frame(x: left, y: y, width: cell, height: ClosingStrip.boxHeight, line: edge, grey: edgeGrey)
            canvas.mark(.paragraph) {
                canvas.draw(box.chinese, .label, x: left + 5, y: y + 3, width: cell - 10)
                canvas.draw(box.english, .labelBeneath, x: left + 5, y: y + 15, width: cell - 10)
            }
        }
    }

    private func drawSeal(on canvas: Canvas, x: Double, y: Double) {
        let (width, height) = (ClosingStrip.sealWidth, ClosingStrip.sealHeight)
        canvas.frame(x: x, y: y, width: width, height: height, line: 0.6, grey: 0.6, isDashed: true)
        canvas.mark(.paragraph) {
            canvas.draw("（经办机构盖章处）", Style(size: 8, side: .centre, grey: 0.4), x: x, y: y + 46, width: width)
            canvas.draw(
                "Place for the seal of the agency", Style(size: 6, side: .centre, grey: 0.4), x: x, y: y + 58,
                width: width)
        }
    }
}
