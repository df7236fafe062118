import Casework
import FoundationEssentials
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The words for published codes` {
    private static func isChinese(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }

    /// Chinese in Chinese, and in English what is no code.
    private static func expect(_ wording: Wording, for code: String) {
        #expect(isChinese(wording.chinese), "\(code) has no Chinese words: \(wording.chinese)")
        #expect(!isChinese(wording.english) && !wording.english.isEmpty, "\(code) has no English words")
    }

    private static func walk<Code: Worded>(_ type: Code.Type) {
        for code in type.allCases { expect(code.wording, for: "\(type).\(code.rawValue)") }
    }

    @Test func `are there for every code of every closed list that pages show`() {
        Self.walk(QuerySubject.self)
        Self.walk(QueryOutcome.self)
        Self.walk(RecallSubject.self)
        Self.walk(RecallGround.self)
        Self.walk(KeptMonths.self)
        Self.walk(SupplementItem.self)
        Self.walk(NewEffect.Kind.self)
        Self.walk(Difference.self)
        Self.walk(BounceReason.self)
        Self.walk(StateDifference.Kind.self)
        Self.walk(Proposal.State.self)
        Self.walk(Job.State.self)
        Self.walk(Job.Work.self)
        Self.walk(JobItem.Outcome.self)
        Self.walk(TrustFault.Code.self)
        Self.walk(TrustTerm.Kind.self)
        Self.walk(TrustAlarm.Kind.self)
        Self.walk(PeerHold.Reason.self)
        for kind in DocumentKind.allCases { Self.expect(CaseWords.documentWording(kind), for: kind.rawValue) }
        for kind in Posting.Kind.allCases { Self.expect(CaseWords.postingWording(kind), for: kind.rawValue) }
        for branch in Branch.allCases { Self.expect(CaseWords.branchWording(branch), for: branch.rawValue) }
        for role in Role.allCases { Self.expect(CaseWords.roleWording(role), for: role.rawValue) }
        for code in 10...99 {
            guard let province = Province(String(code)) else { continue }
            Self.expect(province.wording, for: "province \(code)")
        }
        for reason in Reason.allCases { Self.expect(reason.sentence, for: reason.code) }
    }

    /// The page of published names is held against the machines elsewhere, so it is whole.
    @Test func `are there for every event, phase and notice of the page of published names`() throws {
        var (list, title, count) = ("", "", 0)
        for line in try Self.page().split(separator: "\n") {
            if line.hasPrefix("## ") { (title, list) = (String(line.dropFirst(3)), "") }
            if line.hasPrefix("| event |") || line.hasPrefix("| phase |") { list = String(line.dropFirst(2).prefix(5)) }
            guard line.hasPrefix("| `"), let name = line.split(separator: "`").dropFirst().first.map(String.init) else {
                continue
            }
            switch (title, list) {
            case ("Notices", _): Self.expect(CaseWords.noticeWording(name), for: name)
            case (_, "event"): Self.expect(CaseWords.eventWording(name), for: name)
            case (_, "phase"): Self.expect(CaseWords.phaseWording(name), for: name)
            default: continue
            }
            count += 1
        }
        #expect(count > 180, "the page was read")
        for prefix in ["refund-", "heir-3-"] {
            Self.expect(CaseWords.eventWording(prefix + "payout-paid"), for: prefix)
            Self.expect(CaseWords.phaseWording(prefix + "payout-ordered"), for: prefix)
        }
        #expect(!Self.isChinese(CaseWords.phaseWording("no-such-phase").chinese), "what has no words is found out")
    }

    /// Each cause with a detail of the list that belongs to it.
    @Test(arguments: [
        (StalledCause.documentRefused, "acceptance-letter"), (.queryToAnswer, "identity-differs"),
        (.queryUnanswered, "funds-missing"), (.recallToAnswer, "letter"), (.booksDiffer, "credit-short"),
        (.remittanceBounced, "AC04"), (.returnBounced, "BE01"), (.payoutBounced, "medical AC04"),
        (.payoutBounced, "heir-2 AC06"), (.payoutBounced, "refund MS03"), (.checkHeld, "RJ13"),
        (.effectFails, "check-records"), (.decisionWaits, "review"), (.statesDiffer, "amount"),
    ])
    func `are there for what a stalled case says more`(cause: StalledCause, detail: String) {
        Self.expect(cause.wording(of: detail), for: "\(cause.rawValue) \(detail)")
    }

    @Test(arguments: ["no-such-key", "no-such-case", "case-under-way", "reference-used-before", "funds-arrived is not"])
    func `are there for why a bank line belongs to no case`(why: String) throws {
        let line = BankLine(
            reference: "REF-1", direction: .credit, amount: Money(fen: 1), endToEndKey: "-",
            bookedOn: try #require(CivilDate("2026-03-02")), returnReason: nil)
        Self.expect(UnmatchedLine(line: line, why: why, at: Instant(milliseconds: 0)).wording, for: why)
    }

    @Test func `say for a checker what was entered, never its codes`() throws {
        let account = BankAccount(
            holder: "林芳", bankName: "某银行", bankCode: PairCast.bankCode, number: PairCast.card)
        let entered: [(StaffAction, [String])] = [
            (.refuse(.notEnrolled), [Reason.notEnrolled.sentence.chinese]), (.ask(.creditShort), ["到账金额不足"]),
            (.recall(.form, .wrongAmount), ["信息表", "金额有误"]), (.answer(.returnExcess), ["请退回多出部分"]),
            (.askSupplement([.mandate, .labourContract]), ["委托书", "劳动合同"]),
            (.chooseMonths(.moved, account), ["保留转来的", "林芳"]), (.correctAccount(.balance(.medical), account), ["医疗余额"]),
            (.withdraw(.sentInError), ["误发"]),
        ]
        for (action, words) in entered {
            let text = action.parameterWords.map { "\($0.name.chinese) \($0.value.chinese)" }.joined()
            for word in words { #expect(text.contains(word), "\(action.name): \(text)") }
            Self.expect(action.title, for: action.name)
        }
        #expect(StaffAction.accept.parameterWords.isEmpty)
    }

    private static func page() throws -> String {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root = root.deletingLastPathComponent() }
        return String(decoding: try Data(contentsOf: root.appending(path: "contracts/events.md")), as: UTF8.self)
    }
}
