import Accounts
import Casework
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A paper that somebody checks` {
    private static let strange = "0000000000000"
    private static let unused = "ABCDEFGHJKMNP"

    /// A transfer of which the person has printed the certificate and the form; with the codes of both.
    private static func printed(
        _ use: (WebNode, _ number: String, _ certificate: String, _ form: String) async throws -> Void
    ) async throws {
        try await WebTransfer.certified { node, _, number in
            let person = try await Browser.person(node, WebCast.resident(1), number)
            let page = try await person.open("/my/transfers/\(number)")
            let caseNumber = try #require(CaseNumber(number))
            let file = try #require(try await node.store.caseFile(caseNumber))
            var codes: [DocumentKind: String] = [:]
            for document in file.documents where document.sender == WebCast.chengdu {
                let path = "/my/transfers/\(number)/papers/510100/\(document.sequence)"
                guard page.body.contains(path) else { continue }
                let paper = try await person.open(path)
                #expect(paper.status == 200 && paper.headers["content-type"] == "application/pdf")
                #expect(paper.headers["cache-control"] == "no-store")
                #expect(paper.headers["content-disposition"]?.contains(WebCast.resident(1)) == false)
                let code = try await node.records.checkCode(
                    of: document, in: file.opening.number, orElse: unused, at: node.clock.now)
                #expect(code != unused, "printing has drawn one")
                codes[document.kind] = code
            }
            let (certificate, form) = (codes[.contributionCertificate], codes[.informationForm])
            try await use(node, number, try #require(certificate), try #require(form))
        }
    }

    @Test func `is valid, with its kind, office, day and a masked holder, and no more`() async throws {
        try await Self.printed { node, _, code, _ in
            let page = try await Browser(node).open("/v/\(code)")
            #expect(page.status == 200)
            for words in ["有效", "参保缴费凭证", "某市社会保险经办机构 510100", "2026年11月20日", "林*", "签名正确"] {
                #expect(page.body.contains(words), "\(words)")
            }
            for words in ["林芳", WebCast.resident(1), String(WebCast.resident(1).suffix(4)), "3200.00"] {
                #expect(!page.body.contains(words), "\(words)")
            }
            #expect(page.headers["x-robots-tag"] == "noindex, nofollow")
            let typed = Browser(node)
            try await typed.open("/v")
            let sent = try await typed.send("/v", ["code": code.lowercased()])
            #expect(sent.headers["location"] == "/v/\(code)")
        }
    }

    @Test func `shows more to whoever knows the last four places`() async throws {
        try await Self.printed { node, number, certificate, form in
            for (code, words) in [(certificate, "3200.00"), (form, "8000.00")] {
                let browser = Browser(node)
                try await browser.open("/v/\(code)")
                let more = try await browser.send(
                    "/v/\(code)", ["last-four": String(WebCast.resident(1).suffix(4)).lowercased()])
                #expect(more.status == 200)
                #expect(more.body.contains(words) && more.body.contains(number))
                #expect(!more.body.contains(WebCast.resident(1)) && !more.body.contains("林芳"))
            }
        }
    }

    @Test func `is answered in the same words for wrong last places as for a code that never was`() async throws {
        try await Self.printed { node, _, code, _ in
            let browser = Browser(node)
            try await browser.open("/v/\(code)")
            let wrong = try await browser.send("/v/\(code)", ["last-four": "0000"])
            let never = try await Browser(node).open("/v/\(Self.strange)")
            let nonsense = try await Browser(node).open("/v/xyz")
            #expect(wrong.status == 404 && never.status == 404 && nonsense.status == 404)
            // The switch of the language holds the address of a page that was opened.
            func plain(_ reply: Reply) -> String {
                let main = reply.body.components(of: "<main").first ?? ""
                return main.components(of: "<h1>").first ?? ""
            }
            #expect(!plain(wrong).isEmpty)
            #expect(plain(wrong) == plain(never) && plain(never) == plain(nonsense))
            let trail = try await node.records.auditRows(after: 0, limit: 100).map(\.entry)
                .filter { $0.action == .checkPaper }
            #expect(trail.map(\.reason) == ["valid", "holder-differs", "not-found", "not-found"])
            #expect(trail.allSatisfy { !"\($0)".contains(code) })
        }
    }

    @Test func `shows no more after twenty tries at its last places in a day, from wherever they come`() async throws {
        try await Self.printed { node, _, code, _ in
            let right = String(WebCast.resident(1).suffix(4))
            func type(_ places: String) async throws -> Int {
                try await Browser(node).send("/v/\(code)", ["last-four": places]).status
            }
            for turn in 0..<20 {
                if turn.isMultiple(of: 4) { node.clock.move(seconds: 60) }
                #expect(try await type("0000") == 404)
            }
            node.clock.move(seconds: 60)
            let refused = try await type(right)
            #expect(refused == 429)
            #expect(try await Browser(node).open("/v/\(code)").status == 200)
            node.clock.move(seconds: 86_400)
            #expect(try await type(right) == 200)
        }
    }

    @Test func `waits after five wrong codes in a minute`() async throws {
        try await Self.printed { node, _, code, _ in
            for _ in 0..<5 { #expect(try await Browser(node).open("/v/\(Self.strange)").status == 404) }
            for path in ["/v/\(Self.strange)", "/v/\(code)"] {
                let reply = try await Browser(node).open(path)
                #expect(reply.status == 429)
                #expect(reply.headers["retry-after"] == "60")
            }
            node.clock.move(seconds: 60)
            #expect(try await Browser(node).open("/v/\(code)").status == 200)
        }
    }

    @Test(.enabled(if: TestStore.speaksSQLite), arguments: ["100", "length(bytes) - 40"])
    func `fails when one byte of what is kept was changed`(place: String) async throws {
        try await Self.printed { node, _, certificate, form in
            try await node.runUnguarded(
                """
                UPDATE documents SET bytes = CAST(substr(CAST(bytes AS TEXT), 1, \(place) - 1)
                    || CASE substr(CAST(bytes AS TEXT), \(place), 1) WHEN 'A' THEN 'B' ELSE 'A' END
                    || substr(CAST(bytes AS TEXT), \(place) + 1) AS BLOB) WHERE kind = 'information-form';
                """)
            let page = try await Browser(node).open("/v/\(form)")
            #expect(page.body.contains("校验未通过"))
            for words in ["有效</strong>", "林*", "2026年11月20日"] { #expect(!page.body.contains(words)) }
            #expect(try await Browser(node).open("/v/\(certificate)").body.contains("有效"))
        }
    }

    @Test func `fails when another document was put in its place`() async throws {
        try await Self.printed { node, _, _, form in
            try await node.runUnguarded(
                """
                UPDATE documents SET (bytes, digest) =
                    (SELECT bytes, digest FROM documents WHERE kind = 'contribution-certificate')
                WHERE kind = 'information-form';
                """)
            #expect(try await Browser(node).open("/v/\(form)").body.contains("校验未通过"))
        }
    }

    @Test func `is told to be superseded once there is a later one`() async throws {
        try await Self.printed { node, _, _, form in
            try await node.runUnguarded(
                """
                INSERT INTO documents (position, case_id, sender, recipient, sequence, kind, digest, at, bytes)
                SELECT 900, case_id, sender, recipient, 90, kind, digest, at, bytes FROM documents
                WHERE kind = 'information-form';
                """)
            let page = try await Browser(node).open("/v/\(form)")
            #expect(page.body.contains("已替换") && page.body.contains("签名正确"))
        }
    }

    @Test func `cannot be judged where the key of its office is not known`() async throws {
        try await Self.printed { node, _, _, form in
            let found = try #require(try await node.records.checkedDocument(form))
            let other = try WebNetwork().directory
            #expect(found.examine(by: node.desk.directory).standing == .good)
            let elsewhere = found.examine(by: KeptDirectory(current: other))
            #expect(elsewhere.standing == .unknown && elsewhere.content == nil)
        }
    }
}
