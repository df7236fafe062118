import Casework
import HTTPTypes
import TransferDocuments

/// The one style sheet of all pages: for a desk and for a phone, for large text and for paper. It uses nothing that a
/// Chromium of version 90 does not know, and only fonts that are on the reader's machine.
enum PageStyle {
    /// Its address holds its digest, so that a browser may keep it for ever.
    static let address = "/static/" + DocumentDigest(of: Array(sheet.utf8)).text.prefix(16) + ".css"

    static var route: Route {
        Route(.get, address, access: .anyone) { _ in
            var answer = Answer(contentType: "text/css; charset=utf-8", body: Array(sheet.utf8))
            answer.fields[.cacheControl] = "public, max-age=31536000, immutable"
            return answer
        }
    }

    private static let sheet = """
        :root { --ink: #1a1d21; --soft: #50575e; --line: #c9ced4; --back: #f4f6f8; --deep: #14507a; --bad: #9b1c1c; \
        --good: #1d6b34; --warn: #7a4d00; }
        * { box-sizing: border-box; }
        html { font-size: 100%; }
        body { margin: 0; color: var(--ink); background: var(--back); line-height: 1.5; \
        font-family: "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", sans-serif; }
        a { color: var(--deep); }
        a:focus, button:focus, input:focus, select:focus, textarea:focus, summary:focus, \
        [tabindex]:focus { outline: 3px solid #b35900; outline-offset: 1px; }
        .skip { position: absolute; left: -9999px; }
        .skip:focus { left: 8px; top: 8px; background: #fff; padding: 8px; z-index: 2; }
        header { background: #fff; border-bottom: 2px solid var(--deep); }
        .demo { margin: 0; padding: 4px 16px; background: #fff4d6; color: var(--ink); border-bottom: 1px solid var(--line); \
        font-size: .9rem; text-align: center; }
        .demo time { white-space: nowrap; }
        .tours li { margin: 6px 0; }
        ol.tours { padding-left: 40px; }
        .bar { display: flex; flex-wrap: wrap; align-items: baseline; padding: 10px 16px; max-width: 1320px; \
        margin: 0 auto; }
        .bar > * { margin-right: 16px; }
        .site { font-weight: bold; font-size: 1.1rem; text-decoration: none; }
        .agency { color: var(--soft); flex: 1 1 auto; }
        nav ul { list-style: none; display: flex; flex-wrap: wrap; margin: 0 auto; padding: 0 8px; max-width: 1320px; }
        nav a { display: block; padding: 8px 12px; text-decoration: none; border-bottom: 3px solid transparent; }
        nav a[aria-current] { border-bottom-color: var(--deep); font-weight: bold; }
        main { max-width: 1320px; margin: 0 auto; padding: 8px 16px 32px; }
        footer { max-width: 1320px; margin: 0 auto; padding: 8px 16px 24px; color: var(--soft); font-size: .9rem; }
        h1 { font-size: 1.4rem; margin: 12px 0; }
        h2 { font-size: 1.15rem; margin: 20px 0 8px; }
        .panel { background: #fff; border: 1px solid var(--line); border-radius: 4px; padding: 12px 16px; margin: 12px 0; \
        overflow-wrap: anywhere; }
        .panel > :first-child { margin-top: 0; }
        .panel > :last-child { margin-bottom: 0; }
        td ul { margin: 0; padding-left: 18px; }
        .scroll { overflow-x: auto; background: #fff; border: 1px solid var(--line); }
        table { border-collapse: collapse; width: 100%; }
        caption { text-align: left; padding: 8px 10px; color: var(--soft); }
        th, td { text-align: left; padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
        th { background: #eaf0f5; white-space: nowrap; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        dl.facts { display: grid; grid-template-columns: max-content 1fr; margin: 0; }
        dl.facts dt { color: var(--soft); padding: 4px 16px 4px 0; }
        dl.facts dd { margin: 0; padding: 4px 0; overflow-wrap: anywhere; }
        .now { border-left: 6px solid var(--deep); }
        .now strong { font-size: 1.15rem; }
        .mark { display: inline-block; border: 1px solid currentColor; border-radius: 3px; padding: 0 6px; \
        font-size: .9rem; white-space: nowrap; }
        .panes { display: flex; margin: 12px -6px; }
        .pane { flex: 1 1 50%; min-width: 0; max-height: 60vh; overflow: auto; margin: 0 6px; padding: 0 16px 12px; \
        background: #fff; border: 1px solid var(--line); border-radius: 4px; overflow-wrap: anywhere; }
        .late, .problem { color: var(--bad); }
        .soon { color: var(--warn); }
        .done { color: var(--good); }
        .must, .named { color: var(--bad); font-weight: normal; font-size: .9rem; }
        .named { margin: 2px 0; }
        .tabs a, .tabs b { margin-right: 16px; }
        .fields { display: flex; flex-wrap: wrap; }
        .fields p { margin: 0 16px 0 0; flex: 1 1 12rem; }
        .find input { display: inline-block; max-width: 24rem; margin-right: 8px; }
        .small, .hint { color: var(--soft); font-size: .9rem; }
        .errors { border: 3px solid var(--bad); background: #fff; padding: 8px 16px; margin: 12px 0; }
        label { display: block; margin-top: 12px; font-weight: bold; }
        fieldset { border: 1px solid var(--line); margin: 12px 0; padding: 4px 12px 8px; }
        legend { font-weight: bold; padding: 0 4px; }
        strong.code { font-family: monospace; font-size: 1.3rem; letter-spacing: .05em; }
        .choice p { margin: 4px 0; }
        .choice label { display: inline; font-weight: normal; }
        .field-error { color: var(--bad); }
        input[type=text], input[type=password], input[type=date], input[type=tel], input[type=url], select, textarea { font: inherit; \
        padding: 6px 8px; border: 1px solid #6b747d; border-radius: 3px; width: 100%; max-width: 34rem; background: #fff; }
        button, .button { font: inherit; padding: 8px 18px; border: 1px solid var(--deep); border-radius: 3px; \
        background: var(--deep); color: #fff; cursor: pointer; display: inline-block; text-decoration: none; \
        margin: 12px 8px 0 0; min-height: 40px; }
        button.second, .button.second { background: #fff; color: var(--deep); }
        button:disabled { background: #e1e5e9; color: var(--soft); border-color: var(--line); cursor: not-allowed; }
        button.link { background: none; border: 0; color: var(--deep); text-decoration: underline; padding: 4px; margin: 0; \
        min-height: 24px; }
        form.inline { display: inline; }
        form.filter { display: flex; flex-wrap: wrap; align-items: flex-end; }
        form.filter > div { margin: 0 16px 0 0; }
        input + .hint { margin-left: 8px; } .panel > [type=hidden] + * { margin-top: 0; }
        code { overflow-wrap: anywhere; }
        ol.steps { list-style: none; display: flex; flex-wrap: wrap; margin: 8px 0; padding: 0; }
        ol.steps li { padding: 4px 12px 4px 0; color: var(--soft); }
        ol.steps li[aria-current] { color: var(--ink); font-weight: bold; }
        ul.plain { list-style: none; padding: 0; }
        tr.sum th, tr.sum td { background: #f4f6f8; font-weight: bold; }
        details { margin: 8px 0; }
        summary { cursor: pointer; padding: 6px 0; }
        .tiles { display: flex; flex-wrap: wrap; margin: 0 -6px; }
        .tile { background: #fff; border: 1px solid var(--line); border-radius: 4px; padding: 10px 14px; margin: 6px; \
        min-width: 9rem; text-decoration: none; color: var(--ink); }
        .tile b { display: block; font-size: 1.5rem; }
        svg text { font: inherit; font-size: 13px; fill: var(--ink); }
        svg rect { fill: var(--deep); }
        @media (max-width: 600px) {
          dl.facts { grid-template-columns: 1fr; }
          dl.facts dt { padding-bottom: 0; }
          th, td { padding: 6px; } table.wide { min-width: 36rem; }
          .agency { flex-basis: 100%; } .panes { display: block; } .pane { max-height: none; margin: 6px; }
        }
        @media print {
          nav, .bar form, .bar a, .inline, footer, .actions, .tabs, .find, details, .skip, button, .button, \
          th input, td input[type=checkbox] { display: none; }
          .scroll, .pane { overflow: visible; border: 0; max-height: none; } a { color: inherit; text-decoration: none; } tr { break-inside: avoid; }
          body { background: #fff; } main { max-width: none; padding: 0; } thead { display: table-header-group; }
        }
        """
}
