import Simulation
import TransferDocuments

/// How large the directory of a nation is, and how long a node takes to read it and to look agencies up in it.
struct NationDirectory {
    private let agencies: Int
    private let bytes: Int
    /// The median of five readings, and one look at every agency and its key, in microseconds.
    private let readMicroseconds: Int64
    private let lookUpMicroseconds: Int64
    /// How many agencies were found by their code, with their key by its certificate.
    let found: Int

    init(_ settings: NationSettings) throws {
        let nation = try Nation(settings)
        let clock = ContinuousClock()
        var reading: [Duration] = []
        for _ in 1...5 { reading.append(try clock.measure { _ = try nation.readDirectory() }) }
        let directory = try nation.readDirectory()
        var found = 0
        let looking = try clock.measure { found = try nation.lookUp(in: directory) }
        agencies = settings.agencies
        bytes = nation.directoryBytes.count
        readMicroseconds = Int64(reading.sorted()[2].inSeconds * 1_000_000)
        lookUpMicroseconds = Int64(looking.inSeconds * 1_000_000)
        self.found = found
    }

    var text: String {
        "\(agencies) agencies: \(bytes) bytes, read and verified in \(readMicroseconds) us (the median of 5), "
            + "\(found) agencies and their keys looked up in \(lookUpMicroseconds) us"
    }
}
