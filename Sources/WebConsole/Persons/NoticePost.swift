package import Accounts
package import Casework
import Logging
import TransferCore
import TransferDocuments

/// Tells people by telephone what they were told on the pages: one text for each notice, made from the notice itself, so
/// that none is lost when the node ends in between. A text says what has happened and where to look; it holds no identity
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
    private static let pageSize = 100

    /// Hands over what waits. A text that cannot be handed over stops the round: it and those behind it wait.
    package func tell() async throws(StoreError) {
        let hour = (desk.clock.now.seconds / 3_600 + 8) % 24
        guard hour >= NoticePost.quietHours.to, hour < NoticePost.quietHours.from else { return }
        while true {
            let notices = try await records.noticesToTell(limit: NoticePost.pageSize)
            for notice in notices {
                if let text = try await text(of: notice) {
                    do throws(NoticeFault) {
                        try await port.hand(over: text)
                    } catch {
                        desk.logger.warning("a notice waits", metadata: ["cause": "\(error)"])
                        return
                    }
                }
                try await records.noticesTold(upTo: notice.id)
            }
            guard notices.count == NoticePost.pageSize else { return }
        }
    }

    /// Nil where no telephone is known: the notice stands on the pages nevertheless.
    private func text(of notice: PersonNotice) async throws(StoreError) -> NoticeText? {
        guard let file = try await cases.caseFile(notice.number) else { return nil }
        var mobile: String?
        if file.opening.role == .destination { mobile = (try? file.application())?.0.mobile }
        if mobile == nil { mobile = try await records.contact(of: file.opening.residentID) }
        guard let mobile else { return nil }
        let wording = NoticeWording(name: notice.notice.name, code: notice.notice.code)
        let sentence = wording?.sentence.chinese ?? CaseWords.noticeWording(notice.notice.name).chinese
        return NoticeText(
            id: "notice-\(notice.id)", kind: .notice, mobile: mobile,
            words: "【\(desk.agency.office.name)】您的转移业务（尾号 \(notice.number.text.suffix(9))）："
                + "\(sentence)请登录转移接续网页查看，或拨打 12333。",
            at: notice.notice.at)
    }
}
