import Casework
import Foundation
import Logging
import NodeLink
import NodeSettings
import ServiceLifecycle
import Store
import Synchronization
import TransferCore
import TransferDocuments

/// What this machine can do at best of what a transfer needs, measured in the same run as the transfers: so that a figure
/// can be read as a share of what is possible, and does not change with the neighbours of the machine alone.
struct MachineLimit: Sendable {
    /// Of ECDSA on P-256, by `openssl speed`: on one processor while the others rest, and on all of them at once, together.
    /// Where two processors are threads of one core, all of them do hardly more than one.
    let alone: SignatureSpeed
    let together: SignatureSpeed
    /// 4 KiB appended and synced, one after the other.
    let syncsPerSecond: Double
    /// CPU of both ends together for one request of a document's size and its answer, over mutual TLS and nothing else.
    let requestMicroseconds: Double
    let requestsPerSecond: Double

    /// Documents of a pension transfer. Each is signed and verified, and so are the receipts for those of a request, together.
    static let documents = 5.0

    struct SignatureSpeed: Sendable {
        let signsPerSecond: Double
        let verifiesPerSecond: Double
    }

    private static var processors: Double { Double(ProcessInfo.processInfo.activeProcessorCount) }

    /// Of documents and of receipts, for each transfer. A receipt that goes by itself is one more, in a request of its own.
    private static func signatures(requests: Double) -> Double { documents + min(documents, requests) }

    /// CPU time for the signatures of a transfer, while all processors are busy as they are while transfers are carried.
    func signingMilliseconds(requests: Double) -> Double {
        MachineLimit.signatures(requests: requests) * 1_000 * MachineLimit.processors / together.signsPerSecond
    }
    func verifyingMilliseconds(requests: Double) -> Double {
        MachineLimit.signatures(requests: requests) * 1_000 * MachineLimit.processors / together.verifiesPerSecond
    }

    /// The least CPU time of a transfer that has so many requests between the nodes: signatures and TLS, and nothing of
    /// the store, of JSON or of the business.
    func leastMilliseconds(requests: Double) -> Double {
        signingMilliseconds(requests: requests) + verifyingMilliseconds(requests: requests)
            + requests * requestMicroseconds / 1_000
    }

    /// - Parameters:
    ///   - requests: between the nodes, for each transfer.
    ///   - commits: of both nodes, for each transfer.
    func transfersPerSecond(requests: Double, commits: Double) -> Double {
        let byProcessor = MachineLimit.processors * 1_000 / leastMilliseconds(requests: requests)
        return commits > 0 ? min(byProcessor, syncsPerSecond / commits) : byProcessor
    }

    /// What would be possible if each document went in a request of its own, got a receipt with a signature of its own, and were
    /// synced by itself at either end before it is sent and before it is acknowledged: a yardstick that does not grow with what
    /// the program shares.
    var transfersPerSecondWithoutSharing: Double {
        transfersPerSecond(requests: MachineLimit.documents, commits: 2 * MachineLimit.documents)
    }

    /// The least CPU time of a transfer that shares nothing, by its signatures and requests, and how many of it the processors
    /// would carry if every sync went on beside the others: a yardstick that the disk has no part in.
    var leastMillisecondsWithoutSharing: Double { leastMilliseconds(requests: MachineLimit.documents) }
    var transfersPerSecondByProcessors: Double {
        transfersPerSecond(requests: MachineLimit.documents, commits: 0)
    }

    /// - Parameter network: whose keys and certificates the connection of the measurement has; it needs not run.
    static func measure(on network: TransferNetwork) async throws -> MachineLimit {
        let alone = try signatureSpeed(processes: 1)
        let together = try signatureSpeed(processes: ProcessInfo.processInfo.activeProcessorCount)
        let requests = try await requestSpeed(network)
        return MachineLimit(
            alone: alone, together: together, syncsPerSecond: try diskSyncsPerSecond(in: network.folder),
            requestMicroseconds: requests.microseconds,
            requestsPerSecond: requests.perSecond)
    }

    // MARK: Signatures

