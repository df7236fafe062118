import TransferCore

// What the documents of a dossier say of the person and the contributions, compared and computed again.

extension DossierInspection {
    mutating func checkContents(_ said: DossierContents) {
        checkApplications(said)
        let letter = said.letters.last?.content
        if let newest = said.forms.last {
            if let computed = try? newest.content.request.computeFunds(), computed == newest.content.computation {
            } else {
                find(
                    .computationDiffers, newest.document.member, "信息表的金额与逐行重新计算的结果不一致。",
                    "The amounts of the form are not those that its lines come to.")
            }
            compare(newest.document, newest.content.person, letter?.person)
        }
        if let newest = said.certificates.last {
            compare(newest.document, newest.content.person, letter?.person)
            checkBalance(of: newest, said)
        }
        for completion in said.completions { checkParts(of: completion, said) }
        checkFormVersion(said)
    }

    /// A newer form may follow a certificate, and a newer certificate a form: one of the forms has to have its balance.
    private mutating func checkBalance(
        of certificate: DossierContents.Said<ContributionCertificate>, _ said: DossierContents
    ) {
        let accounts = said.forms.map(\.content.computation.account)
        guard let account = accounts.last, !accounts.contains(certificate.content.accountBalance) else { return }
        differs(certificate.document, certificate.content.accountBalance, account, "个人账户储存额", "account balance")
    }

    private mutating func checkParts(
        of completion: DossierContents.Said<CompletionNotice>, _ said: DossierContents
    ) {
        guard !said.forms.isEmpty else { return }
        guard let form = said.form(completion.content.formVersion, before: completion.document) else {
            find(
                .formVersionDiffers, completion.document.member,
                "办结通知所列第\(completion.content.formVersion)版信息表不在它之前。",
                "Version \(completion.content.formVersion) of the form, which it names, does not stand before it.")
            return
        }
        compare(
            completion.document, completion.content.individual, form.computation.account, "个人账户金额",
            "individual part")
        compare(completion.document, completion.content.pooled, form.computation.pooled, "统筹基金金额", "pooled share")
    }

    /// What a completed case has posted is its newest form. Before that a newer form may be on its way.
    private mutating func checkFormVersion(_ said: DossierContents) {
        guard history?.fault == nil, history?.transfer.isCompleted == true, let completion = said.completions.last,
            let form = said.forms.last?.content, completion.content.formVersion != form.version
        else { return }
        find(
            .formVersionDiffers, completion.document.member,
            "办结通知所列信息表为第\(completion.content.formVersion)版，最新为第\(form.version)版。",
            "It names version \(completion.content.formVersion) of the form, the newest is \(form.version).")
    }

    mutating func compare(
        _ document: CheckedDocument, _ amount: Money, _ other: Money, _ chinese: String, _ english: String
    ) {
        if amount != other { differs(document, amount, other, chinese, english) }
    }

    mutating func differs(
        _ document: CheckedDocument, _ amount: Money, _ other: Money, _ chinese: String, _ english: String
    ) {
        find(
            .amountDiffers, document.member, "\(chinese)\(amount)与信息表的\(other)不一致。",
            "The \(english) of \(amount) differs from the \(other) of the information form.")
    }

    private mutating func compare(_ document: CheckedDocument, _ person: InsuredPerson, _ other: InsuredPerson?) {
        guard let other, !person.isSame(as: other) else { return }
        find(.personDiffers, document.member, "参保人员与联系函不一致。", "It is about another person than the acceptance letter.")
    }

    /// Every letter names the application that it answers: the one that was lodged, or the newest that was corrected or
    /// supplemented before the letter was sent.
    private mutating func checkApplications(_ said: DossierContents) {
        guard caseFile?.role == .destination else { return }
        let members = applicationsAnswered()
        for letter in said.letters {
            let version = letter.content.version
            guard members.indices.contains(version - 1), let bytes = archive[members[version - 1]] else {
                find(
                    .applicationDiffers, letter.document.member, "档案中没有第\(version)版联系函所答复的申请。",
                    "The application that version \(version) of the letter answers is not in the dossier.")
                continue
            }
            let member = members[version - 1]
            if DocumentDigest(of: bytes).text != letter.content.applicationDigest {
                find(
                    .applicationDiffers, member, "申请表不是第\(version)版联系函所答复的申请。",
                    "It is not the application that version \(version) of the letter answers.")
            }
            do throws(FormFaults) {
                compare(letter.document, letter.content.person, try ApplicationForm.read(Array(bytes)).person)
            } catch {
                find(.memberUnreadable, member, "申请表无法读取。", "The application cannot be read: \(error).")
            }
        }
    }

    /// For each version of the letter the member with the application that it answers.
    private func applicationsAnswered() -> [String] {
        var current = DossierMember.application
        var answered: [String] = []
        for (place, event) in events.enumerated() {
            let attachment = DossierMember.attachment(place + 1)
            switch event.name {
            case "application-corrected": current = attachment
            case "application-supplemented": if archive[attachment] != nil { current = attachment }
            case "application-passed", "account-confirmed": answered.append(current)
            default: break
            }
        }
        return answered
    }
}
