import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu proof`: evidence that this office did its part.
struct ProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof", abstract: "Prove that another office has not answered. 未答复证明。",
        subcommands: [ProofSilence.self, ProofVerify.self])
}

/// `jiexu proof silence`
struct ProofSilence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Write a signed proof of every attempt to reach the other office; works while the node serves. 出具证明。",
        discussion: "Nothing in the file concerns a person.")

    @Argument(help: "The number of the case.")
    var number: String

    @Option(name: .shortAndLong, help: "The file to write.")
    var output: String

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let view = try await CaseReading.view(number, settings)
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let clock = SystemClock()
        let bytes = try Files.read(settings.keys.directory, limit: SignedDirectory.longest)
        let directory = try SignedDirectory.open(
            bytes, anchors: try KeyFiles.anchors(settings.keys.anchors), at: clock.now.seconds,
            expiry: .allowedForEvidence)
        let proof = SilenceRecord.proof(
            of: view, attempts: try await store.deliveryAttempts(of: view.opening.number),
            agency: settings.agencySettings().with(try await store.rulesInForce()), directory: directory,
            at: clock.now)
        guard !proof.documents.isEmpty || proof.workingDaysLate > 0 else {
            throw Misuse("\(number): every document of ours has a receipt, and the other office owes no answer")
        }
        let file = try proof.file(signedBy: try KeyFiles.signingKey(settings), directory: bytes)
        try Files.create(output, file, for: .group)
        print("已出具 \(number) 的未答复证明：\(output)。 \(proof.summary)")
    }
}

/// `jiexu proof verify`
struct ProofVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a proof of silence offline, with nothing but the anchors. 离线核验证明。",
        discussion: "Ends with 0 only when nothing is wrong, with 1 when something is.")

    @Argument(help: "The proof.")
    var file: String

    @Option(help: "The trust anchors of the network, PEM.")
    var trust: String

    @Flag(help: "Print the findings as one JSON object.")
    var json = false

    func run() async throws {
        let anchors = try KeyFiles.anchors(trust)
        let bytes = try Files.read(file, limit: SilenceFile.longest)
        let (proof, findings) = SilenceVerifier.verify(bytes, anchors: anchors, at: SystemClock().now.seconds)
        if json {
            let text = try JSONWriter.object(limits: .ofCommands) { json in
                json.field("sound", findings.isEmpty)
                json.field("case", ifPresent: proof?.caseNumber.text)
                json.field("agency", ifPresent: proof?.agency.text)
                json.field("peer", ifPresent: proof?.peer.text)
                json.array("findings", findings) { json, finding in
                    json.object { json in
                        json.field("code", finding.code.rawValue)
                        json.field("chinese", finding.chinese)
                        json.field("english", finding.english)
                    }
                }
            }
            print(String(decoding: text, as: UTF8.self))
        } else {
            if let proof {
                print("\(proof.caseNumber)  \(proof.agency) → \(proof.peer)  \(proof.madeAt)  \(proof.summary)")
            }
            for finding in findings {
                print("× \(finding.code.rawValue)\n    \(finding.chinese)\n    \(finding.english)")
            }
            print(
                findings.isEmpty ? "证明有效。 The proof is good." : "发现 \(findings.count) 处问题。 \(findings.count) findings.")
        }
        guard findings.isEmpty else { throw CommandOutcome.findings }
    }
}

extension ProofOfSilence {
    /// What it proves, in one line.
    fileprivate var summary: String {
        let attempts = (documents + reminders).map(\.failedAttempts).reduce(0, +)
        return "\(documents.count) documents without receipt or answer, \(attempts) failed attempts, "
            + "\(reminders.count) reminders, \(workingDaysLate) working days late."
    }
}
