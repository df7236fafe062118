package import TransferCore

/// What a clerk decides with: what was asked for, what this agency knows itself, and what each rule says of the two.
package struct CaseEvidence: Sendable {
    package let role: Role
    /// What is decided on: the application at the destination, the letter at the origin.
    package let asked: Asked
    /// What this agency knows of the person; nil for nothing.
    package let record: PersonRecord?
    /// What each rule says that this side can judge, in the order in which they decide.
    package let findings: [PensionFinding]
    /// The person as each paper and the own record name them, what is decided on first.
    package let namings: [Naming]

    package enum Asked: Sendable {
        case application(TransferApplication)
        case letter(AcceptanceLetter)
    }

    /// The person as one paper names them.
    package struct Naming: Sendable {
        package let source: Wording
        package let person: InsuredPerson
    }

    /// The rules that only the other side can judge.
    package var elsewhere: [PensionRule] { PensionRule.allCases.filter { !$0.judges.contains(role) } }

    /// Whether nothing stands in the way and nobody has to be told of anything.
    package var isClean: Bool { findings.allSatisfy { $0.verdict == .passed } && mismatches.isEmpty }

    /// Where the person is not the same on all papers, in words; of each paper against what is decided on.
    package var mismatches: [Wording] {
        guard let first = namings.first else { return [] }
        return namings.dropFirst().flatMap { other in first.differences(from: other) }
    }
}

extension CaseEvidence.Naming {
    /// What differs, never with the whole number.
    fileprivate func differences(from other: CaseEvidence.Naming) -> [Wording] {
        let (one, two) = (person, other.person)
        let (here, there) = (source, other.source)
        var found: [Wording] = []
        func differ(_ chinese: String, _ english: String, _ a: String, _ b: String) {
            found.append(
                Wording(
                    chinese: "\(chinese)不一致：\(here.chinese)为“\(a)”，\(there.chinese)为“\(b)”。",
                    english: "The \(english) differs: “\(a)” in \(here.english), “\(b)” in \(there.english)."))
        }
        if !one.name.utf8.elementsEqual(two.name.utf8) { differ("姓名", "name", one.name, two.name) }
        if one.residentID != two.residentID {
            differ("公民身份号码", "identity number", "\(one.residentID)", "\(two.residentID)")
        }
        if one.residentID.birthDate != two.residentID.birthDate {
            differ("出生日期", "date of birth", "\(one.residentID.birthDate)", "\(two.residentID.birthDate)")
        }
        return found
    }
}

extension WorkDesk {
    /// The action that answers a case among many, because every rule holds and the person is the same everywhere; nil where
    /// one look of its own is needed, with why; nothing at all where no such answer is due.
    ///
    /// Source: C6 of the handbook of screens.
    package func readiness(of number: CaseNumber) async throws(WorkFault) -> Readiness? {
        let file = try await file(number)
        let action: StaffAction = file.opening.role == .destination ? .accept : .check
        let evidence: CaseEvidence
        do throws(WorkFault) {
            guard let found = try await self.evidence(in: file) else { return nil }
            evidence = found
        } catch {
            // One record that cannot be judged does not take the list away from everybody.
            guard case .desk(.rule) = error else { throw error }
            return Readiness(action: action, why: Wording(chinese: "登记数据有误", english: "the record is faulty"))
        }
        guard evidence.mismatches.isEmpty else {
            return Readiness(action: action, why: Wording(chinese: "人员信息不一致", english: "the person differs"))
        }
        let finding =
            evidence.findings.first { $0.verdict == .failed } ?? evidence.findings.first { $0.verdict == .noted }
        return Readiness(action: action, why: finding.flatMap { $0.answer.reason?.withCode })
    }

    /// Whether a case can be answered among many.
    package struct Readiness: Sendable {
        package let action: StaffAction
        /// Why it has to be looked at by itself; nil when it can.
        package let why: Wording?
    }

    /// What a decision on the application or on the letter rests on, judged by the rules that a policy would go by.
    ///
    /// - Returns: nil for a case that has neither.
    package func evidence(in file: CaseFile) async throws(WorkFault) -> CaseEvidence? {
        do throws(DeskFault) { return try await desk.evidence(in: file) } catch { throw .desk(error) }
    }
}

extension Desk {
    func evidence(in file: CaseFile) async throws(DeskFault) -> CaseEvidence? {
        do {
            switch file.opening.role {
            case .destination:
                guard file.opening.application != nil else { return nil }
                let application = try file.application().0
                let record = try await store.record(of: application.person.residentID)
                var findings = try reviewFacts(of: application, record: record, in: file).judge()
                // Without a record there is no name to compare with.
                if record == nil { findings.removeAll { $0.rule == .sameIdentity } }
                return try CaseEvidence(.application(application), application.person, record, findings, file)
            case .origin:
                guard case .acceptanceLetter(let letter)? = try file.newest(.acceptanceLetter)?.content else {
                    return nil
                }
                let record = try await store.record(of: letter.person.residentID)
                var findings = try originFacts(of: letter, record: record, in: file).judge()
                try await findings.amend(by: record, settled: settled(before: file))
                return try CaseEvidence(.letter(letter), letter.person, record, findings, file)
            }
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as RuleFault {
            throw .rule(fault)
        } catch {
            preconditionFailure("evidence throws store errors and rule faults only")
        }
    }
}

extension [PensionFinding] {
    /// What the lines of the origin's record say besides: months that an earlier case has moved are not here any more,
    /// without a paid month there is nothing to move, and some stay for want of papers.
    fileprivate mutating func amend(by record: PersonRecord?, settled: SettledBefore) {
        guard let record else { return }
        self = map { finding in
            switch finding.rule {
            case .recordAtOrigin
            where record.lines.contains { settled.contains($0) } || !record.lines.contains { $0.kind.carriesMoney }:
                PensionFinding(finding.rule, LegDecision(.return, finding.rule.reason))
            case .backPaymentPapers where record.lines.contains(where: { $0.kind == .withheld }):
                PensionFinding(finding.rule, LegDecision(.partial, finding.rule.reason))
            default: finding
            }
        }
    }
}

extension CaseEvidence {
    fileprivate init(
        _ asked: Asked, _ person: InsuredPerson, _ record: PersonRecord?, _ findings: [PensionFinding], _ file: CaseFile
    ) throws(StoreError) {
        let role = file.opening.role
        var namings = [
            Naming(
                source: role == .destination
                    ? Wording(chinese: "申请", english: "the application")
                    : Wording(chinese: "同意接收函", english: "the letter"),
                person: person)
        ]
        if let record {
            namings.append(
                Naming(source: Wording(chinese: "本机构登记", english: "the own record"), person: record.person))
        }
        if role == .destination {
            for kind in [DocumentKind.contributionCertificate, .informationForm] {
                guard let other = try file.newest(kind)?.content.person else { continue }
                namings.append(Naming(source: CaseWords.documentWording(kind), person: other))
            }
        }
        self.role = role
        self.asked = asked
        self.record = record
        self.findings = findings.filter { $0.rule.judges.contains(role) }
        self.namings = namings
    }
}

extension DocumentContent {
    /// The person whom a paper of the origin names; nil for one that names nobody.
    fileprivate var person: InsuredPerson? {
        switch self {
        case .contributionCertificate(let certificate): certificate.person
        case .informationForm(let form): form.person
        default: nil
        }
    }
}
