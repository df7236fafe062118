import Casework
import Glibc
import Logging
import TransferDocuments

/// Writes one line for each log entry to standard error: time, level, message, fields in alphabetical order.
struct LogLines: LogHandler {
    let label: String
    let clock: any NodeClock
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(label: String, clock: any NodeClock, level: Logger.Level) {
        self.label = label
        self.clock = clock
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .sorted { $0.key < $1.key }
            .map { " \($0.key)=\(LogLines.quoted("\($0.value)"))" }
            .joined()
        let line =
            "\(clock.now.signingTime.text) \(event.level) \(label): \(LogLines.oneLine("\(event.message)"))\(fields)\n"
        // One write for one line, so that lines of several threads do not mix.
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// A value that came from outside cannot begin a line of its own.
    private static func oneLine(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }

    private static func quoted(_ text: String) -> String {
        let line = oneLine(text)
        return line.contains(" ") ? "\"\(line.replacing("\"", with: "'"))\"" : line
    }
}
