import Simulation
import TransferCore

// A simulated year in tables for people: Chinese first, then English.

extension NationReport {
    var text: String {
        [
            heading, provinceTable, outcomeLines, legTable, lateTable, flowTable, moneyTable, workLines, checkLines,
        ].joined(separator: "\n\n")
    }

    private var heading: String {
        let part =
            ledger.done.count < settings.slices ? "（已完成 \(ledger.done.count)/\(settings.slices) 份 slices done）" : ""
        return """
            \(NationCalendar.year)年全国转移接续模拟\(part)
            A simulated year: \(settings.agencies) agencies, \(totals.sum("lodged")) of \(settings.transfers) transfers, \
            \(NationCalendar().workingDays) working days, seed \(settings.seed), \(settings.slices) slices. Assumptions, not data.
            """
    }

    private func table(_ titles: [(String, String)], _ rows: [[String]], names: Int = 1) -> String {
        let all = [titles.map(\.0), titles.map(\.1)] + rows
        let widths = titles.indices.map { column in
            all.map { Columns.width(of: $0[column]) }.max() ?? 0
        }
        return all.map { row in
            row.enumerated().map { place, text in
                place < names ? Columns.left(text, widths[place]) : Columns.right(text, widths[place])
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private func days(_ days: NationTotals.Days, _ percent: Int64) -> String {
        days.percentile(percent).map(String.init) ?? "-"
    }

    private var provinceTable: String {
        let titles = [
            ("转入地", "destination"), ("", ""), ("申请", "lodged"), ("人数", "persons"), ("办结", "completed"),
            ("不予受理", "refused"), ("临时账户", "temporary"), ("撤回", "withdrawn"), ("终止", "ended"), ("年末在办", "open"),
            ("退回次数", "returned"), ("转入 元", "yuan in"), ("转出 元", "yuan out"), ("医保付", "medical"),
            ("公积金付", "housing"), ("中位", "median"), ("九成", "p90"), ("45日内", "≤ 45"),
        ]
        return table(
            titles,
            rows.map { row in
                [
                    row.chinese, row.english, "\(row.lodged)", "\(row.persons)", "\(row.outcome("completed"))",
                    "\(row.outcome("refused"))", "\(row.outcome("temporary-opened"))", "\(row.outcome("withdrawn"))",
                    "\(row.outcome("ceased", "given-back"))", "\(row.open)", "\(row.returned)",
                    NationReport.yuan(row.fenIn), NationReport.yuan(row.fenOut), "\(row.medical)", "\(row.housing)",
                    days(row.days(.whole), 50), days(row.days(.whole), 90),
                    NationReport.percent(row.days(.whole).within(45)),
                ]
            }, names: 2)
    }

    private var outcomeLines: String {
        func reasons(_ name: String) -> String {
            largest(byReason(name), 30).map { code, count in
                Reason(code: code).map { "\(code) \($0.sentence.chinese) \(count)" } ?? "\(code) \(count)"
            }.joined(separator: "\n    ")
        }
        func list(_ counts: [String: Int64]) -> String {
            largest(counts, 40).map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        }
        let nation = row(nil)
        return """
            年末在办（按环节） open at the year's end by phase: \(list(byReason("open")))
            接收函退回原因 letters returned, by reason:
                \(reasons("returned"))
            不予受理原因 refused, by reason:
                \(reasons("refused"))
            银行退汇 payments that came back: 转移 remittances \(list(totals.under("bounced|remittance"))); \
            发放 payouts \(list(totals.under("bounced|payout")))
            发放 payouts: 医保 medical \(nation.medical), \(NationReport.yuan(nation.medicalFen)) 元 yuan; 公积金 housing \
            \(nation.housing), \(NationReport.yuan(nation.housingFen)) 元 yuan
            其他 other: \(list(totals.under("happened")))
            """
    }

    private var legTable: String {
        table(
            [
                ("环节（工作日）", "leg (working days)"), ("", ""), ("件数", "count"), ("中位", "median"), ("九成", "p90"),
                ("最长", "longest"), ("时限", "limit"), ("时限内", "within"), ("15日内", "≤ 15"),
            ],
            NationLeg.allCases.map { leg in
                let counted = totals.days(of: leg)
                return [
                    leg.chinese, leg.english, "\(counted.count)", days(counted, 50), days(counted, 90),
                    days(counted, 100), leg.limit.map(String.init) ?? "-",
                    NationReport.percent(leg.limit.flatMap { counted.within($0) }),
                    NationReport.percent(counted.within(15)),
                ]
            }, names: 2)
    }

    private var lateTable: String {
        table(
            [
                ("转出地超期最多", "late at the origin"), ("来函", "letters"), ("超期", "late"), ("被催", "urged"),
                ("催办次数", "reminders"),
            ],
            largest(totals.under("late"), 10).map { code, count in
                [
                    "\(code) \(provinceName(code.prefix(2)).chinese)", "\(totals["letters|\(code)"])", "\(count)",
                    "\(totals["urgedCases|\(code)"])", "\(totals["reminders|\(code)"])",
                ]
            })
            + "\n全国 nation: late \(totals.sum("late")), urged \(totals.sum("urgedCases")), "
            + "reminders \(totals.sum("reminders"))"
    }

    private var flowTable: String {
        table(
            [("转出 → 转入", "from → to"), ("", ""), ("办结", "completed"), ("金额 元", "yuan")],
            largest(totals.under("flow"), 20).map { flow, count in
                let parts = flow.split(separator: "|")
                let (from, to) = (provinceName(parts[0]), provinceName(parts[1]))
                return [
                    "\(from.chinese) → \(to.chinese)", "\(from.english) → \(to.english)", "\(count)",
                    NationReport.yuan(totals["flowFen|\(flow)"]),
                ]
            }, names: 2)
    }

    private var moneyTable: String {
        func money(_ name: String) -> Int64 { totals["money|\(name)"] }
        let lines = [
            ("划出", "left the origins' accounts", money("out")), ("到账", "arrived at destinations", money("arrived")),
            ("其中未读入", "of it in bank files not yet read", money("unread")), ("退汇", "came back", money("back")),
            ("银行在途", "on its way back at the bank", money("atBank")),
            ("差额", "difference", money("out") - money("arrived") - money("back") - money("atBank")),
        ]
        let books = largest(totals.under("books").mapValues { abs($0) }, 20).map { name, _ in
            ["账簿 \(name)", "books", NationReport.yuan(totals["books|\(name)"])]
        }
        return table(
            [("年末资金（元）", "money at the year's end (yuan)"), ("", ""), ("", "")],
            lines.map { [$0.0, $0.1, NationReport.yuan($0.2)] } + books
                + [["账簿合计", "books in all", NationReport.yuan(totals.sum("books"))]], names: 2)
    }

    private var workLines: String {
        func traffic(_ name: String) -> Int64 { totals["traffic|\(name)"] }
        let cpu = ledger.processorMilliseconds
        return """
            文书 documents \(traffic("documents")), 字节 bytes \(traffic("documentBytes")), 回执字节 of receipts \
            \(traffic("receiptBytes")); 未得回音 answers lost \(traffic("answersLost")), problems \(traffic("problems"))
            签名 signatures made \(traffic("signed")), 验证 verified \(traffic("verified")), of them computed once more \
            \(traffic("computed")); 日志 leaves of the logs \(traffic("leaves"))
            用时 time \(ledger.wallMilliseconds / 1_000) s, 处理器 processor \(cpu / 1_000) s, 内存 peak memory \
            \(ledger.peakKibibytes / 1_024) MiB, \(tenthsPerSecond / 10).\(tenthsPerSecond % 10) transfers a second of one \
            processor
            """
    }

    private var checkLines: String {
        let checks = largest(totals.under("checks"), 10).map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        var lines = [
            "检查 checks: \(checks); 违反 violations \(violations); 申请减结果 lodged less ended and open \(balance)",
            "全部办结后 after all had ended: "
                + largest(totals.under("final"), 10).map { "\($0.name) \($0.count)" }.joined(separator: ", "),
            "digest \(String(UInt64(bitPattern: totals["digest"]), radix: 16))",
        ]
        lines += found.map { "FOUND \($0)" }
        lines += controls.map { control in
            "对照 control: \(control.bug.words): "
                + (control.finding.map { "found: \($0.rule): \($0.words)" } ?? "NOT FOUND")
        }
        return lines.joined(separator: "\n")
    }
}
