import Casework
import NIOCore
import NodeLink
import TransferDocuments
import WebConsole

let webFuzzers: [Fuzzer] = [
    Fuzzer(name: "request-head", longestInput: 4_096, run: checkHead),
    Fuzzer(name: "target", longestInput: 1_024) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let target = try? Target(text) else { return }
        let path = "/" + target.segments.joined(separator: "/")
        hold(text.utf8.starts(with: path.utf8), "two spellings of one address")
        hold(!target.segments.contains { $0.isEmpty || $0 == ".." || $0.contains("%") }, "a segment that climbs")
        guard let parameters = try? target.parameters(allowed: ["after", "limit", "state"]) else { return }
        hold(
            parameters.values.allSatisfy { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }, "a parameter of other bytes"
        )
    },
    Fuzzer(name: "staff-body", longestInput: 4_096) { bytes in
        guard let body = try? StaffBody(bytes) else { return }
        if let digest = try? body.digest() {
            hold(DocumentDigest(text: digest.text) == digest, "a digest of two texts")
        }
        _ = try? body.text()
        _ = try? body.person()
        if let form = try? body.job().form {
            hold((try? JSON.parse(form, limits: .request)) != nil, "a form that was kept is no JSON")
        }
    },
]

/// What is read must not depend on how the bytes arrive: whole, in two parts, or one by one.
private func checkHead(_ bytes: [UInt8]) {
    let whole = read(bytes, inPiecesOf: max(1, bytes.count))
    for size in [1, 3, 64] {
        hold(read(bytes, inPiecesOf: size) == whole, "pieces of \(size) bytes are read otherwise")
    }
    guard case .head(let head, let rest) = whole else { return }
    let taken = bytes.count - rest
    hold(taken >= 4 && bytes[(taken - 4)..<taken].elementsEqual([13, 10, 13, 10]), "a head ends elsewhere")
    hold(head.path.utf8.first == UInt8(ascii: "/") && !head.path.contains(".."), "a path that climbs")
    // Whoever looks for a line that says how long the body is must find one, and the same.
    let text = String(decoding: bytes[..<taken], as: UTF8.self).lowercased()
    let lengths = text.split(separator: "\r\n").filter { $0.hasPrefix("content-length:") }
    hold(lengths.count == (head.contentLength == nil ? 0 : 1), "another number of lengths than another reader finds")
    hold(!text.contains("\ntransfer-encoding:"), "a request in chunks was taken")
}

private enum Outcome: Equatable {
    case head(RequestHead, rest: Int)
    case problem(String)
    case incomplete
}

private func read(_ bytes: [UInt8], inPiecesOf size: Int) -> Outcome {
    var reader = RequestHeadReader()
    var buffer = ByteBuffer()
    var place = 0
    while place < bytes.count {
        let end = min(bytes.count, place + size)
        buffer.writeBytes(bytes[place..<end])
        place = end
        do {
            if let head = try reader.take(from: &buffer) {
                return .head(head, rest: buffer.readableBytes + bytes.count - place)
            }
        } catch {
            return .problem(error.problem.code)
        }
    }
    return .incomplete
}
