import Testing
import TransferDocuments

@Suite struct `The time of signing` {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1999-12-31T23:59:59Z", 946_684_799), ("2000-02-29T12:34:56Z", 951_827_696),
            ("2026-11-21T08:00:00Z", 1_795_248_000), ("2099-12-31T23:59:59Z", 4_102_444_799),
        ] as [(String, Int64)])
    func `is a number of seconds and a text`(_ text: String, _ seconds: Int64) {
        #expect(SigningTime(text)?.secondsSince1970 == seconds)
        #expect(SigningTime(secondsSince1970: seconds)?.text == text)
    }

    @Test func `lies between 1970 and 2099`() {
        for seconds in [-1, 4_102_444_800, .max, .min] as [Int64] {
            #expect(SigningTime(secondsSince1970: seconds) == nil)
        }
    }

    @Test(arguments: [
        "", "2026-02-30T08:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z", "2026-11-21T08:00:60Z",
        "2026-11-21T08:00:00", "2026-11-21T08:00:00z", "2026-11-21t08:00:00Z", "2026-11-21 08:00:00Z",
        "2026-11-21T08:00:00+25:00", "2026-11-21T08:00:00+00:00", "2026-11-21T08:00:00.0Z", "2026-11-21T08:00Z",
        "0000-11-21T08:00:00Z", "1969-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
        "20261121T080000Z", "2026-11-21T8:00:00Z ", "2026-11-21T+8:00:00Z", "2026-11-21T08:00:0OZ",
        "２０２６-11-21T08:00:00Z", "2026-325T08:00:00Z   ", " 2026-11-21T08:00:00Z",
    ])
    func `is read from one form only`(_ text: String) {
        #expect(SigningTime(text) == nil)
    }

    @Test func `has an order`() throws {
        #expect(try #require(SigningTime("2026-11-21T07:59:59Z")) < #require(SigningTime("2026-11-21T08:00:00Z")))
    }
}
