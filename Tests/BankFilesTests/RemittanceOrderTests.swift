import BankFiles
import Testing
import TransferCore

@Suite struct `A remittance order file` {
    /// Two instructions, three transfers.
    private func sample() throws -> RemittanceOrderFile {
        try RemittanceOrderFile(
            messageID: "370700-20260316-0001", createdAt: Cast.instant, initiatingParty: Cast.weifangName,
            instructions: [
                Cast.instruction("1", [Cast.transfer(Cast.key(12)), Cast.transfer(Cast.key(13), fen: 1)]),
                Cast.instruction("2", [Cast.transfer(Cast.key(14, "M1"), fen: 20_000, to: Cast.card, name: "林芳")]),
            ])
    }

    @Test func `is read as it was written, and written as it was read`() throws {
        let file = try sample()
        let read = try RemittanceOrderFile(reading: file.bytes(), debtorAccount: Cast.weifangAccount)
        #expect(read == file)
        #expect(read.bytes() == file.bytes())
        #expect(read.total == Money(fen: 1_926_401))
    }

    @Test func `keeps characters that mean something in XML`() throws {
        let name = "<甲> & \"乙\" ]]> 'x' 𠀀"
        let file = try Cast.order("M1", [Cast.transfer(Cast.key(1), name: name, purpose: "a&b<c>d")])
        #expect(try RemittanceOrderFile(reading: file.bytes(), debtorAccount: nil) == file)
    }

    @Test func `has the elements of the published message in their order`() throws {
        let file = try Cast.order("M1", [Cast.transfer(Cast.key(12))])
        #expect(
            elementPaths(file.bytes()) == [
                "GrpHdr", "GrpHdr/MsgId", "GrpHdr/CreDtTm", "GrpHdr/NbOfTxs", "GrpHdr/CtrlSum", "GrpHdr/InitgPty",
                "GrpHdr/InitgPty/Nm", "PmtInf", "PmtInf/PmtInfId", "PmtInf/PmtMtd", "PmtInf/BtchBookg",
                "PmtInf/NbOfTxs", "PmtInf/CtrlSum", "PmtInf/ReqdExctnDt", "PmtInf/ReqdExctnDt/Dt", "PmtInf/Dbtr",
                "PmtInf/Dbtr/Nm", "PmtInf/DbtrAcct", "PmtInf/DbtrAcct/Id", "PmtInf/DbtrAcct/Id/Othr",
                "PmtInf/DbtrAcct/Id/Othr/Id", "PmtInf/DbtrAgt", "PmtInf/DbtrAgt/FinInstnId",
                "PmtInf/DbtrAgt/FinInstnId/ClrSysMmbId", "PmtInf/DbtrAgt/FinInstnId/ClrSysMmbId/ClrSysId",
                "PmtInf/DbtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd", "PmtInf/DbtrAgt/FinInstnId/ClrSysMmbId/MmbId",
                "PmtInf/CdtTrfTxInf", "PmtInf/CdtTrfTxInf/PmtId", "PmtInf/CdtTrfTxInf/PmtId/EndToEndId",
                "PmtInf/CdtTrfTxInf/Amt", "PmtInf/CdtTrfTxInf/Amt/InstdAmt", "PmtInf/CdtTrfTxInf/CdtrAgt",
                "PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId", "PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId/ClrSysMmbId",
                "PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId",
                "PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd",
                "PmtInf/CdtTrfTxInf/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId", "PmtInf/CdtTrfTxInf/Cdtr",
                "PmtInf/CdtTrfTxInf/Cdtr/Nm", "PmtInf/CdtTrfTxInf/CdtrAcct", "PmtInf/CdtTrfTxInf/CdtrAcct/Id",
                "PmtInf/CdtTrfTxInf/CdtrAcct/Id/Othr", "PmtInf/CdtTrfTxInf/CdtrAcct/Id/Othr/Id",
                "PmtInf/CdtTrfTxInf/RmtInf", "PmtInf/CdtTrfTxInf/RmtInf/Ustrd",
            ])
    }

    @Test func `is read with a prefix, a byte order mark, comments and line ends of another system`() throws {
        let file = try Cast.order("M1", [Cast.transfer(Cast.key(12))])
        let text = String(decoding: file.bytes(), as: UTF8.self)
            .replacing("</", with: "\u{1}").replacing("<?", with: "\u{2}").replacing("<", with: "<x:")
            .replacing("\u{1}", with: "</x:").replacing("\u{2}", with: "<?").replacing("xmlns=", with: "xmlns:x=")
            .replacing("<x:GrpHdr>", with: "<!-- hello --><x:GrpHdr>").replacing("\n", with: "\r\n")
        let marked = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        #expect(try RemittanceOrderFile(reading: marked, debtorAccount: nil) == file)
    }

    @Test func `is refused at every length but its own`() throws {
        let whole = try Cast.order("M1", [Cast.transfer(Cast.key(12))]).bytes()
        // A declaration or a first tag cut in half is refused as well, but for what it seems to be.
        let body = String(decoding: whole, as: UTF8.self).prefix { $0 != "G" }.utf8.count
        for length in 0..<whole.count - 1 {
            let code = fault { () throws(BankFileFault) in
                try RemittanceOrderFile(reading: Array(whole[..<length]), debtorAccount: nil)
            }?.code
            let isInsideCharacter = String(validating: whole[..<length], as: UTF8.self) == nil
            let isRight = length < body ? code != nil : code == (isInsideCharacter ? .encoding : .malformed)
            if !isRight { Issue.record("the first \(length) bytes: \(code.map(\.rawValue) ?? "accepted")") }
        }
    }

    @Test(arguments: [0x00, 0x20, 0x30, 0x3C, 0x26, 0xFF] as [UInt8])
    func `with any one byte changed is refused or says something else, and never stops the process`(_ byte: UInt8)
        throws
    {
        let file = try Cast.order("M1", [Cast.transfer(Cast.key(12))])
        let whole = file.bytes()
        var refused = 0
        for place in whole.indices where whole[place] != byte {
            var changed = whole
            changed[place] = byte
            let read = try? RemittanceOrderFile(reading: changed, debtorAccount: nil)
            if read == nil { refused += 1 }
        }
        #expect(refused > whole.count / 2)
    }

    @Test func `tells its message identifier even when it is refused`() throws {
        let file = try Cast.order("M-7", [Cast.transfer(Cast.key(12))])
        let wrong = bytes(file.bytes(), [("19064.00", "-19064.00")])
        #expect(RemittanceOrderFile.messageID(of: wrong) == "M-7")
        #expect(RemittanceOrderFile.messageID(of: Array("nothing".utf8)) == nil)
    }
}

