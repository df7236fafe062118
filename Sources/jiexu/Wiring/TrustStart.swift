import Casework
import Glibc
import NodeSettings
import TransferCore
import TransferDocuments

// What a node finds at its start: the files that it was given, and what it remembers.

extension TrustFiles {
    /// The directory of the file, or the one that was in force last when the file is missing, broken or older.
    ///
    /// - Returns: it, and why the file was not taken.
    static func firstDirectory(
        _ settings: NodeSettings, _ anchors: TrustAnchors, _ store: any TrustStore, _ now: Instant
    ) async throws -> (SignedDirectory, (any Error)?) {
        let kept = try await store.newestDirectory().map { bytes in
            do throws(TrustFault) {
                return try SignedDirectory.open(
                    bytes, anchors: anchors, at: now.seconds, expiry: .allowedForEvidence)
            } catch {
                throw Misuse("the directory that was in force last cannot be verified by these anchors: \(error)")
            }
        }
        do {
            let bytes = try Files.read(settings.keys.directory, limit: SignedDirectory.longest)
            let shown = try SignedDirectory.open(bytes, anchors: anchors, at: now.seconds, expiry: .allowedForEvidence)
            if let kept { try TrustConflict.check(shown, after: kept) }
            return (shown, nil)
        } catch {
            guard let kept else { throw error }
            return (kept, error)
        }
    }

    /// The lists of the folder and those that were in force last, of each root the one with the higher number.
    ///
    /// - Returns: them, and why a file was not taken.
    /// - Throws: when lists are asked for and there is none of a root at all.
    static func firstRevocations(
        _ settings: NodeSettings, _ anchors: TrustAnchors, _ store: any TrustStore, _ now: Instant
    ) async throws -> (Revocations, (any Error)?) {
        guard let folder = settings.keys.revocationLists else { return (.unchecked(anchors.roots), nil) }
        var lists: [DocumentDigest: RevocationList] = [:]
        for der in try await store.newestRevocationLists() {
            // A list of a root that is no anchor any more judges nothing.
            guard let list = try? RevocationList(der: der, roots: anchors.roots) else { continue }
            lists[list.root] = list
        }
        var fault: (any Error)?
        do {
            for list in try listsIn(folder, RevocationIssuer.roots(anchors.roots), at: now.seconds) {
                if let known = lists[list.root] { try TrustConflict.check(list, after: known) }
                lists[list.root] = list
            }
        } catch {
            fault = error
        }
        for root in anchors.roots where lists[root.thumbprint] == nil {
            throw Misuse(
                "\(folder): no list of revoked certificates of the root \(root.thumbprint) is there; make one with "
                    + "`jiexu certs revoke`" + (fault.map { " (\($0))" } ?? ""))
        }
        return (
            Revocations(
                roots: anchors.roots, lists: Array(lists.values), areRequired: true,
                graceSeconds: Int64(settings.keys.revocationGraceHours) * 3_600), fault
        )
    }

    /// Every list in a folder, in files that end in `.pem`: of each root the one with the highest number.
    ///
    /// - Throws: when a file cannot be read, is no list of this network, or is made later than now.
    static func listsIn(_ folder: String, _ issuers: [RevocationIssuer], at time: Int64) throws -> [RevocationList] {
        var newest: [DocumentDigest: RevocationList] = [:]
        for name in try names(in: folder) where name.hasSuffix(".pem") {
            let path = Files.join(folder, name)
            let text = String(decoding: try Files.read(path, limit: 2 * RevocationList.longest), as: UTF8.self)
            do throws(TrustFault) {
                for list in try RevocationList.all(inPEM: text, issuers: issuers) {
                    guard list.madeAt <= time + SignedDirectory.clockTolerance else {
                        throw TrustFault(.crlFuture, "made at \(list.madeAt), now is \(time)")
                    }
                    guard let other = newest[list.root] else {
                        newest[list.root] = list
                        continue
                    }
                    if other.number < list.number { newest[list.root] = list }
                    if other.number == list.number { try list.verify(succeeds: other) }
                }
            } catch {
                throw Misuse("\(path): \(error)")
            }
        }
        return newest.values.sorted { $0.root.text < $1.root.text }
    }

    /// The names in a folder, in order; none when there is no such folder.
    static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else {
            guard errno == ENOENT else { throw Misuse("\(folder) cannot be read: \(String(cString: strerror(errno)))") }
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            names.append(name)
        }
        return names.sorted()
    }

    /// The marks of all files that are looked at; a file that is not there has none.
    func marksNow() -> [String: Files.Mark] {
        let keys = settings.keys
        var paths = [keys.directory, keys.tlsCertificate, keys.tlsKey, keys.signingCertificate, keys.signingKey]
        if let folder = keys.revocationLists {
            paths += ((try? TrustFiles.names(in: folder)) ?? []).filter { $0.hasSuffix(".pem") }
                .map { Files.join(folder, $0) }
        }
        var marks: [String: Files.Mark] = [:]
        for path in paths { marks[path] = Files.mark(of: path) }
        return marks
    }
}
