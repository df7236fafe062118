import Synchronization
import TransferCore
import TransferDocuments

/// Documents as they were read from their bytes, the newest of them: a case reads its letter and its form with every step,
/// and the bytes of a document never change.
///
/// Found are the very same bytes only, compared whole; so it makes no difference but to speed whether a document stands here.
/// Only what was verified, was signed here or came from the own store is put in, so that nobody outside decides what is
/// forgotten.
final class ReadDocuments: Sendable {
    /// Of the whole process: what bytes say depends on nothing else.
    static let shared = ReadDocuments()

    /// What the bytes of a document say.
    struct Reading: Sendable {
        let jws: JWS
        let digest: DocumentDigest
        let envelope: DocumentEnvelope
    }

    fileprivate struct State {
        /// By their last bytes, which are of the signature.
        var newer: [UInt64: Reading] = [:]
        /// What was read before those; forgotten when there are too many again.
        var older: [UInt64: Reading] = [:]
        /// How many bytes the newer ones have.
        var bytes = 0
    }

    /// How much is remembered: so many documents, and so many bytes of them, twice. A longer document is read each time.
    private static let most = 512
    private static let mostBytes = 4 << 20
    private static let longest = 64 << 10

    private let state = Mutex(State())

    /// What was read from exactly these bytes before; nil when that is not known.
    func reading(of bytes: [UInt8]) -> Reading? {
        let mark = ReadDocuments.mark(bytes)
        return state.withLock { state in
            if let reading = state.newer[mark], reading.jws.bytes == bytes { return reading }
            guard let reading = state.older[mark], reading.jws.bytes == bytes else { return nil }
            state.keep(reading, mark)
            return reading
        }
    }

    func keep(_ reading: Reading) {
        guard reading.jws.bytes.count <= ReadDocuments.longest else { return }
        state.withLock { $0.keep(reading, ReadDocuments.mark(reading.jws.bytes)) }
    }

    /// Keeps what was just written and signed here: read from its bytes it says the same.
    func keep(_ envelope: DocumentEnvelope, signedAs document: StoredDocument) {
        guard let jws = try? JWS.parse(document.bytes, typ: .document, maximumBytes: ReadDocuments.longest) else {
            return
        }
        keep(Reading(jws: jws, digest: document.digest, envelope: envelope))
    }

    private static func mark(_ bytes: [UInt8]) -> UInt64 { bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

extension ReadDocuments.State {
    fileprivate mutating func keep(_ reading: ReadDocuments.Reading, _ mark: UInt64) {
        if newer.count >= ReadDocuments.most || bytes >= ReadDocuments.mostBytes {
            older = newer
            newer = [:]
            bytes = 0
        }
        bytes += reading.jws.bytes.count
        newer[mark] = reading
    }
}
