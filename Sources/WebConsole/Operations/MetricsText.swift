import FoundationEssentials

/// Writes the text in which Prometheus reads metrics.
///
/// Source: Prometheus exposition format, text version 0.0.4.
struct MetricsText {
    private var text = ""
    private var name = ""

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case gauge
        case counter
    }

    /// Begins a metric; its samples follow.
    ///
    /// - Parameters:
    ///   - name: letters, digits and underscores.
    ///   - meaning: one line.
    mutating func family(_ name: String, _ kind: Kind, _ meaning: String) {
        self.name = name
        text += "# HELP \(name) \(MetricsText.escaped(meaning))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// A value of the metric that was begun last.
    mutating func sample(_ labels: KeyValuePairs<String, String>, _ value: Int64) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.key)=\"\(MetricsText.escaped($0.value, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(value)\n"
    }

    /// A metric of one value.
    mutating func single(_ name: String, _ kind: Kind, _ meaning: String, _ value: Int64) {
        family(name, kind, meaning)
        sample([:], value)
    }

    var bytes: [UInt8] { Array(text.utf8) }

    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.append(character)
            }
        }
        return escaped
    }
}

/// How much memory the process has in use.
enum ProcessMemory {
    /// Nil where the system does not tell.
    static var residentBytes: Int64? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int64($0) }.map { $0 * 1_024 }
        }
        return nil
    }
}
