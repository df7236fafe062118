import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `An explanation over the interface` {
    private let body = """
        {"origin":"440100","destination":"330100","destinationScheme":"employee","relation":"general",
         "transferMonth":"2021-02","interest":{"formula":"monthly-products","ratesBp":{"2020":604}},
         "lines":[{"year":2020,"from":"2020-04","to":"2020-12","kind":"ordinary","baseFen":500000,"ownShareBp":800,
         "creditedShareBp":800,"employerShareBp":2000}]}
        """

    @Test(arguments: [WebCast.window, WebCast.office])
    func `is given to desk and staff for figures that they send`(token: String) async throws {
        try await WebNode.run { node in
            let reply = try await node.post("/api/v1/explanations/funds", body, as: token)
            #expect(reply.status == 200)
            let steps = try #require(reply.list("lines").first?["steps"])
            guard case .array(let steps) = steps else { return }
            #expect(steps.contains { $0["formula"] == .string("5000.00 × 9 × 8.00% = 3600.00") })
            #expect(reply.list("totals").last?["amountFen"] == .integer(909_060))
            #expect(reply.list("totals").last?["rule"]?["id"] == .string("BR-080"))
        }
    }

    @Test func `is not given to an employer's system`() async throws {
        try await WebNode.run { node in
            let sent = try await node.post("/api/v1/explanations/funds", body)
            let held = try await node.get("/api/v1/cases/330100-2026-0000001-X/explanation")
            #expect(sent.status == 403 && held.status == 403)
        }
    }

    @Test func `names the place of what cannot be computed`() async throws {
        try await WebNode.run { node in
            let late = body.replacing("2021-02", with: "2020-10")
            let reply = try await node.post("/api/v1/explanations/funds", late, as: WebCast.office)
            #expect(reply.status == 422)
            #expect(reply.text("code") == "after-transfer" && reply.text("pointer") == "/lines/0/to")
            let broken = try await node.post("/api/v1/explanations/funds", "{", as: WebCast.office)
            #expect(broken.status == 400)
        }
    }

    @Test func `is given for the form that a case holds, on both sides, with the versions of its rules`() async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            try await origin.store.importRecords([WebCast.record(isActive: false)], at: origin.clock.now)
            let lodged = try await destination.lodge(WebCast.application(), key: "key-1")
            let number = try #require(lodged.text("case"))
            let path = "/api/v1/cases/\(number)/explanation"
            let early = try await destination.get(path, as: WebCast.office)
            #expect(early.status == 409 && early.text("code") == "no-information-form")
            try await destination.exchange(with: origin)
            for node in [destination, origin] {
                let reply = try await node.get(path, as: WebCast.office)
                #expect(reply.status == 200)
                #expect(reply.json["formAgrees"] == .bool(true))
                #expect(reply.list("totals").last?["amountFen"] == .integer(800_000))
                let caseNumber = try #require(CaseNumber(number))
                let view = try await CaseView.read(
                    caseNumber, from: node.store, limits: node.desk.agency.limits, calendar: node.desk.agency.calendar)
                let rules = try #require(try view?.informationForm?.rules)
                #expect(rules.builtIn == RuleVersion.builtIn && rules.calendar == "2026.1")
                #expect(rules.tables.map(\.version) == ["settings", "settings"])
            }
        }
    }
}

@Suite struct `Imported tables at a node` {
    @Test func `move the deadlines of live cases, and settle provisional ones`() async throws {
        try await WebNode.run(alone: []) { node in
            let tables = try #require(node.store as? any RuleStore)
            node.clock.move(days: 35)
            let lodged = try await node.lodge(WebCast.application(), key: "key-1")
            let path = "/api/v1/cases/\(try #require(lodged.text("case")))"
            let before = try await node.get(path)
            // Fifteen working days from Friday, 25 December 2026: no holiday of 2027 is guessed.
            #expect(before.text("due") == "2027-01-15" && before.json["dueProvisional"] == .bool(true))

            #expect(before.text("dueRules", "calendar") == "2026.1" && before.text("dueRules", "limits") == "settings")

            try await tables.importRuleTable(Self.holidays)
            #expect(try await node.desk.takeUpRules() == 1)
            let settled = try await node.get(path)
            #expect(settled.text("due") == "2027-01-18" && settled.json["dueProvisional"] == .bool(false))
            let listed = try await node.get("/api/v1/cases")
            #expect(listed.list("cases").first?.text("due") == "2027-01-18")

            try await tables.importRuleTable(Self.limits)
            let moves = try await node.store.dueMoves(
                to: node.desk.agency.with(try await tables.rulesInForce()))
            #expect(moves.map(\.after) == [CivilDate("2027-01-07")])
            #expect(try await node.desk.takeUpRules() == 1)
            let limited = try await node.get(path)
            #expect(limited.text("due") == "2027-01-07")
            #expect(limited.text("dueRules", "calendar") == "2027.T" && limited.text("dueRules", "limits") == "D1")
            #expect(limited.text("dueRules", "profile") == "national")
            #expect(try await node.desk.takeUpRules() == 0)
        }
    }

    @Test func `make the interest of the forms that are settled after them`() async throws {
        try await WebNode.runPair { destination, origin in
            let tables = try #require(origin.store as? any RuleStore)
            try await tables.importRuleTable(Self.stored(.interestRates, "R1", #"{"from":2026,"rateBp":250}"#))
            try await tables.importRuleTable(
                Self.stored(.interestFormulas, "F1", #"{"from":2026,"formula":"annual"}"#))
            try await origin.desk.takeUpRules()
            // In January all months of the year before are settled.
            for node in [destination, origin] { node.clock.move(days: 45) }
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            try await origin.store.importRecords([WebCast.record(isActive: false)], at: origin.clock.now)
            let number = try #require(try await destination.lodge(WebCast.application(), key: "key-1").text("case"))
            try await destination.exchange(with: origin)
            let caseNumber = try #require(CaseNumber(number))
            let view = try await CaseView.read(
                caseNumber, from: origin.store, limits: origin.desk.agency.limits, calendar: .shipped)
            let form = try #require(try view?.informationForm)
            #expect(form.request.interest.formula == .annual)
            // 3,200 yuan credited, half a year at 2.5 percent, times 1.083.
            #expect(form.computation.interest == Money(fen: 43_32))
            #expect(form.rules?.tables.map(\.version) == ["R1", "F1"])
        }
    }

    private static let holidays = stored(
        .calendar, "2027.T", #"{"from":"2027-01-01","day":"off"}"#, years: #"{"from":2027,"until":2027}"#)
    private static let limits = stored(
        .deadlines, "D1", #"{"from":"2026-01-01","profile":"national","step":"letter","workingDays":8}"#)

    /// Invented holidays, limits and rates.
    private static func stored(
        _ name: RuleTableName, _ version: String, _ rows: String, years: String? = nil
    ) -> StoredRuleTable {
        let years = years.map { #""years":\#($0),"# } ?? ""
        let text =
            #"{"table":"\#(name.rawValue)","version":"\#(version)","source":"test",\#(years)"rows":[\#(rows)]}"#
        return StoredRuleTable(
            name: name, version: version, importedAt: Instant(milliseconds: WebCast.noon), importedBy: "operator",
            bytes: Array(text.utf8))
    }
}
