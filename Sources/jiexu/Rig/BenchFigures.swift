import Foundation
import TransferCore

/// What a measurement found. Every figure was taken in the run that it describes.
struct BenchFigures {
    let transfers: Int
    let concurrency: Int
    let seconds: Double
    /// From the lodging of the application to the receipt for the completion notice, in milliseconds, ascending.
    let latencies: [Int64]
    /// CPU time of both nodes together during the measurement.
    let nodesCPUMilliseconds: Int64
    let bankCPUMilliseconds: Int64
    let peakMemoryBytes: [(agency: AgencyCode, bytes: Int64)]
    /// Of both nodes at the same time, what they share counted once; looked at five times a second.
    let memoryTogetherBytes: Int64
    let counted: BenchCounts
    /// Each document of a transfer written once and read once.
    let jsonMillisecondsPerTransfer: Double
    let limit: MachineLimit
    /// Ended cases in each store before the measurement.
    let history: Int
    /// From the start of the processes until both nodes served, looked at ten times a second.
    let startSeconds: Double

    var transfersPerSecond: Double { Double(transfers) / seconds }
    var cpuMillisecondsPerTransfer: Double { Double(nodesCPUMilliseconds) / Double(transfers) }
    /// Requests with documents, both nodes together.
    var requestsPerTransfer: Double { Double(counted.requests) / Double(transfers) }
    var commitsPerTransfer: Double { Double(counted.commits) / Double(transfers) }
    var writingMillisecondsPerTransfer: Double { Double(counted.writingMicroseconds) / 1_000 / Double(transfers) }
    var tlsMillisecondsPerTransfer: Double { requestsPerTransfer * limit.requestMicroseconds / 1_000 }
    private var signingMilliseconds: Double { limit.signingMilliseconds(requests: requestsPerTransfer) }
    private var verifyingMilliseconds: Double { limit.verifyingMilliseconds(requests: requestsPerTransfer) }
    var limitPerSecond: Double {
        limit.transfersPerSecond(requests: requestsPerTransfer, commits: commitsPerTransfer)
    }
    /// The same machine where nothing is shared.
    var limitWithoutSharingPerSecond: Double { limit.transfersPerSecondWithoutSharing }
    /// What none of the measured parts explains: the business, tasks and their hand-over, the interface for applications,
    /// the bank's files, the kernel.
    var restMilliseconds: Double {
        cpuMillisecondsPerTransfer - signingMilliseconds - verifyingMilliseconds
            - tlsMillisecondsPerTransfer - writingMillisecondsPerTransfer - jsonMillisecondsPerTransfer
    }

    func percentile(_ share: Double) -> Int64 { latencies.percentile(share) }

    var json: String {
        let memory = peakMemoryBytes.map { "\"\($0.agency)\": \($0.bytes)" }.joined(separator: ", ")
        return """
            {
              "transfers": \(transfers),
              "concurrency": \(concurrency),
              "casesBefore": \(history),
              "startSeconds": \(fixed(startSeconds, 1)),
              "seconds": \(fixed(seconds, 3)),
              "transfersPerSecond": \(fixed(transfersPerSecond, 1)),
              "p50Milliseconds": \(percentile(0.50)),
              "p99Milliseconds": \(percentile(0.99)),
              "cpuMillisecondsPerTransfer": \(fixed(cpuMillisecondsPerTransfer, 2)),
              "breakdownMillisecondsPerTransfer": {
                "signing": \(fixed(signingMilliseconds, 2)),
                "verifying": \(fixed(verifyingMilliseconds, 2)),
                "requestsOverTLS": \(fixed(tlsMillisecondsPerTransfer, 2)),
                "writingTheStore": \(fixed(writingMillisecondsPerTransfer, 2)),
                "json": \(fixed(jsonMillisecondsPerTransfer, 2)),
                "rest": \(fixed(restMilliseconds, 2))
              },
              "peakMemoryBytes": {\(memory)},
              "peakMemoryBytesTogether": \(memoryTogetherBytes),
              "bankCPUMillisecondsPerTransfer": \(fixed(Double(bankCPUMilliseconds) / Double(transfers), 2)),
              "documentsPerTransfer": \(Int(MachineLimit.documents)),
              "requestsPerTransfer": \(fixed(requestsPerTransfer, 2)),
              "syncedTransactionsPerTransfer": \(fixed(commitsPerTransfer, 2)),
              "machine": {
                "signsPerSecond": \(fixed(limit.alone.signsPerSecond, 0)),
                "verifiesPerSecond": \(fixed(limit.alone.verifiesPerSecond, 0)),
                "signsPerSecondOnAllProcessors": \(fixed(limit.together.signsPerSecond, 0)),
                "verifiesPerSecondOnAllProcessors": \(fixed(limit.together.verifiesPerSecond, 0)),
                "diskSyncsPerSecond": \(fixed(limit.syncsPerSecond, 0)),
                "bareRequestsPerSecond": \(fixed(limit.requestsPerSecond, 0)),
                "bareRequestMicroseconds": \(fixed(limit.requestMicroseconds, 1)),
                "limitTransfersPerSecond": \(fixed(limitPerSecond, 0)),
                "limitWithoutSharingTransfersPerSecond": \(fixed(limitWithoutSharingPerSecond, 0)),
                "leastCPUMillisecondsWithoutSharing": \(fixed(limit.leastMillisecondsWithoutSharing, 2)),
                "limitOfProcessorsWithoutSharingTransfersPerSecond": \(fixed(limit.transfersPerSecondByProcessors, 0))
              },
              "shareOfLimit": \(fixed(transfersPerSecond / limitPerSecond, 3)),
              "shareOfLimitWithoutSharing": \(fixed(transfersPerSecond / limitWithoutSharingPerSecond, 3)),
              "shareOfLimitOfProcessorsWithoutSharing": \(fixed(transfersPerSecond / limit.transfersPerSecondByProcessors, 3))
            }
            """
    }

