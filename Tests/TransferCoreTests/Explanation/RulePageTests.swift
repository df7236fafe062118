import FoundationEssentials
import Testing
import TransferCore

@Suite struct `The page on rules` {
    @Test func `names the version that is built in`() throws {
        #expect(Bool(try page().contains("version `\(RuleVersion.builtIn)`")))
    }

    @Test(arguments: FundRule.allCases)
    func `has the document that a step of an explanation names for its rule`(rule: FundRule) throws {
        let number = rule.id.dropFirst(3)
        let row = try #require(try page().split(separator: "\n").first { $0.hasPrefix("| \(number) |") })
        let document = rule.source.english.split(separator: ",")[0]
        #expect(row.contains(document), "\(rule.id): \(document)")
    }

    private func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let bytes = try Data(contentsOf: root.appending(path: "Sources/TransferCore/TransferCore.docc/Rules.md"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
