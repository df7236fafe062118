import Testing
import TransferDocuments

/// The description of the public interface that a node serves.
@Suite struct `The reference of the interface` {
    @Test func `is one JSON document in which every reference leads somewhere`() async throws {
        try await WebNode.run { node in
            let whole = try await References.description(of: node)
            let places = References.all(in: whole)
            #expect(places.count > 100)
            for place in places {
                #expect(place.hasPrefix("#/"), "\(place)")
                let found = place.dropFirst(2).split(separator: "/").reduce(whole as JSON?) { $0?[String($1)] }
                #expect(found != nil, "\(place)")
            }
        }
    }

    @Test func `names each address that the interface has, and no other`() async throws {
        try await WebNode.run { node in
            let whole = try await References.description(of: node)
            guard case .object(let paths)? = whole["paths"] else {
                Issue.record("no paths")
                return
            }
            let written = Set(
                paths.members.flatMap { path -> [String] in
                    guard case .object(let item) = path.value else { return [] }
                    return item.members.map(\.name).filter { $0 != "parameters" }.map {
                        "\($0.uppercased()) \(path.name)"
                    }
                })
            let served = node.addresses.filter { $0.contains(" /api/") }
            #expect(Set(served) == written)
        }
    }

    @Test func `is read as a page in both languages, with every operation and every code`() async throws {
        try await WebNode.run { node in
            let browser = Browser(node)
            let page = try await browser.open("/docs/api")
            #expect(page.status == 200)
            #expect(page.body.contains("<h1>接口说明</h1>"))
            #expect(page.body.contains(#"id="lodgeApplication""#))
            #expect(page.body.contains("<code>person.residentId</code>"))
            #expect(page.body.contains("<code>idempotency-key-reused</code>"))
            try await browser.send("/language", ["language": "en", "to": "/docs/api"])
            #expect(try await browser.follow().body.contains("<h1>The interface</h1>"))
        }
    }
}

private enum References {
    /// What the node serves for programs.
    static func description(of node: WebNode) async throws -> JSON {
        let reply = try await Wire.only(
            "GET /docs/api/openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            port: node.publicPort)
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"] == "application/json")
        return try JSON.parse(
            reply.body,
            limits: JSONLimits(
                bytes: 4 << 20, depth: 64, members: 100_000, topLevelObjectOnly: true, integersOnly: true,
                textRule: .any))
    }

    /// Every value of a member `$ref`.
    static func all(in tree: JSON) -> [String] {
        switch tree {
        case .array(let elements): elements.flatMap(all)
        case .object(let object):
            object.members.flatMap { member -> [String] in
                if member.name == "$ref", case .string(let place) = member.value { return [place] }
                return all(in: member.value)
            }
        default: []
        }
    }
}
