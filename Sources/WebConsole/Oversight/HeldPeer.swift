import Casework
import TransferCore
import TransferDocuments

/// A hold in words: who, since when, why, and how it ends. What is held does not wait for the peer.
struct HeldPeer {
    let hold: PeerHold

    /// The field in which one says why a peer is to be held; without a choice nothing is held.
    static func choice(of code: AgencyCode, _ say: PageLanguage) -> HTML {
        let options = PeerHold.Reason.allCases.filter { $0 != .unsaid }.map { reason -> HTML in
            #"<option value="\#(reason.rawValue)">\#(say(reason.wording))</option>"#
        }
        return """
            <label for="why-\(code.text)">\(say("暂停原因", "Why it is held"))</label>
            <select id="why-\(code.text)" name="why"><option value="">\(say("请选择", "Choose one"))</option>\(options)</select>
            """
    }

    static func reason(_ form: FormBody) -> PeerHold.Reason? {
        form["why"].flatMap(PeerHold.Reason.init(rawValue:)).flatMap { $0 == .unsaid ? nil : $0 }
    }

    /// Who, since when and why.
    func facts(_ say: PageLanguage) -> String {
        let reason = say(hold.reason.wording)
        return say(
            "\(hold.who) 自 \(ChinaTime.text(hold.since)) 起暂停；原因：\(reason)",
            "held by \(hold.who) since \(ChinaTime.text(hold.since)); why: \(reason)")
    }

    /// How to let go.
    static let end = Wording(
        chinese: "到“对方节点”页点“恢复投递”即继续；节点重新启动后也会继续。",
        english: "Resume on the page of peers; a new start of the node ends it too.")
}
