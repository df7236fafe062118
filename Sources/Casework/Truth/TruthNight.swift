import Logging
package import TransferCore
import TransferDocuments

/// Compares the books with every peer once a night, by itself.
package struct TruthNight: Sendable {
    private let truth: TruthDesk
    private let hour: Int

    /// How long the side with the higher code leaves the other one to begin, so that they do not both do so at once.
    private static let headStartMilliseconds: Int64 = 10 * 60_000
    /// A peer that could not be reached is asked again after so long.
    private static let restMilliseconds: Int64 = 15 * 60_000

    /// - Parameter hour: 0 to 23, in China.
    package init(_ truth: TruthDesk, hour: Int) {
        precondition((0...23).contains(hour), "an hour of the day")
        self.truth = truth
        self.hour = hour
    }

    /// Works until the task is cancelled.
    package func run() async {
        var rests: [AgencyCode: Instant] = [:]
        while !Task.isCancelled {
            rests = await compareWhatIsDue(rests)
            try? await Task.sleep(for: .seconds(30))
        }
    }

    /// Compares with the peers whose turn it is.
    ///
    /// - Parameter rests: until when a peer is left alone after a failure.
    /// - Returns: the same for the next time.
    package func compareWhatIsDue(_ rests: [AgencyCode: Instant] = [:]) async -> [AgencyCode: Instant] {
        var rests = rests
        let desk = truth.desk
        do {
            let directory = desk.directory.current
            let peers = Set(try await truth.store.casePeers().map { directory.inForce($0) }).sorted()
            for peer in peers where peer != desk.agency.code && directory[peer] != nil {
                guard !Task.isCancelled else { break }
                let now = desk.clock.now
                if let rest = rests[peer], now < rest { continue }
                let start = TruthNight.newestStart(before: now, hour: hour)
                let wait = desk.agency.code < peer ? 0 : TruthNight.headStartMilliseconds
                let last = try await truth.store.lastComparison(with: peer)
                guard last.map({ $0 < start }) ?? true, start.adding(milliseconds: wait) <= now else { continue }
                do throws(TruthFault) {
                    _ = try await truth.compare(with: peer)
                    rests[peer] = nil
                } catch {
                    rests[peer] = now.adding(milliseconds: TruthNight.restMilliseconds)
                    desk.logger.warning(
                        "the books were not compared", metadata: ["peer": "\(peer)", "cause": "\(error)"])
                }
            }
        } catch {
            desk.logger.error("the books cannot be compared", metadata: ["cause": "\(error)"])
        }
        return rests
    }

    /// The last time that it was the hour in China, eight hours ahead of UTC.
    package static func newestStart(before now: Instant, hour: Int) -> Instant {
        let day: Int64 = 86_400_000
        let offset = (Int64(hour) - 8) * 3_600_000
        let sinceStart = ((now.milliseconds - offset) % day + day) % day
        return now.adding(milliseconds: -sinceStart)
    }
}
