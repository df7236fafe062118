import TransferCore

extension CaseEffect {
    /// The kind of the posting that the effect is; nil for any other effect.
    var postedKind: Posting.Kind? {
        switch self {
        case .destination(.post(let kind)), .origin(.post(let kind)), .payout(_, .post(let kind)),
            .side(.post(let kind)):
            kind
        default: nil
        }
    }
}
