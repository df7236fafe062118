package import TransferDocuments

/// The port of a small note outside the database: the newest head that this node has signed.
///
/// A head is kept in the database first and noted then. So a database whose log ends before the noted head is an older one,
/// or has lost its last writes. Source: reliability handbook, F10.
package protocol HeadAnchor: Sendable {
    /// Notes a head in place of the one before.
    func keep(_ head: SignedTreeHead) throws(StoreError)
}
