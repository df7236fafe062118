/// A paper as PDF.
package struct PrintedPaper: Sendable {
    /// The file. The same paper, head and fonts give the same bytes.
    package let bytes: [UInt8]
    package let pages: Int
    /// A name for the file, of ASCII, without anything of the person:
    /// `contribution-certificate-370700-2026-0000012-K.pdf`.
    package let fileName: String
    /// The characters that no font has, ascending: each stands in the text as its code point, `⟨U+2EBF0⟩`. Whoever
    /// hands the paper out has to know.
    package let missing: [Unicode.Scalar]

    /// The largest file, in bytes. Source: our choice; the longest roster stays below half of it.
    package static let limit = 64 << 20
}
