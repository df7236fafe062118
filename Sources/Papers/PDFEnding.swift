import TransferDocuments

/// Completes the file that Cairo wrote by an update at its end: the language, that the file is tagged and shows its
/// title, and an identity. Cairo 1.16 has no words for these.
///
/// Source: ISO 32000-1, 7.5.6 (incremental updates), 14.3.3 and 14.4.
enum PDFEnding {
    /// - Parameters:
    ///   - file: as Cairo 1.16 writes it, with a table of cross-references.
    ///   - created: a time of the form 2026-03-02T01:00:00Z.
    /// - Throws: ``PaperFault/drawing(_:)`` for a file of another form.
    static func completed(_ file: [UInt8], title: String, created: String) throws(PaperFault) -> [UInt8] {
        let tail = String(decoding: file.suffix(256), as: UTF8.self)
        guard let table = number(after: "startxref\n", in: tail), let size = number(after: "/Size ", in: tail),
            let root = number(after: "/Root ", in: tail), let about = number(after: "/Info ", in: tail),
            (1..<file.count).contains(table)
        else { throw .drawing(-1) }
        // The catalogue is the last object before the table.
        let objects = String(decoding: file[max(0, table - 256)..<table], as: UTF8.self)
        guard let catalog = text(from: "\(root) 0 obj\n<< /Type /Catalog\n", to: ">>\nendobj", in: objects) else {
            throw .drawing(-2)
        }

        var file = file
        if file.last != UInt8(ascii: "\n") { file.append(UInt8(ascii: "\n")) }
        let rootPlace = file.count
        file += Array(
            """
            \(root) 0 obj
            << /Type /Catalog
            \(catalog)   /Lang (zh-CN)
               /MarkInfo << /Marked true >>
               /ViewerPreferences << /DisplayDocTitle true >>
            >>
            endobj

            """.utf8)
        let aboutPlace = file.count
        let date = created.filter { $0.isNumber }
        file += Array(
            """
            \(about) 0 obj
            << /Title <FEFF\(hexadecimal(title))>
               /Producer (Jiexu, by cairo 1.16)
               /CreationDate (D:\(date)Z)
               /ModDate (D:\(date)Z)
            >>
            endobj

            """.utf8)
        let end = file.count
        let identity = DocumentDigest(of: file).hex.prefix(32)
        file += Array(
            """
            xref
            0 1
            0000000000 65535 f\u{20}
            \(entry(root, rootPlace))\(entry(about, aboutPlace))trailer
            << /Size \(size)
               /Root \(root) 0 R
               /Info \(about) 0 R
               /Prev \(table)
               /ID [<\(identity)> <\(identity)>]
            >>
            startxref
            \(end)
            %%EOF

            """.utf8)
        return file
    }

    /// One entry of the table, of twenty bytes.
    private static func entry(_ object: Int, _ place: Int) -> String {
        let digits = String(place)
        return "\(object) 1\n\(String(repeating: "0", count: max(0, 10 - digits.utf8.count)))\(digits) 00000 n \n"
    }

    private static func hexadecimal(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16, uppercase: true)
            return String(repeating: "0", count: 4 - digits.utf8.count) + digits
        }.joined()
    }

    private static func number(after word: String, in text: String) -> Int? {
        guard let start = end(of: word, in: text) else { return nil }
        return Int(text[start...].prefix { $0.isASCII && $0.isNumber })
    }

    private static func text(from word: String, to last: String, in text: String) -> String? {
        guard let start = end(of: word, in: text) else { return nil }
        let rest = text[start...]
        var place = rest.startIndex
        while place < rest.endIndex {
            if rest[place...].hasPrefix(last) { return String(rest[..<place]) }
            place = rest.index(after: place)
        }
        return nil
    }

    /// Behind the last occurrence of a word.
    private static func end(of word: String, in text: String) -> String.Index? {
        var place = text.endIndex
        while place > text.startIndex {
            place = text.index(before: place)
            if text[place...].hasPrefix(word) { return text.index(place, offsetBy: word.count) }
        }
        return nil
    }
}
