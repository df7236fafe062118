import Casework
import TransferCore
package import TransferDocuments

/// What a simulated nation is made of. The same settings always make the same year, on one version of the program.
package struct NationSettings: Hashable, Sendable {
    package var seed: UInt64
    /// 2 to 1,000.
    package var agencies: Int
    /// Applications lodged in the year: 1 to ``mostTransfers``.
    package var transfers: Int
    /// Into how many slices the transfers are dealt: each is the whole network over the whole year with its share.
    package var slices: Int
    package var assumed = NationAssumptions()
    package var bugs: Set<PlantedBug> = []

    /// The identity numbers of more would not differ.
    package static let mostTransfers = 5_000_000
    /// A slice of so many takes about 400 MiB.
    package static let transfersPerSlice = 5_000

    /// - Parameter slices: nil for one for every ``transfersPerSlice`` transfers.
    package init(seed: UInt64, agencies: Int = 340, transfers: Int = 3_000_000, slices: Int? = nil) {
        precondition(
            (2...NationPlaces.most).contains(agencies) && (1...NationSettings.mostTransfers).contains(transfers))
        self.seed = seed
        self.agencies = agencies
        self.transfers = transfers
        let few = (transfers + NationSettings.transfersPerSlice - 1) / NationSettings.transfersPerSlice
        self.slices = max(1, min(slices ?? few, transfers))
    }
}

/// A nation of agencies with their keys and the directory that lists them, ready for its slices.
package struct Nation: Sendable {
    package let settings: NationSettings
    package let places: NationPlaces
    package let calendar: NationCalendar
    let network: SimulatedNetwork
    let draw: NationDraw

    /// Founds the network: a key and a certificate for each agency, and the signed directory, read as a node reads it.
    package init(_ settings: NationSettings) throws {
        self.settings = settings
        places = NationPlaces(agencies: settings.agencies)
        calendar = NationCalendar()
        network = try SimulatedNetwork(
            agencies: places.codes, takingMedical: [], beginning: Instant(milliseconds: calendar.beginning),
            hasStrays: false)
        draw = NationDraw(
            seed: settings.seed, places: places, calendar: calendar, assumed: settings.assumed)
    }

    /// The signed directory, as it lies in a file.
    package var directoryBytes: [UInt8] { network.directory.bytes }

    /// Reads the directory from its bytes as a node does: the directory's signature, every entry, every certificate.
    package func readDirectory() throws -> SignedDirectory {
        try SignedDirectory.open(network.directory.bytes, anchors: network.anchors, at: calendar.beginning / 1_000)
    }

    /// Looks every agency up by its code, and the key of each by the certificate that its signatures name.
    ///
    /// - Returns: how many of both were found.
    package func lookUp(in directory: SignedDirectory) throws -> Int {
        var found = 0
        let now = calendar.beginning / 1_000
        for code in places.codes {
            guard let entry = directory[code], entry.code == code else { continue }
            for listed in entry.signingCertificates {
                let key = try directory.signer(
                    thumbprint: listed.certificate.thumbprint, signedAt: now, seenAt: now)
                if key.agency == code { found += 1 }
            }
        }
        return found
    }

    /// Carries one slice out, in one task on a queue of its own.
    ///
    /// - Parameter number: 0 to one less than the slices.
    package func run(slice number: Int) async -> SliceOutcome {
        await withTaskExecutorPreference(OneQueue()) {
            let slice = NationSlice(self, number: number)
            await slice.run()
            return SliceOutcome(number: number, totals: slice.totals, findings: slice.watch.findings)
        }
    }

    /// What came of one slice.
    package struct SliceOutcome: Sendable {
        package let number: Int
        package let totals: NationTotals
        package let findings: [Watch.Finding]
    }

    /// Carries slices out, several at a time.
    ///
    /// - Parameters:
    ///   - workers: how many at a time.
    ///   - finished: is told of each slice when it is done, one after the other; false stops the run.
    package func run(
        slices numbers: [Int], workers: Int, finished: (SliceOutcome) async throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: SliceOutcome.self) { group in
            var rest = numbers[...]
            for number in rest.prefix(workers) { group.addTask { await run(slice: number) } }
            rest = rest.dropFirst(workers)
            while let outcome = try await group.next() {
                guard try await finished(outcome) else { return group.cancelAll() }
                if let number = rest.popFirst() { group.addTask { await run(slice: number) } }
            }
        }
    }

    /// Looks whether the checks see something: a year of a small nation with a bug planted around its desks.
    ///
    /// - Returns: the first finding; nil when nothing was found, which must not be.
    package static func control(_ bug: PlantedBug, seed: UInt64) async throws -> Watch.Finding? {
        var settings = NationSettings(seed: seed, agencies: 12, transfers: 100)
        settings.bugs = [bug]
        return try await Nation(settings).run(slice: 0).findings.first
    }

    /// The bugs that the control plants: a payment ordered twice, books that are half, a document that is not sent.
    package static let controls: [PlantedBug] = [.ordersTwice, .halvedPostings, .forgetsOutbox]
}
