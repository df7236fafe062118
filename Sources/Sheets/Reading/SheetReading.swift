/// Bytes in, rows of text out: a sheet as an employer's office saves it, CSV or XLSX, told by its bytes and never by its
/// name.
package enum SheetReading {
    /// Reads an uploaded file.
    ///
    /// - Parameter upload: the bytes of the file; nil when none was chosen.
    /// - Returns: at least one row.
    package static func read(_ upload: [UInt8]?) throws(SheetRefusal) -> Sheet {
        guard let bytes = upload else { throw .noneChosen }
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= SheetLimit.bytes else { throw .tooBig }
        let sheet: Sheet
        switch kind(of: bytes) {
        case .text: sheet = try SheetCSV.sheet(bytes)
        case .archive: sheet = try Workbook.sheet(bytes)
        case .refused(let refusal): throw refusal
        }
        guard !sheet.rows.isEmpty else { throw .empty }
        return sheet
    }

    private enum Kind {
        case text, archive
        case refused(SheetRefusal)
    }

    private static func kind(of bytes: [UInt8]) -> Kind {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .archive }
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            return .refused(CompoundFile.refusal(bytes))
        }
        let others: [[UInt8]] = [
            Array("PK".utf8), Array("%PDF".utf8), [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("Rar!".utf8),
            [0x37, 0x7A, 0xBC, 0xAF], [0x1F, 0x8B], Array("GIF8".utf8), Array("{\\rtf".utf8), Array("<".utf8),
            [0xEF, 0xBB, 0xBF, 0x3C],
        ]
        return others.contains { bytes.starts(with: $0) } ? .refused(.wrongKind) : .text
    }
}

/// The container of old workbooks and of encrypted new ones.
///
/// Source: [MS-CFB], section 2.6: names in UTF-16, little endian, at the beginning of directory entries of 128 bytes.
private enum CompoundFile {
    static func refusal(_ bytes: [UInt8]) -> SheetRefusal {
        func has(_ name: String) -> Bool {
            let wanted: [UInt8] = name.utf8.flatMap { [$0, 0] } + [0, 0]
            return stride(from: 512, to: bytes.count, by: 128).contains { bytes[$0...].starts(with: wanted) }
        }
        if has("EncryptedPackage") { return .passwordProtected }
        return has("Workbook") || has("Book") ? .oldWorkbook : .wrongKind
    }
}
