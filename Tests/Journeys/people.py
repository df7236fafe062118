"""Invented people of the journeys: valid numbers of counties that had been dissolved before the day of birth."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
COUNTIES = ("440520", "420520", "370520", "420620", "370620")
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "安博晨岱恩帆光浩嘉凯岚明宁鹏清然"
CREDIT_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_character(seventeen):
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(seventeen, WEIGHTS)) % 11]


class Person:
    """The person of a place in the list: always the same one."""

    def __init__(self, place):
        year, month, day = 1970 + place % 29, place // 29 % 12 + 1, place // 348 % 27 + 1
        seventeen = "%s%04d%02d%02d%03d" % (COUNTIES[place % 5], year, month, day, 700 + place // 9396)
        self.id = seventeen + check_character(seventeen)
        self.mobile = "%08d" % place
        self.name = SURNAMES[place % 16] + GIVEN[place // 16 % 16] + GIVEN[place // 256 % 16]


def credit_code(body="91370700MA3JX0000"):
    total = sum(CREDIT_CODE_SIGNS.index(sign) * (3**place % 31) for place, sign in enumerate(body))
    return body + CREDIT_CODE_SIGNS[(31 - total % 31) % 31]


HEAD = (
    "record,resident_id,name,household_province,relation,status,enrolled_on,deceased,draws_pension,legal_hold,"
    "carried_year_end,carried_balance_fen,medical_balance_fen,housing_balance_fen,year,from,to,kind,base_fen,"
    "own_share_bp,credited_share_bp,employer_share_bp,paid_on\n"
)


def line(person, year, first, last):
    """Contributions of some months."""
    places = (person.id, year, year, first, year, last)
    return "line,%s,,,,,,,,,,,,,%d,%d-%s,%d-%s,ordinary,700000,800,800,1600,\n" % places


def records(persons, leaving, home="37"):
    """A file for `jiexu records import`: what the office says that they leave, or to which they have come."""
    lines = [HEAD]
    for person in persons:
        status, since = ("stopped", "2012-03-01") if leaving else ("active", "2026-08-01")
        lines.append(
            "person,%s,%s,%s,general,%s,%s,no,no,no,,,0,0,,,,,,,,,\n" % (person.id, person.name, home, status, since)
        )
        spans = [(2025, "01", "12"), (2026, "01", "05")] if leaving else [(2026, "08", "09")]
        for year, first, last in spans:
            lines.append(line(person, year, first, last))
    return "".join(lines)


def mentioned(text, words):
    """Which of the words stand in a text."""
    return {word for word in words if word in text}
