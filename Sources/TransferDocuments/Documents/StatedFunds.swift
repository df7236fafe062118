import TransferCore

// Amounts as a partner states them. The core makes a computation only by computing; what was received has to be held as
// it is, also when it is wrong, so that both can be compared. The core's types are plain numbers, and these initialisers
// put the numbers in place; a type that gains a member stops the first document that is read.

extension FundLine {
    init(principal: Money, interest: Money, pooled: Money, retained: Money, raised: Money) {
        self = unsafeBitCast((principal, interest, pooled, retained, raised), to: FundLine.self)
    }
}

extension CountedMonths {
    init(paid: Int, deemed: Int, arrears: Int, waived: Int, withheld: Int) {
        self = unsafeBitCast((paid, deemed, arrears, waived, withheld), to: CountedMonths.self)
    }
}

extension FundComputation {
    init(
        lines: [FundLine], years: [FundYear], months: CountedMonths, principal: Money, interest: Money, account: Money,
        pooled: Money, retained: Money, raised: Money, withheldAccount: Money, withheldPooled: Money, moneyMoves: Bool,
        transfer: Money
    ) {
        self = unsafeBitCast(
            (
                lines, years, months, principal, interest, account, pooled, retained, raised, withheldAccount,
                withheldPooled, moneyMoves, transfer
            ), to: FundComputation.self)
    }
}
