import Glibc

/// How the characters of a CSV file are written. The tables are those of the C library, which follow GB 18030-2022.
package enum SheetCharset: String, Hashable, CaseIterable, Sendable {
    case gb18030 = "GB18030"
    case utf8 = "UTF-8"
    /// UTF-8 behind a byte order mark, by which spreadsheet programs know it.
    case utf8WithMark = "UTF-8 with mark"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"

    var wordsChinese: String { self == .utf8WithMark ? "UTF-8，带标记" : rawValue }
    var wordsEnglish: String { rawValue }

    private var mark: [UInt8] {
        switch self {
        case .gb18030, .utf8: []
        case .utf8WithMark: [0xEF, 0xBB, 0xBF]
        case .utf16LittleEndian: [0xFF, 0xFE]
        case .utf16BigEndian: [0xFE, 0xFF]
        }
    }

    /// The name by which the C library knows it.
    private var tables: String { self == .utf8WithMark ? "UTF-8" : rawValue }

    /// The character set of a file and its text, as UTF-8 without a mark.
    ///
    /// A mark decides. Without one, a zero byte near the beginning betrays UTF-16, as text has none; else it is UTF-8
    /// if every byte fits, else GB 18030 if every byte fits.
    ///
    /// - Throws: `unreadableByte`, with the row in which the better of the last two came to its end.
    static func text(of bytes: [UInt8]) throws(SheetRefusal) -> (charset: SheetCharset, text: [UInt8]) {
        for charset in [SheetCharset.utf8WithMark, .utf16LittleEndian, .utf16BigEndian]
        where bytes.starts(with: charset.mark) {
            return (charset, try charset.text(of: bytes.dropFirst(charset.mark.count)))
        }
        if let zero = bytes.prefix(64).firstIndex(of: 0), bytes.count.isMultiple(of: 2) {
            let charset: SheetCharset = zero.isMultiple(of: 2) ? .utf16BigEndian : .utf16LittleEndian
            return (charset, try charset.text(of: bytes[...]))
        }
        if String(validating: bytes, as: UTF8.self) != nil { return (.utf8, bytes) }
        let chinese = Conversion(bytes, from: SheetCharset.gb18030.tables, to: "UTF-8")
        if chinese.isWhole { return (.gb18030, chinese.output) }
        let western = Conversion(bytes, from: "UTF-8", to: "UTF-8")
        throw .unreadableByte(row: row(of: max(chinese.consumed, western.consumed), in: bytes))
    }

    private func text(of bytes: ArraySlice<UInt8>) throws(SheetRefusal) -> [UInt8] {
        let conversion = Conversion(Array(bytes), from: tables, to: "UTF-8")
        guard conversion.isWhole else {
            throw .unreadableByte(row: SheetCharset.row(of: conversion.output.count, in: conversion.output))
        }
        return conversion.output
    }

    /// The row that holds a byte: quotation marks, separators and line ends are single bytes in UTF-8 and GB 18030,
    /// and never part of another character.
    private static func row(of offset: Int, in bytes: [UInt8]) -> Int {
        var row = 1
        var isQuoted = false
        var last: UInt8 = 0
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            let endsRow = byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") && last != UInt8(ascii: "\r")
            if endsRow, !isQuoted { row += 1 }
            last = byte
        }
        return row
    }

    /// The bytes of a text in this character set, with its mark.
    ///
    /// What has no place in it, which the C library says of no character, is written as UTF-8 with a mark instead.
    func bytes(of text: String) -> [UInt8] {
        let utf8 = Array(text.utf8)
        switch self {
        case .utf8: return utf8
        case .utf8WithMark: return mark + utf8
        case .gb18030, .utf16LittleEndian, .utf16BigEndian:
            let conversion = Conversion(utf8, from: "UTF-8", to: tables)
            guard conversion.isWhole else { return SheetCharset.utf8WithMark.bytes(of: text) }
            return mark + conversion.output
        }
    }
}

/// A conversion by the C library, up to the first byte that does not fit.
private struct Conversion {
    let output: [UInt8]
    /// The bytes of the input that fit.
    let consumed: Int
    let isWhole: Bool

    init(_ bytes: [UInt8], from source: String, to target: String) {
        guard !bytes.isEmpty else {
            (output, consumed, isWhole) = ([], 0, true)
            return
        }
        guard let converter = iconv_open(target, source), converter != iconv_t(bitPattern: -1) else {
            (output, consumed, isWhole) = ([], 0, false)
            return
        }
        defer { iconv_close(converter) }
        // No character of one or two bytes takes more than twice as many elsewhere, none of three or four more than four.
        let room = bytes.count * 2 + 16
        var input = bytes
        var left = bytes.count
        var failed = false
        output = [UInt8](unsafeUninitializedCapacity: room) { target, filled in
            input.withUnsafeMutableBytes { source in
                var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                let start = UnsafeMutableRawPointer(target.baseAddress!)
                var to: UnsafeMutablePointer<CChar>? = start.assumingMemoryBound(to: CChar.self)
                var free = room
                failed = iconv(converter, &from, &left, &to, &free) != 0
                filled = room - free
            }
        }
        consumed = bytes.count - left
        isWhole = !failed && left == 0
    }
}
