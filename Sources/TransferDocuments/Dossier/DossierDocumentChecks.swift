import TransferCore

// The documents of a dossier one by one, their order, and their receipts.

extension DossierInspection {
    mutating func checkDocuments() {
        let numbers = archive.entries.compactMap { name, _ in DossierInspection.number(of: name, in: "documents/") }
        for (place, number) in numbers.enumerated() where number != place + 1 {
            find(
                .memberMissing, DossierMember.document(place + 1), "文书编号不连续。",
                "The numbering of the documents has a gap here.")
            break
        }
        for number in numbers { checkDocument(number) }
        for (name, _) in archive.entries {
            guard let number = DossierInspection.number(of: name, in: "receipts/"), !numbers.contains(number) else {
                continue
            }
            find(
                .memberMissing, DossierMember.document(number), "有回执而没有文书。",
                "There is a receipt for it, but not the document.")
        }
        checkSequences()
        checkChain()
    }

    private mutating func checkDocument(_ number: Int) {
        let member = DossierMember.document(number)
        guard let bytes = archive[member] else { return }
        let signature: JWS
        do throws(JWSFault) {
            signature = try JWS.parse(Array(bytes), typ: .document, maximumBytes: 2 << 20)
        } catch {
            find(.memberUnreadable, member, "文书的签名格式无法读取。", "It is no signed document: \(error).")
            return
        }
        let envelope: DocumentEnvelope
        do throws(DocumentFault) {
            envelope = try DocumentEnvelope(decoding: signature.payload)
        } catch {
            find(.memberUnreadable, member, "文书内容无法读取。", "Its content cannot be read: \(error).")
            return
        }
        var document = CheckedDocument(number: number, envelope: envelope, digest: signature.payloadDigest)
        let receipt = checkReceipt(of: document)
        if case .refused = receipt?.result { document.isRefused = true }
        documents.append(document)
        let seenAt = receipt?.receivedAt ?? signature.header.signingTime
        verify(signature, member, by: envelope.head.sender, seenAt: seenAt)
        checkPlace(of: document)
    }

    /// - Returns: the receipt, if it can be read.
    private mutating func checkReceipt(of document: CheckedDocument) -> Receipt? {
        let member = DossierMember.receipt(document.number)
        let head = document.envelope.head
        guard let bytes = archive[member] else {
            find(.receiptMissing, member, "缺少\(document.member)的回执。", "The receipt for \(document.member) is missing.")
            return nil
        }
        let receipt: Receipt
        let signature: JWS
        do {
            signature = try JWS.parse(Array(bytes), typ: .receipt, maximumBytes: 64 << 10)
            receipt = try Receipt(decoding: signature.payload)
        } catch {
            find(.memberUnreadable, member, "回执无法读取。", "The receipt cannot be read: \(error).")
            return nil
        }
        verify(signature, member, by: head.recipient, seenAt: signature.header.signingTime)
        if receipt.caseNumber != head.caseNumber || receipt.sender != head.sender
            || receipt.recipient != head.recipient || receipt.sequence != head.sequence
            || receipt.digest != document.digest
        {
            find(
                .receiptDiffers, member, "回执不是\(document.member)的回执。", "The receipt is not for \(document.member).")
        }
        return receipt
    }

    private mutating func checkPlace(of document: CheckedDocument) {
        guard let caseFile else { return }
        let head = document.envelope.head
        if head.caseNumber != caseFile.caseNumber {
            find(.otherCase, document.member, "文书属于另一笔业务。", "The document is of another case.")
        }
        let isDirect = head.kind.senders.contains { role in
            let (from, to) =
                role == .destination
                ? (caseFile.destination, caseFile.origin) : (caseFile.origin, caseFile.destination)
            return isSame(head.sender, as: from) && isSame(head.recipient, as: to)
        }
        if !isDirect {
            find(
                .direction, document.member, "该种文书不能由\(head.sender)发给\(head.recipient)。",
                "A document of this kind does not go from \(head.sender) to \(head.recipient).")
        }
    }

    private mutating func checkSequences() {
        var last: [AgencyCode: Int] = [:]
        for document in documents {
            let head = document.envelope.head
            let expected = (last[head.sender] ?? 0) + 1
            if head.sequence != expected {
                find(
                    .sequenceGap, document.member, "\(head.sender)的文书应为第\(expected)份，实为第\(head.sequence)份。",
                    "Document \(expected) of \(head.sender) is expected here, this is \(head.sequence).")
            }
            last[head.sender] = head.sequence
        }
    }

    /// Every document names the newest one that its sender knew: always one that stands before it.
    private mutating func checkChain() {
        var known: Set<DocumentDigest> = []
        for document in documents {
            if let previous = document.envelope.head.previous, !known.contains(previous) {
                find(
                    .chainBroken, document.member, "文书所指的前一份文书不在它之前。",
                    "The document that it names as the one before does not stand before it.")
            }
            known.insert(document.digest)
        }
    }

    /// The number in a name like `documents/0001.jws`; nil for a name of another form.
    private static func number(of name: String, in directory: String) -> Int? {
        guard name.hasPrefix(directory), let number = Int(name.dropFirst(directory.count).prefix(4)),
            name == (directory == "documents/" ? DossierMember.document(number) : DossierMember.receipt(number))
        else { return nil }
        return number
    }
}
