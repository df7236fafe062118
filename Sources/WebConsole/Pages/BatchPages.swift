import Casework
import HTTPTypes
import Sheets
import TransferCore
import TransferDocuments

/// Many applications at once: the template, the file, a preview before anything is stored, the failed rows, and sending.
struct BatchPages: Sendable {
    let house: PageHouse

    private static let shown = 100

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        return [
            Route(.get, "/org/batch", access: access, answer: form),
            Route(.get, "/org/batch/template.csv", access: access, answer: textTemplate),
            Route(.get, "/org/batch/template.xlsx", access: access, answer: template),
            Route(.post, "/org/batch", access: access, body: .upload, answer: upload),
            Route(.get, "/org/batch/{id}", access: access, query: ["page", "show"], answer: show),
            Route(.post, "/org/batch/{id}/choose", access: access, body: .form, answer: choose),
            Route(.post, "/org/batch/{id}/send", access: access, body: .form, answer: send),
            Route(.get, "/org/batch/{id}/failed", access: access, answer: failed),
        ]
    }

    // MARK: The template and the file

    private func form(_ call: Call) async throws(Problem) -> Answer { try await form(call, nil) }

    private func form(_ call: Call, _ words: String?) async throws(Problem) -> Answer {
        let say = call.say
        let earlier = try await list(call)
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
            <p><button>\(say("上传并预览", "Upload and preview"))</button></p></form>\(earlier)
            """)
    }

    /// The files that are still there.
    private func list(_ call: Call) async throws(Problem) -> HTML? {
        let (owner, say) = (call.caller.name, call.say)
        let now = house.desk.clock.now
        let batches = try await house.kept { () throws(StoreError) in
            try await house.store.batches(of: owner)
        }.filter { $0.lapsesAt > now || $0.isBeingSent }
        guard !batches.isEmpty else { return nil }
        let rows = batches.map { batch -> HTML in
            """
            <tr><td><a href="/org/batch/\(batch.id)">\(say.time(batch.at))</a></td><td>\(batch.employer)</td>
            <td>\(batch.isBeingSent ? say("正在提交", "being sent") : "")</td><td>\(say.time(batch.lapsesAt))</td></tr>
            """
        }
        return """
            <div class="scroll" tabindex="0"><table><caption>\(say(
                "已上传的文件（保留 7 天，每单位 \(EmployerLimits.batchesOfOne) 份，之后删除）",
                "Files that were uploaded (kept for 7 days, \(EmployerLimits.batchesOfOne) at most, then deleted)"))</caption><thead><tr>
            <th scope="col">\(say("上传时间", "Uploaded"))</th><th scope="col">\(say("单位", "Employer"))</th>
            <th scope="col">\(say("状态", "State"))</th><th scope="col">\(say("保留至", "Kept until"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private func textTemplate(_ call: Call) async throws(Problem) -> Answer {
        PageHouse.attachment(BatchTemplate.csv(), "text/csv; charset=utf-8", "template.csv")
    }

    private func template(_ call: Call) async throws(Problem) -> Answer {
        do throws(WorkbookUnwritten) {
            return PageHouse.attachment(
                try BatchTemplate.workbook(regions: house.batches.regions), BatchPages.workbook, "template.xlsx")
        } catch {
            throw .internalFault
        }
    }

    static let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    private func upload(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        guard let parts = call.parts, let name = parts["employer"], name.unicodeScalars.count <= 200,
            let text = parts["credit-code"], let code = try? CreditCode(text.uppercased())
        else {
            return try await form(
                call, say("请填写单位名称和正确的统一社会信用代码。", "Give the employer's name and its unified credit code."))
        }
        let heading = BatchHeading(
            id: String(SessionTable.random().prefix(32)), owner: call.caller.name, employer: name, creditCode: code,
            at: house.desk.clock.now, isBeingSent: false)
        let batch = UploadedBatch(heading: heading, bytes: parts.file("file") ?? [])
        do throws(SheetRefusal) {
            house.batches.shelf.put(try house.batches.judge(batch), heading.id)
        } catch {
            return try await form(call, say(error.messageChinese, error.messageEnglish))
        }
        await house.batches.sweep()
        switch try await house.kept({ () throws(StoreError) in try await house.store.keep(batch) }) {
        case .kept: return PageHouse.redirect(to: "/org/batch/\(heading.id)")
        case .known(let id): return known(id, call)
        case .full:
            return try await form(
                call,
                say("系统中待处理的文件已满，没有保存。请稍后再上传。", "There is no room for more files now. Upload it again later."))
        }
    }

    /// The same file for the same employer: the first batch is offered, and no second is made.
    private func known(_ id: String, _ call: Call) -> Answer {
        let say = call.say
        return house.page(
            say("这个文件已经上传过", "This file was uploaded before"), here: "/org/batch", call.page,
            """
            <div class="panel now" role="status"><p><strong>\(say(
                "这个文件已经上传过，没有再建新的批次。", "This file was uploaded before; no second batch was made."))</strong></p>
            <p class="actions"><a class="button" href="/org/batch/\(id)">\(say("打开原来的批次", "Open the first batch"))</a>
            <a class="button second" href="/org/batch">\(say("上传别的文件", "Upload another file"))</a></p></div>
            """)
    }

    // MARK: Preview and sending

    private func batch(_ call: Call) async throws(Problem) -> Batch {
        let (id, owner) = (call.parameters[0], call.caller.name)
        guard id.utf8.count == 32 else { throw .notFound }
        let batch = try await house.kept { () throws(StoreError) in
            try await house.batches.batch(id, of: owner)
        }
        guard let batch else { throw .notFound }
        return batch
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (batch, say) = (try await batch(call), call.say)
        let summary = batch.sheet.summary
        let (waiting, failed, lodged) = (batch.waiting.count, batch.failed.count, batch.lodged)
        let progress: HTML? =
            batch.heading.isBeingSent
            ? """
            <p class="panel now" role="status">\(say(
                "正在提交：已提交 \(lodged) 件，还有 \(waiting) 件。离开本页不影响提交。",
                "Being sent: \(lodged) sent, \(waiting) to go. You can leave this page."))
            <a href="/org/batch/\(batch.id)">\(say("刷新", "Refresh"))</a></p>
            """ : nil
        let send: HTML? =
            waiting > 0 && !batch.heading.isBeingSent
            ? """
            <form method="post" action="/org/batch/\(batch.id)/send">\(house.secret(call.page))
            <button>\(say("提交 \(waiting) 件", "Send \(waiting)"))</button></form>
            """ : nil
        let back: HTML? =
            failed > 0
            ? """
            <p><a href="/org/batch/\(batch.id)/failed">\(say("下载失败行（\(failed)）", "Download the failed rows (\(failed))"))</a></p>
            """ : nil
        let cases: HTML? =
            lodged > 0
            ? """
            <p><a href="/org?batch=\(batch.id)">\(say("查看本批业务（\(lodged)）", "Cases of this batch (\(lodged))"))</a> ·
            \(say("打印花名册：", "Roster: "))<a href="/org/roster.pdf?batch=\(batch.id)">PDF</a> ·
            <a href="/org/roster.xlsx?batch=\(batch.id)">XLSX</a></p>
            """ : nil
        return house.page(
            say("批量申请：预览", "Batch: preview"), here: "/org/batch", call.page,
            """
            \(progress)<div class="panel"><p><b>\(say(summary.sentenceChinese, summary.sentenceEnglish))</b></p>
            <p>\(say("文件：", "File: "))\(say(batch.sheet.form.wordsChinese, batch.sheet.form.wordsEnglish)) ·
            \(batch.heading.employer) · \(say("保留至 ", "kept until "))\(say.time(batch.heading.lapsesAt))</p>
            <p>\(say("已提交 \(lodged) 件", "\(lodged) sent"))</p>\(back)\(cases)\(send)</div>
            \(try BatchTable(batch: batch, call: call, secret: house.secret(call.page)).html())
            """)
    }

    /// Which rows of a page are to be sent: those that are ticked.
    private func choose(_ call: Call) async throws(Problem) -> Answer {
        let batch = try await batch(call)
        let ticked = Set(call.form.all("row").compactMap { Int($0) })
        let shown = Set(call.form.all("shown").compactMap { Int($0) })
        var choices: [Int: BatchRowState?] = [:]
        if !batch.heading.isBeingSent {
            for row in batch.sheet.rows where shown.contains(row.number) && batch.states[row.number]?.isOutcome != true
            {
                switch row.outcome {
                case .submittable: choices[row.number] = .some(ticked.contains(row.number) ? nil : .leftOut)
                case .duplicate: choices[row.number] = .some(ticked.contains(row.number) ? .taken : nil)
                case .faulty: break
                }
            }
        }
        let (id, made) = (batch.id, choices)
        try await house.kept { () throws(StoreError) in try await house.store.choose(made, in: id) }
        let page = call.form["page"].flatMap { Int($0) } ?? 1
        return PageHouse.redirect(to: "/org/batch/\(id)?page=\(page)")
    }

    private func failed(_ call: Call) async throws(Problem) -> Answer {
        let batch = try await batch(call)
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

    private func send(_ call: Call) async throws(Problem) -> Answer {
        let (id, owner) = (try await batch(call).id, call.caller.name)
        try await house.kept { () throws(StoreError) in try await house.batches.send(id, of: owner) }
        return PageHouse.redirect(to: "/org/batch/\(id)")
    }
}
