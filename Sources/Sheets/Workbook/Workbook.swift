/// Reads a workbook (XLSX): the first sheet that is not hidden.
///
/// Source: ISO/IEC 29500-1 (SpreadsheetML), ISO/IEC 29500-2 (packages).
package enum Workbook {
    static func sheet(_ bytes: [UInt8]) throws(SheetRefusal) -> Sheet {
        let archive = try WorkbookArchive(bytes)
        let roots = try relationships(at: "_rels/.rels", in: archive, base: "")
        guard let main = roots.first(where: { $0.kind == .workbook })?.target, let book = try archive.entry(main) else {
            throw .wrongKind
        }
        let list = SheetList()
        try list.read(book)
        guard list.isWorkbook else { throw .wrongKind }
        guard let chosen = list.sheets.first(where: { !$0.isHidden }) ?? list.sheets.first else { throw .damaged }

        let folder = folder(of: main)
        let name = main.dropFirst(folder.utf8.count)
        let parts = try relationships(at: "\(folder)_rels/\(name).rels", in: archive, base: folder)
        guard let place = parts.first(where: { $0.id == chosen.relationship })?.target,
            let sheet = try archive.entry(place)
        else { throw .damaged }
        var strings: [String] = []
        if let shared = parts.first(where: { $0.kind == .sharedStrings })?.target,
            let bytes = try archive.entry(shared)
        {
            strings = try sharedStrings(bytes)
        }
        return Sheet(form: .workbook(sheet: chosen.name), rows: try rows(ofSheet: sheet, sharedStrings: strings))
    }

    /// The rows of a sheet's part.
    ///
    /// - Parameters:
    ///   - bytes: the XML of the sheet.
    ///   - strings: the texts that the workbook's sheets have in common.
    package static func rows(ofSheet bytes: [UInt8], sharedStrings strings: [String]) throws(SheetRefusal) -> [SheetRow]
    {
        let part = SheetPart(strings)
        try part.read(bytes)
        return part.rows
    }

    /// The texts of the part that sheets have in common.
    package static func sharedStrings(_ bytes: [UInt8]) throws(SheetRefusal) -> [String] {
        let part = SharedStrings()
        try part.read(bytes)
        return part.strings
    }

    private static func relationships(
        at name: String, in archive: WorkbookArchive, base: String
    ) throws(SheetRefusal) -> [Relationship] {
        guard let bytes = try archive.entry(name) else { return [] }
        let list = RelationshipList(base: base)
        try list.read(bytes)
        return list.relationships
    }

    private static func folder(of name: String) -> String {
        name.lastIndex(of: "/").map { String(name[...$0]) } ?? ""
    }
}

private struct Relationship {
    enum Kind { case workbook, sharedStrings, other }

    let id: String
    let kind: Kind
    /// The name of an entry.
    let target: String
}

private final class RelationshipList: WorkbookPart {
    private(set) var relationships: [Relationship] = []
    private let base: String

    init(base: String) { self.base = base }

    override func begin(_ element: WorkbookElement, _ attributes: WorkbookAttributes) {
        guard element == .relationship, let id = attributes["Id"], let type = attributes["Type"],
            let target = attributes["Target"], attributes["TargetMode"] != "External"
        else { return }
        guard relationships.count < SheetLimit.entries else { return refuse(.unsafe(.entries)) }
        let kind: Relationship.Kind =
            type.hasSuffix("/relationships/officeDocument")
            ? .workbook : type.hasSuffix("/relationships/sharedStrings") ? .sharedStrings : .other
        let name = target.hasPrefix("/") ? String(target.dropFirst()) : base + target
        relationships.append(Relationship(id: id, kind: kind, target: name))
    }
}

private final class SheetList: WorkbookPart {
    struct Entry {
        let name: String
        let relationship: String
        let isHidden: Bool
    }

    private(set) var sheets: [Entry] = []
    private(set) var isWorkbook = false

    override func begin(_ element: WorkbookElement, _ attributes: WorkbookAttributes) {
        if element == .workbook { isWorkbook = true }
        guard element == .sheet, let name = attributes["name"],
            let relationship = attributes["http://schemas.openxmlformats.org/officeDocument/2006/relationships|id"]
                ?? attributes["http://purl.oclc.org/ooxml/officeDocument/relationships|id"]
        else { return }
        guard sheets.count < SheetLimit.entries else { return refuse(.unsafe(.entries)) }
        let state = attributes["state"]
        sheets.append(Entry(name: name, relationship: relationship, isHidden: state != nil && state != "visible"))
    }
}
