import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Compares the books with those of another office at once, instead of waiting for the night: `POST
/// /ops/peers/{code}/digest`. The answer names no person.
struct BooksComparison: Sendable {
    let truth: TruthDesk

    var routes: [Route] { [Route(.post, "/ops/peers/{code}/digest", access: .local, answer: compare)] }

    private func compare(_ call: Call) async throws(Problem) -> Answer {
        guard let peer = AgencyCode(call.parameters[0]) else { throw .notFound }
        let reckoning: PeerReckoning
        do throws(TruthFault) {
            reckoning = try await truth.compare(with: peer)
        } catch {
            throw BooksComparison.problem(error)
        }
        return try .json { json in
            json.field("peer", peer.text)
            json.field("agrees", reckoning.differences.isEmpty && reckoning.furtherDifferences == 0)
            json.field("cases", reckoning.cases)
            json.object("outward") { reckoning.outward.write(to: &$0) }
            json.object("inward") { reckoning.inward.write(to: &$0) }
            json.array("differences", reckoning.differences) { json, item in
                json.object { json in
                    json.field("case", item.number.text)
                    json.field("kind", item.kind.rawValue)
                    json.field("here", item.here)
                    json.field("there", item.there)
                }
            }
            json.field("furtherDifferences", reckoning.furtherDifferences)
        }
    }

    private static func problem(_ fault: TruthFault) -> Problem {
        switch fault {
        case .noSuchPeer: .notFound
        case .store(let error): Problem(error)
        case .signing:
            Problem(
                status: 503, code: "unavailable", title: "Service unavailable",
                detail: "Our own statement could not be signed; look at the document key.")
        case .delivery(let fault):
            Problem(
                status: 503, code: fault.code, title: "The peer did not answer",
                detail: "Look at the connection, or ask the other office: \(fault.detail)")
        case .answer(let code, let detail):
            Problem(status: 503, code: code, title: "The peer's statement cannot be used", detail: detail)
        }
    }
}

extension PeerReckoning.Pair {
    fileprivate func write(to json: inout JSONWriter) {
        json.object("ours") { ours.write(to: &$0) }
        json.object("theirs") { theirs.write(to: &$0) }
        json.field("apartFen", apart.fen)
    }
}

extension MovedMoney {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("remittedFen", remitted.fen)
        json.field("returnedFen", returned.fen)
        json.field("postedFen", posted.fen)
    }
}
