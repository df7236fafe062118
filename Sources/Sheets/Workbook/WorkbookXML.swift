import Glibc
import SheetShim

/// The elements of a workbook's parts that say something; all others are walked over.
enum WorkbookElement {
    case workbook, sheet, relationship
    case row, cell, value, inlineString, text, phonetic, mergedRange
    case sharedString
    case other

    /// - Parameter name: the namespace, `|` and the local name.
    fileprivate init(_ name: UnsafePointer<CChar>) {
        guard let local = WorkbookElement.local(name) else {
            self = .other
            return
        }
        self =
            switch local {
            case "row": .row
            case "c": .cell
            case "v": .value
            case "t": .text
            case "is": .inlineString
            case "rPh": .phonetic
            case "si": .sharedString
            case "mergeCell": .mergedRange
            case "sheet": .sheet
            case "workbook": .workbook
            case "Relationship": .relationship
            default: .other
            }
    }

    /// The namespaces of sheets as most programs write them and as the strict form has them, and that of relationships.
    ///
    /// Source: ISO/IEC 29500-1 and -4, ISO/IEC 29500-2.
    private static let namespaces: [StaticString] = [
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main|", "http://purl.oclc.org/ooxml/spreadsheetml/main|",
        "http://schemas.openxmlformats.org/package/2006/relationships|",
    ]

    private static func local(_ name: UnsafePointer<CChar>) -> String? {
        for namespace in namespaces {
            let length = namespace.utf8CodeUnitCount
            let start = UnsafeRawPointer(namespace.utf8Start).assumingMemoryBound(to: CChar.self)
            guard strncmp(name, start, length) == 0 else { continue }
            let local = name + length
            // No name that says something is longer.
            return strnlen(local, 16) < 16 ? String(cString: local) : nil
        }
        return nil
    }
}

/// The attributes of an element while it begins.
struct WorkbookAttributes {
    fileprivate let list: UnsafeMutablePointer<UnsafePointer<CChar>?>?

    /// The value of an attribute: `r`, or with a namespace `…|id`.
    subscript(_ name: String) -> String? {
        guard var place = list else { return nil }
        while let key = place[0] {
            if strcmp(key, name) == 0 { return place[1].map { String(cString: $0) } }
            place += 2
        }
        return nil
    }
}

/// What takes the events of one part. The first refusal ends the reading.
class WorkbookPart {
    fileprivate(set) var refusal: SheetRefusal?

    func refuse(_ refusal: SheetRefusal) {
        if self.refusal == nil { self.refusal = refusal }
    }

    func begin(_ element: WorkbookElement, _ attributes: WorkbookAttributes) {}
    func end(_ element: WorkbookElement) {}
    func text(_ bytes: UnsafeBufferPointer<CChar>) {}

    /// Reads a part: well-formed XML without a document type.
    final func read(_ bytes: [UInt8]) throws(SheetRefusal) {
        guard let parser = XML_ParserCreateNS(nil, CChar(UInt8(ascii: "|"))) else { throw .damaged }
        defer { XML_ParserFree(parser) }
        let walk = WorkbookWalk(self, parser)
        XML_SetUserData(parser, Unmanaged.passUnretained(walk).toOpaque())
        XML_SetElementHandler(
            parser,
            { context, name, attributes in
                guard let context, let name else { return }
                Unmanaged<WorkbookWalk>.fromOpaque(context).takeUnretainedValue().begin(name, attributes)
            },
            { context, name in
                guard let context, let name else { return }
                Unmanaged<WorkbookWalk>.fromOpaque(context).takeUnretainedValue().end(name)
            })
        XML_SetCharacterDataHandler(parser) { context, text, length in
            guard let context, let text, length > 0 else { return }
            Unmanaged<WorkbookWalk>.fromOpaque(context).takeUnretainedValue().text(text, Int(length))
        }
        XML_SetStartDoctypeDeclHandler(parser) { context, _, _, _, _ in
            guard let context else { return }
            Unmanaged<WorkbookWalk>.fromOpaque(context).takeUnretainedValue().refuse(.unsafe(.documentType))
        }
        let status = bytes.withUnsafeBytes { buffer in
            XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), 1)
        }
        withExtendedLifetime(walk) {}
        if let refusal { throw refusal }
        guard status == XML_STATUS_OK else { throw .damaged }
    }
}

/// Between the parser and a part: how deep it is, and whether it goes on.
private final class WorkbookWalk {
    private let part: WorkbookPart
    private let parser: XML_Parser
    private var depth = 0

    init(_ part: WorkbookPart, _ parser: XML_Parser) {
        self.part = part
        self.parser = parser
    }

    func refuse(_ refusal: SheetRefusal) {
        part.refuse(refusal)
        stopIfRefused()
    }

    private func stopIfRefused() {
        if part.refusal != nil { XML_StopParser(parser, 0) }
    }

    func begin(_ name: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        guard part.refusal == nil else { return }
        depth += 1
        guard depth <= SheetLimit.depth else { return refuse(.unsafe(.depth)) }
        part.begin(WorkbookElement(name), WorkbookAttributes(list: attributes))
        stopIfRefused()
    }

    func end(_ name: UnsafePointer<CChar>) {
        guard part.refusal == nil else { return }
        depth -= 1
        part.end(WorkbookElement(name))
        stopIfRefused()
    }

    func text(_ start: UnsafePointer<CChar>, _ length: Int) {
        guard part.refusal == nil else { return }
        part.text(UnsafeBufferPointer(start: start, count: length))
        stopIfRefused()
    }
}
