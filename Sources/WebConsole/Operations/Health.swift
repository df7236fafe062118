import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Tells whoever watches the process whether it lives, and whether it should get work.
struct Health: Sendable {
    let checks: [ReadinessCheck]

    var routes: [Route] {
        [
            Route(.get, "/health/live", access: .local, answer: live),
            Route(.get, "/health/ready", access: .local, answer: ready),
        ]
    }

    private func live(_ call: Call) async throws(Problem) -> Answer { try .json { $0.field("live", true) } }

    private func ready(_ call: Call) async throws(Problem) -> Answer {
        var failing: [(name: String, why: String)] = []
        for check in checks {
            if let why = await check.fault() { failing.append((check.name, why)) }
        }
        return try .json(failing.isEmpty ? .ok : .serviceUnavailable) { json in
            json.field("ready", failing.isEmpty)
            json.array("failing", failing) { json, failure in
                json.object { json in
                    json.field("check", failure.name)
                    json.field("why", failure.why)
                }
            }
        }
    }
}

/// Something that must hold before the node gets work.
package struct ReadinessCheck: Sendable {
    /// Lower-case words and hyphens; published.
    package let name: String
    /// What is wrong, in words without personal data; nil when it holds.
    package let fault: @Sendable () async -> String?

    package init(_ name: String, fault: @escaping @Sendable () async -> String?) {
        self.name = name
        self.fault = fault
    }

    /// Whether the store answers. It is asked for the end of the outbox, which costs one look into an index.
    static func store(_ store: any NodeStore) -> ReadinessCheck {
        ReadinessCheck("store") {
            do throws(StoreError) {
                _ = try await store.outbox(after: .max, limit: 1)
                return nil
            } catch {
                return error.description
            }
        }
    }

    /// Whether the directory of agencies is still good for new cases.
    static func directory(_ source: any DirectorySource, clock: any NodeClock) -> ReadinessCheck {
        ReadinessCheck("directory") {
            let directory = source.current
            guard directory.isExpired(at: clock.now.seconds) else { return nil }
            return "version \(directory.directory.version) has expired; fetch the newest directory"
        }
    }
}
