import ArgumentParser
import Casework
import NodeSettings
import TransferCore
import TransferDocuments

/// What every action on a case is told: which case, why, and whether it is only rehearsed.
struct StalledActing: ParsableArguments {
    @Argument(help: "The number of the case.")
    var number: String

    @Option(help: "Why, in words: to the other office where a document goes there.")
    var text = "按滞留处理办理。"

    @Flag(help: "Do nothing; tell what it would do here and at the peer.")
    var dryRun = false

    @OptionGroup var caller: StalledCaller

    func caseNumber() throws -> CaseNumber {
        guard let number = CaseNumber(number) else {
            throw Misuse(
                "\(number) is no case number: expected the form 370700-2026-0000012-K with its check character")
        }
        return number
    }

    func act(_ action: StaffAction) async throws {
        try await send(try StaffActionForm.write(action, text: text))
    }

    /// Sends a form, and tells what came of it.
    func send(_ form: [UInt8]) async throws {
        let path = "/api/v1/staff/cases/\(try caseNumber())"
        let answer = try await caller.node().post("\(path)/\(dryRun ? "rehearsals" : "proposals")", form)
        try caller.tell(answer) { json in
            var lines: [String] = []
            if dryRun {
                lines.append("试办，未作任何改变。 Rehearsed; nothing was done.")
            } else if json["state"]?.text == Proposal.State.open.rawValue {
                let id = json["id"]?.integer ?? 0
                lines.append("已提交，待复核：编号 \(id)。 Proposed as \(id); it waits for a second person:")
                lines.append("  jiexu stalled approve \(id) --token-file …")
            } else {
                lines.append(StalledActing.moved(json))
            }
            return lines + (json["rehearsal"].map(StalledText.consequences) ?? [])
        }
    }

    /// Where the case stands after something was done.
    static func moved(_ json: JSON) -> String {
        let phase = json["caseNow"]?["phase"]?.text ?? ""
        if json["caseNow"]?["version"] == json["version"] {
            return "已排队，立即再试，业务阶段未变：\(CaseWords.phase(phase))。 Queued; the case is still in \(phase)."
        }
        return "已办理，现阶段：\(CaseWords.phase(phase))。 Done; the case is now in \(phase)."
    }

    /// A code of a list, or a fault that names them all.
    static func code<Code: RawRepresentable<String> & CaseIterable>(
        _ text: String?, of _: Code.Type, default usual: Code?
    ) throws -> Code {
        if text == nil, let usual { return usual }
        guard let text, let code = Code(rawValue: text) else {
            let codes = Code.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--reason: expected one of \(codes)")
        }
        return code
    }
}

/// `jiexu stalled retry`
struct StalledRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Try what waits again now: of one case, or of all that a filter finds. 重试。",
        discussion: "With --filter a job is made, which goes on by itself; see jiexu stalled job.")

    @Argument(help: "The number of the case; leave it out with --filter.")
    var number: String?

    @OptionGroup var narrowing: StalledFilterOptions

    @Option(help: "Why, in words.")
    var text = "立即重试。"

    @Flag(help: "Do nothing; tell what it would do.")
    var dryRun = false

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        let form = try StaffActionForm.write(.retry, text: text)
        let node = try caller.node()
        guard let number else { return try await makeJob(form, node) }
        guard let number = CaseNumber(number) else { throw Misuse("\(number) is no case number") }
        let answer = try await node.post(
            "/api/v1/staff/cases/\(number)/\(dryRun ? "rehearsals" : "proposals")", form)
        try caller.tell(answer) { json in
            [dryRun ? "试办，未作任何改变。 Rehearsed; nothing was done." : StalledActing.moved(json)]
                + (json["rehearsal"].map(StalledText.consequences) ?? [])
        }
    }

    private func makeJob(_ form: [UInt8], _ node: StalledNode) async throws {
        let filter = try narrowing.read()
        guard filter.cause != nil || filter.peer != nil else {
            throw ValidationError("Name a case, or narrow the cases with --filter cause=… or --peer.")
        }
        if dryRun {
            let query = [
                "limit=1000", filter.cause.map { "cause=\($0.rawValue)" }, filter.peer.map { "peer=\($0)" },
                filter.level.map { "level=\($0)" },
            ].compactMap(\.self).joined(separator: "&")
            let answer = try await node.get("/api/v1/staff/stalled?\(query)")
            return try caller.tell(answer) { json in
                guard case .array(let found)? = json["stalled"] else { return [] }
                let more = json["next"] == nil ? "" : "+"
                return found.compactMap { $0["case"]?.text }
                    + ["共 \(found.count)\(more) 笔，未作任何改变。 \(found.count)\(more) cases; nothing was done."]
            }
        }
        let parsed = try JSON.parse(form, limits: .request)
        let body = try JSONWriter.object(limits: .request) { json in
            json.field("work", Job.Work.action.rawValue)
            json.field("form", parsed)
            json.object("filter") { json in
                json.field("cause", ifPresent: filter.cause?.rawValue)
                json.field("peer", ifPresent: filter.peer?.text)
                json.field("level", ifPresent: filter.level.map(Int64.init))
            }
        }
        try caller.tell(try await node.post("/api/v1/staff/jobs", body), StalledJob.lines)
    }
}

