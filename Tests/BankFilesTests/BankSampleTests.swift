import BankFiles
import Foundation
import Testing
import TransferCore

/// One file of each kind with everything that we write in it. They stand in `Tests/Independent/bank-files`, where
/// schemas and readers that are not ours meet them.
@Suite struct `The samples of bank files` {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Independent/bank-files")

    private static let reason = BankReason(code: "AC04", text: "账户已销户")

    private static func entries() -> [AccountEntry] {
        [
            AccountEntry(
                direction: .credit, amount: Money(fen: 1_906_400), bankReference: "9F3C2A7710BD44E1-1-C",
                endToEndKey: Cast.key(12), counterpartyName: Cast.hangzhouName,
                counterpartyAccount: Cast.hangzhouAccount, bookedOn: Cast.day, purposeText: "基本养老保险关系转移",
                returned: nil),
            AccountEntry(
                direction: .credit, amount: Money(fen: 1), bankReference: "9F3C2A7710BD44E1-2-C", endToEndKey: nil,
                counterpartyName: "浙江省社会保障基金, \"专户\" <&>", counterpartyAccount: nil, bookedOn: Cast.day,
                purposeText: "\(Cast.key(13)) 省级统一支付", returned: nil),
            Cast.entry(.debit, fen: 20_000, reference: "9F3C2A7710BD44E1-3-D", key: Cast.key(14, "M1")),
            Cast.entry(
                .credit, fen: 20_000, reference: "9F3C2A7710BD44E1-3-R", key: Cast.key(14, "M1"), returned: reason),
            AccountEntry(
                direction: .debit, amount: Money(fen: 7), bankReference: "FEE-1", endToEndKey: nil,
                counterpartyName: nil, counterpartyAccount: nil, bookedOn: Cast.day, purposeText: nil, returned: nil),
        ]
    }

    private static func status(_ outcome: OrderStatusFile.Outcome) throws -> [UInt8] {
        try OrderStatusFile(
            messageID: "S1", createdAt: Cast.instant, orderMessageID: "370700-1A2B", outcome: outcome
        ).bytes()
    }

    @Test(arguments: ["orders.xml", "status.xml", "refusal.xml", "notification.xml", "statement.xml", "sheet.csv"])
    func `are what the writers write`(_ name: String) throws {
        let written: [UInt8]
        switch name {
        case "orders.xml":
            written = try Cast.order(
                "370700-1A2B",
                [
                    Cast.transfer(Cast.key(12)),
                    Cast.transfer(Cast.key(14, "M1"), fen: 20_000, to: Cast.card, name: "林芳", purpose: "个人账户 <&>"),
                ]
            ).bytes()
        case "status.xml":
            written = try Self.status(
                .answered([
                    InstructionStatus(
                        id: "1",
                        transfers: [
                            TransferStatus(endToEndKey: Cast.key(12), rejection: nil),
                            TransferStatus(endToEndKey: Cast.key(14, "M1"), rejection: Self.reason),
                        ])
                ]))
        case "refusal.xml": written = try Self.status(.fileRejected(BankReason(code: "AM10", text: "合计金额不符")))
        case "notification.xml": written = try Cast.notification(Self.entries()).bytes()
        case "statement.xml":
            written = try Cast.statement(opening: -500, closing: 1_905_894, Self.entries()).bytes()
        default: written = try Cast.sheet(opening: -500, Self.entries()).bytes(.gb18030)
        }
        let url = Self.folder.appendingPathComponent(name)
        #if WRITE_SAMPLES
            try Data(written).write(to: url)
        #endif
        #expect(try [UInt8](Data(contentsOf: url)) == written)
    }
}
