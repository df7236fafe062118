import TransferCore

// What lies on the road between the two sides, and what each does when it comes.

extension TwoSides {
    mutating func deliver(_ step: Step) -> Bool {
        if step == .deliverToOrigin {
            guard !toOrigin.isEmpty else { return false }
            let paper = toOrigin.removeFirst()
            let phase = atOrigin.name
            if !readAtOrigin(paper) { refusal = "\(TwoSides.name(paper)) at the origin in \(phase)" }
        } else {
            guard !toDestination.isEmpty else { return false }
            let paper = toDestination.removeFirst()
            let phase = atDestination.name
            if !readAtDestination(paper) { refusal = "\(TwoSides.name(paper)) at the destination in \(phase)" }
        }
        return true
    }

    private static func name(_ paper: Paper) -> String { String("\(paper)".prefix { $0.isLetter }) }

    private mutating func readAtOrigin(_ paper: Paper) -> Bool {
        switch paper {
        case .letter: return tellOrigin(.origin(.letterArrived))
        case .completion(let version):
            let isNewest = version == written.version && atOrigin == .awaitingCompletion
            return tellOrigin(.origin(isNewest ? .completionArrived : .earlierCompletionArrived))
        case .recall(let subject): return tellOrigin(.recall(.recallArrived(subject)))
        case .recallAnswer(_, let isConsent):
            return tellOrigin(.recall(isConsent ? .recallConsentArrived : .recallRefusalArrived))
        default: return false
        }
    }

    private mutating func readAtDestination(_ paper: Paper) -> Bool {
        switch paper {
        case .returnNote: return tellDestination(.destination(.letterReturned(.identityDiffers)))
        case .holdNotice: return tellDestination(.destination(.holdNoticeArrived(.legalHold)))
        case .certificate: return tellDestination(.destination(.certificateArrived))
        case .form(let form):
            read = form
            return tellDestination(.destination(.formArrived))
        case .advice(let order):
            advised.append(order)
            return tellDestination(.destination(.adviceArrived))
        case .bounceNotice(let order):
            bounced.insert(order)
            return tellDestination(.destination(.bounceNoticeArrived(.accountClosed)))
        case .endNotice: return tellDestination(.destination(.endNoticeArrived(.deceased)))
        case .recall(let subject): return tellDestination(.recall(.recallArrived(subject)))
        case .recallAnswer(let subject, let isConsent):
            guard tellDestination(.recall(isConsent ? .recallConsentArrived : .recallRefusalArrived)) else {
                return false
            }
            return !isConsent || subject != .letter || tellDestination(.destination(.letterRecalled))
        default: return false
        }
    }

    @discardableResult
    mutating func tellDestination(_ event: CaseEvent) -> Bool {
        guard let effects = try? destination.apply(event) else { return false }
        for effect in effects {
            switch effect {
            case .destination(.send(.acceptanceLetter)): toOrigin.append(.letter)
            case .destination(.send(.completionNotice)): toOrigin.append(.completion(version: read.version))
            case .destination(.reconcile): reconcile()
            case .side(.send(.recallRequest)), .side(.send(.recallAnswer)):
                if let paper = TwoSides.paper(of: destination.recall) { toOrigin.append(paper) }
            default: break
            }
        }
        return true
    }

    mutating func tellOrigin(_ event: CaseEvent) -> Bool {
        guard let effects = try? origin.apply(event) else { return false }
        for effect in effects {
            switch effect {
            case .origin(.send(.returnNote)): toDestination.append(.returnNote)
            case .origin(.send(.holdNotice)): toDestination.append(.holdNotice)
            case .origin(.send(.contributionCertificate)): toDestination.append(.certificate)
            case .origin(.send(.informationForm)): toDestination.append(.form(written))
            case .origin(.send(.remittanceAdvice)): toDestination.append(.advice(orders.count - 1))
            case .origin(.send(.bounceNotice)): toDestination.append(.bounceNotice(orders.count - 1))
            case .origin(.send(.endNotice)): toDestination.append(.endNotice)
            case .origin(.orderRemittance):
                // What was short is made up by the first order after it that is not for a newer form.
                let paid = orders.count { !$0.makesUp && $0.state != .bounced }
                orders.append(Order(makesUp: orders.contains(where: \.isShort) && paid >= written.units))
            case .side(.send(.recallRequest)), .side(.send(.recallAnswer)):
                if let paper = TwoSides.paper(of: origin.recall) { toDestination.append(paper) }
            default: break
            }
        }
        return true
    }

    private static func paper(of recall: Recall) -> Paper? {
        switch recall.phase {
        case .asked(let subject): .recall(subject)
        case .consented(let subject): .recallAnswer(subject, isConsent: true)
        case .declined(let subject): .recallAnswer(subject, isConsent: false)
        case .none, .received: nil
        }
    }

    /// What the destination finds in its file: the reconciliation itself is tested elsewhere, with the same answers.
    private mutating func reconcile() {
        func money(_ fen: Int) -> Money { Money(fen: Int64(fen)) }
        let number = CaseNumber(destination: AgencyCode("370700")!, year: 2026, serial: 1)!
        func key(_ order: Int) -> OrderKey { OrderKey(caseNumber: number, leg: .remittance, attempt: order + 1)! }
        let total = read.units * 10
        let papers = PapersPosition(
            certificateAccount: money(total), formAccount: money(total), formPooled: .zero, formTotal: money(total),
            formVersion: read.version, computedAccount: money(total), computedPooled: .zero, formFiguresAgree: true,
            monthsAgree: true)
        // A short order lacks 1 of its 10, and the order that makes up for it pays that.
        let short = orders.firstIndex(where: \.isShort)
        let funds = FundsPosition(
            advised: advised.filter { !bounced.contains($0) }.map { order in
                let makesUp = orders[order].makesUp
                return .init(key: key(order), amount: money(makesUp ? 1 : 10), makesUp: makesUp ? short.map(key) : nil)
            },
            credited: credited.map { order in
                .init(key: key(order), amount: money(orders[order].makesUp ? 1 : orders[order].isShort ? 9 : 10))
            }, returned: [], isExcessConfirmed: false)
        let event: DestinationHandshake.Event =
            switch Reconciliation(papers: papers, funds: funds).outcome {
            case .matched: .booksMatched
            case .adviceOutstanding: .adviceOutstanding
            case .fundsOutstanding: .fundsOutstanding
            case .differs(let difference): .booksDiffered(difference)
            }
        if !tellDestination(.destination(event)) { refusal = "\(event.name) in \(atDestination.name)" }
    }
}
