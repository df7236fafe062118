import ArgumentParser
import Glibc
import NodeSettings
import TransferDocuments

/// `jiexu evaluate`: answers rule cases, one JSON object a line.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Answer rule cases: one JSON object a line in, one a line out. 按规则逐行计算。",
        discussion: """
            Every line that is not blank is answered in its place, a bad one with an error; the memory that is used \
            does not grow with the file. Ends with 0 when every line was answered.
            """)

    @Argument(help: "The file of cases, or - for standard input.")
    var file: String

    func run() async throws {
        let input = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw Misuse("\(file) cannot be read: \(String(cString: strerror(errno)))") }
        var output = LineOutput(file: STDOUT_FILENO)
        var stream = RuleCaseStream()
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { chunk.deallocate() }
        while true {
            let count = read(input, chunk.baseAddress, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Misuse("\(file) cannot be read: \(String(cString: strerror(errno)))") }
            guard count > 0 else { break }
            try stream.read(UnsafeRawBufferPointer(rebasing: chunk[..<count])) { try output.add($0) }
            // What came in is answered before more is waited for.
            try output.flush()
        }
        try stream.finish { try output.add($0) }
        try output.flush()
    }
}

/// Gathers lines and writes them in large pieces.
private struct LineOutput {
    let file: Int32
    private var bytes: [UInt8] = []

    private static let piece = 1 << 18

    init(file: Int32) {
        self.file = file
        bytes.reserveCapacity(LineOutput.piece * 2)
    }

    mutating func add(_ line: [UInt8]) throws {
        bytes += line
        if bytes.count >= LineOutput.piece { try flush() }
    }

    mutating func flush() throws {
        var done = 0
        while done < bytes.count {
            let step = bytes.withUnsafeBytes { write(file, $0.baseAddress! + done, $0.count - done) }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw Misuse("the answers cannot be written: \(String(cString: strerror(errno)))") }
            done += step
        }
        bytes.removeAll(keepingCapacity: true)
    }
}
