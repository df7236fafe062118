import TransferCore

extension RuleVersions: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(
            builtIn: try object.string("builtIn"), calendar: try object.string("calendar"),
            tables: try object.array("tables", max: RuleTableName.allCases.count) { value throws(DocumentFault) in
                try Table(value)
            })
    }

    func write(to json: inout JSONWriter) {
        json.field("builtIn", builtIn)
        json.field("calendar", calendar)
        json.array("tables", tables) { json, table in json.object { table.write(to: &$0) } }
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.text(builtIn, 1...32, at: "/builtIn")
        try FieldRule.text(calendar, 1...32, at: "/calendar")
        for (place, table) in tables.enumerated() {
            do throws(DocumentFault) { try table.checkRules() } catch { throw error.inside("/tables/\(place)") }
        }
    }
}

extension RuleVersions.Table: DocumentPart {
    init(from object: inout ObjectReader) throws(DocumentFault) {
        self.init(name: try object.string("name"), version: try object.string("version"))
    }

    func write(to json: inout JSONWriter) {
        json.field("name", name)
        json.field("version", version)
    }

    func checkRules() throws(DocumentFault) {
        try FieldRule.text(name, 1...32, at: "/name")
        try FieldRule.text(version, 1...32, at: "/version")
    }
}
