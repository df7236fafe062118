import Casework
import Synchronization
import TransferDocuments

/// The note of the newest head that a simulated node has signed. It does not lie on the node's disk, so it is not restored
/// with it; like the note of a real node, see ``Casework/HeadAnchor``.
final class SimulatedAnchor: HeadAnchor {
    private let noted = Mutex<SignedTreeHead?>(nil)

    var head: SignedTreeHead? { noted.withLock { $0 } }

    func keep(_ head: SignedTreeHead) throws(StoreError) { noted.withLock { $0 = head } }
}
