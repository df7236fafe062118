import ArgumentParser
import Casework
import NodeSettings
import TransferCore
import TransferDocuments

/// `jiexu stalled remind`
struct StalledRemind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remind", abstract: "Remind the other office of a late step. 催办。")

    @OptionGroup var acting: StalledActing

    func run() async throws { try await acting.act(.remind) }
}

/// `jiexu stalled withdraw`
struct StalledWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Withdraw the application, at the destination. 撤回申请。")

    @Option(help: "The coded ground: applicant-withdrew, sent-in-error, … (default: applicant-withdrew).")
    var reason: String?

    @OptionGroup var acting: StalledActing

    func run() async throws {
        try await acting.act(
            .withdraw(try StalledActing.code(reason, of: RecallGround.self, default: .applicantWithdrew)))
    }
}

/// `jiexu stalled answer`
struct StalledAnswer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: "Answer a query of the other office. 答复查询。")

    @Option(help: "The coded outcome: confirmed, correction-follows, supplement-follows, return-excess or declined.")
    var reason: String?

    @OptionGroup var acting: StalledActing

    func run() async throws {
        try await acting.act(.answer(try StalledActing.code(reason, of: QueryOutcome.self, default: nil)))
    }
}

/// `jiexu stalled close`
struct StalledClose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "End the case in the way that its phase allows. 终止办理。",
        discussion: """
            The destination refuses an application that it reviews, and withdraws a letter that it has sent; the origin \
            hands a letter back, and declines a recall. --reason is a code of the list that fits: RJ01 to RJ22 for a \
            refusal or a letter that is handed back, a ground such as sent-in-error otherwise.
            """)

    @Option(help: "The coded reason or ground.")
    var reason: String?

    @OptionGroup var acting: StalledActing

    func run() async throws {
        let answer = try await acting.caller.node().get("/api/v1/cases/\(try acting.caseNumber())")
        guard answer.isSuccess else { return try acting.caller.tell(answer) { _ in [] } }
        let phase = answer.json["phase"]?.text ?? ""
        switch (answer.json["role"]?.text, phase) {
        case (_, "recall-received"):
            try await acting.act(
                .declineRecall(try StalledActing.code(reason, of: RecallGround.self, default: .other)))
        case ("destination", "reviewing"):
            try await acting.act(
                .refuse(try StalledActing.code(reason, of: Reason.self, default: .papersIncomplete)))
        case ("destination", _):
            try await acting.act(
                .withdraw(try StalledActing.code(reason, of: RecallGround.self, default: .sentInError)))
        default:
            try await acting.act(
                .handBack(try StalledActing.code(reason, of: Reason.self, default: .letterIncomplete)))
        }
    }
}

/// `jiexu stalled decide`
struct StalledDecide: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Take a decision that needs no more than a code. 作出决定。",
        discussion: "Actions that need more, such as another account, are entered with propose.")

    @Option(help: "The coded reason, ground, subject or outcome, where the action has one.")
    var reason: String?

    @OptionGroup var acting: StalledActing

    @Argument(help: "The action: accept, refuse, check, hand-back, hold, lift-hold, remit, confirm-account, …")
    var action: String

    /// The name of the code's field, by action.
    private static let fields = [
        "refuse": "reason", "hand-back": "reason", "hold": "reason", "end-person": "reason", "withdraw": "ground",
        "decline-recall": "ground", "answer": "outcome", "ask": "subject", "choose-months": "keep",
    ]

    func run() async throws {
        let field = StalledDecide.fields[action]
        if reason != nil, field == nil { throw ValidationError("\(action) has no --reason") }
        try await acting.send(
            try JSONWriter.object(limits: .request) { json in
                json.field("action", action)
                if let field { json.field(field, ifPresent: reason) }
                json.field("text", acting.text)
            })
    }
}

/// `jiexu stalled propose`
struct StalledPropose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose", abstract: "Enter any action from a file. 提交操作文件。",
        discussion: "contracts/documents/staff-action.schema.json says what the file holds; --text is not looked at.")

    @Option(help: "The file with the form of the action, JSON.")
    var action: String

    @OptionGroup var acting: StalledActing

    func run() async throws { try await acting.send(try Files.read(action, limit: StaffActionForm.longest)) }
}

