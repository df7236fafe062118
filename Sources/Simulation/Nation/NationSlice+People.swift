import Casework
import TransferCore
import TransferDocuments

// Applicants, and when staff and applicants look at a case.

extension NationSlice {
    // MARK: Applicants

    func lodge(_ place: Int) async {
        let applicant = applicants[place]
        let (origin, destination) = (nodes[applicant.origin], nodes[applicant.destination])
        if let record = applicant.recordAtOrigin { _ = try? await origin.store.perform(.records([record])) }
        if let record = applicant.recordAtDestination { _ = try? await destination.store.perform(.records([record])) }
        let application = applicant.application(from: origin.code, corrected: false)
        totals.add("applications")
        // A second application may fall to the first days after the year.
        if applicant.lodgesAt >= Int64(calendar.length) * NationCalendar.day { totals.add("afterYear") }
        do {
            let form = try ApplicationForm.write(application)
            switch try await destination.desk.lodge(
                application, form: form, owner: "mill", key: "key-\(applicant.serial)")
            {
            case .opened(let number, _), .repeated(let number):
                visits[place].number = number
                owners[number] = place
                if let days = applicant.withdrawsAfter {
                    events.push(
                        .applicant(place), at: calendar.moment(after: time.now, workingDays: days, &numbers))
                }
            case .underWay: totals.add("underway")
            case .keyReused, .faulty: watch.find("lodged", "application \(applicant.serial) was not taken")
            }
        } catch {
            watch.find("lodged", "application \(applicant.serial) was not taken: \(error)")
        }
    }

    /// An applicant looks after the own application: takes it back, corrects it, or names another card.
    func visit(of place: Int) async {
        visits[place].isPlanned = false
        let applicant = applicants[place]
        let (origin, destination) = (nodes[applicant.origin], nodes[applicant.destination])
        guard let number = visits[place].number else { return }
        await mendAccount(place, number, origin)
        guard let story = story(of: number, at: destination), !story.transfer.isTerminal,
            case .destination(let handshake) = story.transfer.pension
        else { return }
        if applicant.withdrawsAfter != nil, !visits[place].hasWithdrawn {
            visits[place].hasWithdrawn = true
            return await withdraw(number, destination)
        }
        switch handshake.phase {
        case .returned, .supplementing: await correct(place, number, origin, destination)
        default: break
        }
    }

    private func withdraw(_ number: CaseNumber, _ node: NationNode) async {
        do { try await node.desk.withdraw(number, owner: "mill") } catch {
            watch.note("\(number) is not withdrawn: \(error)")
        }
    }

    /// Corrects once or twice, when the reason may have gone; whose letter comes back again gives up, as do some at once.
    private func correct(
        _ place: Int, _ number: CaseNumber, _ origin: NationNode, _ destination: NationNode
    ) async {
        visits[place].corrections += 1
        guard visits[place].corrections <= 2, numbers.chance(assumed.answersReturn) else {
            return await withdraw(number, destination)
        }
        let applicant = applicants[place]
        if numbers.chance(assumed.mendsRecord) { await mendRecord(of: applicant.person.residentID, at: origin) }
        let application = applicant.application(from: origin.code, corrected: true)
        do {
            let form = try ApplicationForm.write(application)
            try await destination.desk.correct(number, application, form: form, owner: "mill")
        } catch {
            watch.note("\(number) is not corrected: \(error)")
        }
    }

    /// Where a payout came back the person names another card.
    private func mendAccount(_ place: Int, _ number: CaseNumber, _ node: NationNode) async {
        guard let story = story(of: number, at: node) else { return }
        for (purpose, leg) in story.transfer.payouts.sorted(by: { $0.key < $1.key }) {
            guard case .bounced = leg.phase, case .balance(let branch) = purpose, !leg.moves else { continue }
            visits[place].cards += 1
            let person = applicants[place]
                .application(from: node.code, corrected: visits[place].corrections > 0).person
            let card = SimulatedCast.card(of: person, applicants[place].serial + 100 * visits[place].cards)
            do {
                _ = try await node.desk.correctAccount(
                    number, branch, card, form: Array("{\"card\":\(visits[place].cards)}".utf8), owner: "mill")
            } catch {
                watch.note("\(number): the account is not corrected: \(error)")
            }
        }
    }

    /// The record at the origin as it should have been: settled, free, and without what stood in the way.
    func mendRecord(of person: ResidentID, at node: NationNode, lines: [ContributionLine]? = nil) async {
        guard let record = try? await node.store.record(of: person) else { return }
        _ = try? await node.store.perform(.records([record.mended(lines ?? record.lines)]))
    }

    /// The case as people see it.
    func story(of number: CaseNumber, at node: NationNode) -> CaseStory? {
        guard let file = try? node.store.file(of: number) else { return nil }
        return try? CaseStory(replaying: file)
    }

    // MARK: When somebody looks

    /// A case has changed: staff will look at it when it is its turn, and an applicant who was asked for something comes.
    func plan(_ change: ChangedCases.Change) {
        let (node, number) = (change.node, change.number)
        guard !change.isTerminal else {
            plans[node][number] = nil
            return
        }
        if change.phase == "returned" || change.phase == "supplementing", nodes[node].code == number.destination {
            planVisit(of: number)
        }
        var at: Int64
        if let planned = plans[node][number], planned.phase == change.phase, planned.at > time.now {
            guard change.isUrged else { return }
            // A reminder halves what is left.
            at = time.now + (planned.at - time.now) / 2
        } else {
            at = calendar.moment(after: time.now, workingDays: delay(change.phase, nodes[node].pace), &numbers)
        }
        at = max(at, time.now + 60_000)
        plans[node][number] = Plan(phase: change.phase, at: at)
        events.push(.staff(node, number), at: at)
    }

    func planVisit(of number: CaseNumber) {
        guard let place = owners[number], !visits[place].isPlanned else { return }
        visits[place].isPlanned = true
        events.push(
            .applicant(place),
            at: calendar.moment(after: time.now, workingDays: numbers.among(assumed.answerDays), &numbers))
    }

    /// How many working days staff of a pace take for a case that has come into a phase.
    private func delay(_ phase: String, _ pace: Int) -> Int {
        let days: Int
        switch phase {
        case "reviewing": days = numbers.among(assumed.reviewDays)
        case "checking": days = numbers.among(assumed.checkDays)
        case "frozen": days = numbers.among(assumed.orderDays)
        default: days = numbers.among(assumed.otherDays)
        }
        let late = numbers.chance(assumed.forgotten) ? numbers.among(assumed.forgottenDays) : 0
        return days * pace / 100 + late
    }
}
