/// A chain of steps, each with a limit in working days, as a profile of deadlines has them.
///
/// Source: 国办发〔2009〕66号, Art. 8, fifteen working days each; other profiles are local (BR-225).
package struct DeadlinePlan: Hashable, Sendable {
    /// The limits of the profile, each step once.
    package let limits: [Limit]
    package let steps: [Step]

    package init(limits: [Limit], steps: [Step]) {
        self.limits = limits
        self.steps = steps
    }

    /// How long a step may take.
    package struct Limit: Hashable, Sendable {
        package let step: String
        package let workingDays: Int

        package init(step: String, workingDays: Int) {
            self.step = step
            self.workingDays = workingDays
        }
    }

    /// One step and the events that start its clock, in any order.
    package struct Step: Hashable, Sendable {
        package let name: String
        /// The latest counts; without any, the clock starts on the last day of the step before.
        package let events: [CivilDate]
        package let pauses: [Pause]

        package init(name: String, events: [CivilDate], pauses: [Pause] = []) {
            self.name = name
            self.events = events
            self.pauses = pauses
        }
    }

    /// When a step must be done.
    package struct Deadline: Hashable, Sendable {
        package let step: String
        package let dayZero: CivilDate
        package let due: DueDate
    }

    package static let mostPauses = 2
    package static let longestPauseWorkingDays = 10

    /// The deadlines of all steps.
    ///
    /// Source: 国办发〔2009〕66号, Art. 8; 人社部发〔2009〕187号: the last clock starts when both the form and the funds are
    /// in (BR-123, BR-220); our choice for pauses (BR-224).
    ///
    /// - Throws: the first fault, step by step.
    package func deadlines(by calendar: WorkingDayCalendar) throws(RuleFault) -> [Deadline] {
        var deadlines: [Deadline] = []
        for (place, step) in steps.enumerated() {
            try check(step, at: "steps[\(place)]", isFirst: place == 0, by: calendar)
        }
        for step in steps {
            guard let dayZero = step.events.max() ?? deadlines.last?.due.date,
                let limit = limit(of: step)?.workingDays
            else { continue }
            let due = calendar.due(after: dayZero, workingDays: limit, pauses: step.pauses)
            deadlines.append(Deadline(step: step.name, dayZero: dayZero, due: due))
        }
        return deadlines
    }

    /// Names are compared as bytes.
    private func limit(of step: Step) -> Limit? {
        limits.first { $0.step.utf8.elementsEqual(step.name.utf8) }
    }

    private func check(
        _ step: Step, at path: String, isFirst: Bool, by calendar: WorkingDayCalendar
    ) throws(RuleFault) {
        guard limit(of: step) != nil else {
            throw RuleFault(.unknownValue, at: "\(path).step", "not in the profile")
        }
        if isFirst, step.events.isEmpty {
            throw RuleFault(.missingField, at: "\(path).events[0]", "the first step needs an event")
        }
        let firstYear = calendar.publishedYears.lowerBound
        if let place = step.events.firstIndex(where: { $0.year < firstYear }) {
            throw RuleFault(.calendarRange, at: "\(path).events[\(place)]", "before the calendar begins")
        }
        guard step.pauses.count <= DeadlinePlan.mostPauses else {
            throw RuleFault(.pauseLimit, at: "\(path).pauses", "at most two pauses")
        }
        for (place, pause) in step.pauses.enumerated() {
            let path = "\(path).pauses[\(place)]"
            guard pause.from <= pause.to else {
                throw RuleFault(.wrongOrder, at: "\(path).to", "the end is before the beginning")
            }
            guard pause.from.year >= firstYear else {
                throw RuleFault(.calendarRange, at: "\(path).from", "before the calendar begins")
            }
            if step.pauses[..<place].contains(where: { $0.from <= pause.to && pause.from <= $0.to }) {
                throw RuleFault(.overlappingLines, at: path, "shares a day with an earlier pause")
            }
            let longest = DeadlinePlan.longestPauseWorkingDays
            guard calendar.workingDays(from: pause.from, through: pause.to, countingUpTo: longest + 1) <= longest
            else {
                throw RuleFault(.pauseLimit, at: path, "at most ten working days")
            }
        }
    }
}
