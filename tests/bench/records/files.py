"""Files that employees are written to, row by row: each has `write(row)` and `close()`."""
import datetime
import json
import subprocess
import os
import zipfile

from records.people import COLUMNS, DATES


class Delimited:
    """csv and tsv. A cell is quoted when it must be, and only then."""

    def __init__(self, path, delimiter, line_break, encoding, byte_order_mark):
        # What the encoding does not have becomes a question mark, as in a real export.
        self.file = open(path, "w", encoding=encoding, errors="replace", newline="", buffering=1 << 20)
        self.delimiter, self.line_break = delimiter, line_break
        if byte_order_mark:
            self.file.write("\ufeff")
        self.write(COLUMNS)

    def line(self, row):
        text = self.delimiter.join(row)
        if '"' in text or text.count(self.delimiter) >= len(row):
            text = self.delimiter.join(map(self.cell, row))
        return text + self.line_break

    def cell(self, text):
        if self.delimiter not in text and '"' not in text:
            return text
        return '"%s"' % text.replace('"', '""')

    def write(self, row):
        self.file.write(self.line(row))

    def close(self):
        self.file.close()


class Json:
    """One answer of an HR system's REST connector: the rows in an object, null for what is empty, days with a time."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8", buffering=1 << 20)
        self.file.write('{"skip":0,"take":-1,"rows":[')
        self.separator = ""
        self.encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def write(self, row):
        values = {name: text or None for name, text in zip(COLUMNS, row)}
        for date in DATES:
            if date < len(row) and row[date]:
                values[COLUMNS[date]] += "T00:00:00Z"
        self.file.write(self.separator + self.encode(values))
        self.separator = ","

    def close(self):
        self.file.write("]}\n")
        self.file.close()


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XLSX_PARTS = {
    "[Content_Types].xml":
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{CONTENT}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{CONTENT}.sharedStrings+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{CONTENT}.worksheet+xml"/></Types>',
    "_rels/.rels":
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels":
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml":
        f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Medewerkers" sheetId="1" r:id="rId1"/></sheets></workbook>',
    # Style 0 is general, style 1 the short date.
    "xl/styles.xml":
        f'<styleSheet xmlns="{SPREADSHEET}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


class Xlsx:
    """A workbook with one sheet as spreadsheet programs save it: shared texts, days as serial numbers in a date style."""

    def __init__(self, path):
        self.archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        for name, text in XLSX_PARTS.items():
            with self.part(name) as part:
                part.write((HEAD + text).encode())
        self.texts = {}
        self.uses = 0
        self.line = 0
        self.sheet = self.part("xl/worksheets/sheet1.xml")
        self.sheet.write(f'{HEAD}<worksheet xmlns="{SPREADSHEET}"><sheetData>'.encode())
        self.write(COLUMNS)

    def part(self, name):
        entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))  # not today: the same bytes every day
        entry.compress_type = zipfile.ZIP_DEFLATED
        return self.archive.open(entry, "w")

    def write(self, row):
        self.line += 1
        cells = "".join(self.cell("%c%d" % (ord("A") + at, self.line), text, at in DATES)
                        for at, text in enumerate(row) if text)
        self.sheet.write(('<row r="%d">%s</row>' % (self.line, cells)).encode())

    def cell(self, place, text, is_date):
        serial = serial_number(text) if is_date else None
        if serial is not None:
            return '<c r="%s" s="1"><v>%d</v></c>' % (place, serial)
        self.uses += 1
        return '<c r="%s" t="s"><v>%d</v></c>' % (place, self.texts.setdefault(text, len(self.texts)))

    def close(self):
        self.sheet.write(b"</sheetData></worksheet>")
        self.sheet.close()
        with self.part("xl/sharedStrings.xml") as part:
            part.write(f'{HEAD}<sst xmlns="{SPREADSHEET}" count="{self.uses}" uniqueCount="{len(self.texts)}">'.encode())
            for text in self.texts:
                escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                part.write(f"<si><t>{escaped}</t></si>".encode())
            part.write(b"</sst>")
        self.archive.close()


def serial_number(text):
    """The number by which a spreadsheet stores a day; None where the text is not one."""
    try:
        return (datetime.date.fromisoformat(text) - datetime.date(1899, 12, 30)).days
    except ValueError:
        return None


class Xls:
    """The old binary workbook, at most 65,536 rows: Gnumeric's ssconvert makes it of an xlsx."""

    def __init__(self, path):
        self.path = path
        self.xlsx = Xlsx(path + ".xlsx")
        self.write = self.xlsx.write

    def close(self):
        self.xlsx.close()
        subprocess.run(["ssconvert", "--export-type=Gnumeric_Excel:excel_biff8", self.path + ".xlsx", self.path],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.remove(self.path + ".xlsx")


class Shuffled:
    """Keeps the rows and writes them to `file` in another order at the end."""

    def __init__(self, file, draw):
        self.file, self.draw = file, draw
        self.rows = []
        self.write = self.rows.append

    def close(self):
        rows = self.rows
        for left in range(len(rows), 1, -1):
            chosen = int(self.draw() * left)
            rows[left - 1], rows[chosen] = rows[chosen], rows[left - 1]
        for row in rows:
            self.file.write(row)
        self.file.close()
