import ArgumentParser

/// `jiexu`: one program for every part.
@main
struct Jiexu: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jiexu",
        abstract: "接续: the inter-region transfer broker for social insurance. 社会保险关系跨地区转移接续。",
        subcommands: [
            Serve.self, CaseCommand.self, StalledCommand.self, DossierCommand.self, Records.self, CertsCommand.self,
            EvaluateCommand.self,
            ExplainCommand.self, RulesCommand.self,
            VerifyCommand.self, ReconcileCommand.self, ProofCommand.self, Demo.self, Bench.self, BenchLists.self,
            Bank.self,
            StoreCommand.self, LogCommand.self, AccountCommand.self, AuditCommand.self, Simulate.self,
            NationCommand.self,
        ])

    /// Every command ends in the same way: 0 done, 1 findings, 2 misuse or another fault, told in one line.
    static func main() async { await CommandOutcome.run(Jiexu.self) }
}
