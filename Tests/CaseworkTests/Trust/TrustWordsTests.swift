import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `What a node says of its keys and its peers` {
    private static let at = Instant(seconds: 1_772_000_000)

    private static func isChinese(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }

    /// The alarm was shown on Chinese pages as it was kept: in English.
    @Test(arguments: [
        (TrustAlarm.Kind.ending, "tls 370700 0123456789abcdef0123456789abcdef", "30 days left", "还有 30 天"),
        (.ended, "crl 7", "ended at 1772000000", "2026-02-25 14:13:20 到期"),
        (.unchecked, "crl", "keys.revocationLists is not set in the settings", "配置中没有 keys.revocationLists"),
        (.directoryBehind, "directory", "440300 works by version 8, this node by 7", "机构 440300 用版本 8，本节点用版本 7"),
        (.split, "440300", "440300 works by another directory of version 7", "机构 440300 的目录版本 7 与本节点的内容不同"),
    ])
    func `is in Chinese first, with the figures of the alarm`(
        kind: TrustAlarm.Kind, subject: String, detail: String, words: String
    ) throws {
        let alarm = TrustAlarm(kind, subject, detail, at: Self.at)
        let found = try #require(alarm.found)
        #expect(found.chinese == words)
        #expect(!Self.isChinese(found.english))
        #expect(Self.isChinese(alarm.subjectWording.chinese) && !Self.isChinese(alarm.subjectWording.english))
    }

    @Test func `is quoted where it is a sentence, behind the words for its code`() {
        let refused = TrustAlarm(.fileRefused, "directory", "directory-rollback: version 6 is older", at: Self.at)
        #expect(refused.found == nil, "there are no words of ours for the whole of it")
        #expect(TrustFault.Code(rawValue: "directory-rollback")?.wording.chinese == "目录比已知的旧")
        #expect(TrustAlarm(.ending, "tls", "soon", at: Self.at).found == nil, "a detail of another form is quoted too")
    }

    @Test(arguments: ["timeout: no answer", "peer-key: another", "directory-expired: version 3", "no-such-code: x"])
    func `names the cause of a delivery that failed`(told: String) {
        let words = DeliveryWords.wording(ofFault: told)
        #expect(Self.isChinese(words.chinese) && !Self.isChinese(words.english) && !words.english.isEmpty)
        let cause = StalledCause.peerSilent.wording(of: told)
        #expect(cause.chinese.hasPrefix(words.chinese) && cause.chinese.contains(told), "and the peer's own words")
    }

    @Test func `that was kept in both languages is shown in one`() {
        let told = Wording(inOneText: "此件在此期间已有变动。 the case has moved on from version 1 to 2")
        #expect(told == Wording(chinese: "此件在此期间已有变动。", english: "the case has moved on from version 1 to 2"))
        #expect(Wording(inOneText: "plain") == Wording(chinese: "plain", english: "plain"))
        #expect(Wording(inOneText: "一句。二句。 Two.").chinese == "一句。二句。")
    }
}
