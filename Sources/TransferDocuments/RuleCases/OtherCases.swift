import TransferCore

extension RuleCases {
    /// Where the pension will be drawn.
    static func benefitPlace(_ input: CaseValue) throws(RuleFault) -> Result {
        let input = try input.object(fields: ["householdProvince", "segments"])
        let career = Career(
            householdProvince: try input["householdProvince"].province(),
            segments: try input["segments"].list { segment throws(RuleFault) in try careerSegment(segment) })
        let place = try applying { () throws(RuleFault) in try career.benefitPlace() }
        return { json in
            json.field("province", place.province.text)
            json.field("rule", place.rule.rawValue)
            json.field("lastRegion", orNull: place.lastRegion?.text)
            json.object("generalMonths") { json in
                for (province, months) in place.generalMonths.sorted(by: { $0.key < $1.key }) {
                    json.field(province.text, months)
                }
            }
        }
    }

    private static func careerSegment(_ value: CaseValue) throws(RuleFault) -> CareerSegment {
        let segment = try value.object(fields: ["region", "account", "counted", "from", "to"])
        return CareerSegment(
            region: try segment["region"].region(armedForces: .included),
            account: try segment["account"].known(),
            counted: try segment["counted"].known(),
            from: try segment["from"].month(),
            to: try segment["to"].month())
    }
}

extension RuleCases {
    /// When each step of a chain is due.
    static func deadline(_ input: CaseValue) throws(RuleFault) -> Result {
        let input = try input.object(fields: ["calendar", "profile", "steps"])
        let calendar = WorkingDayCalendar.shipped
        let edition = try input["calendar"]
        guard try edition.text().utf8.elementsEqual(calendar.edition.utf8) else {
            throw edition.fault(.unknownValue, "the shipped calendar is \(calendar.edition)")
        }
        let profile = try input["profile"].object(fields: ["name", "workingDays"])
        _ = try profile["name"].name()
        let limits = try profile["workingDays"].map { name, days throws(RuleFault) in
            guard !name.isEmpty else { throw days.fault(.invalidFormat, "must not be empty") }
            return DeadlinePlan.Limit(step: name, workingDays: try days.integer(1...200))
        }
        let steps = try input["steps"].list(1...20) { step throws(RuleFault) in try deadlineStep(step) }
        let plan = DeadlinePlan(limits: limits, steps: steps)
        let deadlines = try applying { () throws(RuleFault) in try plan.deadlines(by: calendar) }
        return { json in
            json.field("calendar", calendar.edition)
            json.array("steps", deadlines) { json, deadline in
                json.object { json in
                    json.field("step", deadline.step)
                    json.field("dayZero", deadline.dayZero.description)
                    json.field("due", deadline.due.date.description)
                    json.field("provisional", deadline.due.isProvisional)
                }
            }
        }
    }

    private static func deadlineStep(_ value: CaseValue) throws(RuleFault) -> DeadlinePlan.Step {
        let step = try value.object(fields: ["step", "events", "pauses"])
        return DeadlinePlan.Step(
            name: try step["step"].name(),
            events: try step["events"].list(0...20) { day throws(RuleFault) in try day.date() },
            pauses: try step.optional("pauses")?.list { pause throws(RuleFault) in
                let pause = try pause.object(fields: ["from", "to"])
                return Pause(from: try pause["from"].date(), to: try pause["to"].date())
            } ?? [])
    }
}

extension RuleCases {
    /// Whether an identifier is well formed. A bad one is a result, not a fault.
    static func identifier(_ input: CaseValue) throws(RuleFault) -> Result {
        let type: IdentifierType = try input.deciding("type")
        let input = try input.object(fields: ["type", "value"])
        let value = try input["value"].text()
        return switch type {
        case .residentID: write(residentID: value)
        case .creditCode: write { () throws(IdentifierFault) in try CreditCode(value).text }
        case .organisationCode: write { () throws(IdentifierFault) in try OrganisationCode(value).text }
        case .bankCode: write { () throws(IdentifierFault) in try BankCode(value).text }
        case .cardNumber: write { () throws(IdentifierFault) in try CardNumber(value).fullText }
        }
    }

    private enum IdentifierType: String {
        case residentID = "resident-id"
        case creditCode = "credit-code"
        case organisationCode = "organisation-code"
        case bankCode = "bank-code"
        case cardNumber = "card-number"
    }

    private static func write(_ normalized: () throws(IdentifierFault) -> String) -> Result {
        let (text, fault): (String?, IdentifierFault?)
        do {
            (text, fault) = (try normalized(), nil)
        } catch {
            (text, fault) = (nil, error)
        }
        return { json in
            json.field("valid", fault == nil)
            json.field("reason", orNull: fault?.code)
            json.field("normalized", orNull: text)
        }
    }

    private static func write(residentID value: String) -> Result {
        let id = try? ResidentID(value)
        let common = write { () throws(IdentifierFault) in try ResidentID(value).fullText }
        return { json in
            common(&json)
            json.field("birthDate", orNull: id?.birthDate.description)
            json.field("sex", orNull: id?.sex.rawValue)
            json.array("warnings") { json in
                if let id, !id.namesKnownProvince { json.value("unknown-province") }
            }
        }
    }
}
