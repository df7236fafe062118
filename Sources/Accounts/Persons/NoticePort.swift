package import Casework

/// The port through which texts leave the node for people's telephones: one-time codes, and word of what has changed.
///
/// What is handed over belongs to whoever carries it, such as the gateway of a telephone company. No text holds an identity
/// number, a full name or an address that logs in.
package protocol NoticePort: Sendable {
    /// Hands texts over, all of them or none. Those that begin with the same id stand in the place of those that began with
    /// it before, so that a crash between handing over and noting it tells nobody twice.
    func hand(over texts: [NoticeText]) async throws(NoticeFault)
}

extension NoticePort {
    package func hand(over text: NoticeText) async throws(NoticeFault) { try await hand(over: [text]) }
}

/// One text for one telephone.
package struct NoticeText: Hashable, Sendable {
    /// Names the text and nothing else: letters, digits and hyphens.
    package let id: String
    package let kind: Kind
    /// The number of the telephone, as the application has it. Personal data: for the port, never for a log.
    package let mobile: String
    /// One sentence or two.
    package let words: String
    package let at: Instant

    /// The names are published.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Tells a one-time code; worth nothing after ten minutes.
        case code
        /// Tells that something has changed.
        case notice
    }

    package init(id: String, kind: Kind, mobile: String, words: String, at: Instant) {
        self.id = id
        self.kind = kind
        self.mobile = mobile
        self.words = words
        self.at = at
    }
}

extension NoticeText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "the text \(id)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["text": description]) }
}

/// A text could not be handed over: the disk is full, or the carrier is gone.
package struct NoticeFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
