import Casework
import Foundation
import NodeSettings
import TransferCore
import WebConsole

extension Node {
    /// The version of the program; the file of the settings without its digests of secrets, without accounts of banks, and
    /// without the names of people.
    static func circumstances(
        _ settings: NodeSettings, startedAt: Instant, clockGate: ClockGate
    ) -> NodeCircumstances {
        let paths = ["", "-wal"].map { settings.databasePath + $0 }
        let sizes = paths.map { path in
            (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64).flatMap { $0 } ?? 0
        }
        let free =
            (try? FileManager.default.attributesOfFileSystem(forPath: settings.data.directory)[.systemFreeSize]
            as? Int64)
            .flatMap { $0 } ?? 0
        return NodeCircumstances(
            version: NodeVersion.text, startedAt: startedAt, databaseBytes: sizes.reduce(0, +), freeBytes: free,
            clock: clockGate.closedBecause, settings: settings.shownYAML)
    }
}

/// Which program this is: how long its file is and when it was made, so that two nodes can be compared.
enum NodeVersion {
    static let text: String = {
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/proc/self/exe"
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        let size = (facts?[.size] as? Int64) ?? 0
        let made = (facts?[.modificationDate] as? Date).map { Instant(seconds: Int64($0.timeIntervalSince1970)) }
        return "jiexu, \(size) bytes, \(made.map { ChinaTime.text($0) } ?? "-")"
    }()
}

extension NodeSettings {
    /// The settings as text for people who help: what is a secret, or is about persons and accounts, is left out.
    fileprivate var shownYAML: String {
        var shown = self
        shown.publicAccess.tokens = []
        shown.staff = []
        let hidden = ["number:", "holder:", "sha256:"]
        return shown.yaml.split(separator: "\n").filter { line in
            let word = line.drop { $0 == " " }
            return !hidden.contains { word.hasPrefix($0) }
        }.joined(separator: "\n")
    }
}
