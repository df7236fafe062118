import Casework
import Foundation
import NodeSettings
import TransferCore
import WebConsole

/// The folder that the processes of a demonstration share, as one of its nodes sees it.
struct DemonstrationFolder: Demonstration {
    private let folder: String
    /// Where the node puts what is for telephones.
    private let notices: String
    private let clock: DemonstrationClock

    private static let guideName = "guide.json"
    /// No guide is longer.
    private static let longestGuide = 1 << 20

    init(_ folder: String, notices: String = "") throws {
        self.folder = folder
        self.notices = notices
        clock = try DemonstrationClock(folder: folder)
    }

    var guide: DemonstrationGuide? {
        let file = Files.join(folder, DemonstrationFolder.guideName)
        guard let bytes = try? Files.read(file, limit: DemonstrationFolder.longestGuide) else { return nil }
        return try? JSONDecoder().decode(DemonstrationGuide.self, from: Data(bytes))
    }

    /// Writes what the start pages tell.
    func write(_ guide: DemonstrationGuide) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Files.replace(
            Files.join(folder, DemonstrationFolder.guideName), Array(try encoder.encode(guide)), for: .owner)
    }

    /// So many texts are shown.
    private static let mostTexts = 5

    private struct Text: Decodable {
        let text: String
    }

    var texts: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: notices)) ?? []
        // By when they were written: codes have the machine's time, and notices that of the demonstration.
        let whole = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".jsonl") }
        let files = whole.compactMap { name -> (written: Date, file: String)? in
            let file = Files.join(notices, name)
            let attributes = try? FileManager.default.attributesOfItem(atPath: file)
            return (attributes?[.modificationDate] as? Date).map { ($0, file) }
        }
        let newest = files.sorted { $0.written > $1.written }.prefix(DemonstrationFolder.mostTexts)
        let texts = newest.flatMap { _, file in
            let lines = (try? Files.read(file, limit: 1 << 20))?.split(separator: UInt8(ascii: "\n")) ?? []
            return lines.reversed().compactMap { try? JSONDecoder().decode(Text.self, from: Data($0)).text }
        }
        return Array(texts.prefix(DemonstrationFolder.mostTexts))
    }

    var furthest: Instant { clock.furthest }

    func moveClock(days: Int) throws(DemonstrationRefusal) {
        do {
            try clock.move(forwardBy: Int64(days) * 86_400, machineTime: SystemClock().machineTime)
        } catch {
            throw DemonstrationRefusal("\(error)")
        }
    }
}
