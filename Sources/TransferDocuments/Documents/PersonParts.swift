import TransferCore

extension InsuredPerson: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            name: try object.string("name"),
            residentID: try object.string("residentId", as: "a resident identity number of 18 places") { text in
                // Documents hold the number as it is stored: raised to eighteen places, the X upper case.
                (try? ResidentID(text)).flatMap { $0.fullText.hasSameBytes(as: text) ? $0 : nil }
            })
    }

    func write(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("residentId", residentID.fullText)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.text(name, InsuredPerson.nameLength, at: "/name")
    }

    static let nameLength = 1...50
}

extension BankAccount: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            holder: try object.string("holder"), bankName: try object.string("bankName"),
            bankCode: try object.string("bankCode"), number: try object.string("number"))
    }

    func write(to json: inout JSONWriter) {
        json.field("holder", holder)
        json.field("bankName", bankName)
        json.field("bankCode", bankCode)
        json.field("number", number)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.text(holder, 1...100, at: "/holder")
        try FieldRule.text(bankName, 1...100, at: "/bankName")
        try FieldRule.digits(bankCode, 12...12, at: "/bankCode")
        try FieldRule.digits(number, 1...32, at: "/number")
    }

    /// Checks an account as the insured person's own: held in the person's name, and a card whose check digit is right.
    ///
    /// Source: BR-209, and 7.4 of the domain handbook.
    func checkIsOwn(of person: InsuredPerson) throws(DocumentFault) {
        try checkRules()
        guard holder.hasSameBytes(as: person.name) else {
            throw DocumentFault(.conflictingFields, "/holder", "expected the name of the insured person")
        }
        do throws(IdentifierFault) { _ = try CardNumber(number) } catch {
            let code = error == .checkDigit ? DocumentFault.Code.checkDigit : .invalidFormat
            throw DocumentFault(code, "/number", "expected a card number of 16 to 19 digits with its check digit")
        }
    }
}

extension AgencyOffice: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            name: try object.string("name"), address: try object.string("address"),
            postcode: try object.string("postcode"), telephone: try object.string("telephone"))
    }

    func write(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("address", address)
        json.field("postcode", postcode)
        json.field("telephone", telephone)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.text(name, 1...100, at: "/name")
        try FieldRule.text(address, 1...200, at: "/address")
        try FieldRule.digits(postcode, 6...6, at: "/postcode")
        guard AgencyOffice.isTelephone(telephone) else {
            throw DocumentFault(.invalidFormat, "/telephone", "expected 3 to 20 digits, hyphens or a leading plus")
        }
    }

    private static func isTelephone(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let places = bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        return (3...20).contains(places.count)
            && places.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-") }
    }
}
