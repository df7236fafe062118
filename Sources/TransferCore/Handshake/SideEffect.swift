/// What the machines beside the handshakes leave to be done. Effects are committed with the event and carried out
/// afterwards.
package enum SideEffect: Hashable, Sendable {
    case send(DocumentKind)
    case post(Posting.Kind)
    /// Money is owed back: decide on sending it.
    case returnFunds
    case orderReturn(attempt: Int)
    /// The other side asks for something back: consent or refuse.
    case answerRecall
    case notifyInsuredPerson(Notice)
    case alertClerk(Alert)
}
