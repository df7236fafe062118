import Casework
import NIOCore
import TransferCore

/// An answer as it goes out: one buffer, head and body together.
struct HTTPAnswer {
    private let status: Int
    private let contentType: String
    private let body: [UInt8]
    private let allow: String?
    private let retryAfterSeconds: Int?

    static let goOn: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"
    static let ping = HTTPAnswer(200, "text/plain", Array("jiexu\n".utf8))

    init(_ answer: PeerAnswer) {
        switch answer {
        case .receipt(let bytes): self.init(200, PeerRules.jose, bytes)
        case .problem(let problem): self.init(problem: problem, allow: nil)
        }
    }

    init(_ answers: [PeerAnswer]) {
        self.init(200, DocumentBatch.answersContentType, DocumentBatch.lines(of: answers))
    }

    init(problem: Problem, allow: String?) {
        self.init(
            problem.status, Problem.contentType, problem.bytes(), allow: allow,
            retryAfterSeconds: problem.retryAfterSeconds)
    }

    private init(
        _ status: Int, _ contentType: String, _ body: [UInt8], allow: String? = nil, retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.allow = allow
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// - Parameter time: now, in seconds since 1970.
    func buffer(at time: Int64, closing: Bool, allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: body.count + 256)
        buffer.writeString("HTTP/1.1 \(status) \(HTTPAnswer.reason(status))\r\nDate: \(HTTPAnswer.date(time))\r\n")
        buffer.writeString("Content-Type: \(contentType)\r\nContent-Length: \(body.count)\r\n")
        buffer.writeStaticString("Cache-Control: no-store\r\n")
        if let allow { buffer.writeString("Allow: \(allow)\r\n") }
        if let retryAfterSeconds { buffer.writeString("Retry-After: \(retryAfterSeconds)\r\n") }
        if closing { buffer.writeStaticString("Connection: close\r\n") }
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(body)
        return buffer
    }

    /// The words after the status mean nothing to a program; they are here for people who look at a trace.
    private static func reason(_ status: Int) -> StaticString {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Problem"
        }
    }

    /// The form of RFC 9110, section 5.6.7: `Sat, 21 Nov 2026 08:00:00 GMT`.
    static func date(_ time: Int64) -> String {
        let (days, seconds) = (Int(time / 86_400), Int(time % 86_400))
        // Beyond the calendar there is no date; the field is then the first day it knows.
        let day = CivilDate(dayNumber: days) ?? CivilDate(dayNumber: 0)!
        let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(weekdays[day.weekday - 1]), \(two(day.day)) \(months[day.month - 1]) \(day.year) "
            + "\(two(seconds / 3_600)):\(two(seconds / 60 % 60)):\(two(seconds % 60)) GMT"
    }
}
