package import TransferCore
import TransferDocuments

/// A case as people read it: where it stands, who has it, until when, and what happened, in order.
package struct CaseView: Sendable {
    package let opening: CaseOpening
    package let summary: CaseSummary
    package let story: CaseStory
    package let file: CaseFile
    package let deliveries: [DeliveryState]
    package let notices: [StoredNotice]
    package let postings: [Posting]

    /// What moved for the pension: posted here, or paid from here; zero before.
    package var pensionMoved: Money {
        switch opening.role {
        case .destination:
            postings.filter { $0.kind == .creditPosted }.flatMap(\.lines).filter(\.isGain).sum
                - postings.filter { $0.kind == .creditReversed }.flatMap(\.lines).filter(\.isGain).sum
        case .origin:
            postings.filter { $0.kind == .remittancePaid }.flatMap(\.lines).filter(\.isGain).sum
                - postings.filter { $0.kind == .remittanceBounced }.flatMap(\.lines).filter(\.isGain).sum
        }
    }

    /// What was paid to the insured person, by branch.
    package var payouts: [(branch: Branch, amount: Money, attempts: Int, isPaid: Bool)] {
        opening.payouts.map { branch in
            switch opening.role {
            case .origin:
                let orders = file.orders.filter { $0.key.leg == .balance(branch) }
                var isPaid = false
                if case .paid? = orders.last?.outcome { isPaid = true }
                return (branch, orders.last?.amount ?? .zero, orders.count, isPaid)
            case .destination:
                let notice = file.documents.reversed().lazy.compactMap { document -> PayoutNotice? in
                    guard document.kind == .payoutNotice, !document.isRefused,
                        case .payoutNotice(let notice)? = try? file.content(of: document), notice.branch == branch
                    else { return nil }
                    return notice
                }.first
                return (branch, notice?.amount ?? .zero, notice?.payment?.orderKey.attempt ?? 0, notice?.payment != nil)
            }
        }
    }

    /// The insured person as the case knows them.
    package var person: InsuredPerson? {
        if let (application, _) = try? file.application() { return application.person }
        if case .acceptanceLetter(let letter)? = try? file.newest(.acceptanceLetter)?.content { return letter.person }
        return nil
    }
}

extension Posting.Line {
    fileprivate var isGain: Bool { amount > .zero }
}

extension Sequence<Posting.Line> {
    fileprivate var sum: Money { map(\.amount).sum() }
}

extension CaseView {
    /// Reads a case whole; nil when there is none.
    package static func read(
        _ number: CaseNumber, from store: any NodeStore, limits: DeadlineLimits, calendar: WorkingDayCalendar
    ) async throws(StoreError) -> CaseView? {
        guard let file = try await store.caseFile(number) else { return nil }
        let story = try CaseStory(replaying: file)
        return CaseView(
            opening: file.opening, summary: story.summary(limits: limits, calendar: calendar), story: story,
            file: file, deliveries: try await store.deliveries(of: number),
            notices: try await store.notices(of: number), postings: try await store.postings(of: number))
    }
}
