import Foundation
import Synchronization

/// Kills a node of a network at random moments and starts it again, until it is told to stop. Which node and when follow
/// from the seed; what the node is doing then does not.
final class RandomKills: Sendable {
    private let network: TransferNetwork
    private let wanted: Int
    private let state: Mutex<State>
    private let say: @Sendable (String) -> Void

    private struct State {
        var random: SeededRandom
        var kills = 0
        var fault: (any Error)?
    }

    init(network: TransferNetwork, wanted: Int, seed: UInt64, say: @escaping @Sendable (String) -> Void) {
        self.network = network
        self.wanted = wanted
        self.say = say
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    var kills: Int { state.withLock { $0.kills } }
    var isDone: Bool { kills >= wanted }

    /// Waits until so many kills have happened as are due after `round` of `rounds`: a machine on which a node takes
    /// longer to come back than a round takes would otherwise run out of rounds. Rethrows what went wrong when a node
    /// was started again.
    func keepUp(with round: Int, of rounds: Int) async throws {
        repeat {
            if let fault = state.withLock({ $0.fault }) { throw fault }
            if kills * rounds >= wanted * round || isDone { return }
            try await Task.sleep(for: .milliseconds(20))
        } while true
    }

    func run() async {
        let nodes = network.inOrder
        while !Task.isCancelled, !isDone {
            let (pause, choice) = state.withLock {
                (Int.random(in: 1...350, using: &$0.random), Int.random(in: 0..<nodes.count, using: &$0.random))
            }
            try? await Task.sleep(for: .milliseconds(pause))
            guard !Task.isCancelled else { return }
            let node = nodes[choice]
            node.child.kill()
            let count = state.withLock {
                $0.kills += 1
                return $0.kills
            }
            say("  ✂ \(count)/\(wanted)  SIGKILL \(node.agency.code)")
            do {
                try node.child.start()
                try await network.ready(node)
            } catch {
                state.withLock { $0.fault = error }
                return
            }
        }
    }
}

/// SplitMix64: the same seed, the same numbers, on every machine.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
