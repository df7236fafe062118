package import Casework

/// The body of a form with a file: `multipart/form-data`, whole in memory and bounded by whoever reads it from the network.
///
/// Source: RFC 7578; of each part its name, whether it is a file, and its bytes are used, and nothing else.
package struct FormParts: Sendable {
    package struct Part: Sendable {
        package let name: String
        /// Whether the part says a file name; the name itself is not used for anything.
        package let isFile: Bool
        package let bytes: [UInt8]
    }

    package let parts: [Part]

    /// No form of a node has more parts.
    package static let most = 50

    /// - Parameter boundary: 1 to 70 characters, as the content type names it.
    /// - Throws: a problem for what is no such body.
    package init(_ bytes: [UInt8], boundary: String) throws(Problem) {
        let broken = Problem.request("form-invalid", "The form could not be read; send it as a browser does.")
        guard (1...70).contains(boundary.utf8.count) else { throw broken }
        let mark = Array("--\(boundary)".utf8)
        guard bytes.starts(with: mark) else { throw broken }
        var parts: [Part] = []
        var place = mark.count
        let next = Array("\r\n--\(boundary)".utf8)
        while true {
            // Behind a mark stands the end of the body, or a part.
            guard place + 2 <= bytes.count else { throw broken }
            if bytes[place] == UInt8(ascii: "-"), bytes[place + 1] == UInt8(ascii: "-") { break }
            guard bytes[place] == 13, bytes[place + 1] == 10, parts.count < FormParts.most else { throw broken }
            place += 2
            guard let end = FormParts.first(next, in: bytes, from: place),
                let part = FormParts.part(bytes[place..<end])
            else { throw broken }
            parts.append(part)
            place = end + next.count
        }
        self.parts = parts
    }

    /// The text of a part that is no file; nil when it is not there once, or is no UTF-8.
    package subscript(_ name: String) -> String? {
        let found = parts.filter { !$0.isFile && $0.name.utf8.elementsEqual(name.utf8) }
        guard found.count == 1, let text = String(validating: found[0].bytes, as: UTF8.self), !text.isEmpty else {
            return nil
        }
        return text
    }

    /// The bytes of the file of a name; nil where none was chosen.
    package func file(_ name: String) -> [UInt8]? {
        parts.first { $0.isFile && $0.name.utf8.elementsEqual(name.utf8) }?.bytes
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> Part? {
        guard let end = first([13, 10, 13, 10], in: Array(bytes.prefix(4_096)), from: 0),
            let head = String(validating: bytes.prefix(end), as: UTF8.self)
        else { return nil }
        var name: String?
        var isFile = false
        for line in head.split(separator: "\r\n") {
            guard line.lowercased().hasPrefix("content-disposition: form-data;") else { continue }
            for parameter in line.split(separator: ";").dropFirst() {
                let halves = parameter.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                guard halves.count == 2 else { continue }
                if halves[0] == "name" { name = String(halves[1].dropFirst().dropLast()) }
                if halves[0] == "filename" { isFile = halves[1] != "\"\"" }
            }
        }
        return name.map { Part(name: $0, isFile: isFile, bytes: Array(bytes.dropFirst(end + 4))) }
    }

    /// Where some bytes come for the first time.
    private static func first(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let lead = pattern.first, bytes.count >= pattern.count else { return nil }
        return bytes.withUnsafeBufferPointer { buffer -> Int? in
            var place = start
            while place + pattern.count <= buffer.count {
                if buffer[place] == lead, buffer[place..<(place + pattern.count)].elementsEqual(pattern) {
                    return place
                }
                place += 1
            }
            return nil
        }
    }
}
