package import Casework
package import NIOCore

/// The head of a request of a peer, read strictly: what two readers of HTTP could understand differently is refused.
///
/// The port for peers serves programs of this network only, so it takes less than RFC 9112 allows: HTTP/1.1 with one
/// Host, a body with exactly one Content-Length, no transfer codings, no continuation lines, visible ASCII in fields.
package struct RequestHead: Hashable, Sendable {
    package let method: String
    /// The path as it was written; it holds no query, no escapes, no dot segments.
    package let path: String
    package let host: String
    /// Nil when there was no Content-Length, which means no body.
    package let contentLength: Int?
    package let contentType: String?
    package let hasContentEncoding: Bool
    package let expectsContinue: Bool
    package let closesConnection: Bool
}

/// A request that is answered with a problem because of its head; the connection ends with it, since what follows the
/// head is not read.
package struct HeadProblem: Error, Sendable {
    package let problem: Problem
    /// The methods that are allowed, for the header `Allow`.
    package let allow: String?

    init(_ status: Int, _ code: String, _ title: String, _ detail: String = "", allow: String? = nil) {
        problem = Problem(status: status, code: code, title: title, detail: detail)
        self.allow = allow
    }

    static func framing(_ detail: String) -> HeadProblem {
        HeadProblem(400, "framing", "the request cannot be told apart from what follows it", detail)
    }

    static func syntax(_ detail: String) -> HeadProblem {
        HeadProblem(400, "http-syntax", "not a request of HTTP/1.1", detail)
    }
}

/// Finds and reads heads in what arrives.
package struct RequestHeadReader: Sendable {
    /// The longest line, and the longest head, in bytes.
    package let lineLimit: Int
    package let headLimit: Int
    package let fieldLimit: Int
    /// The bytes of the head that were looked at, counted from its first.
    private var scanned = 0
    private var lineStart = 0
    private var requestLine: (method: String, path: String)?

    package init(lineLimit: Int = 8 * 1024, headLimit: Int = 16 * 1024, fieldLimit: Int = 64) {
        self.lineLimit = lineLimit
        self.headLimit = headLimit
        self.fieldLimit = fieldLimit
    }

    /// Whether a head has begun to arrive.
    package var hasBegun: Bool { scanned > 0 }

    /// Takes a head from the front of the buffer, together with its empty line.
    ///
    /// - Returns: nil while the head is not complete; the buffer is then untouched and is to be given again with more.
    package mutating func take(from buffer: inout ByteBuffer) throws(HeadProblem) -> RequestHead? {
        let result = buffer.withUnsafeReadableBytes { bytes in
            Result { () throws(HeadProblem) -> (RequestHead, Int)? in try scan(bytes) }
        }
        guard let (head, length) = try result.get() else { return nil }
        buffer.moveReaderIndex(forwardBy: length)
        self = RequestHeadReader(lineLimit: lineLimit, headLimit: headLimit, fieldLimit: fieldLimit)
        return head
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(HeadProblem) -> (RequestHead, Int)? {
        while scanned < bytes.count {
            let byte = bytes[scanned]
            scanned += 1
            if scanned - lineStart > lineLimit || scanned > headLimit { throw tooLong }
            guard byte == UInt8(ascii: "\n") else { continue }
            guard scanned - lineStart >= 2, bytes[scanned - 2] == UInt8(ascii: "\r") else {
                throw .syntax("a line ends without CR LF")
            }
            let line = UnsafeRawBufferPointer(rebasing: bytes[lineStart..<(scanned - 2)])
            if requestLine == nil {
                requestLine = try RequestLine.read(line)
                fieldsStart = scanned
            } else if line.isEmpty {
                let fields = UnsafeRawBufferPointer(rebasing: bytes[fieldsStart..<(scanned - 2)])
                return (try head(fields), scanned)
            }
            lineStart = scanned
        }
        return nil
    }

    private var fieldsStart = 0

    private var tooLong: HeadProblem {
        if requestLine == nil {
            return HeadProblem(414, "target-too-long", "the first line is longer than \(lineLimit) bytes")
        }
        return HeadProblem(
            431, "head-too-long", "the head is too long",
            "at most \(headLimit) bytes, \(lineLimit) in a line, \(fieldLimit) fields")
    }

    /// Reads the fields between the first line and the empty one; each ends with CR LF.
    private func head(_ bytes: UnsafeRawBufferPointer) throws(HeadProblem) -> RequestHead {
        var fields = RequestFields()
        var start = 0
        var count = 0
        while start < bytes.count {
            // Every line feed has its carriage return before it: that was seen while scanning.
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            count += 1
            guard count <= fieldLimit else { throw tooLong }
            try fields.add(UnsafeRawBufferPointer(rebasing: bytes[start..<(end - 1)]))
            start = end + 1
        }
        return try fields.head(requestLine?.method ?? "", requestLine?.path ?? "")
    }
}

/// The first line: method, path and version, with one space between them.
private enum RequestLine {
    static func read(_ line: UnsafeRawBufferPointer) throws(HeadProblem) -> (method: String, path: String) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].count <= 32, parts[0].allSatisfy(isTokenByte) else {
            throw .syntax("the first line is not a method, a path and a version")
        }
        try check(version: parts[2])
        let path = parts[1]
        guard path.first == UInt8(ascii: "/"), path.allSatisfy(isPathByte) else {
            throw .syntax("the path must begin with a slash and hold letters, digits, hyphens and slashes only")
        }
        return (String(decoding: parts[0], as: UTF8.self), String(decoding: path, as: UTF8.self))
    }

    private static func check(version: Slice<UnsafeRawBufferPointer>) throws(HeadProblem) {
        if version.elementsEqual("HTTP/1.1".utf8) { return }
        let isOther =
            version.count == 8 && version.starts(with: "HTTP/".utf8) && isDigit(version[version.startIndex + 5])
            && version[version.startIndex + 6] == UInt8(ascii: ".") && isDigit(version[version.startIndex + 7])
        guard isOther else { throw .syntax("the version is not HTTP/1.1") }
        throw HeadProblem(505, "http-version", "only HTTP/1.1 is spoken here")
    }

    /// No path of this port holds anything else; so nothing has to be decoded or normalised.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-")
    }
}

