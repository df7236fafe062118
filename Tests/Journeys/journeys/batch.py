"""An employer uploads 1,000 rows in GB 18030, sends the good ones, mends the 30 bad ones and sends those."""

import os

import people
import sheets
from network import ask, need
from pages import check

ROWS, BAD = 1_000, 30
FIRST = 10_000


def persons():
    return [people.Person(FIRST + place) for place in range(2 * ROWS)]


def play(stage):
    browser = stage.browser
    own = persons()[:ROWS] if browser.has_scripts else persons()[ROWS:]
    browser.log_in(stage.here, "hr.zhang")
    browser.open(stage.here.pages + "/org/batch")
    check(browser, "batch-upload")
    template = fetched(stage, "/org/batch/template.csv")
    # Every thirty-third row has one of five faults.
    kinds = [(2, "370520199001011234"), (3, "138"), (4, "火星"), (1, ""), (2, "4.20106E+17")]
    places = range(0, BAD * 33, 33)
    faults = {place: kinds[index % 5] for index, place in enumerate(places)}
    rows = sheets.rows_of(template, own, stage.origin.chinese, faults)
    content = sheets.text(rows, "gb18030")
    upload(stage, "batch", content)
    page = browser.address
    browser.says("GB18030", "GB18030")
    for number in (ROWS, ROWS - BAD, BAD):
        said = browser.text.replace(",", "")
        need(str(number) in said, "the summary does not say %d: %s" % (number, said[:400]))
    need("370520199001011234" not in browser.source, "a number stands unmasked in the preview")
    check(browser, "batch-preview")
    send(stage, page, ROWS - BAD)
    check(browser, "batch-sent")

    # The same file once more makes no second batch.
    browser.open(stage.here.pages + "/org/batch")
    upload(stage, "batch", content)
    browser.says("这个文件已经上传过", "This file was uploaded before")
    browser.open(page)
    failed = fetched(stage, browser.one("a[href$='/failed']").get_attribute("href"))
    lines = failed.decode("gb18030").splitlines()
    need(len(lines) == BAD + 1, "the failed rows are %d lines and not %d" % (len(lines), BAD + 1))
    need(lines[0].split(",")[-1].strip() == "错误原因", "the failed rows do not say why: " + lines[0])
    # Every bad row is mended where it was bad, and the file goes back as it came.
    mended = [lines[0].split(",")]
    for line in lines[1:]:
        row = line.split(",")
        person = own[int(row[0]) - 1]
        row[1:5] = [person.name, person.id, "13800000000", stage.origin.chinese]
        mended.append(row)
    browser.open(stage.here.pages + "/org/batch")
    upload(stage, "batch-mended", sheets.text(mended, "gb18030"))
    send(stage, browser.address, BAD)
    number = browser.one("td a[href*='/org/cases/']").text
    stage.network.reaches(stage.here, number, "reviewing")


def fetched(stage, path):
    """A file that a link of the page keeps, as the browser would get it."""
    address = path if path.startswith("http") else stage.here.pages + path
    cookie = stage.browser.driver.get_cookie("jiexu-" + stage.here.code)["value"]
    answer = ask("GET", address, headers={"Cookie": "jiexu-%s=%s" % (stage.here.code, cookie)})
    need(answer.status == 200, "%s got %d" % (address, answer.status))
    return answer.body


def upload(stage, name, content, ending="csv"):
    file = os.path.join(stage.browser.run.folder, "%s.%s" % (name, ending))
    with open(file, "wb") as out:
        out.write(content)
    stage.browser.fill(employer=stage.employer, credit_code=stage.code, file=file)
    stage.browser.click_button("上传并预览", "Upload and preview")
    os.remove(file)


def send(stage, page, count):
    browser = stage.browser
    need(browser.has_button("提交 %d 件" % count, "Send %d" % count), "there is no button to send %d" % count)
    browser.click_button("提交 %d 件" % count, "Send %d" % count)

    def is_sent():
        browser.open(page)
        words = "%d sent" % count if browser.english else "已提交 %d 件" % count
        return words in browser.text and not browser.all(".panel.now")

    stage.network.wait(is_sent, "%d applications to be sent" % count, 90)
