import GRDBSQLite

/// Where texts and bytes stand that are bound to statements, until these are reset: one piece of memory, so that SQLite
/// takes none for each value. Statements may be nested; what was bound last is forgotten first.
final class BoundValues {
    private let place: UnsafeMutableRawBufferPointer
    /// How many bytes are taken.
    private(set) var count = 0

    private static let capacity = 128 << 10
    /// Tells SQLite to copy what is bound: the bytes are ours only during the call.
    private nonisolated(unsafe) static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init() {
        place = UnsafeMutableRawBufferPointer.allocate(byteCount: BoundValues.capacity, alignment: 16)
    }

    deinit { place.deallocate() }

    /// - Returns: where the bytes stand, never nothing, as that would mean NULL; and what SQLite is to do about them: nothing
    ///   where they stay there until ``forget(from:)``, and copy them at once where there is no room.
    func keep(_ bytes: UnsafeRawBufferPointer) -> (UnsafeRawPointer?, sqlite3_destructor_type?) {
        guard bytes.count <= place.count - count, let start = place.baseAddress else {
            return (bytes.baseAddress, BoundValues.copied)
        }
        let kept = start + count
        if let source = bytes.baseAddress { kept.copyMemory(from: source, byteCount: bytes.count) }
        count += bytes.count
        return (UnsafeRawPointer(kept), nil)
    }

    /// Gives back what was taken since a moment.
    func forget(from mark: Int) { count = mark }
}
