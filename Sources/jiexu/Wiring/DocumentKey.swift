import Casework
import Logging
import ServiceLifecycle
import Synchronization
import TransferDocuments
import WebConsole

/// The agency's document key, held in memory for as long as the node runs, and replaced without a restart. While the clock
/// may be wrong it signs nothing but the messages by which nodes compare their clocks.
final class DocumentKey: DocumentSigner {
    private let state: Mutex<SigningKey>
    private let clock: SystemClock
    private let clockGate: ClockGate

    init(key: SigningKey, clock: SystemClock = SystemClock(), clockGate: ClockGate = ClockGate()) {
        state = Mutex(key)
        self.clock = clock
        self.clockGate = clockGate
    }

    var key: SigningKey { state.withLock { $0 } }

    /// The certificate of the key.
    var certificate: DocumentDigest { key.certificateThumbprint }

    /// From now on everything is signed with another key.
    func replace(with key: SigningKey) { state.withLock { $0 = key } }

    func sign(_ payload: [UInt8], type: JWSType, at moment: Instant) throws(SigningFault) -> [UInt8] {
        if type != .headExchange { try checkMoment() }
        do {
            return try key.sign(payload: payload, typ: type, at: moment.signingTime)
        } catch {
            throw SigningFault("\(error)")
        }
    }

    func sign(receipts payloads: [[UInt8]], at moment: Instant) throws(SigningFault) -> [[UInt8]] {
        try checkMoment()
        do {
            return try key.sign(receipts: payloads, at: moment.signingTime)
        } catch {
            throw SigningFault("\(error)")
        }
    }

    func checkMoment() throws(SigningFault) {
        clockGate.look(wall: clock.now, steadyMilliseconds: clock.steadyMilliseconds)
        if let why = clockGate.closedBecause { throw SigningFault(why) }
    }
}

/// Looks at the clock every second, and says again and again that it may be wrong.
struct ClockWatch: Service {
    let clock: SystemClock
    let gate: ClockGate
    let logger: Logger

    private static let looksPerReminder = 60

    func run() async throws {
        var looks = 0
        try await withGracefulShutdownHandler {
            while !Task.isShuttingDownGracefully {
                gate.look(wall: clock.now, steadyMilliseconds: clock.steadyMilliseconds)
                if let why = gate.closedBecause {
                    if looks.isMultiple(of: ClockWatch.looksPerReminder) {
                        logger.critical("nothing is signed: look at the clock", metadata: ["cause": "\(why)"])
                    }
                    looks += 1
                } else if looks > 0 {
                    logger.notice("the clock is right again")
                    looks = 0
                }
                try await Task.sleep(for: .seconds(1))
            }
        } onGracefulShutdown: {
        }
    }
}

extension ReadinessCheck {
    /// Whether the clock can be right: nothing is signed while it cannot.
    static func clockIsRight(_ gate: ClockGate) -> ReadinessCheck { ReadinessCheck("clock") { gate.closedBecause } }
}
