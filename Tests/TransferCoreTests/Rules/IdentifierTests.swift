import Testing
import TransferCore

@Suite struct `A resident identity number` {
    @Test(arguments: [
        ("11010519491231002X", "11010519491231002X"), ("11010519491231002x", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"), ("440524188001010014", "440524188001010014"),
        ("340100197603150012", "340100197603150012"),
    ])
    func `is kept in eighteen places with an upper-case X`(text: String, normalised: String) throws {
        #expect(try ResidentID(text).fullText == normalised)
    }

    @Test(arguments: [
        ("", IdentifierFault.length), ("1101051949123100", .length), ("1101051949123100211", .length),
        ("11010519491231００2X", .character), ("1101O519491231002X", .character), ("11010519491231002Y", .character),
        ("11010549123100X", .character), ("11010519490229002X", .date), ("110105179912310020", .date),
        ("110105210001010020", .date), ("110105491331002", .date), ("110105194912310021", .checkDigit),
    ])
    func `is refused for its first flaw: length, character, date, check digit`(text: String, flaw: IdentifierFault) {
        #expect(throws: flaw) { try ResidentID(text) }
    }

    @Test func `carries the birth date and the sex`() throws {
        let id = try ResidentID("11010519491231002X")
        #expect(id.birthDate == day("1949-12-31") && id.sex == .female)
        #expect(try ResidentID("440524188001010014").birthDate.description == "1880-01-01")
        #expect(try ResidentID("340100197603150012").sex == .male)
    }

    @Test func `of an unknown province is valid, and known to be so`() throws {
        #expect(try !ResidentID("990105194912310023").namesKnownProvince)
        #expect(try ResidentID("11010519491231002X").namesKnownProvince)
    }

    @Test func `prints masked, however it is printed`() throws {
        let id = try ResidentID("11010519491231002X")
        var dumped = ""
        dump(id, to: &dumped)
        for text in ["\(id)", String(reflecting: id), String(describing: [id]), "\(Optional(id) as Any)", dumped] {
            #expect(!text.contains("0519491231"))
        }
        #expect(id.description == "110***********002X")
    }

    @Test(arguments: [UInt64](1...20))
    func `has exactly one check digit for any other seventeen places`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let birth = CivilDate(dayNumber: Int.random(in: -62_000...47_000, using: &random))!
        let date = birth.description.filter { $0 != "-" }
        let serial = Int.random(in: 100...999, using: &random)
        let valid = "0123456789X".filter { (try? ResidentID("330102\(date)\(serial)\($0)")) != nil }
        #expect(valid.count == 1)
    }
}

@Suite struct `The code of an employer or an agency` {
    @Test(arguments: ["91110000600037341L", "12440300MB2C000017"])
    func `is a credit code of eighteen places`(text: String) throws {
        #expect(try CreditCode(text).text == text)
    }

    @Test(arguments: [
        ("91110000600037341", IdentifierFault.length), ("91110000600037341l", .character),
        ("9111000060003734IL", .character), ("91110000600037342L", .checkDigit),
    ])
    func `is refused for its first flaw`(text: String, flaw: IdentifierFault) {
        #expect(throws: flaw) { try CreditCode(text) }
    }

    @Test(arguments: ["60003734-1", "600037341"])
    func `is in older papers an organisation code, with or without its hyphen`(text: String) throws {
        #expect(try OrganisationCode(text).text == "60003734-1")
    }

    @Test(arguments: [
        ("60003734", IdentifierFault.length), ("60003734--1", .length), ("6000373a1", .character),
        ("60003734-A", .character), ("60003734-2", .checkDigit),
    ])
    func `of the older kind is refused for its first flaw`(text: String, flaw: IdentifierFault) {
        #expect(throws: flaw) { try OrganisationCode(text) }
    }
}

@Suite struct `A bank code` {
    @Test func `has a check digit by ISO 7064`() throws {
        #expect(try BankCode("313651027012").text == "313651027012")
        let others = (0...9).filter { (try? BankCode("31365102701\($0)")) != nil }
        #expect(others == [2])
    }

    @Test(arguments: [("", IdentifierFault.length), ("31365102701a", .character), ("313651027013", .checkDigit)])
    func `is refused for its first flaw`(text: String, flaw: IdentifierFault) {
        #expect(throws: flaw) { try BankCode(text) }
    }
}

@Suite struct `A card number` {
    @Test func `has sixteen to nineteen digits and a Luhn check`() throws {
        #expect(try CardNumber("6217000000000000004").fullText.utf8.count == 19)
        #expect(throws: IdentifierFault.length) { try CardNumber("621700000000000") }
        #expect(throws: IdentifierFault.length) { try CardNumber("62170000000000000000") }
        #expect(throws: IdentifierFault.character) { try CardNumber("6217 0000 0000 0000") }
        #expect(throws: IdentifierFault.checkDigit) { try CardNumber("6217000000000000005") }
    }

    @Test func `prints all but its last four places masked`() throws {
        let valid = try #require((0...9).compactMap { try? CardNumber("621700000000000012\($0)") }.first)
        #expect("\(valid)".hasPrefix("***************"))
        #expect(String(reflecting: valid) == valid.description)
    }
}
