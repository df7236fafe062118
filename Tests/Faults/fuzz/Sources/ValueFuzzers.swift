import TransferCore
import TransferDocuments

let valueFuzzers: [Fuzzer] = [
    Fuzzer(name: "amounts-and-days", longestInput: 48) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let money = Money(yuan: text) {
            hold((0...Money.limit.fen).contains(money.fen), "an amount beyond the limit")
            hold(Money(yuan: money.description) == money, "an amount is read otherwise than it was written")
        }
        if let day = CivilDate(text) {
            hold(day.description.utf8.elementsEqual(text.utf8), "two spellings of one day")
            hold(CivilDate(dayNumber: day.dayNumber) == day, "the number of a day is another's")
            hold(day.next.map { $0 > day && $0.dayNumber == day.dayNumber + 1 } ?? true, "a day is not after the other")
            let due = WorkingDayCalendar.shipped.due(after: day, workingDays: 15).date
            hold(WorkingDayCalendar.shipped.isWorkingDay(due), "a limit ends on a day off")
        }
        if let month = CalendarMonth(text) {
            hold(month.description.utf8.elementsEqual(text.utf8), "two spellings of a month")
        }
        if let time = SigningTime(text) {
            hold(time.text.utf8.elementsEqual(text.utf8), "two spellings of one moment")
            hold(SigningTime(secondsSince1970: time.secondsSince1970) == time, "a moment is another's")
        }
        if bytes.count >= 8 {
            let number = bytes.prefix(8).reduce(0) { $0 << 8 | Int($1) }
            if let day = CivilDate(dayNumber: number % 100_000) {
                hold(day.dayNumber == number % 100_000, "the day of a number has another")
            }
            let printed = Money(fen: Int64(truncatingIfNeeded: number)).description
            hold(
                Money(yuan: printed).map { $0.fen == Int64(truncatingIfNeeded: number) } ?? true,
                "an amount is another's")
        }
    },
    Fuzzer(name: "identifiers", longestInput: 96) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let code = RegionCode(text) { same(code.text, text, "region code") }
        if let province = Province(text) { same(province.description, text, "province") }
        if let number = CaseNumber(text) {
            same(number.text, text, "case number")
            hold(text.hasPrefix(number.destination.text), "a case number of another agency")
        }
        if let key = OrderKey(text) {
            same(key.text, text, "order key")
            hold(OrderKey(caseNumber: key.caseNumber, leg: key.leg, attempt: key.attempt) == key, "an order key of two")
        }
        if let id = try? ResidentID(text) {
            hold(id.fullText.utf8.count == 18, "an identity number of other than 18 places")
            hold((try? ResidentID(id.fullText)) == id, "an identity number is read otherwise than it was written")
            hold(!id.description.contains(id.fullText.dropFirst(3).dropLast(4)), "an identity number is printed")
        }
        if let code = try? BankCode(text) { same(code.text, text, "bank code") }
        if let card = try? CardNumber(text) {
            same(card.fullText, text, "card number")
            hold(!card.description.contains(card.fullText.dropLast(4)), "a card number is printed")
        }
        if let code = try? CreditCode(text) { same(code.text, text, "credit code") }
        if let code = try? OrganisationCode(text) {
            hold((try? OrganisationCode(code.text)) == code, "an organisation code is read otherwise than written")
        }
        if let signatory = Signatory(text) { same(signatory.text, text, "signatory") }
        if let url = EndpointURL(text) { same(url.text, text, "endpoint") }
        if let digest = DocumentDigest(text: text) { same(digest.text, text, "digest") }
        if let digest = DocumentDigest(hex: text) { same(digest.hex, text, "digest in hexadecimal") }
    },
]

/// What was accepted has one spelling.
private func same(_ printed: String, _ read: String, _ what: String) {
    hold(printed.utf8.elementsEqual(read.utf8), "two spellings of one \(what)")
}