/// `jiexu stalled proposals`
struct StalledProposals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposals", abstract: "List what waits for a second person. 待复核列表。")

    @Option(help: "Proposals in this state: open, approved, declined, carried-out or void.")
    var state = Proposal.State.open.rawValue

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        let answer = try await caller.node().get("/api/v1/staff/proposals?limit=500&state=\(state)")
        try caller.tell(answer) { json in
            guard case .array(let proposals)? = json["proposals"] else { return [] }
            return proposals.map(StalledProposals.line) + ["共 \(proposals.count) 项。 \(proposals.count) proposals."]
        }
    }

    static func line(_ json: JSON) -> String {
        [
            "\(json["id"]?.integer ?? 0)", json["case"]?.text, Columns.left(json["action"]?.text ?? "", 22),
            json["state"]?.text, "经办 \(json["maker"]?.text ?? "")", json["digest"]?.text,
            json["end"]?["why"]?.text ?? "",
        ].compactMap(\.self).joined(separator: "  ")
    }

    /// What was entered, member by member, for whoever checks it.
    static func whole(_ json: JSON) -> [String] {
        guard let form = json["form"] else { return [] }
        return lines(of: form, "form")
    }

    private static func lines(of json: JSON, _ name: String) -> [String] {
        switch json {
        case .object(let object): object.members.flatMap { lines(of: $0.value, "\(name).\($0.name)") }
        case .array(let elements): elements.enumerated().flatMap { lines(of: $0.element, "\(name)[\($0.offset)]") }
        case .string(let text): ["  \(Columns.left(name, 28))\(text)"]
        case .integer(let number): ["  \(Columns.left(name, 28))\(number)"]
        case .bool(let flag): ["  \(Columns.left(name, 28))\(flag)"]
        case .null, .integerOutOfRange, .fraction: ["  \(name)"]
        }
    }
}

/// `jiexu stalled approve`
struct StalledApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve a proposal of another person; it is carried out at once. 复核通过。",
        discussion: """
            Without --digest the proposal is shown whole, with its digest, and nothing is done: approve what you have \
            looked at by naming that digest.
            """)

    @Argument(help: "The number of the proposal.")
    var id: Int64

    // A digest may begin with '-'.
    @Option(parsing: .unconditional, help: "The digest of what was looked at. 所核内容的摘要。")
    var digest: String?

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        let node = try caller.node()
        let proposal = try await node.get("/api/v1/staff/proposals/\(id)")
        guard proposal.isSuccess else { return try caller.tell(proposal) { _ in [] } }
        guard let digest else {
            return try caller.tell(proposal) { proposal in
                [StalledProposals.line(proposal)] + StalledProposals.whole(proposal)
            }
        }
        let body = try JSONWriter.object(limits: .request) { $0.field("digest", digest) }
        try caller.tell(try await node.post("/api/v1/staff/proposals/\(id)/approve", body)) {
            [StalledActing.moved($0)]
        }
    }
}

/// `jiexu stalled decline`
struct StalledDecline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline", abstract: "Decline a proposal, with words to whoever made it. 复核不通过。")

    @Argument(help: "The number of the proposal.")
    var id: Int64

    @Option(help: "Why, in words.")
    var text: String

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        let body = try JSONWriter.object(limits: .request) { $0.field("text", text) }
        try caller.tell(try await caller.node().post("/api/v1/staff/proposals/\(id)/decline", body)) {
            ["已退回经办人。 Declined.", StalledProposals.line($0)]
        }
    }
}

/// `jiexu stalled jobs`
struct StalledJobs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List jobs over many cases, the newest first. 批量任务列表。")

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        try caller.tell(try await caller.node().get("/api/v1/staff/jobs?limit=100")) { json in
            guard case .array(let jobs)? = json["jobs"] else { return [] }
            return jobs.flatMap(StalledJob.lines)
        }
    }
}

/// `jiexu stalled job`
struct StalledJob: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "See a job with the result of each case; pause, resume or approve it. 批量任务。")

    @Argument(help: "The number of the job.")
    var id: Int64

    @Flag(help: "Stop after the case that is under way.")
    var pause = false

    @Flag(help: "Go on where it stopped.")
    var resume = false

    @Flag(help: "Approve the whole job, as another person than who made it.")
    var approve = false

    @OptionGroup var caller: StalledCaller

    func validate() throws {
        if [pause, resume, approve].count(where: { $0 }) > 1 {
            throw ValidationError("Give one of --pause, --resume and --approve.")
        }
    }

    func run() async throws {
        let (node, path) = (try caller.node(), "/api/v1/staff/jobs/\(id)")
        if pause { return try caller.tell(try await node.post("\(path)/pause"), StalledJob.lines) }
        if resume { return try caller.tell(try await node.post("\(path)/resume"), StalledJob.lines) }
        let job = try await node.get("\(path)?limit=1000")
        guard approve, job.isSuccess else { return try caller.tell(job, StalledJob.lines) }
        let body = try JSONWriter.object(limits: .request) { $0.field("digest", job.json["digest"]?.text ?? "") }
        try caller.tell(try await node.post("\(path)/approve", body), StalledJob.lines)
    }

    static func lines(_ json: JSON) -> [String] {
        let (total, finished) = (json["total"]?.integer ?? 0, json["finished"]?.integer ?? 0)
        var lines = [
            "任务 job \(json["id"]?.integer ?? 0)  \(json["state"]?.text ?? "")  \(finished)/\(total)  经办 "
                + (json["maker"]?.text ?? "")
        ]
        if case .array(let items)? = json["items"] {
            lines += items.map { item in
                "  \(item["case"]?.text ?? "")  \(Columns.left(item["outcome"]?.text ?? "…", 8))  "
                    + (item["why"]?.text ?? "")
            }
        }
        return lines
    }
}
