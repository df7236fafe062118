import Casework
import TransferCore
import TransferDocuments

/// A case as JSON for scripts. The person is masked; times are UTC as RFC 3339 has them, amounts whole fen.
enum CaseJSON {
    /// One case of a list, in one line.
    static func line(of entry: CaseListEntry) throws -> String {
        let bytes = try JSONWriter.object(limits: .ofCommands) { json in
            json.field("case", entry.number.text)
            json.field("role", entry.role.rawValue)
            json.field("origin", entry.origin.text)
            json.field("destination", entry.destination.text)
            json.field("residentId", entry.residentID.description)
            json.field("openedAt", entry.openedAt.signingTime.text)
            entry.summary.write(to: &json)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The whole case, in one line.
    static func text(of view: CaseView) throws -> String {
        let bytes = try JSONWriter.object(limits: .ofCommands) { view.write(to: &$0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension CaseSummary {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("phase", phase)
        json.field("holder", holder.rawValue)
        json.field("since", since.signingTime.text)
        json.field("due", ifPresent: due?.description)
        if due != nil { json.field("dueProvisional", isDueProvisional) }
        json.field("overdueReported", isOverdueReported)
        json.field("ended", isTerminal)
    }
}

extension CaseView {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("case", opening.number.text)
        json.field("role", opening.role.rawValue)
        json.field("origin", opening.origin.text)
        json.field("destination", opening.destination.text)
        json.object("person") { json in
            json.field("name", ifPresent: person?.maskedName)
            json.field("residentId", opening.residentID.description)
        }
        json.field("openedAt", opening.openedAt.signingTime.text)
        json.field("lodgedBy", ifPresent: opening.lodgedBy)
        summary.write(to: &json)
        json.field("completed", story.transfer.isCompleted)
        json.field("pensionMovedFen", pensionMoved.fen)
        json.array("legs", story.transfer.legs) { json, leg in
            json.object { json in
                json.field("branch", leg.branch.rawValue)
                json.field("phase", leg.phase)
                json.field("holder", leg.holder.rawValue)
                json.field("ended", leg.isTerminal)
            }
        }
        json.array("payouts", payouts) { json, payout in
            json.object { json in
                json.field("branch", payout.branch.rawValue)
                json.field("amountFen", payout.amount.fen)
                json.field("attempts", payout.attempts)
                json.field("paid", payout.isPaid)
            }
        }
        json.array("documents", file.documents) { json, document in json.object { write(document, to: &$0) } }
        writeMoney(to: &json)
        json.array("events", file.events) { json, event in
            json.object { json in
                json.field("branch", event.branch.rawValue)
                json.field("name", event.name)
                json.field("code", ifPresent: event.code)
                json.field("at", event.at.signingTime.text)
                json.field("actor", event.actor)
                json.field("cause", ifPresent: event.cause)
            }
        }
        json.array("notices", notices) { json, notice in
            json.object { json in
                json.field("branch", notice.branch.rawValue)
                json.field("name", notice.name)
                json.field("code", ifPresent: notice.code)
                json.field("at", notice.at.signingTime.text)
            }
        }
    }

    private func write(_ document: StoredDocument, to json: inout JSONWriter) {
        json.field("kind", document.kind.rawValue)
        json.field("sender", document.sender.text)
        json.field("recipient", document.recipient.text)
        json.field("sequence", document.sequence)
        json.field("digest", document.digest.text)
        json.field("at", document.at.signingTime.text)
        json.field("receipt", document.receipt != nil)
        json.field("refused", document.isRefused)
        if let saying = file.saying(of: document) { json.write(saying) }
        let own = opening.role == .destination ? opening.destination : opening.origin
        guard document.sender == own,
            let delivery = deliveries.first(where: {
                $0.sequence == document.sequence && $0.recipient == document.recipient
            })
        else { return }
        json.field("attempts", delivery.attempts)
        json.field("deliveredAt", ifPresent: delivery.deliveredAt?.signingTime.text)
        json.field("lastError", ifPresent: delivery.lastError)
    }

    private func writeMoney(to json: inout JSONWriter) {
        json.array("orders", file.orders) { json, order in
            json.object { json in
                json.field("key", order.key.text)
                json.field("amountFen", order.amount.fen)
                json.field("creditor", order.creditor.description)
                json.field("message", ifPresent: order.messageID)
                switch order.outcome {
                case nil: break
                case .paid(let reference): json.field("paid", reference)
                case .bounced(let reason): json.field("bounced", reason.rawValue)
                }
            }
        }
        json.array("bankLines", file.bankLines) { json, line in
            json.object { json in
                json.field("reference", line.reference)
                json.field("direction", line.direction.rawValue)
                json.field("amountFen", line.amount.fen)
                json.field("endToEndKey", line.endToEndKey)
                json.field("bookedOn", line.bookedOn.description)
                json.field("returnReason", ifPresent: line.returnReason?.rawValue)
            }
        }
        json.array("postings", postings) { json, posting in
            json.object { json in
                json.field("kind", posting.kind.rawValue)
                json.array("lines", posting.lines) { json, line in
                    json.object { json in
                        json.field("account", line.account.name)
                        json.field("amountFen", line.amount.fen)
                    }
                }
            }
        }
    }
}
