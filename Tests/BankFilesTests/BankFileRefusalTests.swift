import BankFiles
import Testing
import TransferCore

/// One change to a good file, and the fault that it must end with.
struct Spoiled: CustomTestStringConvertible, Sendable {
    let from: String
    let to: String
    let code: BankFileFault.Code
    let path: String
    let transaction: Int?

    init(_ from: String, _ to: String, _ code: BankFileFault.Code, _ path: String, _ transaction: Int? = nil) {
        self.from = from
        self.to = to
        self.code = code
        self.path = path
        self.transaction = transaction
    }

    var testDescription: String { "\(code.rawValue): \(from) -> \(to)" }

    func check(_ original: [UInt8], _ read: ([UInt8]) throws(BankFileFault) -> Void) {
        let found = fault { () throws(BankFileFault) in try read(bytes(original, [(from, to)])) }
        #expect(found?.code == code, "\(found.map(String.init(describing:)) ?? "accepted")")
        #expect(found?.place == BankFilePlace(path, transaction: transaction))
    }
}

@Suite struct `A spoiled bank file` {
    private static let order = "CstmrCdtTrfInitn"

    /// Of an order file with two transfers of 19064.00 and 0.01.
    static let orders: [Spoiled] = [
        Spoiled("UTF-8", "GBK", .encoding, ""),
        Spoiled("<Document", "<!DOCTYPE Document><Document", .documentType, ""),
        Spoiled("<Document", "<!DOCTYPE d [<!ENTITY a \"b\">]><Document", .documentType, ""),
        Spoiled("001.09", "001.03", .namespace, ""),
        Spoiled("pain.001.001.09", "pain.008.001.08", .namespace, ""),
        Spoiled("<GrpHdr>", "<GrpHdr xmlns=\"urn:other\">", .namespace, "\(order)/GrpHdr"),
        Spoiled("<GrpHdr>", "<GrpHdr id=\"1\">", .unexpectedAttribute, "\(order)/GrpHdr"),
        Spoiled("<GrpHdr>", "<GrpHdr>x", .unexpectedText, "\(order)/GrpHdr"),
        Spoiled("</GrpHdr>", "x</GrpHdr>", .unexpectedText, "\(order)/GrpHdr"),
        Spoiled("<GrpHdr>", "<?run this?><GrpHdr>", .unexpectedText, ""),
        // The parser underneath does not survive one that holds nothing but its name.
        Spoiled("<GrpHdr>", "<?run?><GrpHdr>", .unexpectedText, ""),
        Spoiled("<?xml ", "<?xml-stylesheet?><?xml ", .unexpectedText, ""),
        Spoiled("M1", "&other;", .malformed, "\(order)/GrpHdr/MsgId"),
        Spoiled("<NbOfTxs>2", "<Nb>1</Nb><NbOfTxs>2", .unexpectedElement, "\(order)/GrpHdr/Nb"),
        Spoiled("<MsgId>M1</MsgId>", "", .missingElement, "\(order)/GrpHdr/MsgId"),
        Spoiled("<MsgId>", "<MsgId>M0</MsgId><MsgId>", .repeatedElement, "\(order)/GrpHdr/MsgId"),
        Spoiled("<CtrlSum>19064.01</CtrlSum>", "", .missingElement, "\(order)/GrpHdr/CtrlSum"),
        Spoiled("M1", "", .textForm, "\(order)/GrpHdr/MsgId"),
        Spoiled("M1", "M 1", .textForm, "\(order)/GrpHdr/MsgId"),
        Spoiled("M1", "<b/>", .unexpectedElement, "\(order)/GrpHdr/MsgId"),
        Spoiled("2026-03-16T09:30:00+08:00", "2026-03-16 09:30", .dateForm, "\(order)/GrpHdr/CreDtTm"),
        Spoiled("<NbOfTxs>2", "<NbOfTxs>3", .transactionCount, "\(order)/GrpHdr/NbOfTxs"),
        Spoiled("<NbOfTxs>2", "<NbOfTxs>two", .transactionCount, "\(order)/GrpHdr/NbOfTxs"),
        Spoiled("19064.01", "19064.02", .controlSum, "\(order)/GrpHdr/CtrlSum"),
        Spoiled("19064.01", "19064.010", .amountForm, "\(order)/GrpHdr/CtrlSum"),
        Spoiled("TRF", "CHK", .unknownCode, "\(order)/PmtInf[1]/PmtMtd"),
        Spoiled(
            "<NbOfTxs>2</NbOfTxs><CtrlSum>19064.01</CtrlSum><R", "<NbOfTxs>1</NbOfTxs><CtrlSum>19064.01</CtrlSum><R",
            .transactionCount, "\(order)/PmtInf[1]/NbOfTxs"),
        Spoiled(
            "<CtrlSum>19064.01</CtrlSum><R", "<CtrlSum>0.01</CtrlSum><R", .controlSum, "\(order)/PmtInf[1]/CtrlSum"),
        Spoiled("<Dt>2026-03-16", "<Dt>2026-02-29", .dateForm, "\(order)/PmtInf[1]/ReqdExctnDt/Dt"),
        Spoiled(Cast.weifangAccount, "15370700000000002", .account, "\(order)/PmtInf[1]/DbtrAcct"),
        Spoiled("CNAPS", "USABA", .bankCode, "\(order)/PmtInf[1]/DbtrAgt/FinInstnId/ClrSysMmbId/ClrSysId"),
        Spoiled(Cast.weifangBank, "999370700011", .bankCode, "\(order)/PmtInf[1]/DbtrAgt/FinInstnId/ClrSysMmbId/MmbId"),
        Spoiled("CNY\">0.01", "EUR\">0.01", .currency, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt", 2),
        Spoiled(" Ccy=\"CNY\">0.01", ">0.01", .currency, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt", 2),
        Spoiled("CNY\">0.01", "CNY\">0.010", .amountForm, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt", 2),
        Spoiled("CNY\">0.01", "CNY\">1", .amountForm, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt", 2),
        Spoiled("CNY\">0.01", "CNY\">1e2", .amountForm, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt", 2),
        Spoiled("CNY\">0.01", "CNY\">-0.01", .negativeAmount, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/Amt/InstdAmt", 2),
        Spoiled(
            "<Amt><InstdAmt Ccy=\"CNY\">0.01</InstdAmt></Amt>", "<Amt></Amt>", .missingElement,
            "\(order)/PmtInf[1]/CdtTrfTxInf[2]/Amt", 2),
        Spoiled(
            "</Amt><", "</Amt><ChqInstr/><", .unexpectedElement,
            "\(order)/PmtInf[1]/CdtTrfTxInf[1]/ChqInstr", 1),
        Spoiled("</RmtInf>", "</RmtInf><Purp/>", .elementOrder, "\(order)/PmtInf[1]/CdtTrfTxInf[1]/Purp", 1),
        Spoiled(Cast.key(13), Cast.key(12), .duplicateKey, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/PmtId/EndToEndId", 2),
        Spoiled(Cast.key(13), "nokey", .textForm, "\(order)/PmtInf[1]/CdtTrfTxInf[2]/PmtId/EndToEndId", 2),
    ]

    @Test(arguments: orders)
    func `of orders is refused whole`(_ spoiled: Spoiled) throws {
        let file = try Cast.order("M1", [Cast.transfer(Cast.key(12)), Cast.transfer(Cast.key(13), fen: 1)])
        spoiled.check(file.bytes()) { (bytes) throws(BankFileFault) in
            _ = try RemittanceOrderFile(reading: bytes, debtorAccount: Cast.weifangAccount)
        }
    }

    private static let notification = "BkToCstmrDbtCdtNtfctn/Ntfctn"

    /// Of a notification with a debit of 5.00, a credit of 2.00 and a bounce of 5.00.
    static let notifications: [Spoiled] = [
        Spoiled("camt.054.001.08", "camt.054.001.02", .namespace, ""),
        Spoiled("camt.054.001.08", "camt.053.001.08", .namespace, ""),
        Spoiled(Cast.weifangAccount, Cast.hangzhouAccount, .account, "\(notification)[1]/Acct"),
        Spoiled("<Ccy>CNY", "<Ccy>USD", .currency, "\(notification)[1]/Acct/Ccy"),
        Spoiled("</Ntfctn>", "</Ntfctn><Ntfctn/>", .repeatedElement, "\(notification)[2]"),
        Spoiled(
            "<NbOfNtries>3", "<NbOfNtries>4", .transactionCount, "\(notification)[1]/TxsSummry/TtlNtries/NbOfNtries"),
        Spoiled("<Sum>12.00", "<Sum>12.01", .controlSum, "\(notification)[1]/TxsSummry/TtlNtries/Sum"),
        Spoiled("<Amt>2.00", "<Amt>3.00", .controlSum, "\(notification)[1]/TxsSummry/TtlNtries/TtlNetNtry/Amt"),
        Spoiled("<Sum>7.00", "<Sum>7.01", .controlSum, "\(notification)[1]/TxsSummry/TtlCdtNtries/Sum"),
        Spoiled("<Sum>5.00", "<Sum>5.01", .controlSum, "\(notification)[1]/TxsSummry/TtlDbtNtries/Sum"),
        Spoiled("Ccy=\"CNY\">2.00", "Ccy=\"JPY\">2.00", .currency, "\(notification)[1]/Ntry[2]/Amt", 2),
        Spoiled("Ccy=\"CNY\">2.00", "Ccy=\"CNY\">-2.00", .negativeAmount, "\(notification)[1]/Ntry[2]/Amt", 2),
        Spoiled("Ccy=\"CNY\">2.00", "Ccy=\"CNY\">2.0", .amountForm, "\(notification)[1]/Ntry[2]/Amt", 2),
        Spoiled(
            "<CdtDbtInd>DBIT</CdtDbtInd><Sts>", "<CdtDbtInd>OUT</CdtDbtInd><Sts>", .unknownCode,
            "\(notification)[1]/Ntry[1]/CdtDbtInd", 1),
        Spoiled("BOOK", "PDNG", .unknownCode, "\(notification)[1]/Ntry[1]/Sts", 1),
        Spoiled(
            "<BookgDt><Dt>2026-03-16", "<BookgDt><Dt>2026-13-16", .dateForm,
            "\(notification)[1]/Ntry[1]/BookgDt/Dt", 1),
        Spoiled("<AcctSvcrRef>R2</AcctSvcrRef>", "", .missingElement, "\(notification)[1]/Ntry[2]/AcctSvcrRef", 2),
        Spoiled("R2", "R1", .duplicateReference, "\(notification)[1]/Ntry[2]/AcctSvcrRef", 2),
        Spoiled("<RvslInd>true</RvslInd>", "", .missingElement, "\(notification)[1]/Ntry[3]", 3),
        Spoiled(
            "<RvslInd>true</RvslInd>", "<RvslInd>yes</RvslInd>", .unknownCode,
            "\(notification)[1]/Ntry[3]/RvslInd", 3),
        Spoiled(
            "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", "", .missingElement,
            "\(notification)[1]/Ntry[3]/RvslInd", 3),
        Spoiled("AC04", "closed", .textForm, "\(notification)[1]/Ntry[3]/NtryDtls[1]/TxDtls[1]/RtrInf/Rsn/Cd", 3),
        Spoiled(
            "<TxDtls>", "<TxDtls/><TxDtls>", .repeatedElement,
            "\(notification)[1]/Ntry[1]/NtryDtls[1]/TxDtls[2]", 1),
        Spoiled(
            "<NtryDtls>", "<NtryDtls><Btch/>", .unexpectedElement, "\(notification)[1]/Ntry[1]/NtryDtls[1]/Btch", 1),
        Spoiled(
            "</Refs>", "</Refs><Amt Ccy=\"CNY\">1.00</Amt>", .controlSum,
            "\(notification)[1]/Ntry[1]/NtryDtls[1]/TxDtls[1]/Amt", 1),
    ]

    @Test(arguments: notifications)
    func `of movements is refused whole`(_ spoiled: Spoiled) throws {
        let file = try Cast.notification([
            Cast.entry(.debit, fen: 500, reference: "R1"), Cast.entry(.credit, fen: 200, reference: "R2"),
            Cast.entry(.credit, fen: 500, reference: "R3", returned: BankReason(code: "AC04", text: nil)),
        ])
        spoiled.check(file.bytes()) { (bytes) throws(BankFileFault) in
            _ = try AccountNotificationFile(reading: bytes, account: Cast.weifangAccount)
        }
    }

    private static let statement = "BkToCstmrStmt/Stmt[1]"

    /// Of a statement from 10.00 over a debit of 5.00 and a credit of 2.00 to 7.00.
    static let statements: [Spoiled] = [
        Spoiled("camt.053.001.08", "camt.054.001.08", .namespace, ""),
        Spoiled(Cast.weifangAccount, Cast.hangzhouAccount, .account, "\(statement)/Acct"),
        Spoiled("CNY\">10.00", "CNY\">10.01", .balance, "\(statement)/Bal[2]/Amt"),
        Spoiled("CNY\">10.00", "USD\">10.00", .currency, "\(statement)/Bal[1]/Amt"),
        Spoiled(
            "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">7.00</Amt><CdtDbtInd>CRDT",
            "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">7.00</Amt><CdtDbtInd>DBIT", .balance, "\(statement)/Bal[2]/Amt"),
        Spoiled("<ElctrncSeqNb>7", "<ElctrncSeqNb>0", .sequence, "\(statement)/ElctrncSeqNb"),
        Spoiled("<ElctrncSeqNb>7", "<ElctrncSeqNb>seven", .sequence, "\(statement)/ElctrncSeqNb"),
        Spoiled("<NbOfNtries>2", "<NbOfNtries>3", .transactionCount, "\(statement)/TxsSummry/TtlNtries/NbOfNtries"),
        Spoiled("</Stmt>", "", .malformed, "BkToCstmrStmt/Stmt[1]"),
        Spoiled("CLBD", "ITBD", .missingElement, statement),
        Spoiled("CLBD", "OPBD", .repeatedElement, "\(statement)/Bal[2]"),
        Spoiled("<Sum>7.00", "<Sum>8.00", .controlSum, "\(statement)/TxsSummry/TtlNtries/Sum"),
        Spoiled("<BookgDt><Dt>2026-03-16", "<BookgDt><Dt>2026-03-15", .day, "\(statement)/Ntry[1]/BookgDt", 1),
        Spoiled("Ccy=\"CNY\">5.00", "Ccy=\"CNY\">6.00", .controlSum, "\(statement)/TxsSummry/TtlNtries/Sum"),
    ]

    @Test(arguments: statements)
    func `of balances is refused whole`(_ spoiled: Spoiled) throws {
        let file = try Cast.statement(
            opening: 1_000, closing: 700,
            [Cast.entry(.debit, fen: 500, reference: "R1"), Cast.entry(.credit, fen: 200, reference: "R2")])
        spoiled.check(file.bytes()) { (bytes) throws(BankFileFault) in
            _ = try AccountStatementFile(reading: bytes, account: Cast.weifangAccount)
        }
    }

    private static let status = "CstmrPmtStsRpt"

    /// Of an answer that accepts one transfer and rejects another.
    static let statuses: [Spoiled] = [
        Spoiled("pain.002.001.10", "pain.002.001.03", .namespace, ""),
        Spoiled("pain.001.001.09", "pain.008.001.08", .unknownCode, "\(status)/OrgnlGrpInfAndSts/OrgnlMsgNmId"),
        Spoiled("<OrgnlNbOfTxs>2", "<OrgnlNbOfTxs>3", .transactionCount, "\(status)/OrgnlGrpInfAndSts/OrgnlNbOfTxs"),
        Spoiled("PART", "ACCP", .unknownCode, "\(status)/OrgnlGrpInfAndSts/GrpSts"),
        Spoiled("<TxSts>ACCP", "<TxSts>PDNG", .unknownCode, "\(status)/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/TxSts", 1),
        Spoiled(
            "<StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>", "", .missingElement,
            "\(status)/OrgnlPmtInfAndSts[1]/TxInfAndSts[2]/StsRsnInf", 2),
        Spoiled(
            Cast.key(13), Cast.key(12), .duplicateKey,
            "\(status)/OrgnlPmtInfAndSts[1]/TxInfAndSts[2]/OrgnlEndToEndId", 2),
    ]

    @Test(arguments: statuses)
    func `of answers is refused whole`(_ spoiled: Spoiled) throws {
        let file = try OrderStatusFile(
            messageID: "S1", createdAt: Cast.instant, orderMessageID: "M1",
            outcome: .answered([
                InstructionStatus(
                    id: "1",
                    transfers: [
                        TransferStatus(endToEndKey: Cast.key(12), rejection: nil),
                        TransferStatus(endToEndKey: Cast.key(13), rejection: BankReason(code: "AM04", text: nil)),
                    ])
            ]))
        spoiled.check(file.bytes()) { (bytes) throws(BankFileFault) in _ = try OrderStatusFile(reading: bytes) }
    }

    @Test func `is refused for its size before it is read`() {
        let found = fault { () throws(BankFileFault) in
            try OrderStatusFile(reading: [UInt8](repeating: 0x20, count: BankFileLimit.bytes + 1))
        }
        #expect(found?.code == .size)
    }

    @Test func `is refused for its depth and for its number of elements`() {
        let namespace = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
        let deep = "<Document xmlns=\"\(namespace)\">" + String(repeating: "<a>", count: 40)
        #expect(fault { () throws(BankFileFault) in try OrderStatusFile(reading: Array(deep.utf8)) }?.code == .depth)
        let wide = "<Document xmlns=\"\(namespace)\">" + String(repeating: "<a/>", count: 500_001) + "</Document>"
        #expect(
            fault { () throws(BankFileFault) in try OrderStatusFile(reading: Array(wide.utf8)) }?.code == .elementCount)
    }

    @Test func `never shows a name or an account in its fault`() throws {
        let file = try Cast.order("M1", [Cast.transfer(Cast.key(12), to: Cast.card, name: "林芳")])
        let wrong = bytes(file.bytes(), [(Cast.card, "6222 0200"), ("林芳", "林\u{1F}芳")])
        let also = bytes(file.bytes(), [(Cast.card, "6222 0200")])
        for spoiled in [wrong, also] {
            let found = fault { () throws(BankFileFault) in
                try RemittanceOrderFile(reading: spoiled, debtorAccount: nil)
            }
            let text = found.map(String.init(describing:)) ?? "林芳"
            #expect(!text.contains("林") && !text.contains("6222"))
        }
    }
}
