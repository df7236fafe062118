import Glibc

/// How the characters of an account sheet are written.
package enum SheetEncoding: String, Hashable, CaseIterable, Sendable {
    /// GB 18030 (信息技术 中文编码字符集), as spreadsheets in China write CSV.
    case gb18030 = "GB18030"
    case utf8 = "UTF-8"
    /// UTF-8 after a byte order mark, by which spreadsheets know it.
    case utf8WithMark = "UTF-8 with mark"

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The encoding of a sheet and its text, as UTF-8 without a mark.
    ///
    /// What is UTF-8 is read as UTF-8. No sheet in GB 18030 can be taken for it: the first character of its first
    /// heading is 0xCE 0xC4, which is none in UTF-8.
    static func text(of bytes: [UInt8]) throws(BankFileFault) -> (encoding: SheetEncoding, text: [UInt8]) {
        let hasMark = bytes.starts(with: mark)
        let rest = hasMark ? Array(bytes.dropFirst(mark.count)) : bytes
        if String(validating: rest, as: UTF8.self) != nil { return (hasMark ? .utf8WithMark : .utf8, rest) }
        guard !hasMark else {
            throw BankFileFault(.encoding, at: .file, "a mark of UTF-8 stands before bytes that are not UTF-8")
        }
        return (.gb18030, try converted(rest, from: "GB18030", to: "UTF-8"))
    }

    /// The bytes of a text in this encoding.
    func bytes(of text: String) -> [UInt8] {
        let utf8 = Array(text.utf8)
        switch self {
        case .utf8: return utf8
        case .utf8WithMark: return SheetEncoding.mark + utf8
        case .gb18030:
            // Every character has a place in GB 18030.
            do { return try SheetEncoding.converted(utf8, from: "UTF-8", to: "GB18030") } catch {
                preconditionFailure("the C library does not write GB 18030: \(error)")
            }
        }
    }

    /// Converts with the tables of the C library.
    private static func converted(
        _ bytes: [UInt8], from source: String, to target: String
    ) throws(BankFileFault) -> [UInt8] {
        guard let converter = iconv_open(target, source), converter != iconv_t(bitPattern: -1) else {
            throw BankFileFault(
                .encoding, at: .file, "this system has no tables for \(source) and \(target); install its gconv modules"
            )
        }
        defer { iconv_close(converter) }
        // Two bytes become at most three, one way, and three at most four, the other way.
        let room = bytes.count * 2 + 16
        var consumed = 0
        var failed = false
        var input = bytes
        let output = [UInt8](unsafeUninitializedCapacity: room) { target, filled in
            input.withUnsafeMutableBytes { source in
                var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var left = source.count
                let start = UnsafeMutableRawPointer(target.baseAddress!)
                var to: UnsafeMutablePointer<CChar>? = start.assumingMemoryBound(to: CChar.self)
                var free = room
                failed = iconv(converter, &from, &left, &to, &free) != 0
                consumed = source.count - left
                filled = room - free
            }
        }
        guard !failed, consumed == bytes.count else {
            let line = 1 + bytes[..<consumed].count { $0 == UInt8(ascii: "\n") }
            throw BankFileFault(
                .encoding, at: BankFilePlace("line[\(line)]"), "a byte that is neither UTF-8 nor \(source)")
        }
        return output
    }
}
