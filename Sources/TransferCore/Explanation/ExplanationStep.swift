/// One step of an explained computation: what it finds, out of which figures, and by which rule.
package struct ExplanationStep: Hashable, Sendable {
    package let kind: Kind
    package let reckoning: Reckoning
    package let result: Figure
    package let rule: FundRule

    init(_ kind: Kind, _ reckoning: Reckoning, _ result: Figure, by rule: FundRule) {
        self.kind = kind
        self.reckoning = reckoning
        self.result = result
        self.rule = rule
    }

    /// What a step finds. The names are published.
    package enum Kind: String, Hashable, CaseIterable, Sendable {
        // of a line
        case months
        case base
        case accountShare = "account-share"
        case pooledShare = "pooled-share"
        case principal
        case pooled
        case retained
        case raised
        case interestMonths = "interest-months"
        case interest
        case noMoney = "no-money"
        case withheldPrincipal = "withheld-principal"
        case withheldPooled = "withheld-pooled"
        // of a settled year
        case opening
        case openingInterest = "opening-interest"
        case credited
        case creditedInterest = "credited-interest"
        case closing
        // of the whole
        case paidMonths = "paid-months"
        case countedMonths = "counted-months"
        case totalPrincipal = "total-principal"
        case totalInterest = "total-interest"
        case account
        case totalPooled = "total-pooled"
        case totalRetained = "total-retained"
        case totalRaised = "total-raised"
        case withheldAccount = "withheld-account"
        case totalWithheldPooled = "total-withheld-pooled"
        case transfer
    }
}

/// How the figures of a step make its result.
package enum Reckoning: Hashable, Sendable {
    /// The result is taken as it stands, for the reason.
    case given(Reason)
    /// The product of the figures, divided by a whole number, and an amount rounded once, half up, to the fen.
    case product([Figure], over: Int)
    /// The sum of the figures; of none it is nothing.
    case sum([Figure])
    /// The lowest and the highest base around the declared one; which of the three counts, the result says.
    case within(base: Money, limits: BaseLimits)

    /// Why something needs no reckoning, or is nothing. The names are published.
    package enum Reason: Hashable, Sendable {
        case period(from: CalendarMonth, to: CalendarMonth)
        case baseUsed
        case share(ShareBasis)
        case kindCarriesNoMoney(ContributionKind)
        case yearIsRunning
        case noInterestComputed
        case carried(yearEnd: Int)
        case nothingCarried
        case closingOfYearBefore
        case withinOneProvince
    }
}

extension Reckoning {
    /// The exact value as a quotient of whole numbers, in the unit of the result; nil where nothing is reckoned.
    package var exact: (numerator: Int128, denominator: Int128)? {
        switch self {
        case .given, .within: nil
        case .product(let figures, let divisor):
            figures.reduce((1, Int128(divisor))) { ($0.0 * $1.exact.numerator, $0.1 * $1.exact.denominator) }
        case .sum(let figures): (figures.reduce(0) { $0 + $1.exact.numerator }, 1)
        }
    }

    /// Whether the result is not the exact value but was rounded to the fen.
    package var isRounded: Bool { exact.map { !$0.numerator.isMultiple(of: $0.denominator) } ?? false }
}

/// A figure of a computation, such as a clerk would key in.
package enum Figure: Hashable, Sendable {
    case money(Money)
    case share(BasisPoints)
    /// Two shares together: own and employer's in a temporary account.
    case together(BasisPoints, BasisPoints)
    /// What the first share is above the second.
    case apart(BasisPoints, BasisPoints)
    case count(Int)
    /// A number with three places: 1.083 is 1,083.
    case thousandths(Int)

    /// The value as a quotient of whole numbers; money in fen.
    package var exact: (numerator: Int128, denominator: Int128) {
        switch self {
        case .money(let money): (Int128(money.fen), 1)
        case .share(let share): (Int128(share.value), 10_000)
        case .together(let a, let b): (Int128(a.value) + Int128(b.value), 10_000)
        case .apart(let a, let b): (Int128(a.value) - Int128(b.value), 10_000)
        case .count(let count): (Int128(count), 1)
        case .thousandths(let number): (Int128(number), 1_000)
        }
    }
}

extension Figure: CustomStringConvertible {
    /// As a person writes it: `5000.00`, `8.00%`, `(8.00% + 20.00%)`, `9`, `1.083`.
    package var description: String {
        switch self {
        case .money(let money): money.description
        case .share(let share): share.description
        case .together(let a, let b): "(\(a) + \(b))"
        case .apart(let a, let b): "(\(a) - \(b))"
        case .count(let count): "\(count)"
        case .thousandths(let number):
            "\(number / 1_000).\(String("\(1_000 + number % 1_000)".dropFirst()))"
        }
    }
}
