import Casework
import TransferCore
import TransferDocuments

// What staff see, as the interface writes it. Persons of the agency stand by their numbers, insured persons not at all.

extension JSONWriter {
    mutating func write(_ wording: Wording) {
        field("chinese", wording.chinese)
        field("english", wording.english)
    }

    mutating func write(_ form: StaffActionForm) {
        field("action", form.action.name)
        field("needsChecker", form.action.needsChecker)
        field("digest", form.digest.text)
    }

    /// - Parameter isWhole: with the form as it was entered, for whoever checks it.
    mutating func write(_ proposal: Proposal, isWhole: Bool) {
        field("id", proposal.id)
        field("case", proposal.number.text)
        field("version", proposal.version)
        field("action", proposal.action)
        field("digest", proposal.digest.text)
        field("state", proposal.state.rawValue)
        field("maker", proposal.maker)
        field("at", proposal.at.signingTime.text)
        field("job", ifPresent: proposal.job)
        if let verdict = proposal.verdict {
            object("verdict") { json in
                json.field("approved", verdict.isApproval)
                json.field("person", verdict.person)
                json.field("text", ifPresent: verdict.text)
                json.field("at", verdict.at.signingTime.text)
            }
        }
        if let end = proposal.end {
            object("end") { json in
                json.field("carriedOut", end.isCarriedOut)
                json.field("version", end.version)
                json.field("why", ifPresent: end.why)
                json.field("at", end.at.signingTime.text)
            }
        }
        if isWhole, let form = try? JSON.parse(proposal.bytes, limits: .request) { field("form", form) }
        object("links") { json in
            json.field("self", "/api/v1/staff/proposals/\(proposal.id)")
            json.field("case", "/api/v1/cases/\(proposal.number)")
        }
    }

    mutating func write(_ rehearsal: Rehearsal) {
        object("rehearsal") { json in
            json.field("phaseBefore", rehearsal.phaseBefore)
            json.field("phaseAfter", rehearsal.phaseAfter)
            json.field("holderAfter", rehearsal.holderAfter.rawValue)
            json.array("events", rehearsal.events) { $0.value($1) }
            json.array("documents", rehearsal.documents.map(\.rawValue)) { $0.value($1) }
            json.array("notices", rehearsal.notices) { $0.value($1) }
            json.array("postings", rehearsal.postings.map(\.kind.rawValue)) { $0.value($1) }
            json.array("orders", rehearsal.orders.sorted { $0.key < $1.key }) { json, order in
                json.object { json in
                    json.field("key", order.key.text)
                    json.field("amountFen", order.value.fen)
                }
            }
            json.write(Consequences(of: rehearsal))
        }
    }

    mutating func write(_ evidence: CaseEvidence) {
        field("role", evidence.role.rawValue)
        field("personDiffers", !evidence.mismatches.isEmpty)
        array("checks", evidence.findings) { json, finding in
            json.object { json in
                json.field("rule", finding.rule.rawValue)
                json.field("verdict", finding.verdict.rawValue)
                json.field("reason", ifPresent: finding.answer.reason?.code)
                json.object("sentence") { $0.write(finding.rule.sentence) }
                json.object("source") { json in
                    json.field("chinese", finding.rule.source.chinese)
                    json.field("english", finding.rule.source.english)
                }
            }
        }
        array("elsewhere", evidence.elsewhere.map(\.rawValue)) { $0.value($1) }
    }

    mutating func write(_ consequences: Consequences) {
        array("here", consequences.here) { json, wording in json.object { $0.write(wording) } }
        array("atPeer", consequences.atPeer) { json, wording in json.object { $0.write(wording) } }
    }

    /// Where a case stands.
    mutating func write(_ view: CaseView) {
        field("case", view.opening.number.text)
        field("version", view.file.version)
        view.summary.write(to: &self)
    }

    mutating func write(_ assignment: Assignment) {
        field("case", assignment.number.text)
        field("person", ifPresent: assignment.person)
        field("by", assignment.by)
        field("at", assignment.at.signingTime.text)
    }

    mutating func write(_ stalled: StalledCase) {
        field("case", stalled.number.text)
        field("version", stalled.version)
        field("role", stalled.role.rawValue)
        field("peer", stalled.peer.text)
        field("cause", stalled.cause.rawValue)
        object("sentence") { $0.write(stalled.cause.sentence) }
        field("detail", ifPresent: stalled.detail)
        array("alsoBecause", stalled.alsoBecause.map(\.cause.rawValue)) { $0.value($1) }
        field("phase", stalled.phase)
        field("holder", stalled.holder.rawValue)
        field("since", stalled.since.signingTime.text)
        field("due", ifPresent: stalled.due?.description)
        field("workingDaysLate", stalled.workingDaysLate)
        field("level", stalled.level)
        object("links") { json in
            json.field("self", "/api/v1/staff/stalled/\(stalled.number)")
            json.field("case", "/api/v1/cases/\(stalled.number)")
        }
    }

    mutating func write(_ money: StalledMoney, owner: AgencyCode) {
        field("cause", StalledCause.moneyWithoutCase.rawValue)
        object("sentence") { $0.write(StalledCause.moneyWithoutCase.sentence) }
        field("owner", owner.text)
        field("reference", money.line.line.reference)
        field("direction", money.line.line.direction.rawValue)
        field("amountFen", money.line.line.amount.fen)
        field("endToEndKey", money.line.line.endToEndKey)
        field("bookedOn", money.line.line.bookedOn.description)
        field("why", money.line.why)
        field("workingDays", money.workingDays)
    }

    /// The form of an action as it would be entered; what has to be asked of a person first is left out.
    mutating func writeExample(_ action: StaffAction) {
        switch action {
        case .correctAccount(let purpose, _):
            field("action", action.name)
            field("payout", StaffAction.payoutName(purpose))
        default:
            guard let bytes = try? StaffActionForm.write(action, text: "-"),
                case .object(let form)? = try? JSON.parse(bytes, limits: .request)
            else { return field("action", action.name) }
            for member in form.members where member.name != "text" { field(member.name, member.value) }
        }
    }

    mutating func write(_ job: Job) {
        field("id", job.id)
        field("work", job.work.rawValue)
        if case .action = job.work, let form = try? JSON.parse(job.bytes, limits: .request) { field("form", form) }
        field("state", job.state.rawValue)
        field("maker", job.maker)
        field("checker", ifPresent: job.checker)
        field("at", job.at.signingTime.text)
        field("total", job.total)
        field("finished", job.finished)
        object("links") { $0.field("self", "/api/v1/staff/jobs/\(job.id)") }
    }

    mutating func write(_ item: JobItem) {
        field("place", item.place)
        field("case", item.number.text)
        field("version", item.version)
        field("proposal", ifPresent: item.proposal)
        field("outcome", ifPresent: item.result?.outcome.rawValue)
        field("why", ifPresent: item.result?.why)
        field("at", ifPresent: item.result?.at.signingTime.text)
    }
}
