import PaperShim
import Synchronization
import TransferCore
import TransferDocuments

/// Makes papers, one at a time: the fonts are opened once and are not for several at a time.
///
/// A press waits for nobody else and reads nothing but fonts. A caller who may be asked for many papers at once bounds
/// how many wait, and asks on a
/// thread that may be busy for a while.
package final class PaperPress: Sendable {
    private let fonts: Mutex<FontSet>

    /// Where Debian's packages put the fonts.
    package static let fontFolders = ["wqy", "babelstone", "dejavu"].map { "/usr/share/fonts/truetype/\($0)" }

    /// Of running text first; the second has the rare characters of the extensions B to H, the third the brackets
    /// around code points. No other font is ever used, so that papers look the same everywhere.
    private static let families = ["WenQuanYi Micro Hei", "BabelStone Han", "DejaVu Sans"]

    /// Opens the fonts.
    ///
    /// - Throws: ``PaperFault/fonts`` when the font of running text is not there; without the font of rare characters
    ///   these stand as code points.
    package init(fontFolders: [String] = PaperPress.fontFolders) throws(PaperFault) {
        guard let fonts = FontSet(folders: fontFolders, families: PaperPress.families) else { throw .fonts }
        self.fonts = Mutex(fonts)
    }

    /// Makes a paper.
    package func print(_ paper: Paper, head: PaperHead) throws(PaperFault) -> PrintedPaper {
        try fonts.withLock { (fonts) throws(PaperFault) in
            try PaperPress.print(paper, head: head, fonts: fonts)
        }
    }

    private static func print(
        _ paper: Paper, head: PaperHead, fonts: FontSet
    ) throws(PaperFault) -> PrintedPaper {
        let size = PageSize(liesOnLongSide: paper.liesOnLongSide)
        let created = head.madeAt.text
        let title = paper.title.chinese
        guard
            let canvas = Canvas(fonts: fonts, width: size.width, height: size.height, title: title, created: created)
        else { throw .drawing(1) }
        var setting = PageSetting(canvas: canvas, size: size, paper: paper, head: head)
        do throws(PaperFault) {
            try setting.set(paper.sheet(head))
            guard !canvas.hasBoxes else { throw .box }
        } catch {
            // Cairo's memory is given back by its end only.
            _ = try? canvas.finish()
            throw error
        }
        let drawn = try canvas.finish()
        let bytes = try PDFEnding.completed(drawn, title: title, created: created)
        let name = [paper.fileWord, paper.reference ?? head.caseNumber?.text ?? ""].filter { !$0.isEmpty }
        return PrintedPaper(
            bytes: bytes, pages: setting.pages, fileName: name.joined(separator: "-") + ".pdf",
            missing: canvas.missing.sorted().compactMap { Unicode.Scalar($0) })
    }
}

extension Paper {
    /// The reference of a paper that is not of one case.
    var reference: String? {
        if case .roster(let roster) = self { roster.reference } else { nil }
    }

    func sheet(_ head: PaperHead) -> Sheet {
        switch self {
        case .acceptanceLetter(let letter): letter.sheet(head)
        case .contributionCertificate(let certificate): certificate.sheet(head)
        case .informationForm(let form): form.sheet(head)
        case .letterReturn(let note, let person): note.sheet(head, of: person)
        case .applicationAnswer(let answer): answer.sheet(head)
        case .completion(let notice, let person): notice.sheet(head, of: person)
        case .roster(let roster): roster.sheet(head)
        }
    }
}