    private static func signatureSpeed(processes: Int) throws -> SignatureSpeed {
        let output = Pipe()
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // It ends each of its measurements by an alarm, which the threads of this program do not let through to children.
        child.arguments = ["--default-signal=ALRM", "openssl", "speed", "-mr", "-seconds", "1"]
        if processes > 1 { child.arguments? += ["-multi", "\(processes)"] }
        child.arguments?.append("ecdsap256")
        child.standardOutput = output
        child.standardError = FileHandle.nullDevice
        child.standardInput = FileHandle.nullDevice
        try child.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        child.waitUntilExit()
        // The line of machine-readable results: +F4:NUMBER:BITS:SIGNS A SECOND:VERIFIES A SECOND
        let fields = text.split(separator: "\n").last { $0.hasPrefix("+F4:") }?.split(separator: ":") ?? []
        guard fields.count == 5, let signs = Double(fields[3]), let verifies = Double(fields[4]), signs > 0,
            verifies > 0
        else { throw RigFault("openssl speed did not tell how fast this machine signs; is openssl installed?") }
        return SignatureSpeed(signsPerSecond: signs, verifiesPerSecond: verifies)
    }

    // MARK: Requests

    private static let requestBytes = 2_048
    private static let answerBytes = 700
    private static let sideBySide = 32
    private static let milliseconds = 1_000

    private static func requestSpeed(
        _ network: TransferNetwork
    ) async throws -> (microseconds: Double, perSecond: Double) {
        let ends = [try network.node(DemoStory.weifang), try network.node(DemoStory.shenzhen)]
        let anchors = try KeyFiles.anchors(network.anchorsFile)
        let credentials = try ends.map { try KeyFiles.credentials($0.settings, anchors) }
        let pins = try KeyFiles.certificates(ends[0].settings.keys.tlsCertificate).map(\.keyPin)
        let clock = SystemClock()
        let now: @Sendable () -> Int64 = { clock.now.seconds }
        let answer = PeerAnswer.receipt([UInt8](repeating: UInt8(ascii: "a"), count: answerBytes))
        let none: @Sendable ([UInt8], AgencyCode) async -> PeerAnswer = { _, _ in answer }
        let (ports, opened) = AsyncStream.makeStream(of: Int.self)
        var settings = PeerServerSettings(host: "127.0.0.1", port: 0)
        settings.requestsPerSecond = 1_000_000
        let server = try PeerServer(
            settings: settings, credentials: credentials[0],
            logger: Logger(label: "bench") { _ in
                SwiftLogNoOpLogHandler()
            }, now: now, identify: { _ in DemoStory.shenzhen },
            receive: { documents, _ in documents.map { _ in answer } }, receiveDigest: none,
            receiveHeads: none, receiveDirectory: none, onListening: { opened.yield($0) })
        let client = try PeerClient(settings: PeerClientSettings(), credentials: credentials[1], now: now)
        defer { client.close() }
        let group = ServiceGroup(services: [server], logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        let serving = Task { try await group.run() }
        var port: Int?
        for await one in ports {
            port = one
            break
        }
        guard let port, let url = EndpointURL(host: "127.0.0.1", port: port),
            let endpoint = PeerEndpoint(url: url, keyPins: pins)
        else { throw RigFault("nothing listens for the measurement of TLS") }

        let body = [UInt8](repeating: UInt8(ascii: "b"), count: requestBytes)
        // Connections are opened before the measurement.
        try await ask(client, endpoint, body, until: .now + .milliseconds(200))
        let (start, before) = (ContinuousClock.now, try ownMicroseconds())
        let count = try await ask(client, endpoint, body, until: start + .milliseconds(milliseconds))
        let (spent, seconds) = (try ownMicroseconds() - before, start.duration(to: .now).inSeconds)
        await group.triggerGracefulShutdown()
        try await serving.value
        return (Double(spent) / Double(count), Double(count) / seconds)
    }

    /// Asks side by side, one request after the other on each connection.
    @discardableResult
    private static func ask(
        _ client: PeerClient, _ endpoint: PeerEndpoint, _ body: [UInt8], until end: ContinuousClock.Instant
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<sideBySide {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        let answer = try await client.post(body, path: "/peer/v1/documents", to: endpoint)
                        guard answer.status == 200 else { throw RigFault("the bare connection got \(answer.status)") }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func ownMicroseconds() throws -> Int64 {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else {
            throw RigFault("the CPU time of this process is not known")
        }
        func whole(_ time: timeval) -> Int64 { Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec) }
        return whole(usage.ru_utime) + whole(usage.ru_stime)
    }
}
