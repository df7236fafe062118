import NodeSettings
import Store

extension NodeSettings {
    /// Opens what the node keeps its cases in, for every command alike.
    ///
    /// - Parameters:
    ///   - file: how a file is used, where it is one; whether commits wait for the disk, also where it is none.
    ///   - membership: of a process that serves as one of several instances.
    func openStore(
        _ access: DatabaseAccess, file: SQLiteDatabase.Settings = .init(), as membership: Membership? = nil
    ) async throws(OpeningFault) -> JiexuStore {
        guard store.postgres.isEmpty else {
            var settings = PostgresDatabase.Settings()
            settings.needsSecondCopy = store.singleCopy == .refused
            settings.synchronous = file.synchronous
            return try await JiexuStore(
                postgres: store.postgres, access: access, settings: settings, membership: membership)
        }
        return try await JiexuStore(path: databasePath, access: access, settings: file)
    }

    /// This process among the instances of the node; nil where it serves alone.
    ///
    /// - Parameter isFencing: false only for the control of a harness.
    func membership(isFencing: Bool) -> Membership? {
        guard !store.instance.isEmpty else { return nil }
        return Membership(
            name: store.instance, leaseMilliseconds: Int64(store.leaseSeconds) * 1_000,
            address: "\(peers.listen.host):\(peers.listen.port)", version: NodeVersion.text, isFencing: isFencing)
    }
}
