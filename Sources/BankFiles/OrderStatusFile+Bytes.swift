/// The bytes of a status file: written by the bank, read by the agency.
extension OrderStatusFile {
    /// The file, UTF-8, with one line for each transfer. Equal files are equal bytes.
    package func bytes() -> [UInt8] {
        let kind = MessageKind.orderStatus
        var text = MessageText(kind, expecting: transfers.count)
        text.append("\n<GrpHdr>")
        text.leaf("MsgId", messageID)
        text.leaf("CreDtTm", createdAt)
        text.append("</GrpHdr>\n<OrgnlGrpInfAndSts>")
        text.leaf("OrgnlMsgId", orderMessageID)
        text.leaf("OrgnlMsgNmId", MessageKind.remittanceOrder.identifier)
        switch outcome {
        case .fileRejected(let reason):
            text.append("<GrpSts>RJCT</GrpSts><StsRsnInf>")
            reason.write(to: &text)
            text.append("</StsRsnInf></OrgnlGrpInfAndSts>")
        case .answered(let instructions):
            text.leaf("OrgnlNbOfTxs", String(transfers.count))
            text.leaf("GrpSts", OrderStatusFile.groupStatus(of: transfers))
            text.append("</OrgnlGrpInfAndSts>")
            for instruction in instructions { instruction.write(to: &text) }
        }
        return text.closed(kind)
    }

    /// Reads a file whole, or refuses it whole. `pending` and other statuses that are no answer are refused as
    /// `unknown-code`.
    package init(reading bytes: [UInt8]) throws(BankFileFault) {
        let (tree, root) = try ElementTree.message(.orderStatus, in: bytes)
        let message = try ElementFields(tree, root, .orderStatus)
        let header = try message.inside("GrpHdr", .statusHeader)
        let group = try message.inside("OrgnlGrpInfAndSts", .groupStatus)
        guard try group.text("OrgnlMsgNmId").hasPrefix("pain.001.001.") else {
            throw BankFileFault(.unknownCode, at: group.place("OrgnlMsgNmId"), "the answer is not to an order file")
        }
        var instructions: [InstructionStatus] = []
        for index in message.all("OrgnlPmtInfAndSts") {
            instructions.append(try InstructionStatus(try ElementFields(tree, index, .instructionStatus)))
        }
        let outcome: Outcome
        if instructions.isEmpty {
            guard try group.text("GrpSts") == "RJCT" else {
                throw BankFileFault(.unknownCode, at: group.place("GrpSts"), "a file without transfers is not RJCT")
            }
            outcome = .fileRejected(try BankReason(try group.inside("StsRsnInf", .statusReason)))
        } else {
            outcome = .answered(instructions)
        }
        try self.init(
            messageID: try header.text("MsgId"), createdAt: try header.text("CreDtTm"),
            orderMessageID: try group.text("OrgnlMsgId"), outcome: outcome)
        try requireGroupAgrees(group)
    }

    private func requireGroupAgrees(_ group: ElementFields) throws(BankFileFault) {
        guard case .answered = outcome else { return }
        if group.optional("OrgnlNbOfTxs") != nil, try group.count("OrgnlNbOfTxs") != transfers.count {
            throw BankFileFault(
                .transactionCount, at: group.place("OrgnlNbOfTxs"), "\(transfers.count) transfers are answered")
        }
        guard let status = try group.ifText("GrpSts") else { return }
        let isRight =
            switch OrderStatusFile.groupStatus(of: transfers) {
            case "RJCT": status == "RJCT"
            case "PART": status == "PART"
            default: TransferStatus.accepted.contains(status)
            }
        guard isRight else {
            throw BankFileFault(.unknownCode, at: group.place("GrpSts"), "is not what the single transfers say")
        }
    }

    private static func groupStatus(of transfers: [TransferStatus]) -> String {
        let rejected = transfers.count { $0.rejection != nil }
        return rejected == 0 ? "ACCP" : rejected == transfers.count ? "RJCT" : "PART"
    }
}

extension InstructionStatus {
    fileprivate func write(to text: inout MessageText) {
        text.append("\n<OrgnlPmtInfAndSts>")
        text.leaf("OrgnlPmtInfId", id)
        for transfer in transfers {
            text.append("\n<TxInfAndSts>")
            text.leaf("OrgnlEndToEndId", transfer.endToEndKey)
            if let reason = transfer.rejection {
                text.append("<TxSts>RJCT</TxSts><StsRsnInf>")
                reason.write(to: &text)
                text.append("</StsRsnInf>")
            } else {
                text.append("<TxSts>ACCP</TxSts>")
            }
            text.append("</TxInfAndSts>")
        }
        text.append("\n</OrgnlPmtInfAndSts>")
    }

    fileprivate init(_ fields: ElementFields) throws(BankFileFault) {
        var transfers: [TransferStatus] = []
        for index in fields.all("TxInfAndSts") {
            transfers.append(try TransferStatus(try ElementFields(fields.tree, index, .transferStatus)))
        }
        self.init(id: try fields.text("OrgnlPmtInfId"), transfers: transfers)
        if fields.optional("OrgnlNbOfTxs") != nil, try fields.count("OrgnlNbOfTxs") != transfers.count {
            throw BankFileFault(
                .transactionCount, at: fields.place("OrgnlNbOfTxs"), "\(transfers.count) transfers are answered")
        }
    }
}

extension TransferStatus {
    /// The statuses with which a bank takes a transfer on, from checked to settled.
    fileprivate static let accepted: Set<String> = ["ACTC", "ACCP", "ACWC", "ACSP", "ACSC", "ACCC"]

    fileprivate init(_ fields: ElementFields) throws(BankFileFault) {
        let status = try fields.text("TxSts")
        let rejection: BankReason?
        switch status {
        case "RJCT": rejection = try BankReason(try fields.inside("StsRsnInf", .statusReason))
        case _ where TransferStatus.accepted.contains(status): rejection = nil
        default: throw BankFileFault(.unknownCode, at: fields.place("TxSts"), "neither accepted nor rejected")
        }
        self.init(endToEndKey: try fields.text("OrgnlEndToEndId"), rejection: rejection)
    }
}

extension ElementSequence {
    fileprivate static let orderStatus = ElementSequence("GrpHdr OrgnlGrpInfAndSts OrgnlPmtInfAndSts*")
    fileprivate static let statusHeader = ElementSequence("MsgId CreDtTm InitgPty FwdgAgt DbtrAgt CdtrAgt")
    fileprivate static let groupStatus = ElementSequence(
        "OrgnlMsgId OrgnlMsgNmId OrgnlCreDtTm OrgnlNbOfTxs OrgnlCtrlSum GrpSts StsRsnInf* NbOfTxsPerSts*")
    fileprivate static let instructionStatus = ElementSequence(
        "OrgnlPmtInfId OrgnlNbOfTxs OrgnlCtrlSum PmtInfSts StsRsnInf* NbOfTxsPerSts* TxInfAndSts*")
    fileprivate static let transferStatus = ElementSequence(
        """
        StsId OrgnlInstrId OrgnlEndToEndId OrgnlUETR TxSts StsRsnInf* ChrgsInf* TrckrData AccptncDtTm AcctSvcrRef \
        ClrSysRef OrgnlTxRef
        """)
}
