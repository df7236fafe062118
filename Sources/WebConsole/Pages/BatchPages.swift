import Casework
import HTTPTypes
import Sheets
import TransferCore
import TransferDocuments

/// Many applications at once: the template, the file, a preview before anything is stored, the failed rows, and sending.
struct BatchPages: Sendable {
    let house: PageHouse
    private let shelf = BatchShelf()

    init(house: PageHouse) { self.house = house }

    private static let shown = 200

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        return [
            Route(.get, "/org/batch", access: access, answer: form),
            Route(.get, "/org/batch/template.csv", access: access, answer: textTemplate),
            Route(.get, "/org/batch/template.xlsx", access: access, answer: template),
            Route(.post, "/org/batch", access: access, body: .upload, answer: upload),
            Route(.get, "/org/batch/{id}", access: access, answer: show),
            Route(.post, "/org/batch/{id}/send", access: access, body: .form, answer: send),
            Route(.get, "/org/batch/{id}/failed", access: access, answer: failed),
        ]
    }

    private var regions: [BatchRegion] {
        house.otherAgencies.map { BatchRegion(code: $0.code, name: $0.nameChinese) }
    }

    // MARK: The template and the file

    private func form(_ call: Call) async throws(Problem) -> Answer { form(call, nil) }

    private func form(_ call: Call, _ words: String?) -> Answer {
        let say = call.say
        return house.form(
            say("批量申请", "Batch"), error: words, status: .unprocessableContent, here: "/org/batch", call.page,
            """
            <div class="panel"><p>\(say(
                "先下载模板填写，每人一行，最多 5,000 行、10 MB。上传后先预览，确认后才提交。",
                "Download the template and fill it in, one row for each person, up to 5,000 rows and 10 MB. What was uploaded is "
                    + "shown first, and sent when you say so."))</p>
            <p><a href="/org/batch/template.xlsx">\(say("下载模板（XLSX）", "Template (XLSX)"))</a> ·
            <a href="/org/batch/template.csv">\(say("下载模板（CSV）", "Template (CSV)"))</a></p></div>
            <form class="panel" method="post" action="/org/batch" enctype="multipart/form-data">\(house.secret(call.page))
            <label for="employer">\(say("单位名称", "Employer"))</label>
            <input type="text" id="employer" name="employer" maxlength="200" required value="\(call.parts?["employer"] ?? "")">
            <label for="credit-code">\(say("统一社会信用代码", "Unified credit code"))</label>
            <input type="text" id="credit-code" name="credit-code" maxlength="18" required \
            value="\(call.parts?["credit-code"] ?? "")">
            <label for="file">\(say("填好的文件（XLSX 或 CSV）", "The file (XLSX or CSV)"))</label>
            <input type="file" id="file" name="file" accept=".xlsx,.csv">
            <p><button>\(say("上传并预览", "Upload and preview"))</button></p></form>
            """)
    }

    private func textTemplate(_ call: Call) async throws(Problem) -> Answer {
        PageHouse.attachment(BatchTemplate.csv(), "text/csv; charset=utf-8", "template.csv")
    }

    private func template(_ call: Call) async throws(Problem) -> Answer {
        do throws(WorkbookUnwritten) {
            return PageHouse.attachment(
                try BatchTemplate.workbook(regions: regions), BatchPages.workbook, "template.xlsx")
        } catch {
            throw .internalFault
        }
    }

    private static let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    private func upload(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        guard let parts = call.parts, let name = parts["employer"], let text = parts["credit-code"],
            let code = try? CreditCode(text.uppercased())
        else {
            return form(
                call, say("请填写单位名称和正确的统一社会信用代码。", "Give the employer's name and its unified credit code."))
        }
        do throws(SheetRefusal) {
            let sheet = try BatchSheet(
                reading: parts.file("file"), lodgedBy: .employer(name: name, creditCode: code), regions: regions)
            return PageHouse.redirect(
                to: "/org/batch/\(shelf.put(sheet, of: call.caller.name, at: house.desk.clock.now))")
        } catch {
            return form(call, say(error.messageChinese, error.messageEnglish))
        }
    }

    // MARK: Preview and sending

    private func batch(_ call: Call) throws(Problem) -> Batch {
        guard let batch = shelf.batch(call.parameters[0], of: call.caller.name) else { throw .notFound }
        return batch
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (batch, say) = (try batch(call), call.say)
        let summary = batch.sheet.summary
        let (waiting, failed) = (batch.waiting.count, batch.failed.count)
        let lodged = batch.results.values.count { if case .lodged = $0 { true } else { false } }
        let progress: HTML? =
            batch.isBeingSent
            ? """
            <p class="panel now">\(say("正在提交：已提交 \(lodged) 件，还有 \(waiting) 件。", "Being sent: \(lodged) sent, \(waiting) to go."))
            <a href="/org/batch/\(batch.id)">\(say("刷新", "Refresh"))</a></p>
            """ : nil
        let send: HTML? =
            waiting > 0 && !batch.isBeingSent
            ? """
            <form method="post" action="/org/batch/\(batch.id)/send">\(house.secret(call.page))
            <button>\(say("提交 \(waiting) 件", "Send \(waiting)"))</button></form>
            """ : nil
        let back: HTML? =
            failed > 0
            ? """
            <p><a href="/org/batch/\(batch.id)/failed">\(say("下载失败行（\(failed)）", "Download the failed rows (\(failed))"))</a></p>
            """ : nil
        return house.page(
            say("批量申请：预览", "Batch: preview"), here: "/org/batch", call.page,
            """
            \(progress)<div class="panel"><p><b>\(say(summary.sentenceChinese, summary.sentenceEnglish))</b></p>
            <p>\(say("文件：", "File: "))\(say(batch.sheet.form.wordsChinese, batch.sheet.form.wordsEnglish))</p>
            <p>\(say("已提交 \(lodged) 件", "\(lodged) sent"))</p>\(back)\(send)</div>
            \(table(batch, say))
            """)
    }

    /// What is wrong first, then what became a case; the whole is in the files.
    private func table(_ batch: Batch, _ say: PageLanguage) -> HTML {
        var rows: [HTML] = []
        for row in batch.sheet.rows where rows.count < BatchPages.shown {
            switch (row.outcome, batch.results[row.number]) {
            case (_, .lodged(let number)?):
                rows.append(
                    """
                    <tr><td class="number">\(row.number)</td><td class="done">\(say("已提交", "Sent"))</td>
                    <td><a href="/org/cases/\(number.text)">\(number.text)</a></td></tr>
                    """)
            case (_, .refused(let words)?): rows.append(problem(row.number, say("未能提交", "Not sent"), [say(words)]))
            case (.faulty(let faults), _):
                rows.append(
                    problem(
                        row.number, say("有错", "Fault"),
                        faults.map { fault in
                            let column = fault.column.map { say($0.heading, $0.headingEnglish) + say("：", ": ") } ?? ""
                            let value = fault.maskedValue.isEmpty ? "" : "“\(fault.maskedValue)” "
                            return column + value + say(fault.messageChinese, fault.messageEnglish)
                        }))
            case (.duplicate(_, _, let duplicate), _):
                rows.append(
                    problem(
                        row.number, say("疑似重复", "Perhaps twice"),
                        [say(duplicate.messageChinese, duplicate.messageEnglish)]))
            case (.submittable, _):
                let notes = row.notes.map { note -> HTML in
                    let heading = say(note.column.heading, note.column.headingEnglish)
                    return "\(heading): \(say(note.mending.messageChinese, note.mending.messageEnglish)) "
                }
                rows.append(
                    "<tr><td class=\"number\">\(row.number)</td><td>\(say("可提交", "Ready"))</td><td>\(notes)</td></tr>")
            }
        }
        return """
            <div class="scroll"><table><caption>\(say("按文件中的行号，至多显示 \(BatchPages.shown) 行",
                "By the rows of the file, at most \(BatchPages.shown) shown"))</caption><thead><tr>
            <th scope="col">\(say("行", "Row"))</th><th scope="col">\(say("结果", "Result"))</th>
            <th scope="col">\(say("说明", "What"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private func problem(_ row: Int, _ what: String, _ reasons: [String]) -> HTML {
        let items = reasons.map { reason -> HTML in "<li>\(reason)</li>" }
        return """
            <tr><td class="number">\(row)</td><td class="late">\(what)</td><td><ul>\(items)</ul></td></tr>
            """
    }

    private func failed(_ call: Call) async throws(Problem) -> Answer {
        let batch = try batch(call)
        let (type, name): (String, String)
        switch batch.sheet.form {
        case .csv: (type, name) = ("text/csv", "failed-rows.csv")
        case .workbook: (type, name) = (BatchPages.workbook, "failed-rows.xlsx")
        }
        do throws(WorkbookUnwritten) {
            return PageHouse.attachment(try FailedRows.file(of: batch.sheet, batch.failed), type, name)
        } catch {
            throw .internalFault
        }
    }

    /// Lodges what waits, one after the other, while the employer looks on. A row that was lodged is never lodged twice: its
    /// key is made of the batch and the row.
    private func send(_ call: Call) async throws(Problem) -> Answer {
        let id = try batch(call).id
        guard let batch = shelf.begin(id, of: call.caller.name) else {
            return PageHouse.redirect(to: "/org/batch/\(id)")
        }
        let (owner, desk, shelf) = (call.caller.name, house.desk, shelf)
        Task {
            defer { shelf.end(id) }
            for (row, application, form) in batch.waiting {
                shelf.note(await BatchPages.lodge(application, form, owner, "\(id)-\(row)", desk), of: row, in: id)
            }
        }
        return PageHouse.redirect(to: "/org/batch/\(id)")
    }

    private static func lodge(
        _ application: TransferApplication, _ form: [UInt8], _ owner: String, _ key: String, _ desk: Desk
    ) async -> Batch.Result {
        do throws(DeskFault) {
            switch try await desk.lodge(application, form: form, owner: owner, key: key) {
            case .opened(let number), .repeated(let number): return .lodged(number)
            case .underWay: return .refused(Reason.caseUnderWay.sentence)
            case .keyReused: return .refused(Wording(chinese: "请重新上传文件。", english: "Upload the file again."))
            case .faulty(let faults):
                return .refused(
                    Wording(
                        chinese: faults.map(\.messageChinese).joined(),
                        english: faults.map(\.messageEnglish).joined(separator: " ")))
            }
        } catch {
            let problem = Problem(error)
            return .refused(Wording(chinese: "暂时不能提交，请稍后重新上传此行。", english: problem.detail))
        }
    }
}
