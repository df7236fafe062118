/// Takes an object apart, member by member, until nothing is left.
///
///     var letter = try ObjectReader(json)
///     let id = try letter.string("id", length: 1...64)
///     let amount = try letter.integer("amountFen", 0...Money.limit.fen)
///     let lines = try letter.array("lines", max: 600) { line throws(DocumentFault) in
///         var line = try line.object()
///         let month = try line.string("month", as: "YYYY-MM") { CalendarMonth($0) }
///         try line.end()
///         return month
///     }
///     try letter.end()
///
/// A member is found wherever it stands; an object whose members stand in the order in which they are asked for is
/// read without searching. Members that were never asked for are unknown: ``end()`` refuses them, ``only(_:)`` refuses
/// them beforehand.
package struct ObjectReader: Sendable {
    package let place: JSONPlace
    private let members: [(name: String, value: JSON)]
    private var next = 0
    /// Which members were asked for: a bit each for the first 64, the positions of the others.
    private var taken: UInt64 = 0
    private var takenBeyond: Set<Int> = []

    package init(_ object: JSONObject, at place: JSONPlace = JSONPlace()) {
        members = object.members
        // Put together once here, not again with every member.
        self.place = JSONPlace(place.pointer)
    }

    /// - Parameter pointer: where the value stands, empty for the outermost.
    package init(_ json: JSON, at pointer: String = "") throws(DocumentFault) {
        self = try ValueReader(json, at: JSONPlace(pointer)).object()
    }

    /// A fault with the object.
    package func fault(_ code: DocumentFault.Code, _ detail: String) -> DocumentFault {
        DocumentFault(code, place.pointer, detail)
    }

    /// A fault with one of its members, present or absent.
    package func fault(_ code: DocumentFault.Code, in name: String, _ detail: String) -> DocumentFault {
        DocumentFault(code, place.member(name).pointer, detail)
    }

    /// The value of a member, nil when there is none. The member is then known.
    package mutating func optional(_ name: String) -> ValueReader? {
        for step in members.indices {
            // Begin behind the member found last: mostly it is the one.
            var position = next + step
            if position >= members.count { position -= members.count }
            guard members[position].name.hasSameBytes(as: name) else { continue }
            next = position + 1 == members.count ? 0 : position + 1
            markTaken(position)
            return ValueReader(members[position].value, at: place.member(name))
        }
        return nil
    }

    package mutating func required(_ name: String) throws(DocumentFault) -> ValueReader {
        guard let value = optional(name) else { throw fault(.missingField, in: name, "expected this member") }
        return value
    }

    /// All members with their names, for an object that is a map. They are all known then.
    package mutating func entries(max: Int) throws(DocumentFault) -> [(name: String, value: ValueReader)] {
        guard members.count <= max else { throw fault(.outOfRange, "expected at most \(max) members") }
        for position in members.indices { markTaken(position) }
        return members.map { ($0.name, ValueReader($0.value, at: place.member($0.name))) }
    }

    /// Refuses members that were not asked for.
    package func end() throws(DocumentFault) {
        let all: UInt64 = members.count >= 64 ? .max : 1 << UInt64(members.count) - 1
        guard taken != all || takenBeyond.count != max(0, members.count - 64) else { return }
        try refuseLowest(of: members.indices.filter { !isTaken($0) })
    }

    /// Refuses all members but these, before any is looked at.
    package func only(_ names: String...) throws(DocumentFault) {
        try refuseLowest(
            of: members.indices.filter { position in
                !names.contains { members[position].name.hasSameBytes(as: $0) }
            })
    }

    private func refuseLowest(of positions: [Int]) throws(DocumentFault) {
        let names = positions.map { members[$0].name }
        guard let lowest = names.min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) else { return }
        throw fault(.unknownField, in: lowest, "this member is not known here")
    }

    private mutating func markTaken(_ position: Int) {
        if position < 64 { taken |= 1 << UInt64(position) } else { takenBeyond.insert(position) }
    }

    private func isTaken(_ position: Int) -> Bool {
        position < 64 ? taken & (1 << UInt64(position)) != 0 : takenBeyond.contains(position)
    }
}

/// Members that must be there.
extension ObjectReader {
    package mutating func string(_ name: String, length: ClosedRange<Int>? = nil) throws(DocumentFault) -> String {
        try required(name).string(length: length)
    }

    package mutating func string<Value>(
        _ name: String, as form: String, _ parse: (String) -> Value?
    ) throws(DocumentFault) -> Value {
        try required(name).string(as: form, parse)
    }

    package mutating func oneOf<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Value.Type
    ) throws(DocumentFault) -> Value {
        try required(name).oneOf(type)
    }

    package mutating func integer(_ name: String, _ range: ClosedRange<Int64>) throws(DocumentFault) -> Int64 {
        try required(name).integer(range)
    }

    package mutating func integer(_ name: String, _ range: ClosedRange<Int>) throws(DocumentFault) -> Int {
        try required(name).integer(range)
    }

    package mutating func bool(_ name: String) throws(DocumentFault) -> Bool { try required(name).bool() }

    package mutating func object(_ name: String) throws(DocumentFault) -> ObjectReader {
        try required(name).object()
    }

    package mutating func array<Element>(
        _ name: String, min: Int = 0, max: Int, _ take: (ValueReader) throws(DocumentFault) -> Element
    ) throws(DocumentFault) -> [Element] {
        try required(name).array(min: min, max: max, take)
    }
}

/// Members that may be absent. A null is not absent: it is a value of the wrong type.
extension ObjectReader {
    package mutating func optionalString(
        _ name: String, length: ClosedRange<Int>? = nil
    ) throws(DocumentFault) -> String? {
        try optional(name)?.string(length: length)
    }

    package mutating func optionalString<Value>(
        _ name: String, as form: String, _ parse: (String) -> Value?
    ) throws(DocumentFault) -> Value? {
        try optional(name)?.string(as: form, parse)
    }

    package mutating func optionalInteger(
        _ name: String, _ range: ClosedRange<Int64>
    ) throws(DocumentFault) -> Int64? {
        try optional(name)?.integer(range)
    }

    package mutating func optionalInteger(_ name: String, _ range: ClosedRange<Int>) throws(DocumentFault) -> Int? {
        try optional(name)?.integer(range)
    }

    package mutating func optionalBool(_ name: String) throws(DocumentFault) -> Bool? { try optional(name)?.bool() }

    package mutating func optionalObject(_ name: String) throws(DocumentFault) -> ObjectReader? {
        try optional(name)?.object()
    }

    package mutating func optionalArray<Element>(
        _ name: String, min: Int = 0, max: Int, _ take: (ValueReader) throws(DocumentFault) -> Element
    ) throws(DocumentFault) -> [Element]? {
        try optional(name)?.array(min: min, max: max, take)
    }
}
