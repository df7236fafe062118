extension JSONParser {
    /// The text of a string, from behind its opening quotation mark.
    @inline(__always)
    mutating func string() throws(JSONFault) -> String {
        let start = at
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "\"") {
                let content = UnsafeBufferPointer(rebasing: text[start..<at])
                at += 1
                return String(decoding: content, as: UTF8.self)
            }
            // The quick way is for printable ASCII without escapes.
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { break }
            at += 1
        }
        return try longWayString(from: start)
    }

    /// The rest of a string that holds escapes, or other than printable ASCII.
    private mutating func longWayString(from start: Int) throws(JSONFault) -> String {
        var segment = start
        var hasEscapes = false
        scratch.removeAll(keepingCapacity: true)
        while at < text.count {
            switch text[at] {
            case UInt8(ascii: "\""):
                let content = UnsafeBufferPointer(rebasing: text[segment..<at])
                at += 1
                guard hasEscapes else { return try checked(content, at: start) }
                scratch.append(contentsOf: content)
                return try checkedScratch(at: start)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                scratch.append(contentsOf: UnsafeBufferPointer(rebasing: text[segment..<at]))
                try escape()
                segment = at
            case ..<0x20:
                throw JSONFault(.text, at: at)
            default:
                at += 1
            }
        }
        throw JSONFault(.syntax, at: at)
    }

    private func checked(_ content: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONFault) -> String {
        if let flaw = limits.textRule.flaw(in: content) {
            throw JSONFault(flaw.kind == .notUTF8 ? .utf8 : .text, at: start + flaw.offset)
        }
        return String(decoding: content, as: UTF8.self)
    }

    private func checkedScratch(at start: Int) throws(JSONFault) -> String {
        let flaw = scratch.withUnsafeBufferPointer { limits.textRule.flaw(in: $0) }
        // An escape and what it stands for differ in length, so only the string can be named, not the place in it.
        if let flaw { throw JSONFault(flaw.kind == .notUTF8 ? .utf8 : .text, at: start) }
        return String(decoding: scratch, as: UTF8.self)
    }

    /// Reads an escape, from its reverse solidus on, and appends the UTF-8 of what it stands for.
    private mutating func escape() throws(JSONFault) {
        let start = at
        at += 1
        guard at < text.count else { throw JSONFault(.syntax, at: at) }
        let letter = text[at]
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(letter)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            var value = UInt32(try fourHexDigits())
            if 0xD800...0xDBFF ~= value {
                guard skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) else { throw JSONFault(.text, at: start) }
                let low = UInt32(try fourHexDigits())
                guard 0xDC00...0xDFFF ~= low else { throw JSONFault(.text, at: start) }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            // A low surrogate without the high one before it is no scalar.
            guard let scalar = Unicode.Scalar(value) else { throw JSONFault(.text, at: start) }
            scratch.append(contentsOf: UTF8.encode(scalar)!)
        default: throw JSONFault(.syntax, at: start)
        }
    }

    private mutating func fourHexDigits() throws(JSONFault) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard at < text.count else { throw JSONFault(.syntax, at: at) }
            let digit: UInt8
            switch text[at] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = text[at] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = text[at] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = text[at] - UInt8(ascii: "A") + 10
            default: throw JSONFault(.syntax, at: at)
            }
            value = value << 4 | UInt16(digit)
            at += 1
        }
        return value
    }
}
