package import TransferCore

/// What a journal shows when it is looked at from outside.
extension BankJournal {
    package struct Report: Hashable, Sendable {
        /// Orders that one payer had executed more than once, in the order of their keys. None is right.
        package let repeated: [RepeatedOrder]
        /// In the order of their codes.
        package let agencies: [AgencySums]

        /// One end-to-end key for which money left one payer's account more than once.
        package struct RepeatedOrder: Hashable, Sendable {
            package let payer: AgencyCode
            package let key: String
            package let times: Int

            package init(payer: AgencyCode, key: String, times: Int) {
                self.payer = payer
                self.key = key
                self.times = times
            }
        }
    }

    /// What went through the account of one agency.
    package struct AgencySums: Hashable, Sendable {
        package let agency: AgencyCode
        package fileprivate(set) var ordersExecuted = 0
        package fileprivate(set) var ordersReturned = 0
        /// Transfers, and whole files, that were not executed.
        package fileprivate(set) var ordersRejected = 0
        package fileprivate(set) var out = Money.zero
        /// Of what went out, what came back.
        package fileprivate(set) var returned = Money.zero
        /// What other agencies paid in.
        package fileprivate(set) var received = Money.zero

        /// What the account has gained; less than zero when it has lost.
        package var net: Money { returned + received - out }
    }

    /// Reads a journal and looks for orders that were executed more than once.
    ///
    /// The key is that of the payer's order: money that another agency sends back under the same key is another order.
    package static func check(_ bytes: [UInt8]) throws(BankJournalFault) -> Report {
        try BankJournal(reading: bytes).report
    }

    package var report: Report {
        struct Order: Hashable {
            let payer: AgencyCode
            let key: String
        }
        var times: [Order: Int] = [:]
        var sums: [AgencyCode: AgencySums] = [:]
        for line in lines {
            var own = sums[line.payer] ?? AgencySums(agency: line.payer)
            switch line.kind {
            case .executed:
                times[Order(payer: line.payer, key: line.key), default: 0] += 1
                own.ordersExecuted += 1
                own.out += line.amount
            case .returned:
                own.ordersReturned += 1
                own.returned += line.amount
            case .rejected:
                own.ordersRejected += 1
            }
            sums[line.payer] = own
            if let creditor = line.creditor, line.kind == .executed {
                sums[creditor, default: AgencySums(agency: creditor)].received += line.amount
            }
        }
        let repeated = times.filter { $0.value > 1 }
            .map { Report.RepeatedOrder(payer: $0.key.payer, key: $0.key.key, times: $0.value) }
        return Report(
            repeated: repeated.sorted { ($0.key, $0.payer) < ($1.key, $1.payer) },
            agencies: sums.values.sorted { $0.agency < $1.agency })
    }
}