    var text: String {
        """
        \(transfers) transfers complete on both sides, \(concurrency) in flight, \(fixed(seconds, 2)) s
          before them                 \(history) cases in each store; both nodes served \(fixed(startSeconds, 1)) s after their start
          transfers per second        \(fixed(transfersPerSecond, 1)), \(fixed(100 * transfersPerSecond / limitPerSecond, 0)) % of what signatures, TLS and disk allow here (\(fixed(limitPerSecond, 0)))
          where nothing is shared     \(fixed(limitWithoutSharingPerSecond, 0)) are allowed, with a request, a signed receipt and a sync at either end for each document: this is \(fixed(100 * transfersPerSecond / limitWithoutSharingPerSecond, 0)) % of it
            by the processors alone   \(fixed(limit.transfersPerSecondByProcessors, 0)) at \(fixed(limit.leastMillisecondsWithoutSharing, 2)) ms, if no sync waited for another: \(fixed(100 * transfersPerSecond / limit.transfersPerSecondByProcessors, 0)) % of it
          per transfer                p50 \(percentile(0.50)) ms, p99 \(percentile(0.99)) ms
          CPU per transfer            \(fixed(cpuMillisecondsPerTransfer, 2)) ms, both nodes together
            signing                   \(fixed(signingMilliseconds, 2)) ms
            verifying                 \(fixed(verifyingMilliseconds, 2)) ms
            requests over TLS         \(fixed(tlsMillisecondsPerTransfer, 2)) ms for \(fixed(requestsPerTransfer, 2)) requests with \(Int(MachineLimit.documents)) documents
            writing the store         \(fixed(writingMillisecondsPerTransfer, 2)) ms in \(fixed(commitsPerTransfer, 2)) synced transactions
            JSON                      \(fixed(jsonMillisecondsPerTransfer, 2)) ms
            the rest                  \(fixed(restMilliseconds, 2)) ms
          peak memory                 \(peakMemoryBytes.map { "\($0.agency) \($0.bytes >> 20) MiB" }.joined(separator: ", ")); together \(memoryTogetherBytes >> 20) MiB, what they share counted once
          this machine                \(fixed(limit.alone.signsPerSecond, 0)) signs/s, \(fixed(limit.alone.verifiesPerSecond, 0)) verifies/s on one processor, \(fixed(limit.together.signsPerSecond, 0)) and \(fixed(limit.together.verifiesPerSecond, 0)) on all at once; \(fixed(limit.requestsPerSecond, 0)) bare requests/s; \(fixed(limit.syncsPerSecond, 0)) syncs/s
        """
    }

}

/// The value with so many places behind the point.
func fixed(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }

/// What nodes count themselves while a measurement runs, all together.
struct BenchCounts: Sendable {
    /// Requests that carry documents.
    var requests: Int64 = 0
    /// Transactions that were synced.
    var commits: Int64 = 0
    /// CPU time of the threads that write the stores.
    var writingMicroseconds: Int64 = 0

    static func - (after: BenchCounts, before: BenchCounts) -> BenchCounts {
        BenchCounts(
            requests: after.requests - before.requests, commits: after.commits - before.commits,
            writingMicroseconds: after.writingMicroseconds - before.writingMicroseconds)
    }
}

/// How many times a second this disk keeps 4 KiB, one write after the other, for half a second.
func diskSyncsPerSecond(in folder: String) throws -> Double {
    let path = folder + "/sync-probe"
    let file = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw RigFault("cannot write to \(folder)") }
    defer {
        close(file)
        unlink(path)
    }
    let block = [UInt8](repeating: 0x6A, count: 4_096)
    let start = ContinuousClock.now
    var syncs = 0
    while start.duration(to: .now) < .milliseconds(500) {
        guard write(file, block, block.count) == block.count, fdatasync(file) == 0 else {
            throw RigFault("the disk does not keep what is written")
        }
        syncs += 1
    }
    return Double(syncs) / start.duration(to: .now).inSeconds
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
