import Casework
import HTTPTypes
import TransferDocuments

/// The public interface for those who program against it: a page to read, made from the contract in the program, and the
/// contract itself for their tools.
///
/// Everybody may read it: what an interface looks like is no secret, and who has no token gets nothing else from it.
struct ReferencePages: Sendable {
    let house: PageHouse
    private let contract = PublicContract.shared
    private let file = PublicContract.shared.bytes()

    init(house: PageHouse) { self.house = house }

    var routes: [Route] {
        [
            Route(.get, "/docs/api", access: .anyone, answer: show),
            Route(.get, "/docs/api/openapi.json", access: .anyone) { call in
                Answer(contentType: "application/json", body: file).tagged(unlessKnown: call.fields[.ifNoneMatch])
            },
        ]
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        let operations = contract.description["paths"]?.members.flatMap { path in
            path.value.members.filter { ReferencePages.methods.contains($0.name) }.map {
                Operation(path: path.name, shared: path.value, method: $0.name, description: $0.value)
            }
        }
        let all = operations ?? []
        let index = all.map { operation -> HTML in
            """
            <li><a href="#\(operation.id)"><code>\(operation.method.uppercased()) \(operation.path)</code></a> \
            \(operation.summary(say))</li>
            """
        }
        return house.page(
            say("接口说明", "The interface"), call.page,
            """
            <p>\(say(
                "供单位系统和经办人员的程序调用。字段与代码的说明为英文，与契约文件一致。",
                "For employers' systems and for programs of the staff."))</p>
            <ul><li>\(say("完整契约（OpenAPI 3.1）：", "The whole contract (OpenAPI 3.1):")) \
            <a href="/docs/api/openapi.json"><code>/docs/api/openapi.json</code></a></li>
            <li>\(say("每次请求带令牌：", "With every request:")) <code>Authorization: Bearer TOKEN</code></li>
            <li>\(say("出错时答复：", "Whatever goes wrong is answered with:")) \
            <code>application/problem+json</code> (RFC 9457); <a href="#problems">\(say("代码表", "codes"))</a></li>
            <li>\(say("时间为 UTC，金额为整数分。", "Times are UTC, amounts are whole fen."))</li></ul>
            <h2>\(say("全部操作", "All operations"))</h2><ul class="index">\(index)</ul>
            \(all.map { self.section($0, say) })
            <h2 id="problems">\(say("出错代码", "Codes of problems"))</h2>\(problems(say))
            """)
    }

    // MARK: One operation

    private static let methods = ["get", "put", "post", "patch", "delete"]

    private struct Operation {
        let path: String
        /// What all operations of the path have in common.
        let shared: JSON
        let method: String
        let description: JSON

        var id: String { description["operationId"]?.text ?? "" }

        func summary(_ say: PageLanguage) -> String {
            let english = description["summary"]?.text ?? ""
            return say(description["x-summary-zh"]?.text ?? english, english)
        }
    }

    private func section(_ operation: Operation, _ say: PageLanguage) -> HTML {
        let parameters =
            (operation.shared["parameters"]?.elements ?? [])
            + (operation.description["parameters"]?.elements ?? [])
        let body = operation.description["requestBody"]?["content"]?["application/json"]?["schema"]
        return """
            <section class="panel"><h2 id="\(operation.id)">\(operation.summary(say))</h2>
            <p><code>\(operation.method.uppercased()) \(operation.path)</code></p>
            \(operation.description["description"]?.text.map { "<p lang=\"en\">\($0)</p>" as HTML })
            \(self.parameters(parameters.map { contract.resolved($0).schema }, say))
            \(body.map { self.members(say("请求内容", "Body"), $0, say) })
            \(example(operation, hasBody: body != nil, say))
            \(answers(operation, say))</section>
            """
    }

    private func parameters(_ parameters: [JSON], _ say: PageLanguage) -> HTML? {
        guard !parameters.isEmpty else { return nil }
        let rows = parameters.map { parameter -> HTML in
            """
            <tr><td><code>\(parameter["name"]?.text ?? "")</code></td><td>\(place(parameter["in"]?.text, say))</td>\
            <td>\(need(ReferencePages.isTrue(parameter["required"]), say))</td>\
            <td>\(parameter["schema"].map(kind) ?? "")</td>\
            <td lang="en">\(parameter["description"]?.text ?? "")</td></tr>
            """
        }
        return table(
            say("参数", "Parameters"),
            [say("名称", "Name"), say("位置", "Where"), say("必填", "Needed"), say("类型", "Type"), say("说明", "Meaning")],
            rows)
    }

    private func place(_ word: String?, _ say: PageLanguage) -> String {
        switch word {
        case "path": say("地址", "address")
        case "query": say("查询串", "query")
        case "header": say("首部", "header")
        default: word ?? ""
        }
    }

    private func need(_ isNeeded: Bool, _ say: PageLanguage) -> String { isNeeded ? say("是", "yes") : say("否", "no") }

    private static func isTrue(_ value: JSON?) -> Bool {
        if case .bool(true)? = value { return true }
        return false
    }

    // MARK: Schemas

