"""Files as employers send them: a text in the coding of old machines, and a workbook that has eaten the numbers."""

import io
import zipfile
from xml.sax.saxutils import escape


def rows_of(template, persons, region, faults):
    """The rows of a sheet for these people, with the headings of the template.

    faults: by the place of a row, the column that is spoiled and what stands there.
    """
    head = template.decode("utf-8-sig").splitlines()[0].split(",")
    rows = [head]
    for place, person in enumerate(persons):
        row = [str(place + 1), person.name, person.id, "13800000000", region, "跨地区就业转移", "否"] + [""] * (len(head) - 7)
        if place in faults:
            column, value = faults[place]
            row[column] = value
        rows.append(row)
    return rows


def text(rows, coding):
    return "".join(",".join(row) + "\r\n" for row in rows).encode(coding)


def workbook(rows, as_quantity):
    """A workbook by hand. What stands in the column `as_quantity` is written as a spreadsheet keeps a number."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for place, value in enumerate(row):
            name = "%s%d" % (chr(65 + place), number)
            if place == as_quantity and number > 1 and value.isdigit():
                cells.append('<c r="%s"><v>%s</v></c>' % (name, "%.14E" % float(value)))
            elif value:
                cells.append('<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (name, escape(value)))
        lines.append('<row r="%d">%s</row>' % (number, "".join(cells)))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    parts = {
        "[Content_Types].xml": '<Types xmlns="%s/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="%s.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="%s.worksheet+xml"/></Types>' % (package, kinds, kinds),
        "_rels/.rels": '<Relationships xmlns="%s/relationships"><Relationship Id="rId1" Type="%s/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>' % (package, office),
        "xl/workbook.xml": '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>" % (main, office),
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="%s/relationships"><Relationship Id="rId1" '
        'Type="%s/worksheet" Target="worksheets/sheet1.xml"/></Relationships>' % (package, office),
        "xl/worksheets/sheet1.xml": '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>'
        % (main, "".join(lines)),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, body in parts.items():
            file.writestr(name, declaration + body)
    return out.getvalue()