/// `jiexu stalled resend`
struct StalledResend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend", abstract: "Deliver the case's documents now, and wait for the receipts. 立即重发。",
        discussion:
            "The same bytes go out again: the peer takes each document once. Ends with 1 when receipts are missing.")

    @Argument(help: "The number of the case.")
    var number: String

    @Option(help: "How long to wait for the receipts, in seconds: 0 to 600.")
    var wait = 10

    @Flag(help: "Do nothing; tell what waits.")
    var dryRun = false

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        guard (0...600).contains(wait) else { throw ValidationError("--wait \(wait): expected 0 to 600") }
        let node = try caller.node()
        guard let number = CaseNumber(number) else { throw Misuse("\(number) is no case number") }
        if !dryRun {
            let answer = try await node.post("/api/v1/staff/cases/\(number)/resend")
            guard answer.isSuccess else { return try caller.tell(answer) { _ in [] } }
        }
        var answer = try await node.get("/api/v1/cases/\(number)")
        var left = dryRun ? 0 : wait
        while answer.isSuccess, StalledResend.waiting(in: answer.json) > 0, left > 0 {
            try await Task.sleep(for: .seconds(1))
            left -= 1
            answer = try await node.get("/api/v1/cases/\(number)")
        }
        let waiting = StalledResend.waiting(in: answer.json)
        try caller.tell(answer) { _ in
            [
                waiting == 0
                    ? "全部文书已有回执。 Every document has its receipt."
                    : "尚有 \(waiting) 份文书无回执，已排队。 \(waiting) documents wait for a receipt; they are queued."
            ]
        }
        if waiting > 0 { throw CommandOutcome.findings }
    }

    /// Documents of ours without a receipt.
    private static func waiting(in json: JSON) -> Int {
        guard case .array(let documents)? = json["documents"] else { return 0 }
        let own = json["role"]?.text == Role.origin.rawValue ? json["origin"]?.text : json["destination"]?.text
        return documents.count { document in
            document["sender"]?.text == own && document["delivered"] == .bool(false)
        }
    }
}

/// `jiexu stalled claim`
struct StalledClaim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "claim", abstract: "Take a case that nobody sees to. 领取。")

    @Argument(help: "The number of the case.")
    var number: String

    @Flag(help: "Do nothing; tell who sees to the case now.")
    var dryRun = false

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        if dryRun { return try await caller.tellAssignment(of: number) }
        try caller.tell(try await caller.node().post("/api/v1/staff/cases/\(number)/claim")) { json in
            ["已由 \(json["person"]?.text ?? "") 领取。 It is yours."]
        }
    }
}

/// `jiexu stalled reassign`
struct StalledReassign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reassign", abstract: "Hand a case over to a colleague, or to nobody. 转交、释放。")

    @Argument(help: "The number of the case.")
    var number: String

    @Option(help: "The number of the person; leave it out to give the case to nobody.")
    var to: String?

    @Flag(help: "Do nothing; tell who sees to the case now.")
    var dryRun = false

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        if dryRun { return try await caller.tellAssignment(of: number) }
        let body = try JSONWriter.object(limits: .request) { $0.field("person", ifPresent: to) }
        try caller.tell(try await caller.node().post("/api/v1/staff/cases/\(number)/hand-over", body)) { json in
            ["现由 \(json["person"]?.text ?? "无人") 办理。 Now with \(json["person"]?.text ?? "nobody")."]
        }
    }
}
