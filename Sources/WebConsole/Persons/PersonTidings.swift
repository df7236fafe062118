import Accounts
import Casework
import TransferCore

// What of everything that happens is told to a person, and in which words.

extension PersonStore {
    /// The cases that somebody's login has opened, the newest first.
    func cases(of visit: PersonVisit) async throws(StoreError) -> [CaseListEntry] {
        try await cases(of: visit.residentID).filter { visit.opens.contains($0.number) }
    }

    /// What somebody was told in them, the newest first.
    func notices(of visit: PersonVisit) async throws(StoreError) -> [PersonNotice] {
        PersonNotice.told(of: try await tidings(of: visit.residentID)).filter { visit.opens.contains($0.number) }
    }

    /// How many of them nobody has opened.
    func unreadNotices(of visit: PersonVisit) async throws(StoreError) -> Int {
        try await notices(of: visit).count { $0.readAt == nil }
    }
}

extension GrantStore {
    /// The grants of somebody over the cases that their login has opened, the newest first.
    func grants(of visit: PersonVisit) async throws(StoreError) -> [PersonGrant] {
        try await grants(of: visit.residentID).filter { visit.opens.contains($0.number) }
    }

    /// The uses of these grants, the newest first.
    func grantUses(of visit: PersonVisit, limit: Int) async throws(StoreError) -> [GrantUse] {
        try await grantUses(of: visit.residentID, limit: limit).filter { visit.opens.contains($0.number) }
    }
}

extension PersonNotice {
    /// Those that say something to the person.
    fileprivate static func told(of tidings: [PersonNotice]) -> [PersonNotice] {
        var notices: [Step: Set<String>] = [:]
        for notice in tidings where notice.place.source == .notice {
            notices[Step(notice), default: []].insert(notice.notice.name)
        }
        return tidings.filter { tiding in
            guard tiding.place.source == .event else { return true }
            guard case .told = EventNotice.of(tiding.notice.name) else { return false }
            return tiding.silencing.isDisjoint(with: notices[Step(tiding)] ?? [])
        }
    }

    /// Where an event and its notice belong together.
    private struct Step: Hashable {
        let number: CaseNumber
        let branch: Branch
        let at: Instant

        init(_ notice: PersonNotice) {
            number = notice.number
            branch = notice.notice.branch
            at = notice.notice.at
        }
    }

    /// The notices that say the same: where one of them was given in the same step, an event is silent.
    var silencing: Set<String> {
        guard place.source == .event, case .told(_, _, let unless) = EventNotice.of(notice.name) else { return [] }
        return unless
    }

    /// Whether a text goes out for it. A notice of a handshake and an answer are always worth one.
    var isTexted: Bool {
        guard place.source == .event else { return true }
        guard case .told(_, let isTexted, _) = EventNotice.of(notice.name) else { return false }
        return isTexted
    }

    /// What it says, and what is to be done.
    var wording: NoticeWording {
        switch place.source {
        case .event:
            guard case .told(let words, _, _) = EventNotice.of(notice.name) else { break }
            return NoticeWording(sentence: words, branch: notice.branch)
        case .notice:
            if let wording = NoticeWording(name: notice.name, code: notice.code) { return wording }
        case .answer:
            return NoticeWording(
                sentence: Wording(
                    chinese: "经办机构已答复您的\(notice.code == "urging" ? "催办" : "异议")。",
                    english: "The office has answered you."),
                branch: .pension)
        }
        return NoticeWording(sentence: CaseWords.noticeWording(notice.name), branch: .pension)
    }
}

extension NoticeWording {
    /// A sentence that is about a branch of a case; the pension goes without saying.
    fileprivate init(sentence: Wording, branch: Branch) {
        guard branch != .pension else {
            self.init(sentence: sentence, nextStep: nil)
            return
        }
        let name = CaseWords.branchWording(branch)
        self.init(
            sentence: Wording(
                chinese: "\(name.chinese)：\(sentence.chinese)", english: "\(name.english): \(sentence.english)"),
            nextStep: nil)
    }
}
