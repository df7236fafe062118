import Synchronization
import TransferCore

/// Stories as they were made from histories, the newest of them: a case is read with every step, and its history only grows.
///
/// What a history tells depends on its opening and its events alone. Both are compared whole, event by event, with those that
/// were replayed, so a history that is not the same, or no longer begins with the same, is replayed from its first event on.
final class ReplayedStories: Sendable {
    /// Of the whole process: the same events make the same story in every store.
    static let shared = ReplayedStories()

    private struct Key: Hashable {
        let number: CaseNumber
        let role: Role
    }

    private struct Replayed {
        let opening: CaseOpening
        let events: [StoredEvent]
        let story: CaseStory
    }

    private struct State {
        var newer: [Key: Replayed] = [:]
        /// What was kept before those; forgotten when there are too many again.
        var older: [Key: Replayed] = [:]
    }

    /// So many histories are remembered, twice; a longer one is replayed each time.
    private static let most = 512
    private static let longest = 256

    private let state = Mutex(State())

    /// The story of a history, or of its beginning; nil when neither is known.
    ///
    /// - Returns: the story, and of how many events it is.
    func story(of file: CaseFile) -> (story: CaseStory, events: Int)? {
        let key = Key(number: file.opening.number, role: file.opening.role)
        let replayed = state.withLock { $0.newer[key] ?? $0.older[key] }
        guard let replayed, replayed.opening == file.opening, replayed.events.count <= file.events.count,
            replayed.events[...] == file.events.prefix(replayed.events.count)
        else { return nil }
        return (replayed.story, replayed.events.count)
    }

    func keep(_ story: CaseStory, of file: CaseFile) {
        guard file.events.count <= ReplayedStories.longest else { return }
        let key = Key(number: file.opening.number, role: file.opening.role)
        state.withLock { state in
            if state.newer.count >= ReplayedStories.most {
                state.older = state.newer
                state.newer = [:]
            }
            state.newer[key] = Replayed(opening: file.opening, events: file.events, story: story)
        }
    }
}
