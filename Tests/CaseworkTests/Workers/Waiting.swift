import Casework
import Testing
import TransferCore

/// Runs a worker while a test looks at what it does, and ends it.
func running(_ worker: @escaping @Sendable () async -> Void, _ look: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await worker() }
        do { try await look() } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        try await group.waitForAll()
    }
}

/// Waits until something holds. It gives up after a long time only, so that nothing depends on how fast the machine is.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ holds: () async throws -> Bool
) async throws {
    for _ in 0..<6_000 {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("\(what): never", sourceLocation: sourceLocation)
}
