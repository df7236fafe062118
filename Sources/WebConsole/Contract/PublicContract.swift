import Casework
import ContractShim
import TransferDocuments
import Yams

/// The contract of the public interface as the node was built with it: OpenAPI 3.1 in one piece, with every schema that it
/// names, and the published codes of its problems.
///
/// Source: the OpenAPI Specification 3.1.0; the files are in `contracts`.
struct PublicContract: Sendable {
    /// The whole description. All references lead to places in it.
    let description: JSON
    /// The codes of problems in the order of the page: code, status, meaning.
    let problems: [(code: String, status: String, meaning: String)]

    /// Read once; the files are part of the program, and tests read them, so that a fault in them is no matter of running.
    static let shared: PublicContract = {
        do { return try PublicContract() } catch { preconditionFailure("the contracts in the program: \(error)") }
    }()

    private init() throws {
        let main = try PublicContract.tree(of: "openapi-public.yaml")
        var schemas: [String: JSON] = [:]
        let whole = PublicContract.gathered(main, of: nil, into: &schemas)
        let pieces = schemas.keys.sorted().map { (name: $0, value: schemas[$0] ?? .null) }
        description = whole.adding(pieces, at: ["components", "schemas"])
        problems = PublicContract.rows(of: "## Problems of the public interface")
    }

    /// A file as text.
    ///
    /// - Parameter name: its path in the folder `contracts`.
    static func text(_ name: String) -> String {
        guard let file = jiexu_contract_named(name) else { preconditionFailure("\(name) is not in the program") }
        return String(
            decoding: UnsafeBufferPointer(start: file.pointee.bytes, count: file.pointee.length), as: UTF8.self)
    }

    // MARK: Reading

    /// A file in YAML, or in JSON, which is YAML too.
    private static func tree(of name: String) throws -> JSON {
        guard let node = try Yams.compose(yaml: text(name)) else { return .null }
        return JSON(node)
    }

    private static let prefix = "urn:jiexu:schema:1:"

    /// The tree with each reference to another file turned into one to a schema of this description; those schemas are put
    /// into `schemas` under the name of their file.
    private static func gathered(_ tree: JSON, of file: String?, into schemas: inout [String: JSON]) -> JSON {
        switch tree {
        case .array(let elements): .array(elements.map { gathered($0, of: file, into: &schemas) })
        case .object(let object):
            .object(
                JSONObject(
                    object.members.compactMap { member in
                        if file != nil, member.name == "$id" || member.name == "$schema" { return nil }
                        guard member.name == "$ref", case .string(let place) = member.value else {
                            return (member.name, gathered(member.value, of: file, into: &schemas))
                        }
                        return (member.name, .string(reference(place, of: file, into: &schemas)))
                    }))
        default: tree
        }
    }

    private static func reference(_ place: String, of file: String?, into schemas: inout [String: JSON]) -> String {
        let halves = place.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let fragment = halves.count == 2 ? String(halves[1]) : ""
        guard !halves[0].isEmpty else {
            return file.map { "#/components/schemas/\($0)\(fragment)" } ?? place
        }
        let name: String
        if halves[0].hasPrefix(prefix) {
            name = String(halves[0].dropFirst(prefix.utf8.count))
        } else {
            name = String(halves[0].dropFirst("documents/".utf8.count).dropLast(".schema.json".utf8.count))
        }
        if schemas[name] == nil {
            // Known before it is read, because schemas name each other.
            schemas[name] = .null
            do {
                let schema = try tree(of: "documents/\(name).schema.json")
                schemas[name] = gathered(schema, of: name, into: &schemas)
            } catch {
                preconditionFailure("the schema \(name) in the program: \(error)")
            }
        }
        return "#/components/schemas/\(name)\(fragment)"
    }

    /// The rows of the table below a heading of the page of codes.
    private static func rows(of heading: String) -> [(code: String, status: String, meaning: String)] {
        var isBelow = false
        var rows: [(code: String, status: String, meaning: String)] = []
        for line in text("reasons.md").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("## ") { isBelow = line == heading }
            guard isBelow, line.hasPrefix("|"), !line.hasPrefix("|---"), !line.hasPrefix("| code") else { continue }
            let cells = line.split(separator: "|").map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            if cells.count == 3 { rows.append((cells[0].filter { $0 != "`" }, cells[1], cells[2])) }
        }
        return rows
    }

    // MARK: Looking up

    /// What a reference stands for, and the name under which it is known.
    func resolved(_ schema: JSON) -> (schema: JSON, name: String?) {
        var (schema, name): (JSON, String?) = (schema, nil)
        var steps = 0
        while case .string(let place)? = schema["$ref"], steps < 8 {
            steps += 1
            name = place.split(separator: "/").last.map(String.init)
            schema = place.dropFirst(2).split(separator: "/").reduce(description) { $0[String($1)] ?? .null }
        }
        return (schema, name)
    }

    /// The description in bytes, as JSON.
    func bytes() -> [UInt8] {
        do {
            return try JSONWriter.bytes(
                of: description,
                limits: JSONLimits(
                    bytes: 4 << 20, depth: 64, members: 100_000, topLevelObjectOnly: true, integersOnly: true,
                    textRule: .any))
        } catch {
            preconditionFailure("the description in the program: \(error)")
        }
    }
}

extension JSON {
    /// YAML as the same values in JSON.
    fileprivate init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            self = .object(JSONObject(mapping.map { (name: $0.key.string ?? "", value: JSON($0.value)) }))
        case .sequence(let sequence): self = .array(sequence.map { JSON($0) })
        case .scalar(let scalar):
            if scalar.style != .plain {
                self = .string(scalar.string)
            } else if let flag = node.bool, scalar.string == "true" || scalar.string == "false" {
                self = .bool(flag)
            } else if let number = Int64(scalar.string) {
                self = .integer(number)
            } else if scalar.string == "null" {
                self = .null
            } else {
                self = .string(scalar.string)
            }
        case .alias: self = .null
        }
    }

    /// The same with more members in the object at a place; the place has to be there.
    fileprivate func adding(_ members: [(name: String, value: JSON)], at path: ArraySlice<String>) -> JSON {
        guard case .object(let object) = self else { return self }
        guard let next = path.first else { return .object(JSONObject(object.members + members)) }
        return .object(
            JSONObject(
                object.members.map { member in
                    member.name == next
                        ? (member.name, member.value.adding(members, at: path.dropFirst())) : member
                }))
    }

    /// The text, where it is one.
    var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The members of an object, in their order; none for any other value.
    var members: [(name: String, value: JSON)] {
        if case .object(let object) = self { return object.members }
        return []
    }

    /// The elements of an array; none for any other value.
    var elements: [JSON] {
        if case .array(let elements) = self { return elements }
        return []
    }
}
