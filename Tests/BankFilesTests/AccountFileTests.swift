import BankFiles
import Testing
import TransferCore

@Suite struct `An account notification` {
    private func sample() throws -> AccountNotificationFile {
        try Cast.notification([
            Cast.entry(.debit, fen: 500, reference: "R1"),
            Cast.entry(.credit, fen: 200, reference: "R2", key: nil),
            Cast.entry(.credit, fen: 500, reference: "R3", returned: BankReason(code: "AC04", text: "账户已销户")),
            Cast.entry(.debit, fen: 200, reference: "R4", returned: BankReason(code: "MS03", text: nil)),
        ])
    }

    @Test func `is read as it was written, and written as it was read`() throws {
        let file = try sample()
        let read = try AccountNotificationFile(reading: file.bytes(), account: Cast.weifangAccount)
        #expect(read == file)
        #expect(read.bytes() == file.bytes())
    }

    @Test func `may hold nothing`() throws {
        let file = try Cast.notification([])
        #expect(try AccountNotificationFile(reading: file.bytes(), account: Cast.weifangAccount) == file)
    }

    @Test func `may hold one key twice, so that a double is seen`() throws {
        let file = try Cast.notification([
            Cast.entry(.credit, fen: 500, reference: "R1"), Cast.entry(.credit, fen: 500, reference: "R2"),
        ])
        let read = try AccountNotificationFile(reading: file.bytes(), account: Cast.weifangAccount)
        #expect(read.entries.map(\.endToEndKey) == [Cast.key(12), Cast.key(12)])
    }

    @Test(arguments: [
        ("AC04", BounceReason.accountClosed), ("AC06", .accountBlocked), ("AC01", .accountInvalid),
        ("BE01", .nameDiffers), ("AM14", .overLimit), ("MS03", .refusedByBank), ("RR04", .refusedByBank),
    ])
    func `says why money came back`(_ code: String, _ meaning: BounceReason) throws {
        let reason = BankReason(code: code, text: nil)
        let file = try Cast.notification([Cast.entry(.credit, fen: 1, reference: "R1", returned: reason)])
        let read = try AccountNotificationFile(reading: file.bytes(), account: Cast.weifangAccount)
        #expect(read.entries.first?.returned?.bounce == meaning)
    }