@Suite struct `A remittance order` {
    struct Attempt: CustomTestStringConvertible {
        let testDescription: String
        let code: BankFileFault.Code
        let path: String
        let transaction: Int?
        let make: @Sendable () throws(BankFileFault) -> RemittanceOrderFile

        init(
            _ what: String, _ code: BankFileFault.Code, _ path: String, _ transaction: Int? = nil,
            _ make: @escaping @Sendable () throws(BankFileFault) -> RemittanceOrderFile
        ) {
            testDescription = what
            self.code = code
            self.path = path
            self.transaction = transaction
            self.make = make
        }
    }

    private static func order(_ transfers: [CreditTransfer]) throws(BankFileFault) -> RemittanceOrderFile {
        try RemittanceOrderFile(
            messageID: "M1", createdAt: Cast.instant, initiatingParty: Cast.weifangName,
            instructions: [Cast.instruction("1", transfers)])
    }

    private static let first = "CstmrCdtTrfInitn/PmtInf[1]/CdtTrfTxInf[1]"

    static let attempts: [Attempt] = [
        Attempt("an empty message identifier", .textForm, "CstmrCdtTrfInitn/GrpHdr/MsgId") { () throws(BankFileFault) in
            try RemittanceOrderFile(
                messageID: "", createdAt: Cast.instant, initiatingParty: "x",
                instructions: [Cast.instruction("1", [Cast.transfer(Cast.key(1))])])
        },
        Attempt("36 characters of message identifier", .textForm, "CstmrCdtTrfInitn/GrpHdr/MsgId") {
            () throws(BankFileFault) in
            try RemittanceOrderFile(
                messageID: String(repeating: "1", count: 36), createdAt: Cast.instant, initiatingParty: "x",
                instructions: [Cast.instruction("1", [Cast.transfer(Cast.key(1))])])
        },
        Attempt("an instant that does not exist", .dateForm, "CstmrCdtTrfInitn/GrpHdr/CreDtTm") {
            () throws(BankFileFault) in
            try RemittanceOrderFile(
                messageID: "M1", createdAt: "2026-02-30T00:00:00Z", initiatingParty: "x",
                instructions: [Cast.instruction("1", [Cast.transfer(Cast.key(1))])])
        },
        Attempt("no instruction", .transactionCount, "CstmrCdtTrfInitn") { () throws(BankFileFault) in
            try RemittanceOrderFile(messageID: "M1", createdAt: Cast.instant, initiatingParty: "x", instructions: [])
        },
        Attempt("no transfer", .transactionCount, "CstmrCdtTrfInitn/PmtInf[1]") { () throws(BankFileFault) in
            try order([])
        },
        Attempt("a key in small letters", .textForm, "\(first)/PmtId/EndToEndId", 1) { () throws(BankFileFault) in
            try order([Cast.transfer("abc")])
        },
        Attempt("an amount of nothing", .zeroAmount, "\(first)/Amt/InstdAmt", 1) { () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), fen: 0)])
        },
        Attempt("an amount below nothing", .negativeAmount, "\(first)/Amt/InstdAmt", 1) { () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), fen: -1)])
        },
        Attempt("more than one amount may be", .amountForm, "\(first)/Amt/InstdAmt", 1) { () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), fen: Money.limit.fen + 1)])
        },
        Attempt("more than one file may move", .controlSum, "CstmrCdtTrfInitn/GrpHdr/CtrlSum") {
            () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), fen: Money.limit.fen), Cast.transfer(Cast.key(2), fen: 1)])
        },
        Attempt("61 characters of purpose", .textForm, "\(first)/RmtInf/Ustrd", 1) { () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), purpose: String(repeating: "转", count: 61))])
        },
        Attempt("a name that turns the direction of writing", .textForm, "\(first)/Cdtr/Nm", 1) {
            () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), name: "林\u{202E}芳")])
        },
        Attempt("a name with a line end", .textForm, "\(first)/Cdtr/Nm", 1) { () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), name: "林\n芳")])
        },
        Attempt("an account with a space", .textForm, "\(first)/CdtrAcct/Id/Othr/Id", 1) { () throws(BankFileFault) in
            try order([Cast.transfer(Cast.key(1), to: "6222 02")])
        },
        Attempt(
            "one key twice, in two instructions", .duplicateKey,
            "CstmrCdtTrfInitn/PmtInf[2]/CdtTrfTxInf[2]/PmtId/EndToEndId", 3
        ) { () throws(BankFileFault) in
            try RemittanceOrderFile(
                messageID: "M1", createdAt: Cast.instant, initiatingParty: "x",
                instructions: [
                    Cast.instruction("1", [Cast.transfer(Cast.key(1))]),
                    Cast.instruction("2", [Cast.transfer(Cast.key(2)), Cast.transfer(Cast.key(1))]),
                ])
        },
        Attempt("one instruction identifier twice", .duplicateReference, "CstmrCdtTrfInitn/PmtInf[2]/PmtInfId") {
            () throws(BankFileFault) in
            try RemittanceOrderFile(
                messageID: "M1", createdAt: Cast.instant, initiatingParty: "x",
                instructions: [
                    Cast.instruction("1", [Cast.transfer(Cast.key(1))]),
                    Cast.instruction("1", [Cast.transfer(Cast.key(2))]),
                ])
        },
    ]

    @Test(arguments: attempts)
    func `cannot be made with`(_ attempt: Attempt) {
        let found = fault(attempt.make)
        #expect(found?.code == attempt.code)
        #expect(found?.place == BankFilePlace(attempt.path, transaction: attempt.transaction))
    }

    @Test func `takes 60 Chinese characters of purpose and 35 of a key`() throws {
        let key = String(repeating: "A", count: 35)
        _ = try Cast.order("M1", [Cast.transfer(key, purpose: String(repeating: "转", count: 60))])
    }
}
