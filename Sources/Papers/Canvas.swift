import PaperShim

/// The kind of a text on a paper. Sizes in points.
struct Style: Hashable {
    let size: Double
    var isBold = false
    var side = Side.left
    /// 0 is black.
    var grey = 0.0

    /// Where the lines of a text stand in its column.
    enum Side: Hashable {
        case left
        case centre
        case right
    }

    static let title = Style(size: 17, isBold: true, side: .centre)
    static let titleBeneath = Style(size: 8, side: .centre, grey: 0.3)
    static let heading = Style(size: 10.5, isBold: true)
    static let body = Style(size: 10)
    static let beneath = Style(size: 7, grey: 0.3)
    static let label = Style(size: 8.5)
    static let labelBeneath = Style(size: 6.5, grey: 0.3)
    static let small = Style(size: 7.5)
    static let columnHead = Style(size: 7.5, isBold: true, side: .centre)
    static let columnHeadBeneath = Style(size: 5.5, side: .centre, grey: 0.3)
    static let foot = Style(size: 7, grey: 0.2)

    func on(_ side: Side) -> Style { Style(size: size, isBold: isBold, side: side, grey: grey) }
}

/// What a part of a paper is to a screen reader: the structure types of ISO 32000-1, 14.8.4.
enum Mark: String {
    case title = "H1"
    case heading = "H2"
    case paragraph = "P"
    case table = "Table"
    case row = "TR"
    case headCell = "TH"
    case cell = "TD"
    case figure = "Figure"
}

/// A sheet under the pen. Lengths are points from the upper left corner. What is drawn has passed the fonts, so a
/// character without a glyph is never drawn as a box.
final class Canvas {
    private let paper: OpaquePointer
    private let fonts: FontSet
    private let file: FileBytes
    /// The scalars that stand as code points.
    private(set) var missing: Set<UInt32> = []

    /// - Parameter created: a time of the form 2026-03-02T01:00:00Z.
    /// - Returns: nil when there is no memory.
    init?(fonts: FontSet, width: Double, height: Double, title: String, created: String) {
        let file = FileBytes()
        let begun = jiexu_paper_begin(
            fonts.pointer, width, height, title, created,
            { context, bytes, length in
                let file = Unmanaged<FileBytes>.fromOpaque(context).takeUnretainedValue()
                return file.take(UnsafeBufferPointer(start: bytes, count: length)) ? 0 : 1
            },
            Unmanaged.passUnretained(file).toOpaque())
        guard let begun else { return nil }
        paper = begun
        self.fonts = fonts
        self.file = file
    }

    /// The height that a text takes in a column.
    func height(_ text: String, _ style: Style, width: Double) -> Double {
        with(text, style, 0, 0, width) { jiexu_paper_measure(paper, &$0) }
    }

    /// Draws a text; the same lines as were measured.
    func draw(_ text: String, _ style: Style, x: Double, y: Double, width: Double) {
        with(text, style, x, y, width) { jiexu_paper_draw(paper, &$0) }
    }

    private func with<Result>(
        _ text: String, _ style: Style, _ x: Double, _ y: Double, _ width: Double,
        _ body: (inout jiexu_paper_text) -> Result
    ) -> Result {
        var shown = fonts.printable(text, missing: &missing)
        return shown.withUTF8 { bytes in
            // An empty text has no address of its own.
            withUnsafePointer(to: UInt8(0)) { nothing in
                var column = jiexu_paper_text(
                    bytes: bytes.baseAddress ?? nothing, length: bytes.count, x: x, y: y, width: width,
                    size: style.size, is_bold: style.isBold ? 1 : 0, side: style.side.shim, grey: style.grey)
                return body(&column)
            }
        }
    }

    /// Whether a character was drawn as a box, for want of a glyph.
    var hasBoxes: Bool { jiexu_paper_boxes(paper) > 0 }

    func line(x: Double, y: Double, toX: Double, toY: Double, width: Double, grey: Double) {
        jiexu_paper_line(paper, x, y, toX, toY, width, grey)
    }

    func frame(x: Double, y: Double, width: Double, height: Double, line: Double, grey: Double, isDashed: Bool = false)
    {
        jiexu_paper_frame(paper, x, y, width, height, line, grey, isDashed ? 1 : 0)
    }

    func fill(x: Double, y: Double, width: Double, height: Double, grey: Double) {
        jiexu_paper_fill(paper, x, y, width, height, grey)
    }

    /// Draws a QR code with its quiet zone; false when the text is too long for one.
    func code(_ text: String, x: Double, y: Double, side: Double) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { jiexu_paper_code(paper, $0, bytes.count, x, y, side) == 0 } ?? false
        }
    }

    /// What is drawn in the body is of a kind.
    func mark(_ mark: Mark, _ body: () -> Void) {
        open(mark)
        body()
        close(mark)
    }

    func open(_ mark: Mark) { jiexu_paper_open_mark(paper, mark.rawValue) }
    func close(_ mark: Mark) { jiexu_paper_close_mark(paper, mark.rawValue) }

    func endPage() { jiexu_paper_end_page(paper) }

    /// Ends the file. Must be called once, and is the last call.
    func finish() throws(PaperFault) -> [UInt8] {
        let status = jiexu_paper_finish(paper)
        guard !file.isOver else { throw .tooLarge }
        guard status == 0 else { throw .drawing(status) }
        return file.bytes
    }
}

extension Style.Side {
    fileprivate var shim: jiexu_paper_side {
        switch self {
        case .left: JIEXU_PAPER_LEFT
        case .centre: JIEXU_PAPER_CENTRE
        case .right: JIEXU_PAPER_RIGHT
        }
    }
}

/// Takes the bytes of the file from the shim, up to the limit.
private final class FileBytes {
    private(set) var bytes: [UInt8] = []
    private(set) var isOver = false

    func take(_ more: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count + more.count <= PrintedPaper.limit else {
            isOver = true
            return false
        }
        bytes.append(contentsOf: more)
        return true
    }
}
