/// The public holidays and make-up working days of the years 2004 to 2026, edition 2026.1 (法定节假日与调休上班日).
///
/// One entry a year, in the form month and day, `0501-0507` for a run of days. Holidays that fall on a weekend are listed
/// too, as the notices name whole periods. A later year is added when its notice is out, with a new edition.
///
/// Source: the yearly notices of the State Council on holidays, as collected by chinesecalendar 1.11.0 (MIT); dates only.
enum ShippedCalendar {
    static let edition = "2026.1"

    /// One year of a notice.
    struct PublishedYear {
        let year: Int
        let off: String
        let worked: String

        init(_ year: Int, off: String, worked: String) {
            self.year = year
            self.off = off
            self.worked = worked
        }
    }

    static let years: [PublishedYear] = [
        PublishedYear(
            2004, off: "0101 0122-0128 0501-0507 1001-1007",
            worked: "0117-0118 0508-0509 1009-1010"),
        PublishedYear(
            2005, off: "0101-0103 0209-0215 0501-0507 1001-1007",
            worked: "0205-0206 0430 0508 1008-1009"),
        PublishedYear(
            2006, off: "0101-0103 0129-0204 0501-0507 1001-1007",
            worked: "0128 0205 0429-0430 0930 1008 1230-1231"),
        PublishedYear(
            2007, off: "0101-0103 0218-0224 0501-0507 1001-1007 1230-1231",
            worked: "0217 0225 0428-0429 0929-0930 1229"),
        PublishedYear(
            2008, off: "0101 0206-0212 0404-0406 0501-0503 0607-0609 0913-0915 0929-1005",
            worked: "0202-0203 0504 0927-0928"),
        PublishedYear(
            2009, off: "0101-0103 0125-0131 0404-0406 0501-0503 0528-0530 1001-1008",
            worked: "0104 0124 0201 0531 0927 1010"),
        PublishedYear(
            2010, off: "0101-0103 0213-0219 0403-0405 0501-0503 0614-0616 0922-0924 1001-1007",
            worked: "0220-0221 0612-0613 0919 0925-0926 1009"),
        PublishedYear(
            2011, off: "0101-0103 0202-0208 0403-0405 0430-0502 0604 0606 0910-0912 1001-1007",
            worked: "0130 0212 0402 1008-1009 1231"),
        PublishedYear(
            2012, off: "0101-0103 0122-0128 0402-0404 0429-0501 0622 0624 0930-1007",
            worked: "0121 0129 0331-0401 0428 0929"),
        PublishedYear(
            2013, off: "0101-0103 0209-0215 0404-0406 0429-0501 0610-0612 0919-0921 1001-1007",
            worked: "0105-0106 0216-0217 0407 0427-0428 0608-0609 0922 0929 1012"),
        PublishedYear(
            2014, off: "0101 0131-0206 0405-0407 0501-0503 0602 0908 1001-1007",
            worked: "0126 0208 0504 0928 1011"),
        PublishedYear(
            2015, off: "0101-0103 0218-0224 0405-0406 0501 0620 0622 0903-0904 0927 1001-1007",
            worked: "0104 0215 0228 0906 1010"),
        PublishedYear(
            2016, off: "0101 0207-0213 0404 0501-0502 0609-0611 0915-0917 1001-1007",
            worked: "0206 0214 0612 0918 1008-1009"),
        PublishedYear(
            2017, off: "0101-0102 0127-0202 0402-0404 0501 0528-0530 1001-1008",
            worked: "0122 0204 0401 0527 0930"),
        PublishedYear(
            2018, off: "0101 0215-0221 0405-0407 0429-0501 0618 0924 1001-1007 1230-1231",
            worked: "0211 0224 0408 0428 0929-0930 1229"),
        PublishedYear(
            2019, off: "0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007",
            worked: "0202-0203 0428 0505 0929 1012"),
        PublishedYear(
            2020, off: "0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
            worked: "0119 0426 0509 0628 0927 1010"),
        PublishedYear(
            2021, off: "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
            worked: "0207 0220 0425 0508 0918 0926 1009"),
        PublishedYear(
            2022, off: "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231",
            worked: "0129-0130 0402 0424 0507 1008-1009"),
        PublishedYear(
            2023, off: "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006 1230-1231",
            worked: "0128-0129 0423 0506 0625 1007-1008"),
        PublishedYear(
            2024, off: "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007",
            worked: "0204 0218 0407 0428 0511 0914 0929 1012"),
        PublishedYear(
            2025, off: "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
            worked: "0126 0208 0427 0928 1011"),
        PublishedYear(
            2026, off: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
            worked: "0104 0214 0228 0509 0920 1010"),
    ]
}
