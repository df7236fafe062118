"""Somebody with a paper in hand checks it by its code and its picture, with a wrong code, and when it is replaced."""

import os
import re
import subprocess

import people
from journeys import batch
from network import need
from pages import check

CODE = re.compile(r"/v/([0-9A-Z-]{13,16})")


def play(stage):
    browser, network, person = stage.browser, stage.network, stage.person()
    number = stage.lodge(person)
    stage.complete(number)
    browser.log_out(stage.here)
    browser.enter(stage.here, person, number)
    browser.open(stage.here.pages + "/my/transfers/" + number)
    links = [link.get_attribute("href") for link in browser.all("a[href*='/papers/']")]
    need(links, "there is no paper to take along")
    check(browser, "stranger-papers")
    addresses = {link: on_paper(stage, link) for link in links}
    form = next(link for link in links if "信息表" in paper_text(stage, link))

    browser.log_out(stage.here)
    browser.open(stage.here.pages + "/v")
    check(browser, "stranger-ask")
    code = CODE.search(addresses[form]).group(1)
    browser.fill(code=code)
    browser.click_button("核验", "Check")
    browser.says("有效", "Valid")
    need(person.id not in browser.source and person.name not in browser.source, "a stranger sees who it is")
    check(browser, "stranger-valid")
    browser.fill(last_four=person.id[-4:])
    browser.click_button("查看", "Show")
    browser.says(number, number)
    check(browser, "stranger-more")
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    browser.open(stage.here.pages + "/v")
    browser.fill(code=wrong)
    browser.click_button("核验", "Check")
    browser.says("没有与所填内容相符的凭证", "There is no paper that fits")
    check(browser, "stranger-wrong")

    # The origin issues a newer form: the first one is true, and counts no more.
    late = people.records([person], True) + people.line(person, 2026, "06", "06")
    file = os.path.join(network.folder, "journey-late.csv")
    with open(file, "w", encoding="utf-8") as out:
        out.write(late)
    status, said = network.run("records", "import", file, "--config", stage.origin.config)
    os.remove(file)
    need(status == 0, "the late contributions were not imported: " + said)
    stage.decide(stage.origin, number, "revise-form")

    def is_replaced():
        browser.open(stage.here.pages + "/v/" + code)
        return ("Superseded" if browser.english else "已替换") in browser.text

    network.wait(is_replaced, "the first form to be replaced")
    check(browser, "stranger-replaced")


def paper(stage, link):
    file = os.path.join(stage.browser.run.folder, "paper.pdf")
    with open(file, "wb") as out:
        out.write(batch.fetched(stage, link))
    return file


def paper_text(stage, link):
    return subprocess.run(["pdftotext", paper(stage, link), "-"], capture_output=True, text=True, check=True).stdout


def on_paper(stage, link):
    """The address that the picture on the paper leads to."""
    picture = os.path.join(stage.browser.run.folder, "paper")
    subprocess.run(["pdftoppm", "-r", "150", "-f", "1", "-l", "1", "-png", paper(stage, link), picture], check=True)
    page = next(name for name in sorted(os.listdir(stage.browser.run.folder)) if name.startswith("paper-"))
    page = os.path.join(stage.browser.run.folder, page)
    said = subprocess.run(["zbarimg", "-q", "--raw", page], capture_output=True, text=True).stdout
    os.remove(page)
    need(CODE.search(said), "the picture on a paper leads nowhere: %r" % said)
    need(not re.search(r"[0-9]{17}", said), "the picture on a paper has an identity number")
    return said
