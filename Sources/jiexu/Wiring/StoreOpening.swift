import NodeSettings
import Store

extension NodeSettings {
    /// Opens what the node keeps its cases in, for every command alike.
    ///
    /// - Parameter file: how a file is used, where it is one.
    func openStore(
        _ access: DatabaseAccess, file: SQLiteDatabase.Settings = .init()
    ) async throws(OpeningFault) -> JiexuStore {
        guard store.postgres.isEmpty else { return try await JiexuStore(postgres: store.postgres, access: access) }
        return try await JiexuStore(path: databasePath, access: access, settings: file)
    }
}
