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
    /// 4 KiB appended and synced, one after the other, on the same disk, just before the measurement.
    let diskSyncsPerSecond: Double

    var transfersPerSecond: Double { Double(transfers) / seconds }
    var cpuMillisecondsPerTransfer: Double { Double(nodesCPUMilliseconds) / Double(transfers) }

    func percentile(_ share: Double) -> Int64 {
        guard !latencies.isEmpty else { return 0 }
        return latencies[min(latencies.count - 1, Int((Double(latencies.count) * share).rounded(.up)) - 1)]
    }

    var json: String {
        let memory = peakMemoryBytes.map { "\"\($0.agency)\": \($0.bytes)" }.joined(separator: ", ")
        return """
            {
              "transfers": \(transfers),
              "concurrency": \(concurrency),
              "seconds": \(fixed(seconds, 3)),
              "transfersPerSecond": \(fixed(transfersPerSecond, 1)),
              "p50Milliseconds": \(percentile(0.50)),
              "p99Milliseconds": \(percentile(0.99)),
              "cpuMillisecondsPerTransfer": \(fixed(cpuMillisecondsPerTransfer, 2)),
              "peakMemoryBytes": {\(memory)},
              "bankCPUMillisecondsPerTransfer": \(fixed(Double(bankCPUMilliseconds) / Double(transfers), 2)),
              "diskSyncsPerSecond": \(fixed(diskSyncsPerSecond, 0)),
              "documentsPerTransfer": 5
            }
            """
    }

    var text: String {
        """
        \(transfers) transfers complete on both sides, \(concurrency) in flight, \(fixed(seconds, 2)) s
          transfers per second        \(fixed(transfersPerSecond, 1))
          per transfer                p50 \(percentile(0.50)) ms, p99 \(percentile(0.99)) ms
          CPU per transfer            \(fixed(cpuMillisecondsPerTransfer, 2)) ms, both nodes together
          peak memory                 \(peakMemoryBytes.map { "\($0.agency) \($0.bytes >> 20) MiB" }.joined(separator: ", "))
          syncs of this disk          \(fixed(diskSyncsPerSecond, 0)) per second, 4 KiB each
        """
    }

    private func fixed(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
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