    @Test func `has the elements of the published message in their order`() throws {
        let file = try Cast.notification([
            Cast.entry(.credit, fen: 500, reference: "R3", returned: BankReason(code: "AC04", text: "账户已销户"))
        ])
        let details = "Ntfctn/Ntry/NtryDtls/TxDtls"
        #expect(
            elementPaths(file.bytes()) == [
                "GrpHdr", "GrpHdr/MsgId", "GrpHdr/CreDtTm", "Ntfctn", "Ntfctn/Id", "Ntfctn/CreDtTm", "Ntfctn/Acct",
                "Ntfctn/Acct/Id", "Ntfctn/Acct/Id/Othr", "Ntfctn/Acct/Id/Othr/Id", "Ntfctn/Acct/Ccy",
                "Ntfctn/TxsSummry", "Ntfctn/TxsSummry/TtlNtries", "Ntfctn/TxsSummry/TtlNtries/NbOfNtries",
                "Ntfctn/TxsSummry/TtlNtries/Sum", "Ntfctn/TxsSummry/TtlNtries/TtlNetNtry",
                "Ntfctn/TxsSummry/TtlNtries/TtlNetNtry/Amt", "Ntfctn/TxsSummry/TtlNtries/TtlNetNtry/CdtDbtInd",
                "Ntfctn/TxsSummry/TtlCdtNtries", "Ntfctn/TxsSummry/TtlCdtNtries/NbOfNtries",
                "Ntfctn/TxsSummry/TtlCdtNtries/Sum", "Ntfctn/TxsSummry/TtlDbtNtries",
                "Ntfctn/TxsSummry/TtlDbtNtries/NbOfNtries", "Ntfctn/TxsSummry/TtlDbtNtries/Sum", "Ntfctn/Ntry",
                "Ntfctn/Ntry/Amt", "Ntfctn/Ntry/CdtDbtInd", "Ntfctn/Ntry/RvslInd", "Ntfctn/Ntry/Sts",
                "Ntfctn/Ntry/Sts/Cd", "Ntfctn/Ntry/BookgDt", "Ntfctn/Ntry/BookgDt/Dt", "Ntfctn/Ntry/AcctSvcrRef",
                "Ntfctn/Ntry/BkTxCd", "Ntfctn/Ntry/BkTxCd/Domn", "Ntfctn/Ntry/BkTxCd/Domn/Cd",
                "Ntfctn/Ntry/BkTxCd/Domn/Fmly", "Ntfctn/Ntry/BkTxCd/Domn/Fmly/Cd",
                "Ntfctn/Ntry/BkTxCd/Domn/Fmly/SubFmlyCd", "Ntfctn/Ntry/NtryDtls", details, "\(details)/Refs",
                "\(details)/Refs/EndToEndId", "\(details)/RltdPties", "\(details)/RltdPties/Cdtr",
                "\(details)/RltdPties/Cdtr/Pty", "\(details)/RltdPties/Cdtr/Pty/Nm", "\(details)/RltdPties/CdtrAcct",
                "\(details)/RltdPties/CdtrAcct/Id", "\(details)/RltdPties/CdtrAcct/Id/Othr",
                "\(details)/RltdPties/CdtrAcct/Id/Othr/Id", "\(details)/RmtInf", "\(details)/RmtInf/Ustrd",
                "\(details)/RtrInf", "\(details)/RtrInf/Rsn", "\(details)/RtrInf/Rsn/Cd", "\(details)/RtrInf/AddtlInf",
            ])
    }

    @Test func `is read with what other banks write beside it`() throws {
        let entry = Cast.entry(.debit, fen: 500, reference: "R1")
        let file = try Cast.notification([entry])
        let other = bytes(
            file.bytes(),
            [
                (
                    "</CreDtTm></GrpHdr>",
                    "</CreDtTm><MsgPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></MsgPgntn></GrpHdr>"
                ),
                (
                    "<Acct>",
                    "<FrToDt><FrDtTm>2026-03-16T00:00:00</FrDtTm><ToDtTm>2026-03-17T00:00:00</ToDtTm></FrToDt><Acct>"
                ),
                (
                    "<BookgDt><Dt>2026-03-16</Dt></BookgDt>",
                    "<BookgDt><DtTm>2026-03-16T10:00:00.123+08:00</DtTm></BookgDt><ValDt><Dt>2026-03-17</Dt></ValDt>"
                ),
                ("<Refs>", "<Refs><AcctSvcrRef>X</AcctSvcrRef>"),
                ("<Nm>杭州", "<Nm>  杭州"), ("中心</Nm>", "中心 \n</Nm>"),
                ("<Othr><Id>\(Cast.hangzhouAccount)", "<Othr><Id>153301*******0001"),
            ])
        let read = try AccountNotificationFile(reading: other, account: Cast.weifangAccount)
        #expect(read.entries.first?.counterpartyName == Cast.hangzhouName)
        #expect(read.entries.first?.counterpartyAccount == "153301*******0001")
        #expect(read.entries.first?.bookedOn == Cast.day)
    }
}

@Suite struct `An account statement` {
    @Test(arguments: [(1_000, 700), (-1_000, -1_300), (100, -200), (0, -300)] as [(Int64, Int64)])
    func `is read as it was written when its balances tie`(_ opening: Int64, _ closing: Int64) throws {
        let file = try Cast.statement(
            opening: opening, closing: closing,
            [Cast.entry(.debit, fen: 500, reference: "R1"), Cast.entry(.credit, fen: 200, reference: "R2")])
        let read = try AccountStatementFile(reading: file.bytes(), account: Cast.weifangAccount)
        #expect(read == file)
        #expect(read.bytes() == file.bytes())
    }

