import Simulation
import TransferDocuments

// A simulated year for programs. Money is whole fen.

extension NationReport {
    var json: String {
        let bytes = try? JSONWriter.object { json in
            json.field("year", NationCalendar.year)
            json.field("seed", Int64(bitPattern: settings.seed))
            json.field("agencies", settings.agencies)
            json.field("transfersWanted", settings.transfers)
            json.field("slices", settings.slices)
            json.field("slicesDone", ledger.done.count)
            json.object("nation") { write(row(nil), &$0) }
            json.array("provinces", Array(rows.dropLast())) { json, row in json.object { write(row, &$0) } }
            for name in ["temporary", "ended"] {
                write("\(name)ByReason", byReason(name), &json)
            }
            for name in ["happened", "money", "books", "traffic", "checks", "violations", "final", "staff"] {
                write(name, totals.under(name), &json)
            }
            write("remittancesBounced", totals.under("bounced|remittance"), &json)
            write("payoutsBounced", totals.under("bounced|payout"), &json)
            json.array("lateOrigins", largest(totals.under("late"), 10)) { json, item in
                json.object { json in
                    json.field("agency", item.name)
                    json.field("letters", totals["letters|\(item.name)"])
                    json.field("late", item.count)
                    json.field("urged", totals["urgedCases|\(item.name)"])
                    json.field("reminders", totals["reminders|\(item.name)"])
                }
            }
            json.array("flows", largest(totals.under("flow"), 20)) { json, item in
                let parts = item.name.split(separator: "|")
                json.object { json in
                    json.field("from", provinceName(parts[0]).english)
                    json.field("to", provinceName(parts[1]).english)
                    json.field("completed", item.count)
                    json.field("fen", totals["flowFen|\(item.name)"])
                }
            }
            json.field("late", totals.sum("late"))
            json.field("urged", totals.sum("urgedCases"))
            json.field("balance", balance)
            json.field("digest", String(UInt64(bitPattern: totals["digest"]), radix: 16))
            json.field("milliseconds", ledger.wallMilliseconds)
            json.field("processorMilliseconds", ledger.processorMilliseconds)
            json.field("peakKibibytes", ledger.peakKibibytes)
            json.field("transfersPerProcessorMinute", tenthsPerSecond * 6)
            json.array("found", found) { json, text in json.value(text) }
            json.array("controls", controls) { json, control in
                json.object { json in
                    json.field("bug", control.bug.rawValue)
                    json.field("rule", control.finding?.rule ?? "")
                }
            }
        }
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func write(_ name: String, _ counts: [String: Int64], _ json: inout JSONWriter) {
        json.object(name) { json in
            for (key, count) in counts.sorted(by: { $0.key < $1.key }) { json.field(key, count) }
        }
    }

    private func write(_ row: Row, _ json: inout JSONWriter) {
        json.field("name", row.english)
        json.field("nameChinese", row.chinese)
        json.field("lodged", row.lodged)
        json.field("persons", row.persons)
        write("outcomes", row.outcomes, &json)
        write("open", row.openByPhase, &json)
        write("returned", row.returnedByReason, &json)
        write("refused", row.refusedByReason, &json)
        json.field("fenIn", row.fenIn)
        json.field("fenOut", row.fenOut)
        json.field("medicalPayouts", row.medical)
        json.field("medicalFen", row.medicalFen)
        json.field("housingPayouts", row.housing)
        json.field("housingFen", row.housingFen)
        json.array("legs", NationLeg.allCases) { json, leg in write(leg, row.days(leg), &json) }
    }

    private func write(_ leg: NationLeg, _ days: NationTotals.Days, _ json: inout JSONWriter) {
        json.object { json in
            json.field("leg", leg.rawValue)
            json.field("count", days.count)
            json.field("median", ifPresent: days.percentile(50).map(Int64.init))
            json.field("p90", ifPresent: days.percentile(90).map(Int64.init))
            json.field("longest", ifPresent: days.percentile(100).map(Int64.init))
            json.field("limit", ifPresent: leg.limit.map(Int64.init))
            json.field("withinLimitOfTenThousand", ifPresent: leg.limit.flatMap { days.within($0) })
            json.field("within15OfTenThousand", ifPresent: days.within(15))
        }
    }
}
