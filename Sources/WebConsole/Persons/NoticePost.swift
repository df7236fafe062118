package import Accounts
package import Casework
import Logging
import TransferCore
import TransferDocuments

/// Tells people by telephone what they were told on the pages and ought to know at once: one text for each, made from
/// what is stored, so that none is lost when the node ends in between. A text says what has happened and where to look; it holds no identity
/// number, no name, no amount and no address.
package struct NoticePost: Sendable {
    private let records: any PersonStore
    private let cases: any NodeStore
    private let port: any NoticePort
    private let desk: Desk

    package init(records: any PersonStore, cases: any NodeStore, port: any NoticePort, desk: Desk) {
        self.records = records
        self.cases = cases
        self.port = port
        self.desk = desk
    }

    /// Nobody is woken by a text: from 22 to 8 o'clock notices wait. Source: EX-14 of the handbook of screens.
    private static let quietHours = (from: Int64(22), to: Int64(8))
    /// How many words are looked at before it is noted how far they are handed over.
    private static let pageSize = 100
    /// How many texts of one kind go out in a round: what a night has gathered holds nobody up in the morning.
    private static let mostInRound = 200

    /// Hands over what waits. Texts that cannot be handed over stop the round: they and those behind them wait.
    package func tell() async throws(StoreError) {
        let hour = (desk.clock.now.seconds / 3_600 + 8) % 24
        guard hour >= NoticePost.quietHours.to, hour < NoticePost.quietHours.from else { return }
        for source in PersonNotice.Source.allCases {
            var handed = 0
            while handed < NoticePost.mostInRound {
                let page = try await records.untold(source, limit: NoticePost.pageSize)
                guard let more = try await tell(page, of: source) else { return }
                handed += more
                guard page.count == NoticePost.pageSize else { break }
            }
        }
    }

    /// Hands over what a page tells, all of it at once.
    ///
    /// - Returns: how many texts there were; nil when the port takes nothing now.
    private func tell(_ page: [UntoldNotice], of source: PersonNotice.Source) async throws(StoreError) -> Int? {
        guard let last = page.last else { return 0 }
        var texts: [NoticeText] = []
        for untold in page {
            if try await isTexted(untold.notice), let text = try await text(of: untold) { texts.append(text) }
        }
        if !texts.isEmpty {
            do throws(NoticeFault) {
                try await port.hand(over: texts)
            } catch {
                desk.logger.warning("notices wait", metadata: ["cause": "\(error)", "count": "\(texts.count)"])
                return nil
            }
        }
        try await records.told(source, upTo: last.position)
        return texts.count
    }

    /// One text for each step: an event that its own notice tells of is silent.
    private func isTexted(_ notice: PersonNotice) async throws(StoreError) -> Bool {
        guard notice.isTexted else { return false }
        guard !notice.silencing.isEmpty else { return true }
        let told = try await cases.notices(of: notice.number)
        return !told.contains { told in
            told.at == notice.notice.at && told.branch == notice.notice.branch && notice.silencing.contains(told.name)
        }
    }

    /// Nil where no telephone is known: the notice stands on the pages nevertheless.
    private func text(of untold: UntoldNotice) async throws(StoreError) -> NoticeText? {
        let notice = untold.notice
        guard let file = try await cases.caseFile(notice.number) else { return nil }
        var mobile: String?
        if file.opening.role == .destination { mobile = (try? file.application())?.0.mobile }
        if mobile == nil { mobile = try await records.contact(of: file.opening.residentID) }
        guard let mobile else { return nil }
        return NoticeText(
            id: "\(notice.place.source.rawValue)-\(untold.position)", kind: .notice, mobile: mobile,
            words: "【\(desk.agency.office.name)】您的转移业务（尾号 \(notice.number.text.suffix(9))）："
                + "\(notice.wording.sentence.chinese)请登录转移接续网页查看，或拨打 12333。",
            at: notice.notice.at)
    }
}
