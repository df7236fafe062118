/// What is done about a step that is late, as either side lives it: a signed reminder to the other office, then somebody
/// above. A late step ends nothing and shifts no duty to the insured person.
///
/// Source: BR-223 of the domain handbook.
package struct Urging: Equatable, Sendable {
    package private(set) var remindersSent = 0
    package private(set) var remindersReceived = 0
    /// 0, 1 (the supervisor of this agency) or 2 (the superior agency).
    package private(set) var level = 0

    package init() {}

    package enum Event: Hashable, Sendable {
        case reminderSent
        case reminderArrived
        case escalated
    }

    /// How many working days after the deadline somebody above is told: the supervisor, the superior agency.
    ///
    /// Source: BR-223 of the domain handbook.
    package static let escalationWorkingDays = [5, 15]

    /// No step is urged more often. Source: our choice.
    package static let mostReminders = 20

    /// Another step has begun: nothing was urged of it yet.
    mutating func beginAnew() { self = Urging() }

    /// Moves on, or throws and changes nothing.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        switch event {
        case .reminderSent where remindersSent < Urging.mostReminders:
            remindersSent += 1
            return [.send(.reminder)]
        case .reminderArrived where remindersReceived < Urging.mostReminders:
            remindersReceived += 1
            return [.alertClerk(.reminded)]
        case .escalated where level < Urging.escalationWorkingDays.count:
            level += 1
            return [.alertClerk(.escalated)]
        default:
            throw NotAllowed(event: event.name, phase: "urged-enough")
        }
    }
}

extension Urging.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .reminderSent: "reminder-sent"
        case .reminderArrived: "reminder-arrived"
        case .escalated: "escalated"
        }
    }
}
