import Crypto
import CryptoExtras
import FoundationEssentials
import Glibc
import Synchronization

/// The port of what makes a key of a password; tests count how often it is asked.
package protocol PasswordHashing: Sendable {
    /// - Parameter password: its bytes, at least one.
    /// - Returns: 32 bytes.
    func key(of password: [UInt8], salt: [UInt8], cost: ScryptCost) async throws(HashingFault) -> [UInt8]
}

/// Why a password could not be looked at.
package enum HashingFault: Error, Hashable, Sendable {
    /// Too many others wait; the same may succeed in a moment.
    case busy
    /// The machine could not do it, for want of memory.
    case failed
}

/// scrypt on a few threads of its own: it takes a good part of a second and 32 MiB, so it must neither hold up the
/// threads that serve pages nor run in any number at once. A thread begins when there is work, and ends when there is none.
package final class ScryptThreads: PasswordHashing {
    fileprivate typealias Job = @Sendable () -> Void

    private struct Queue {
        var running = 0
        var waiting: [Job] = []
    }

    private let queue = Mutex(Queue())
    private let count: Int
    private let longestQueue: Int

    /// - Parameters:
    ///   - count: how many run at the same time, 32 MiB each.
    ///   - longestQueue: how many may wait; beyond them callers are told ``HashingFault/busy``.
    package init(count: Int = 2, longestQueue: Int = 64) {
        self.count = count
        self.longestQueue = longestQueue
    }

    package func key(of password: [UInt8], salt: [UInt8], cost: ScryptCost) async throws(HashingFault) -> [UInt8] {
        let result: Result<[UInt8], HashingFault> = await withCheckedContinuation { continuation in
            let refusal = give {
                guard let key = ScryptThreads.derive(password, salt, cost) else {
                    return continuation.resume(returning: .failure(.failed))
                }
                continuation.resume(returning: .success(key))
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// - Returns: why the job will never run; nil when it will.
    private func give(_ job: @escaping Job) -> HashingFault? {
        enum Place { case thread, queue, none }
        let place: Place = queue.withLock { [count, longestQueue] queue in
            if queue.running < count {
                queue.running += 1
                return .thread
            }
            guard queue.waiting.count < longestQueue else { return .none }
            queue.waiting.append(job)
            return .queue
        }
        switch place {
        case .queue: return nil
        case .none: return .busy
        case .thread:
            if start(job) { return nil }
            queue.withLock { $0.running -= 1 }
            return .failed
        }
    }

    /// Begins a thread that does the job, and then those that wait.
    private func start(_ job: @escaping Job) -> Bool {
        var thread = pthread_t()
        let worker = Unmanaged.passRetained(Worker(self, job))
        let code = pthread_create(
            &thread, nil,
            { raw in
                if let raw { Unmanaged<Worker>.fromOpaque(raw).takeRetainedValue().work() }
                return nil
            }, worker.toOpaque())
        guard code == 0 else {
            worker.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    /// - Returns: nil when nothing waits; the thread that asked ends then.
    fileprivate func next() -> Job? {
        queue.withLock { queue in
            guard !queue.waiting.isEmpty else {
                queue.running -= 1
                return nil
            }
            return queue.waiting.removeFirst()
        }
    }

    private static func derive(_ password: [UInt8], _ salt: [UInt8], _ cost: ScryptCost) -> [UInt8]? {
        // The function below has no address to give for an empty array.
        guard !password.isEmpty, !salt.isEmpty else { return nil }
        let key = try? KDF.Scrypt.deriveKey(
            from: password, salt: salt, outputByteCount: PasswordHash.keyBytes, rounds: 1 << cost.exponent,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
        return key.map { $0.withUnsafeBytes { Array($0) } }
    }
}

private final class Worker {
    private let threads: ScryptThreads
    private let first: ScryptThreads.Job

    init(_ threads: ScryptThreads, _ first: @escaping ScryptThreads.Job) {
        self.threads = threads
        self.first = first
    }

    func work() {
        first()
        while let job = threads.next() { job() }
    }
}

/// Makes hashes of passwords, and compares passwords with them.
struct Passwords: Sendable {
    let hashing: any PasswordHashing
    let cost: ScryptCost
    let secrets: SecretSource

    func hash(of password: String) async throws(HashingFault) -> PasswordHash {
        let salt = secrets.bytes(PasswordHash.saltBytes)
        let key = try await hashing.key(of: Passwords.bytes(password), salt: salt, cost: cost)
        return PasswordHash(cost: cost, salt: salt, key: key)
    }

    /// One derivation, whether or not there is a hash to compare with.
    func matches(_ password: String, _ hash: PasswordHash?) async throws(HashingFault) -> Bool {
        let known = hash ?? PasswordHash(cost: cost, salt: secrets.bytes(PasswordHash.saltBytes), key: [])
        let key = try await hashing.key(of: Passwords.bytes(password), salt: known.salt, cost: known.cost)
        return areSame(key, known.key) && password.utf8.count <= PasswordPolicy.longestBytes
    }

    /// No password is empty or longer than the policy takes; what is typed may be, and is never right.
    private static func bytes(_ password: String) -> [UInt8] {
        let bytes = Array(password.utf8.prefix(PasswordPolicy.longestBytes))
        return bytes.isEmpty ? [0] : bytes
    }
}
