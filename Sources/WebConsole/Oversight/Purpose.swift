/// What somebody needs personal data for. It is chosen and not written, so that nothing personal gets into the trail; its
/// name is what stands there.
enum Purpose: String, Hashable, Sendable, CaseIterable {
    case compare = "compare-document"
    case contact = "contact-person"
    case otherSystem = "other-system"
    case inspection
    case complaint
    case court
    case archive

    /// The purposes for which somebody may ask for one thing.
    struct List: Sendable {
        let all: [Purpose]

        /// The field of a form.
        func choice(_ say: PageLanguage) -> HTML {
            let options = all.map { purpose -> HTML in
                #"<option value="\#(purpose.rawValue)">\#(purpose.words(say))</option>"#
            }
            return """
                <label for="purpose">\(say("用途（必填）", "Purpose (required)"))</label>
                <select id="purpose" name="purpose" required><option value="">\(say("请选择", "Choose one"))</option>\(options)</select>
                """
        }

        func read(_ form: FormBody) -> Purpose? {
            form["purpose"].flatMap(Purpose.init(rawValue:)).flatMap { all.contains($0) ? $0 : nil }
        }
    }

    static let reveal = List(all: [.compare, .contact, .otherSystem, .complaint])
    static let dossier = List(all: [.inspection, .complaint, .court, .archive])

    func words(_ say: PageLanguage) -> String {
        switch self {
        case .compare: say("核对证件或材料", "compare with a document")
        case .contact: say("联系本人核实", "verify with the person")
        case .otherSystem: say("在其他业务系统中查找", "look up in another system")
        case .inspection: say("稽核检查", "inspection")
        case .complaint: say("投诉与信访核查", "look into a complaint")
        case .court: say("司法协助", "request of a court")
        case .archive: say("归档", "archive")
        }
    }
}
