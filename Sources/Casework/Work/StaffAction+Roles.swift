package import TransferCore

extension StaffAction {
    /// The sides of a case on which it can be taken at all.
    package var roles: Set<Role> {
        switch self {
        case .accept, .refuse, .openTemporaryAccount, .askSupplement, .withdraw, .confirmAccount, .returnFunds,
            .retryReturn, .chooseMonths:
            [.destination]
        case .check, .handBack, .hold, .liftHold, .waiveArrears, .remit, .endPerson, .settleHeirs, .reviseForm,
            .meetShortfall, .retryBalance:
            [.origin]
        case .correctAccount, .ask, .answer, .recall, .consentToRecall, .declineRecall, .askCorrection,
            .agreeToCorrection, .declineCorrection, .remind, .acceptMoney, .retry:
            [.destination, .origin]
        }
    }
}
