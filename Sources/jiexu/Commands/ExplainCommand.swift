import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu explain`: how amounts were computed, for people who check them.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show how funds are computed, step by step. 逐步说明转移资金的计算。",
        subcommands: [ExplainFunds.self, ExplainCase.self])
}

/// In which language the steps are told.
struct LanguageOption: ParsableArguments {
    @Option(help: "zh, en or both.")
    var language = "both"

    func read() throws -> ExplanationLanguage {
        guard let language = ExplanationLanguage(rawValue: language) else {
            throw Misuse("--language \(language): expected zh, en or both")
        }
        return language
    }
}

/// `jiexu explain funds`
struct ExplainFunds: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "funds", abstract: "Explain the computation of a funds case or an information form. 说明转移资金的计算。",
        discussion: """
            The file holds one JSON object: the input of a funds case, a whole funds case, or the content of an \
            information form. Ends with 1 when a form says other amounts than are computed here.
            """)

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var language: LanguageOption

    func run() async throws {
        let language = try language.read()
        let bytes = try Files.read(file, limit: JSONLimits.ruleCases.bytes)
        do {
            try ExplainFunds.show(try FundExplanationInput.read(bytes), in: language)
        } catch let fault as DocumentFault {
            throw Misuse("\(file): \(fault)")
        }
    }

    /// Prints the explanation, and whether a form agrees with it.
    static func show(_ input: FundExplanationInput, in language: ExplanationLanguage) throws {
        let explanation = try input.explain()
        for line in explanation.text(in: language) { print(line) }
        guard let stated = input.stated, stated != explanation.funds else { return }
        let ownTotal = explanation.funds.transfer
        CommandOutcome.say(
            "信息表所列金额与计算不符：信息表 \(stated.transfer)，计算 \(ownTotal)。 "
                + "The form says other amounts than are computed here: transfer \(stated.transfer), computed \(ownTotal)."
        )
        throw CommandOutcome.findings
    }
}

/// `jiexu explain case`
struct ExplainCase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: "Explain the information form that a case holds. 说明某笔业务信息表的计算。",
        discussion: "Works while the node serves. Ends with 1 when the form says other amounts than are computed here.")

    @Argument(help: "The number of the case.")
    var number: String

    @OptionGroup var language: LanguageOption
    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let language = try language.read()
        let view = try await CaseReading.view(number, try settings.read())
        guard let form = try view.informationForm else {
            throw Misuse("\(number): this case holds no information form yet")
        }
        try ExplainFunds.show(FundExplanationInput(form), in: language)
    }
}
