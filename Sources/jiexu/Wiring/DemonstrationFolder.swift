import Casework
import Foundation
import NodeSettings
import TransferCore
import WebConsole

/// The folder that the processes of a demonstration share, as one of its nodes sees it.
struct DemonstrationFolder: Demonstration {
    private let folder: String
    private let clock: DemonstrationClock

    private static let guideName = "guide.json"
    /// No guide is longer.
    private static let longestGuide = 1 << 20

    init(_ folder: String) throws {
        self.folder = folder
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

    var furthest: Instant { clock.furthest }

    func moveClock(days: Int) throws(DemonstrationRefusal) {
        do {
            try clock.move(forwardBy: Int64(days) * 86_400, machineTime: SystemClock().machineTime)
        } catch {
            throw DemonstrationRefusal("\(error)")
        }
    }
}