/// The fields that mean something here; all others are only checked for their form and never used, above all none that
/// claims to say who the sender is.
private struct RequestFields {
    private var host: String?
    private var contentLength: Int?
    private var contentType: String?
    private var transferEncoding: String?
    private var expect: String?
    private var hasContentEncoding = false
    private var closesConnection = false

    mutating func add(_ line: UnsafeRawBufferPointer) throws(HeadProblem) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[..<colon].allSatisfy(isTokenByte)
        else {
            throw .syntax("a field is not a name, a colon and a value in one line")
        }
        var value = line[(colon + 1)...]
        while let first = value.first, isBlank(first) { value = value.dropFirst() }
        while let last = value.last, isBlank(last) { value = value.dropLast() }
        guard value.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 }) else {
            throw .syntax("a field holds other bytes than visible ASCII")
        }
        let name = line[..<colon]
        switch colon {
        case 4 where name.isSame("host"):
            try once(host)
            host = text(value)
        case 6 where name.isSame("expect"):
            try once(expect)
            expect = text(value)
        case 10 where name.isSame("connection"):
            closesConnection = closesConnection || text(value).lowercased().contains("close")
        case 12 where name.isSame("content-type"):
            try once(contentType)
            contentType = text(value)
        case 14 where name.isSame("content-length"):
            try once(contentLength)
            contentLength = try length(value)
        case 16 where name.isSame("content-encoding"):
            hasContentEncoding = true
        case 17 where name.isSame("transfer-encoding"):
            try once(transferEncoding)
            transferEncoding = text(value)
        default: break
        }
    }

    private func text(_ value: Slice<UnsafeRawBufferPointer>) -> String { String(decoding: value, as: UTF8.self) }

    private func once(_ earlier: Any?) throws(HeadProblem) {
        guard earlier == nil else { throw .framing("a field that may stand once stands there twice") }
    }

    private func length(_ value: Slice<UnsafeRawBufferPointer>) throws(HeadProblem) -> Int {
        guard !value.isEmpty, value.allSatisfy(isDigit), value.count == 1 || value.first != UInt8(ascii: "0") else {
            throw .framing("Content-Length must be decimal digits")
        }
        guard value.count <= 18 else { throw HeadProblem(413, "body-too-long", "the body is too long") }
        return value.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    func head(_ method: String, _ path: String) throws(HeadProblem) -> RequestHead {
        guard let host, isAuthority(host) else { throw .syntax("expected one Host") }
        if let transferEncoding {
            guard contentLength == nil else { throw .framing("both Content-Length and Transfer-Encoding") }
            guard transferEncoding.lowercased() == "chunked" else {
                throw HeadProblem(501, "transfer-coding", "this transfer coding is not known here")
            }
            throw HeadProblem(411, "length-required", "send the body with a Content-Length, not in chunks")
        }
        if let expect, expect.lowercased() != "100-continue" {
            throw HeadProblem(417, "expectation", "this expectation cannot be met")
        }
        return RequestHead(
            method: method, path: path, host: host, contentLength: contentLength, contentType: contentType,
            hasContentEncoding: hasContentEncoding, expectsContinue: expect != nil, closesConnection: closesConnection)
    }

    private func isAuthority(_ host: String) -> Bool {
        !host.isEmpty
            && host.utf8.allSatisfy {
                isDigit($0) || isLetter($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]")
            }
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Whether this is the name, whatever the case of its letters. The name is given in lower case, and is as long.
    fileprivate func isSame(_ name: StaticString) -> Bool {
        guard count == name.utf8CodeUnitCount else { return false }
        for (offset, byte) in enumerated() {
            let lower = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
            guard lower == name.utf8Start[offset] else { return false }
        }
        return true
    }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

/// A byte of a token (RFC 9110, 5.6.2).
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
        UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        true
    default: isDigit(byte) || isLetter(byte)
    }
}
