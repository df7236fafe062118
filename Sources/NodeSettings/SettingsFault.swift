/// Why a settings file is not taken: everything that is wrong with it, in the order of its lines.
///
/// No value of the file is repeated: one of them may be a secret that was put into the wrong place.
package struct SettingsFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// At least one.
    package let faults: [Fault]
    /// The file's name, as it was given; empty for a text that has none.
    package let file: String

    /// One thing that is wrong, and what is allowed.
    package struct Fault: Hashable, Sendable {
        /// Counted from 1; nil when the file could not be read at all.
        package let line: Int?
        /// The key and those around it, such as `peers.listen.port`; empty for the whole file.
        package let key: String
        package let detail: String
    }

    /// One line for each fault, such as `node.yaml:12: peers.listen.prot: unknown key; did you mean port?`
    package var description: String {
        faults.map { fault in
            var place = file
            if let line = fault.line { place += place.isEmpty ? "line \(line)" : ":\(line)" }
            return [place, fault.key, fault.detail].filter { !$0.isEmpty }.joined(separator: ": ")
        }.joined(separator: "\n")
    }
}

/// Gathers what is wrong while a file is read to its end.
final class FaultList {
    private(set) var faults: [SettingsFault.Fault] = []

    func add(_ line: Int?, _ key: String, _ detail: String) {
        faults.append(SettingsFault.Fault(line: line, key: key, detail: detail))
    }

    /// In the order of the lines; what concerns one line stays in the order in which it was found.
    var inOrder: [SettingsFault.Fault] {
        faults.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
            .map(\.element)
    }
}
