import Logging

/// Works on jobs, carries out what was approved when a process ended before it could, and takes back idle claims. What is to be done stands in the
/// store.
package struct WorkRound: Sendable {
    private let work: WorkDesk

    /// How often claims are looked through. Source: our choice.
    private static let sweepMilliseconds: Int64 = 20_000

    package init(_ work: WorkDesk) { self.work = work }

    /// Works until the task is cancelled.
    package func run() async {
        let bell = work.bell
        // A look now and then: for what could not be done before.
        let ticker = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(2_000))
                bell.ring()
            }
        }
        defer { ticker.cancel() }
        bell.ring()
        var sweptAt = work.desk.clock.now.adding(milliseconds: -WorkRound.sweepMilliseconds)
        for await _ in bell.rings {
            do throws(WorkFault) {
                let now = work.desk.clock.now
                if now.milliseconds - sweptAt.milliseconds >= WorkRound.sweepMilliseconds {
                    sweptAt = now
                    try await work.releaseIdleClaims()
                }
                while try await work.workOnce() {
                    if Task.isCancelled { return }
                }
            } catch {
                work.desk.logger.error("jobs were not carried on", metadata: ["cause": "\(error)"])
            }
        }
    }
}
