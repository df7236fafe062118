/// What is assumed of a simulated nation, all of it in one place. None of it is data: each number is a choice that makes a
/// year look like one, and says why. Rates are per mille of applications unless something else is said.
///
/// What ``NationAssumptions/table`` writes stands in the documentation.
package struct NationAssumptions: Hashable, Sendable {
    // The year.

    /// Applications that come on working days between half past eight and five; the others come online, on any day.
    var atTheDesk = 850
    /// Weights of the months, January first, per day on which applications come.
    var months = [80, 60, 145, 130, 110, 100, 95, 90, 105, 95, 100, 90]

    // People.

    /// A second application of the same person for another origin, some days later: of every second application.
    var secondOrigin = 60
    var medicalBalance = 300
    var housingBalance = 120
    /// Of those who ask for a balance: there is none.
    var emptyBalance = 150
    /// Of people too old to be taken up away from home: they have moved home.
    var oldAtHome = 970
    /// Of all others: registered in the province of the destination.
    var youngAtHome = 400
    var withdraws = 8
    var misspelt = 10
    /// Of letters that were returned: the applicant answers; the others never do.
    var answersReturn = 850
    /// Of those answers: what was wrong is put right at the origin before.
    var mendsRecord = 700

    // What the records say.

    var sameProvince = 3
    var noRecordAtOrigin = 12
    var stillActiveAtOrigin = 15
    var deceased = 2
    var drawsPension = 2
    var legalHold = 3
    var nothingPaid = 3
    var temporaryAtOrigin = 3
    var openArrears = 15
    var notEnrolled = 10
    var monthsTwice = 10

    // Staff.

    var asksSupplement = 15
    /// Of letters that wait for their answer.
    var recallsLetter = 3
    /// Of forms that wait for the posting.
    var recallsForm = 2
    /// Agencies, per mille: their staff take twice, and four times as long as others; those that take half as long.
    var slowAgencies = 80
    var verySlowAgencies = 20
    var briskAgencies = 150
    /// Agencies whose policy takes a step alone, per mille, of each step.
    var aloneAcceptance = 300
    var aloneSettlement = 200
    var aloneRemittance = 150
    var aloneAccount = 500
    /// A step that is forgotten for weeks, per mille of steps, and for how many working days.
    var forgotten = 12
    var forgottenDays = 12...40
    /// Working days that a step takes, each number as often as another, before the pace of the agency.
    var reviewDays = 1...6
    var checkDays = 1...8
    var orderDays = 0...5
    var otherDays = 0...4
    /// Working days until an applicant answers.
    var answerDays = 1...12

    // What was paid in at the origin.

    /// Months: the least of three draws.
    var monthsPaid = 3...62
    /// Yuan a month.
    var contributionBase = 3_500...10_000

    // The road and the bank, per mille of messages and of payments.

    var answersLost = 2
    var bankRefuses = 4
    var bankGivesBack = 3
    var bankGivesBackLater = 2
    /// Minutes until orders are carried out, and until a movement is told; what falls out of working days waits.
    var bankWorks = 10...240
    var bankTells = 10...360

    package init() {}

    /// One assumption for readers: its words, its value, and the reason for it.
    package struct Row: Hashable, Sendable {
        package let words: String
        package let value: String
        package let reason: String
    }

    /// Every assumption.
    package var table: [Row] {
        func rate(_ words: String, _ value: Int, _ reason: String) -> Row {
            Row(words: words, value: "\(value) ‰", reason: reason)
        }
        func range(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound)–\(range.upperBound)" }
        return [
            Row(
                words: "weight of a day, by month",
                value: months.map(String.init).joined(separator: " "),
                reason: "people change their work after the Spring Festival; little is lodged around it"),
            rate(
                "lodged at the desk, in office hours", atTheDesk, "the others lodge online, on any day and at any hour"),
            rate("a second origin of the same person", secondOrigin / 2, "people have worked in more than two places"),
            rate("asks for the medical balance", medicalBalance, "part of the insured have a card of their own there"),
            rate("asks for the housing balance", housingBalance, "fewer have a housing fund"),
            rate("the balance is empty, of those who ask", emptyBalance, "balances are spent"),
            rate("lives where the pension goes, of the older", oldAtHome, "from 40 and 50 on people go home"),
            rate("lives where the pension goes, of the younger", youngAtHome, "most of the others have moved"),
            rate("takes the application back", withdraws, "plans change"),
            rate("the name is misspelt", misspelt, "rare characters, old records"),
            rate("answers a returned letter", answersReturn, "some give up"),
            rate("the record was mended before, of those", mendsRecord, "an office has to be called"),
            rate("both places in one province", sameProvince, "a mistake of the applicant; the rule refuses it"),
            rate("no record at the origin", noRecordAtOrigin, "the wrong place was named"),
            rate("still insured at the origin", stillActiveAtOrigin, "the last employer is late"),
            rate("has died", deceased, "between the application and the check"),
            rate("draws a pension", drawsPension, "a mistake of the applicant"),
            rate("a court holds the account", legalHold, "lifted after some days"),
            rate("nothing was ever paid in", nothingPaid, "enrolled and never worked"),
            rate("a temporary account at the origin", temporaryAtOrigin, "may only be gathered"),
            rate("arrears at the origin", openArrears, "waited for, waived or left out"),
            rate("not enrolled at the destination", notEnrolled, "lodged too early"),
            rate("months insured twice", monthsTwice, "two employers in one month"),
            rate("papers are asked for", asksSupplement, "of reviews by staff"),
            rate("a letter is recalled", recallsLetter, "of letters that wait"),
            rate("a form is recalled", recallsForm, "of forms that wait"),
            rate("staff twice as slow, of agencies", slowAgencies, "short of people"),
            rate("staff four times as slow, of agencies", verySlowAgencies, "those that are urged"),
            rate("staff twice as fast, of agencies", briskAgencies, "a service promise below the limits"),
            rate(
                "the review is made by policy, of agencies", aloneAcceptance, "straight through where all checks pass"),
            rate("the check is made by policy, of agencies", aloneSettlement, "the same"),
            rate("the payment is ordered by policy, of agencies", aloneRemittance, "the same"),
            rate("the account is confirmed by policy, of agencies", aloneAccount, "the same"),
            rate(
                "a step is forgotten, of steps", forgotten,
                "holidays, illness: \(range(forgottenDays)) working days more"),
            rate("no answer to a message", answersLost, "lines fail; it is sent again within the hour"),
            rate("the bank refuses a payment", bankRefuses, "closed and wrong accounts; the reason is drawn"),
            rate("a payment comes back at once", bankGivesBack, "the same"),
            rate("a payment comes back later", bankGivesBackLater, "after 1 to 6 days"),
            Row(
                words: "months paid at the origin", value: range(monthsPaid) + ", 17 on average",
                reason: "the least of three draws; with the base some 24,000 yuan, above the 19,064 of 2014"),
            Row(words: "base of contributions, yuan a month", value: range(contributionBase), reason: "uniform"),
            Row(
                words: "working days of a review", value: range(reviewDays),
                reason: "uniform; times the pace of the agency, as all below"),
            Row(words: "working days of a check", value: range(checkDays), reason: "records have to be looked up"),
            Row(words: "working days until a payment is ordered", value: range(orderDays), reason: "lists of payments"),
            Row(words: "working days of any other step of staff", value: range(otherDays), reason: "a desk's own list"),
            Row(words: "working days until an applicant answers", value: range(answerDays), reason: "within the limit"),
            Row(
                words: "minutes until the bank pays, and until it tells",
                value: "\(range(bankWorks)), \(range(bankTells))",
                reason: "on working days; what comes later is booked on the next"),
        ]
    }
}
