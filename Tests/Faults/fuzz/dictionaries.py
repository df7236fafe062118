"""The words of each fuzzer's language, which it would take long to find by chance."""

JSON = ["{", "}", "[", "]", ":", ",", "null", "true", "false", '""', "\\u0000", "\\ud800", "\\ud83d\\ude00", "-0", "1e9",
        "0.1", "999999999999999999", "9223372036854775807", "9223372036854775808", "\\xEF\\xBB\\xBF", "\\xE8\\xB1\\x88",
        "\\xEF\\xA4\\x80", "\\xE2\\x80\\x8B", "\\xED\\xA0\\x80", "e\\xCC\\x81"]
MEMBERS = ["format", "jiexu/1", "kind", "case", "from", "to", "sequence", "previous", "issuedAt", "maker", "checker",
           "content", "policy:straight-through", "staff:1", "orderKey", "amountFen", "510100", "330100",
           "2026-11-21T08:00:00Z", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"]
XML = ["<?xml version='1.0' encoding='UTF-8'?>", "<!DOCTYPE", "<!ENTITY", "<![CDATA[", "]]>", "&#0;", "&#xFFFF;", "&lt;",
       "xmlns", "CRDT", "DBIT", "OPBD", "CLBD", "CNY", "ACSC", "RJCT", "PDNG", "Ntry", "Amt", "NtryRef", "BookgDt",
       "EndToEndId", "AcctSvcrRef", "-1.00", "0.00", "9999999999.99", "99999999999999999.99"]
SHEET = ["账户明细", "文件结束", "贷", "借", "CNY", "\\x22\\x22", "\\x22,", "\\x0D\\x0A", "\\x81\\x30\\x81\\x30", "\\xCE\\xC4",
         "\\xE3\\x32\\x9A\\x35", "9999999999.99"]
UPLOAD = ["示例", "错误原因", "模板版本1", "归集", "医疗个人账户", "成都市", "510100", "4.2E+17", "+86", "=1", "'=", "\\x22\\x22", "\\x22,",
          ";", "\\x09", "\\x0D\\x0A", "\\xEF\\xBB\\xBF", "\\xFF\\xFE", "\\xE3\\x80\\x80", "\\xEF\\xBC\\x91", "\\xEE\\x80\\x80"]
SHEETML = ["<row r='1'>", "<row>", "</row>", "<c t='s'>", "<c r='A1' t='inlineStr'>", "<c t='b'>", "</c>", "<v>", "</v>", "<is><t>",
           "</t></is>", "<rPh>", "</rPh>", "<si>", "</si>", "_x000D_", "<!DOCTYPE", "<mergeCell ref='A1:B2'/>", "E+17",
           "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"]
HTTP = ["GET ", "POST ", " HTTP/1.1", "\\x0D\\x0A", "\\x0D\\x0A\\x0D\\x0A", "Host:", "Content-Length:", "content-length: 0",
        "Transfer-Encoding: chunked", "Expect: 100-continue", "Connection: close", "Content-Type:", "Content-Encoding:",
        "999999999999999999", "\\x09", "HTTP/2.0"]
YAML = ["&a", "*a", "<<:", "? ", "- ", ": ", "|", ">", "!!int", "!!binary", "---", "...", "{", "}", "[", "]", "~", "null",
        "0x10", "1e3", "agency", "public", "tokens", "staff", "interest", "ratesBp", "\\x22\\\\x00\\x22"]
FORMS = ["action", "text", "version", "reason", "RJ01", "account", "holder", "bankName", "bankCode", "number", "heirs",
         "part", "paper", "payout", "heir-1", "medical", "subject", "outcome", "ground", "person", "residentId", "origin",
         "applicant", "insured-person", "employer", "creditCode", "mobile", "otherBranches", "purpose", "gathering"]
RULES = ["input", "lines", "year", "baseFen", "ownShareBp", "creditedShareBp", "employerShareBp", "interest", "ratesBp",
         "transferMonth", "ordinary", "back-payment", "carried", "relation", "temporary", "general", "request",
         "computation", "2026-03", "1998-01", "2079-12"]

WORDS = {
    "json": JSON, "jws": JSON + ['"alg":"ES256"', '"urn:jiexu:es256-tree"', '"typ":"', '"crit":["sigT"]', '"sigT"', '"x5t#S256"', ".", "\\x00"],
    "document": JSON + MEMBERS, "application": JSON + FORMS, "account-form": JSON + FORMS, "staff-form": JSON + FORMS,
    "explanation": JSON + RULES, "rule-case": JSON + RULES, "receipt": JSON + MEMBERS, "state-digest": JSON + MEMBERS,
    "tree-head": JSON + MEMBERS, "head-exchange": JSON + MEMBERS, "silence": JSON + MEMBERS,
    "silence-file": JSON + MEMBERS, "directory": JSON + MEMBERS, "dossier": JSON + MEMBERS, "rule-table": JSON + RULES,
    "staff-body": JSON + FORMS, "bank-message": XML, "bank-order": XML, "bank-sheet": SHEET, "records": SHEET,
    "sheet-file": UPLOAD, "batch-rows": UPLOAD, "sheet-part": SHEETML,
    "settings": YAML, "directory-entry": YAML, "request-head": HTTP,
    "target": ["?", "&", "=", "/", "..", "%2e", "after", "limit", "state"],
    "archive": ["PK\\x03\\x04", "PK\\x01\\x02", "PK\\x05\\x06", "..", "/"],
    "certificate-pem": ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "\\x0A"],
}


def text(name):
    """The dictionary of a fuzzer in libFuzzer's form; empty for one that has none."""
    lines = []
    for word in WORDS.get(name, []):
        letters = "".join(escaped(byte) for byte in spelled(word))
        lines.append(f'"{letters}"')
    return "\n".join(dict.fromkeys(lines)) + "\n"


def spelled(word):
    """The bytes of a word, in which \\xHH stands for a byte."""
    made, rest = bytearray(), word
    while rest:
        if rest.startswith("\\x") and len(rest) >= 4:
            made.append(int(rest[2:4], 16))
            rest = rest[4:]
        else:
            made += rest[0].encode()
            rest = rest[1:]
    return bytes(made)


def escaped(byte):
    return chr(byte) if 0x20 <= byte < 0x7F and chr(byte) not in '"\\' else f"\\x{byte:02X}"
