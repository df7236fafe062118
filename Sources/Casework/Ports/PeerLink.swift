package import TransferCore

/// The port to other nodes.
package protocol PeerLink: Sendable {
    /// Sends one document and waits for the answer.
    ///
    /// - Returns: the body of the answer, when the peer answered with a receipt. Whether it is one is the caller's to
    ///   check.
    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8]

    /// Sends several documents, those of a case in their order, in one request where both sides can.
    ///
    /// - Returns: what became of each, in their order.
    func deliver(_ documents: [CaseDocument], to peer: AgencyCode) async -> [Result<[UInt8], DeliveryFault>]
}

/// A signed document, and the case of which it is.
package struct CaseDocument: Hashable, Sendable {
    package let number: CaseNumber
    package let bytes: [UInt8]

    package init(number: CaseNumber, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
    }
}

extension PeerLink {
    package func deliver(_ documents: [CaseDocument], to peer: AgencyCode) async -> [Result<[UInt8], DeliveryFault>] {
        await deliverOneByOne(documents, to: peer)
    }

    /// A request for each: cases side by side, and of each case a document after the receipt for the one before. Behind one
    /// that fails none of its case is sent.
    package func deliverOneByOne(
        _ documents: [CaseDocument], to peer: AgencyCode
    ) async -> [Result<[UInt8], DeliveryFault>] {
        let cases = Array(Dictionary(grouping: documents.indices) { documents[$0].number }.values)
        let outcomes = await cases.mapSideBySide { places in
            var outcomes: [Result<[UInt8], DeliveryFault>] = []
            for place in places {
                do throws(DeliveryFault) {
                    if case .failure(let fault)? = outcomes.last { throw fault }
                    outcomes.append(.success(try await deliver(documents[place].bytes, to: peer)))
                } catch {
                    outcomes.append(.failure(error))
                }
            }
            return outcomes
        }
        var ordered = [Result<[UInt8], DeliveryFault>](repeating: .failure(.unanswered), count: documents.count)
        for (places, outcomes) in zip(cases, outcomes) {
            for (place, outcome) in zip(places, outcomes) { ordered[place] = outcome }
        }
        return ordered
    }
}

extension Array where Element: Sendable {
    /// What each element becomes, in their order, computed on as many cores as there are for so few of them: for what costs
    /// more than handing it to another core does.
    package func mapOnCores<Value: Sendable>(
        _ transform: @escaping @Sendable (Element) -> Value
    ) async -> [Value] {
        let parts = Swift.min(4, count / 4)
        guard parts > 1 else { return map(transform) }
        let size = (count + parts - 1) / parts
        return await stride(from: 0, to: count, by: size)
            .map { self[$0..<Swift.min($0 + size, count)] }
            .mapSideBySide { $0.map(transform) }
            .flatMap(\.self)
    }

    /// What each element becomes, in their order; all are worked on at the same time.
    package func mapSideBySide<Value: Sendable>(
        _ transform: @escaping @Sendable (Element) async -> Value
    ) async -> [Value] {
        if count == 1 { return [await transform(self[0])] }
        return await withTaskGroup(of: (Int, Value).self) { group in
            for (index, element) in enumerated() { group.addTask { (index, await transform(element)) } }
            var values = [Value?](repeating: nil, count: count)
            for await (index, value) in group { values[index] = value }
            return values.compactMap(\.self)
        }
    }
}

/// Why a document has no receipt yet.
package struct DeliveryFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code: of the transport, or of the problem with which the peer answered.
    package let code: String
    package let detail: String
    /// Whether the fault is the whole peer's (it is down, it is busy) rather than this document's.
    package let concernsPeer: Bool

    /// The code of an attempt that failed on our own side.
    package static let ownCode = "own-side"

    /// Of a document for which the answer to a request with several has nothing.
    package static let unanswered = DeliveryFault(
        code: "unanswered", detail: "the peer's answer says nothing of this document", concernsPeer: true)

    package init(code: String, detail: String, concernsPeer: Bool) {
        self.code = code
        self.detail = detail
        self.concernsPeer = concernsPeer
    }

    package var description: String { "\(code): \(detail)" }
}
