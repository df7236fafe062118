import Foundation
import PostgresShim

/// A request to leave off, which belongs to nobody any more but the thread that sends it.
struct CancelRequest: @unchecked Sendable {
    /// What libpq calls a cancel object.
    let handle: OpaquePointer

    /// libpq sends it over a connection of its own and waits for its end without a deadline: so nobody waits for that.
    func send() {
        Thread.detachNewThread {
            var words = [CChar](repeating: 0, count: 256)
            PQcancel(handle, &words, Int32(words.count))
            PQfreeCancel(handle)
        }
    }
}
