package import TransferDocuments

/// Proves for everything that a dossier holds that it stands in this node's log.
package enum LogExtract {
    /// - Parameters:
    ///   - leaves: of the case; read after the view, so that there is one for everything in it.
    ///   - head: covers all of them.
    ///   - stamps: over exactly this head.
    package static func log(
        of view: CaseView, leaves: [CaseLeaf], head: SignedTreeHead, stamps: [TreeStamp] = [],
        from log: any EvidenceStore
    ) async throws(StoreError) -> DossierLog {
        let documents = view.file.documents
        let counts: [LeafEntry.Kind: Int] = [
            .event: view.file.events.count, .document: documents.count, .posting: view.postings.count,
        ]
        // A receipt has the subject of its document; the others are numbered in the order in which they were written.
        var numbers: [Int64: Int] = [:]
        var next: [LeafEntry.Kind: Int] = [:]
        var chosen: [(leaf: CaseLeaf, number: Int)] = []
        for leaf in leaves.sorted(by: { $0.subject < $1.subject }) where counts[leaf.kind] != nil {
            let number = (next[leaf.kind] ?? 0) + 1
            next[leaf.kind] = number
            if leaf.kind == .document { numbers[leaf.subject] = number }
            if number <= counts[leaf.kind] ?? 0 { chosen.append((leaf, number)) }
        }
        for leaf in leaves where leaf.kind == .receipt {
            guard let number = numbers[leaf.subject], documents.indices.contains(number - 1),
                documents[number - 1].receipt != nil
            else { continue }
            chosen.append((leaf, number))
        }
        chosen.sort { $0.leaf.position < $1.leaf.position }
        let paths = try await log.inclusion(of: chosen.map(\.leaf.position), in: head.head.size)
        return DossierLog(
            head: head.bytes,
            leaves: zip(chosen, paths).map { item, path in
                DossierLog.Leaf(
                    kind: item.leaf.kind, number: item.number, position: item.leaf.position,
                    atMilliseconds: item.leaf.kind == .document ? documents[item.number - 1].at.milliseconds : nil,
                    path: path)
            },
            stamps: stamps.map { DossierLog.Stamp(authority: $0.authority, token: $0.token, chain: $0.chain) })
    }
}
