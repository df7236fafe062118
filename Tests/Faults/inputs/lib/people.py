"""Invented people and numbers with right check digits, and the rows of a file of records.

The county of every number is one that was dissolved before the day of birth: no such number was ever given out.
"""

COLUMNS = (
    "record,resident_id,name,household_province,relation,status,enrolled_on,deceased,draws_pension,legal_hold,"
    "carried_year_end,carried_balance_fen,medical_balance_fen,housing_balance_fen,year,from,to,kind,base_fen,"
    "own_share_bp,credited_share_bp,employer_share_bp,paid_on\n"
)


def resident_id(index, county="440520"):
    """The number of person `index` (0 to 67,199); a hundred people share a day of birth."""
    day = index // 100
    born = "%04d%02d%02d" % (1977 + day // 336 % 20, day // 28 % 12 + 1, day % 28 + 1)
    body = county + born + "%03d" % (index % 100 * 10 % 1000 + 1)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


def bank_code(body):
    """Eleven digits and the digit that completes them."""
    return next(body + d for d in "0123456789" if is_bank_code(body + d))


def is_bank_code(text):
    """ISO/IEC 7064 MOD 11,10 over twelve digits."""
    rest = 10
    for digit in text[:-1]:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return (rest + int(text[-1])) % 10 == 1


def case_number(code, year, serial):
    """The number of a case with its check character: ISO 7064 MOD 37,36 over the digits."""
    digits, product = "%s%d%07d" % (code, year, serial), 36
    for digit in digits:
        product = ((product + int(digit)) % 36 or 36) * 2 % 37
    check = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - product) % 36]
    return "%s-%d-%07d-%s" % (code, year, serial, check)


def origin_rows(number, name="测试", household="37"):
    """What an origin has of a person that stopped paying in the middle of 2026."""
    rows = "person,%s,%s,%s,general,stopped,2012-03-01,no,no,no,,,0,0,,,,,,,,,\n" % (number, name, household)
    for year in range(2012, 2027):
        first, last = (3 if year == 2012 else 1), (6 if year == 2026 else 12)
        rows += "line,%s,,,,,,,,,,,,,%d,%d-%02d,%d-%02d,ordinary,%d,800,800,1600,\n" % (
            number,
            year,
            year,
            first,
            year,
            last,
            400000 + (year - 2012) * 35000,
        )
    return rows


def destination_rows(number, name="测试", household="37"):
    """What a destination has of a person that pays there since the summer of 2026."""
    return (
        "person,%s,%s,%s,general,active,2026-07-01,no,no,no,,,0,0,,,,,,,,,\n" % (number, name, household)
        + "line,%s,,,,,,,,,,,,,2026,2026-07,2026-09,ordinary,920000,800,800,1600,\n" % number
    )
