import Foundation
import FoundationXML

/// The one place where XML is parsed: events in, a flat list of elements out.
///
/// The parser underneath reports some broken files as success and closes open elements by itself, so three witnesses
/// are asked: its result, its errors, and whether the outer element was closed with nothing left open.
enum XMLReading {
    /// - Returns: at least one element, the root first.
    static func nodes(of bytes: [UInt8], namespace: String) throws(BankFileFault) -> [ElementTree.Node] {
        try refuseUnreadable(bytes)
        let collector = ElementCollector(namespace: namespace)
        let parser = XMLParser(data: Data(bytes))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = collector
        let succeeded = parser.parse()
        if let fault = collector.fault { throw fault }
        guard succeeded, parser.parserError == nil, collector.isComplete else {
            throw BankFileFault(
                .malformed, at: collector.placeOfError ?? collector.currentPlace,
                "not well-formed XML; the file may be half a file")
        }
        return collector.nodes
    }

    private static let ownEncoding: StaticString = "encoding=\"UTF-8\""

    /// What is refused before any parser sees it.
    private static func refuseUnreadable(_ bytes: [UInt8]) throws(BankFileFault) {
        guard bytes.count <= BankFileLimit.bytes else {
            throw BankFileFault(.size, at: .file, "\(bytes.count) bytes, at most \(BankFileLimit.bytes) are read")
        }
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw BankFileFault(.encoding, at: .file, "the bytes are not UTF-8")
        }
        let head = bytes.prefix(128)
        if head.first(of: "<?xml") != nil {
            let end = head.first(of: "?>") ?? head.endIndex
            // As most files say it there is nothing to put into another form first.
            let isPlain = head[..<end].suffix(ownEncoding.utf8CodeUnitCount).first(of: ownEncoding) != nil
            if !isPlain, head[..<end].first(of: "encoding") != nil {
                let declaration = String(decoding: head[..<end], as: UTF8.self)
                let compact = declaration.lowercased().filter { $0 != " " && $0 != "'" && $0 != "\"" }
                guard compact.hasSuffix("encoding=utf-8") || compact.contains("encoding=utf-8standalone") else {
                    throw BankFileFault(.encoding, at: .file, "the file declares another encoding than UTF-8")
                }
            }
        }
        // The parser underneath reads through no pointer at all for one that holds nothing but its name.
        guard body(of: bytes).first(of: "<?") == nil else {
            throw BankFileFault(.unexpectedText, at: .file, "a processing instruction")
        }
        guard bytes[...].first(of: "<!DOCTYPE") == nil, bytes[...].first(of: "<!ENTITY") == nil else {
            throw BankFileFault(.documentType, at: .file, "a document type declaration is never read")
        }
    }
}

extension XMLReading {
    /// What stands behind the declaration `<?xml …`, which is no processing instruction; all of it when there is none.
    private static func body(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        let text = bytes[...].drop { $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        let mark = Array("<?xml".utf8)
        guard text.starts(with: mark), let next = text.dropFirst(mark.count).first,
            next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D
        else { return text }
        return text.dropFirst(mark.count)
    }
}

/// Collects what the parser says, and stops it at the first fault.
private final class ElementCollector: NSObject, XMLParserDelegate {
    private(set) var nodes: [ElementTree.Node] = []
    private(set) var fault: BankFileFault?
    private(set) var placeOfError: BankFilePlace?
    private var open: [Int] = []
    private var text = ""
    private let namespace: String

    init(namespace: String) { self.namespace = namespace }

    var isComplete: Bool { !nodes.isEmpty && open.isEmpty && placeOfError == nil }

    var currentPlace: BankFilePlace { open.last.map { ElementTree.place(of: $0, in: nodes) } ?? .file }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard fault == nil, placeOfError == nil else { return }
        refuseTextBesideElements(parser)
        nodes.append(
            .init(name: name, text: "", currency: attributes["Ccy"], parent: open.last ?? -1, end: nodes.count + 1))
        open.append(nodes.count - 1)
        text.removeAll(keepingCapacity: true)
        if namespaceURI != namespace {
            let given = String((namespaceURI ?? "").prefix(80))
            refuse(parser, .namespace, "the namespace is \"\(given)\", expected is \"\(namespace)\"")
        } else if open.count > BankFileLimit.depth {
            refuse(parser, .depth, "more than \(BankFileLimit.depth) elements inside one another")
        } else if nodes.count > BankFileLimit.elements {
            refuse(parser, .elementCount, "more than \(BankFileLimit.elements) elements")
        } else if !attributes.isEmpty, attributes.keys.contains(where: { !mayStand($0) }) {
            refuse(parser, .unexpectedAttribute, "an attribute that the message does not have here")
        }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        guard fault == nil, placeOfError == nil, let index = open.last else { return }
        nodes[index].end = nodes.count
        if nodes.count == index + 1 {
            nodes[index].text = text
        } else {
            refuseTextBesideElements(parser)
        }
        open.removeLast()
        text.removeAll(keepingCapacity: true)
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, foundCDATA block: Data) { text += String(decoding: block, as: UTF8.self) }

    func parser(_ parser: XMLParser, foundProcessingInstructionWithTarget target: String, data: String?) {
        refuse(parser, .unexpectedText, "a processing instruction")
    }

    func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
        if placeOfError == nil { placeOfError = currentPlace }
    }

    private func mayStand(_ attribute: String) -> Bool {
        switch attribute {
        case "Ccy": true
        case "xsi:schemaLocation": open.count == 1
        default: false
        }
    }

    /// Text that is not white space belongs into elements without elements inside.
    private func refuseTextBesideElements(_ parser: XMLParser) {
        guard !text.utf8.allSatisfy({ $0 == 0x20 || (0x09...0x0D).contains($0) }) else { return }
        refuse(parser, .unexpectedText, "text beside elements")
    }

    private func refuse(_ parser: XMLParser, _ code: BankFileFault.Code, _ detail: String) {
        guard fault == nil else { return }
        fault = BankFileFault(code, at: currentPlace, detail)
        parser.abortParsing()
    }
}

extension ArraySlice<UInt8> {
    /// Where a run of ASCII begins for the first time.
    func first(of pattern: StaticString) -> Int? {
        let length = pattern.utf8CodeUnitCount
        guard count >= length else { return nil }
        return withUnsafeBufferPointer { buffer -> Int? in
            for start in 0...(buffer.count - length) where buffer[start] == pattern.utf8Start[0] {
                var same = 1
                while same < length, buffer[start + same] == pattern.utf8Start[same] { same += 1 }
                if same == length { return startIndex + start }
            }
            return nil
        }
    }
}