    @Test func `cannot be made when its balances do not tie`() {
        #expect(throws: BankFileFault.self) {
            try Cast.statement(opening: 0, closing: 499, [Cast.entry(.credit, fen: 500, reference: "R1")])
        }
    }

    @Test func `has the elements of the published message in their order`() throws {
        let file = try Cast.statement(opening: 5, closing: 5, [])
        #expect(
            elementPaths(file.bytes()).filter { $0.split(separator: "/").count < 3 } == [
                "GrpHdr", "GrpHdr/MsgId", "GrpHdr/CreDtTm", "Stmt", "Stmt/Id", "Stmt/ElctrncSeqNb", "Stmt/CreDtTm",
                "Stmt/Acct", "Stmt/Bal",
                "Stmt/Bal", "Stmt/TxsSummry",
            ])
    }
}

@Suite struct `An order status file` {
    private func file(_ outcome: OrderStatusFile.Outcome) throws -> OrderStatusFile {
        try OrderStatusFile(messageID: "S1", createdAt: Cast.instant, orderMessageID: "M1", outcome: outcome)
    }

    private func answer(_ rejections: [BankReason?]) -> OrderStatusFile.Outcome {
        .answered([
            InstructionStatus(
                id: "1",
                transfers: rejections.enumerated().map { number, reason in
                    TransferStatus(endToEndKey: Cast.key(number), rejection: reason)
                })
        ])
    }

    private static let reason = BankReason(code: "AM04", text: "余额不足 <0>")

    @Test(arguments: [[nil], [nil, reason], [reason, reason]] as [[BankReason?]])
    func `is read as it was written`(_ rejections: [BankReason?]) throws {
        let made = try file(answer(rejections))
        let read = try OrderStatusFile(reading: made.bytes())
        #expect(read == made)
        #expect(read.transfers.map(\.rejection) == rejections)
    }

    @Test func `may refuse a whole file`() throws {
        let made = try file(.fileRejected(BankReason(code: "DU01", text: nil)))
        #expect(try OrderStatusFile(reading: made.bytes()) == made)
        #expect(made.transfers.isEmpty)
    }

    @Test func `is read with a reason of the bank's own`() throws {
        let made = try file(.fileRejected(BankReason(code: "DU01", text: nil)))
        let other = bytes(made.bytes(), [("<Cd>DU01</Cd>", "<Prtry>ZH-0042</Prtry>")])
        #expect(
            try OrderStatusFile(reading: other).outcome == .fileRejected(BankReason(code: "MS03", text: "ZH-0042")))
    }

    @Test func `has the elements of the published message in their order`() throws {
        let made = try file(answer([Self.reason]))
        #expect(
            elementPaths(made.bytes()) == [
                "GrpHdr", "GrpHdr/MsgId", "GrpHdr/CreDtTm", "OrgnlGrpInfAndSts", "OrgnlGrpInfAndSts/OrgnlMsgId",
                "OrgnlGrpInfAndSts/OrgnlMsgNmId", "OrgnlGrpInfAndSts/OrgnlNbOfTxs", "OrgnlGrpInfAndSts/GrpSts",
                "OrgnlPmtInfAndSts", "OrgnlPmtInfAndSts/OrgnlPmtInfId", "OrgnlPmtInfAndSts/TxInfAndSts",
                "OrgnlPmtInfAndSts/TxInfAndSts/OrgnlEndToEndId", "OrgnlPmtInfAndSts/TxInfAndSts/TxSts",
                "OrgnlPmtInfAndSts/TxInfAndSts/StsRsnInf", "OrgnlPmtInfAndSts/TxInfAndSts/StsRsnInf/Rsn",
                "OrgnlPmtInfAndSts/TxInfAndSts/StsRsnInf/Rsn/Cd", "OrgnlPmtInfAndSts/TxInfAndSts/StsRsnInf/AddtlInf",
            ])
    }
}
