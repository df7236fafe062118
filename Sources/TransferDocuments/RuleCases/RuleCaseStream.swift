/// Cuts a stream of bytes into lines and answers them as they come, in constant memory.
///
/// A line beyond the limit of a rule case is not kept whole; it is answered as one that is too long.
package struct RuleCaseStream {
    private var line: [UInt8] = []
    private let longest = JSONLimits.ruleCases.bytes

    package init() {}

    /// Takes the next bytes of the input, in pieces of any size.
    ///
    /// - Parameter write: takes a result line, which ends with a line feed.
    package mutating func read(
        _ chunk: UnsafeRawBufferPointer, write: ([UInt8]) throws -> Void
    ) rethrows {
        var rest = chunk[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            if line.isEmpty {
                try RuleCaseStream.answer(UnsafeRawBufferPointer(rebasing: rest[..<end]), write: write)
            } else {
                keep(rest[..<end])
                try finish(write: write)
            }
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    /// Answers what stands behind the last line feed.
    package mutating func finish(write: ([UInt8]) throws -> Void) rethrows {
        defer { line.removeAll(keepingCapacity: line.capacity < longest / 8) }
        try line.withUnsafeBytes { try RuleCaseStream.answer($0, write: write) }
    }

    /// One byte beyond the limit is enough for the reader to see that the line is too long.
    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        line.append(contentsOf: bytes.prefix(longest + 1 - line.count))
    }

    private static func answer(_ line: UnsafeRawBufferPointer, write: ([UInt8]) throws -> Void) rethrows {
        guard var answer = RuleCases.answer(line) else { return }
        answer.append(UInt8(ascii: "\n"))
        try write(answer)
    }
}