    /// The members of an object, those inside it named by their path.
    private func members(_ title: String, _ schema: JSON, _ say: PageLanguage) -> HTML {
        var rows: [HTML] = []
        list(schema, "", 0, say, &rows)
        guard !rows.isEmpty else { return "<p>\(title): \(kind(schema))</p>" }
        return table(
            title, [say("字段", "Member"), say("必填", "Needed"), say("类型", "Type"), say("说明", "Meaning")], rows)
    }

    private func list(_ schema: JSON, _ prefix: String, _ depth: Int, _ say: PageLanguage, _ rows: inout [HTML]) {
        let whole = contract.resolved(schema).schema
        guard depth < 4 else { return }
        let needed = Set((whole["required"]?.elements ?? []).compactMap(\.text))
        for (name, value) in whole["properties"]?.members ?? [] {
            let member = contract.resolved(value).schema
            let path = prefix + name
            rows.append(
                """
                <tr><td><code>\(path)</code></td><td>\(need(needed.contains(name), say))</td><td>\(kind(value))</td>\
                <td lang="en">\(value["description"]?.text ?? member["description"]?.text ?? "")</td></tr>
                """)
            list(value, path + ".", depth + 1, say, &rows)
            if let items = member["items"] { list(items, path + "[].", depth + 1, say, &rows) }
        }
        for alternative in (whole["oneOf"]?.elements ?? []) { list(alternative, prefix, depth + 1, say, &rows) }
    }

    /// What a value is, in the words of the schema: its type, its limits or its values.
    private func kind(_ schema: JSON) -> String {
        let (whole, name) = contract.resolved(schema)
        if let fixed = whole["const"]?.text { return "\"\(fixed)\"" }
        if let values = whole["enum"]?.elements { return values.compactMap(\.text).joined(separator: " | ") }
        if let either = whole["oneOf"]?.elements, whole["type"] == nil {
            let kinds = either.map(kind)
            return Set(kinds).count == 1 ? kinds[0] : kinds.joined(separator: " | ")
        }
        var words = whole["type"]?.text ?? name ?? ""
        if let pattern = whole["pattern"]?.text { words += " \(pattern)" }
        for limit in ["minimum", "maximum", "minLength", "maxLength", "maxItems", "format"] {
            switch whole[limit] {
            case .integer(let number)?: words += " \(limit) \(number)"
            case .string(let text)?: words += " \(text)"
            default: break
            }
        }
        return words
    }

    // MARK: An example, and the answers

    private func example(_ operation: Operation, hasBody: Bool, _ say: PageLanguage) -> HTML {
        let sample: String? =
            switch operation.id {
            case "lodgeApplication", "correctApplication":
                PublicContract.text("samples/valid/application-employer.json")
            case "correctAccount": PublicContract.text("samples/valid/account-own.json")
            default: nil
            }
        var lines = ["curl --request \(operation.method.uppercased()) \"$NODE\(operation.path)\""]
        lines.append("--header \"Authorization: Bearer $TOKEN\"")
        if operation.id == "lodgeApplication" { lines.append("--header \"Idempotency-Key: $(uuidgen)\"") }
        if hasBody {
            lines.append("--header \"Content-Type: application/json\"")
            lines.append("--data @body.json")
        }
        return """
            <details><summary>\(say("示例", "Example"))</summary>
            <pre tabindex="0">\(lines.joined(separator: " \\\n  "))</pre>\
            \(sample.map { "<p><code>body.json</code></p><pre tabindex=\"0\">\($0)</pre>" as HTML })</details>
            """
    }

    private func answers(_ operation: Operation, _ say: PageLanguage) -> HTML {
        let all = operation.description["responses"]?.members ?? []
        let rows = all.map { status, value -> HTML in
            let answer = contract.resolved(value).schema
            return """
                <tr><td class="number">\(status)</td><td lang="en">\(answer["description"]?.text ?? "")</td></tr>
                """
        }
        let good = all.first { $0.name.hasPrefix("2") }.map { contract.resolved($0.value).schema }
        let schema = good?["content"]?["application/json"]?["schema"]
        return """
            \(table(say("答复", "Answers"), [say("状态", "Status"), say("含义", "Meaning")], rows))
            \(schema.map { schema -> HTML in
                "<details><summary>\(say("答复内容", "Body of the answer"))</summary>\(members("2xx", schema, say))</details>"
            })
            """
    }

    private func problems(_ say: PageLanguage) -> HTML {
        table(
            say("type 为 urn:jiexu:problem:代码", "The type is urn:jiexu:problem:CODE"),
            [say("代码", "Code"), say("状态", "Status"), say("含义", "Meaning")],
            contract.problems.map { problem -> HTML in
                """
                <tr><td><code>\(problem.code)</code></td><td>\(problem.status)</td>\
                <td lang="en">\(problem.meaning)</td></tr>
                """
            })
    }

    private func table(_ caption: String, _ heads: [String], _ rows: [HTML]) -> HTML {
        """
        <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption><thead><tr>\
        \(heads.map { "<th scope=\"col\">\($0)</th>" as HTML })</tr></thead><tbody>\(rows)</tbody></table></div>
        """
    }
}
