"""A spreadsheet has turned the identity numbers into quantities: the page says so in words, for every row."""

import people
import sheets
from journeys import batch
from network import need
from pages import check

FIRST, ROWS = 20_000, 12
WORDS = ("表格软件把身份证号改成了数字：请把该列设为文本后重新填写", "A spreadsheet has turned the")


def persons():
    return [people.Person(FIRST + place) for place in range(ROWS * 4)]


def play(stage):
    browser = stage.browser
    # A number that ends in X is no quantity, and survives.
    own = [person for person in persons() if person.id.isdigit()]
    own = own[:ROWS] if browser.has_scripts else own[ROWS : 2 * ROWS]
    browser.log_in(stage.here, "hr.zhang")
    browser.open(stage.here.pages + "/org/batch")
    template = batch.fetched(stage, "/org/batch/template.csv")
    rows = sheets.rows_of(template, own, stage.origin.chinese, {})
    batch.upload(stage, "ruined", sheets.workbook(rows, 2), "xlsx")
    browser.says(*WORDS)
    rows_said = [row for row in browser.all("tbody tr") if WORDS[1 if browser.english else 0] in row.text]
    need(len(rows_said) == ROWS, "%d rows say what happened, not %d" % (len(rows_said), ROWS))
    browser.is_silent_about("格式错误")
    need(not browser.has_button("提交", "Send"), "ruined numbers could be sent")
    check(browser, "spreadsheet-ruined")
    browser.open(stage.here.pages + "/org/batch")
    batch.upload(stage, "whole", sheets.workbook(rows, None), "xlsx")
    need(browser.has_button("提交 %d 件" % ROWS, "Send %d" % ROWS), "the same rows as text cannot be sent")
