import Casework
import TransferCore
import TransferDocuments

// A case as the interface shows it. The person is masked: whoever lodged the case knows who it is.

extension CaseView {
    func write(to json: inout JSONWriter, for caller: AccessToken) {
        json.field("case", opening.number.text)
        json.field("role", opening.role.rawValue)
        json.field("origin", opening.origin.text)
        json.field("destination", opening.destination.text)
        json.object("person") { json in
            json.field("name", ifPresent: person?.maskedName)
            json.field("residentId", opening.residentID.description)
        }
        json.field("openedAt", opening.openedAt.signingTime.text)
        summary.write(to: &json)
        json.field("completed", story.transfer.isCompleted)
        json.array("legs", story.transfer.legs) { json, leg in json.object { leg.write(to: &$0) } }
        writeAmounts(to: &json)
        json.array("documents", file.documents) { json, document in
            let delivery = deliveries.first { $0.sequence == document.sequence && $0.recipient == document.recipient }
            json.object { json in
                document.write(to: &json, delivery: delivery, for: caller)
                // What one office writes to the other is for the agency's own people.
                if caller.role.seesEveryCase, let saying = file.saying(of: document) { json.write(saying) }
            }
        }
        json.array("notices", notices) { json, notice in json.object { notice.write(to: &$0) } }
        json.array("events", file.events) { json, event in json.object { event.write(to: &$0, for: caller) } }
        json.links(to: opening.number)
    }

    /// What is certified, what has moved, and what was paid out: each when it is known.
    private func writeAmounts(to json: inout JSONWriter) {
        let certified = certifiedFunds
        if certified != nil || pensionMoved > .zero {
            json.object("amounts") { json in
                json.field("accountFen", ifPresent: certified?.account.fen)
                json.field("pooledFen", ifPresent: certified?.pooled.fen)
                json.field("transferFen", ifPresent: certified?.transfer.fen)
                json.field("movedFen", pensionMoved.fen)
            }
        }
        guard !opening.payouts.isEmpty else { return }
        json.array("payouts", payouts) { json, payout in
            json.object { json in
                json.field("branch", payout.branch.rawValue)
                json.field("amountFen", payout.amount.fen)
                json.field("attempts", payout.attempts)
                json.field("paid", payout.isPaid)
            }
        }
    }

    /// The funds of the newest information form; nil before there is one.
    private var certifiedFunds: FundComputation? {
        guard
            let document = file.documents.last(where: { $0.kind == .informationForm && !$0.isRefused }),
            let signed = try? JWS.parse(document.bytes, typ: .document, maximumBytes: Desk.longestDocument),
            case .informationForm(let form)? = try? DocumentEnvelope(decoding: signed.payload).content
        else { return nil }
        return form.computation
    }
}

extension TransferCase.LegView {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("branch", branch.rawValue)
        json.field("phase", phase)
        json.field("holder", holder.rawValue)
        json.field("ended", isTerminal)
    }
}

extension StoredDocument {
    fileprivate func write(to json: inout JSONWriter, delivery: DeliveryState?, for caller: AccessToken) {
        json.field("kind", kind.rawValue)
        json.field("sender", sender.text)
        json.field("recipient", recipient.text)
        json.field("sequence", sequence)
        json.field("digest", digest.text)
        json.field("at", at.signingTime.text)
        json.field("delivered", receipt != nil)
        json.field("refused", isRefused)
        guard let delivery, caller.role.seesEveryCase else { return }
        json.field("deliveredAt", ifPresent: delivery.deliveredAt?.signingTime.text)
        json.field("attempts", delivery.attempts)
        json.field("lastError", ifPresent: delivery.lastError)
    }
}

extension StoredNotice {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("branch", branch.rawValue)
        json.field("name", name)
        json.field("code", ifPresent: code)
        json.field("at", at.signingTime.text)
        guard let wording = NoticeWording(name: name, code: code) else { return }
        json.field("chinese", wording.sentence.chinese)
        json.field("english", wording.sentence.english)
        json.field("nextStepChinese", ifPresent: wording.nextStep?.chinese)
        json.field("nextStepEnglish", ifPresent: wording.nextStep?.english)
    }
}

extension StoredEvent {
    fileprivate func write(to json: inout JSONWriter, for caller: AccessToken) {
        json.field("branch", branch.rawValue)
        json.field("name", name)
        json.field("code", ifPresent: code)
        json.field("at", at.signingTime.text)
        // Who else has a token of this node is not an employer's to know.
        let isOther = actor.hasPrefix("token:") && actor != "token:\(caller.name)"
        json.field("actor", isOther && !caller.role.seesEveryCase ? "token" : actor)
    }
}
