package import TransferCore

/// What a journal shows when it is looked at from outside.
extension BankJournal {
    package struct Report: Hashable, Sendable {
        /// Orders that one payer had executed more than once without a request for it, in the order of their keys. None
        /// is right.
        package let repeated: [RepeatedOrder]
        /// What went wrong on request, by the name of the flaw.
        package let wanted: [String: Int]
        /// In the order of their codes.
        package let agencies: [AgencySums]

        /// One end-to-end key for which money left one payer's account more than once.
        package struct RepeatedOrder: Hashable, Sendable {
            package let payer: AgencyCode
            package let key: String
            /// How often it was executed, without what was requested.
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

    /// Reads a journal and looks for orders that were executed more than once without a request for it.
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
        var wanted: [String: Int] = [:]
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
            case .wanted:
                guard let flaw = line.allotment?.flaw else { continue }
                wanted[flaw.name, default: 0] += 1
                // The second execution that was asked for is the one that does not count.
                if flaw == .duplicate { times[Order(payer: line.payer, key: line.key), default: 0] -= 1 }
                if let creditor = line.creditor, flaw.creditorGain != .zero {
                    sums[creditor, default: AgencySums(agency: creditor)].received += flaw.creditorGain
                }
                continue
            }
            sums[line.payer] = own
            if let creditor = line.creditor, line.kind == .executed {
                sums[creditor, default: AgencySums(agency: creditor)].received += line.amount
            }
        }
        let repeated = times.filter { $0.value > 1 }
            .map { Report.RepeatedOrder(payer: $0.key.payer, key: $0.key.key, times: $0.value) }
        return Report(
            repeated: repeated.sorted { ($0.key, $0.payer) < ($1.key, $1.payer) }, wanted: wanted,
            agencies: sums.values.sorted { $0.agency < $1.agency })
    }
}
