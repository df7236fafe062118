import ArgumentParser
import NodeSettings
import Store
import TransferCore

/// Where the nodes of a network that is made for a run keep their cases: in files, or on a server that is given.
struct ServerSchemas: ParsableArguments {
    @Option(
        help:
            "Keep the cases on this PostgreSQL server (host=… dbname=… user=…), each node in a schema made for the run."
    )
    var postgres: String?

    /// Makes a schema for each agency; they stay when the run is over.
    ///
    /// - Returns: what changes the settings of a node, so that it uses its own.
    func make(for agencies: [AgencyCode]) async throws -> @Sendable (inout NodeSettings) -> Void {
        guard let postgres else { return { _ in } }
        let prefix = "run_\(String(UInt64.random(in: 0...UInt64.max), radix: 36))_"
        let database = try PostgresDatabase(postgres, access: .importing)
        defer { database.close() }
        let script = agencies.map { "CREATE SCHEMA \(prefix)\($0);" }.joined()
        let fault: SQLFault? = await withCheckedContinuation { continuation in
            database.write { connection in
                do throws(SQLFault) {
                    try connection.get().runScript(script)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
        if let fault { throw Misuse("--postgres: \(fault)") }
        return { settings in
            settings.store.singleCopy = .allowed
            settings.store.postgres = "\(postgres) options=-csearch_path=\(prefix)\(settings.agency.code)"
        }
    }
}
