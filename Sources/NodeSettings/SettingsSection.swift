import Yams

/// One group of keys of the file. It hands its values out by key, notes what is wrong with them, and tells at its end
/// which keys it does not know.
struct SettingsSection {
    private let path: String
    private let line: Int
    private let faults: FaultList
    private let entries: [String: Entry]
    private var known: [String] = []

    private struct Entry {
        let line: Int
        let value: Node
    }

    /// - Parameters:
    ///   - node: nil for a group that the file leaves out.
    ///   - line: where its key stands, or would.
    init(_ node: Node?, path: String, line: Int, faults: FaultList) {
        self.path = path
        self.faults = faults
        self.line = line
        var entries: [String: Entry] = [:]
        switch node {
        case nil: break
        case .mapping(let mapping):
            for (key, value) in mapping {
                let line = key.mark?.line ?? line
                guard case .scalar(let name) = key else {
                    faults.add(line, path, "expected a name as the key")
                    continue
                }
                entries[name.string] = Entry(line: line, value: value)
            }
        case .some(let other): faults.add(line, path, "expected keys below it, found \(other.kind)")
        }
        self.entries = entries
    }

    /// Notes every key that nobody asked for.
    func end() {
        for (key, entry) in entries where !known.contains(key) {
            let mend =
                NearestWord.to(key, in: known).map { "did you mean \($0)?" }
                ?? "the keys here are \(known.joined(separator: ", "))"
            faults.add(entry.line, full(key), "unknown key; \(mend)")
        }
    }

    private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private mutating func take(_ key: String) -> Entry? {
        known.append(key)
        return entries[key]
    }

    /// Notes something about a key that is more than its own value.
    func refuse(_ key: String, _ detail: String) { faults.add(entries[key]?.line ?? line, full(key), detail) }
}

extension SettingsSection {
    /// A text of some form.
    ///
    /// - Parameters:
    ///   - allowed: the form in words, after "expected".
    ///   - read: gives nil for any other form.
    /// - Returns: nil, and a fault is noted, when the key is missing or its value has another form.
    mutating func required<Value>(_ key: String, _ allowed: String, _ read: (String) -> Value?) -> Value? {
        guard let entry = take(key) else {
            faults.add(line, full(key), "missing; expected \(allowed)")
            return nil
        }
        return value(of: entry.value, at: entry.line, full(key), allowed, read)
    }

    /// A text of some form that may be left out.
    mutating func text<Value>(_ key: String, default usual: Value, _ allowed: String, _ read: (String) -> Value?)
        -> Value
    {
        guard let entry = take(key) else { return usual }
        return value(of: entry.value, at: entry.line, full(key), allowed, read) ?? usual
    }

    /// One word of a list.
    mutating func word<Word: CaseIterable & RawRepresentable<String>>(_ key: String, default usual: Word) -> Word {
        text(key, default: usual, SettingsSection.list(of: Word.self)) { Word(rawValue: $0) }
    }

    mutating func integer(_ key: String, default usual: Int, in range: ClosedRange<Int>) -> Int {
        guard let entry = take(key) else { return usual }
        return integer(of: entry.value, at: entry.line, full(key), in: range) ?? usual
    }

    /// The group of keys below a key; an empty one where the file has none.
    mutating func section(_ key: String) -> SettingsSection {
        let entry = take(key)
        return SettingsSection(entry?.value, path: full(key), line: entry?.line ?? line, faults: faults)
    }

    /// The group of keys below a key; nil where the file has none.
    mutating func sectionIfPresent(_ key: String) -> SettingsSection? {
        take(key).map { SettingsSection($0.value, path: full(key), line: $0.line, faults: faults) }
    }

    /// The groups of a list.
    mutating func sections(_ key: String, max: Int) -> [SettingsSection] {
        let (nodes, line) = elements(key, max: max)
        return nodes.enumerated().map { place, node in
            SettingsSection(node, path: "\(full(key))[\(place)]", line: node.mark?.line ?? line, faults: faults)
        }
    }

    /// The texts of a list.
    mutating func texts<Value>(
        _ key: String, _ sizes: ClosedRange<Int>, _ allowed: String, _ read: (String) -> Value?
    ) -> [Value] {
        let (nodes, line) = elements(key, max: sizes.upperBound)
        if nodes.count < sizes.lowerBound { refuse(key, "expected at least \(sizes.lowerBound): \(allowed)") }
        return nodes.enumerated().compactMap { place, node in
            value(of: node, at: node.mark?.line ?? line, "\(full(key))[\(place)]", allowed, read)
        }
    }

    /// The words of a list, each once.
    mutating func words<Word: CaseIterable & RawRepresentable<String> & Hashable>(_ key: String) -> Set<Word> {
        let (nodes, line) = elements(key, max: Word.allCases.count)
        var words: Set<Word> = []
        for (place, node) in nodes.enumerated() {
            let line = node.mark?.line ?? line
            let path = "\(full(key))[\(place)]"
            let allowed = SettingsSection.list(of: Word.self)
            guard let word = value(of: node, at: line, path, allowed, { Word(rawValue: $0) }) else { continue }
            if !words.insert(word).inserted { faults.add(line, path, "stands there twice; write it once") }
        }
        return words
    }

    /// Whole numbers by names that are not known beforehand.
    mutating func integers<Name: Hashable>(
        _ key: String, names: String, _ read: (String) -> Name?, in range: ClosedRange<Int>
    ) -> [Name: Int] {
        let path = full(key)
        guard let entry = take(key) else { return [:] }
        guard case .mapping(let mapping) = entry.value else {
            faults.add(entry.line, path, "expected \(names), each with a number, found \(entry.value.kind)")
            return [:]
        }
        var numbers: [Name: Int] = [:]
        for (key, node) in mapping {
            let line = key.mark?.line ?? entry.line
            guard case .scalar(let scalar) = key, let name = read(scalar.string) else {
                faults.add(line, path, "expected \(names) as the key")
                continue
            }
            numbers[name] = integer(of: node, at: line, "\(path).\(scalar.string)", in: range)
        }
        return numbers
    }
}

extension SettingsSection {
    private static func list<Word: CaseIterable & RawRepresentable<String>>(of _: Word.Type) -> String {
        "one of " + Word.allCases.map(\.rawValue).joined(separator: ", ")
    }

    private mutating func elements(_ key: String, max: Int) -> (nodes: [Node], line: Int) {
        guard let entry = take(key) else { return ([], line) }
        guard case .sequence(let sequence) = entry.value else {
            faults.add(entry.line, full(key), "expected a list, found \(entry.value.kind)")
            return ([], entry.line)
        }
        guard sequence.count <= max else {
            faults.add(entry.line, full(key), "expected at most \(max) elements")
            return ([], entry.line)
        }
        return (Array(sequence), entry.line)
    }

    private func value<Value>(
        of node: Node, at line: Int, _ path: String, _ allowed: String, _ read: (String) -> Value?
    ) -> Value? {
        guard case .scalar(let scalar) = node, !node.isEmpty else {
            faults.add(line, path, "expected \(allowed), found \(node.kind)")
            return nil
        }
        guard let value = read(scalar.string) else {
            faults.add(line, path, "expected \(allowed)")
            return nil
        }
        return value
    }

    private func integer(of node: Node, at line: Int, _ path: String, in range: ClosedRange<Int>) -> Int? {
        let allowed = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let scalar) = node, scalar.style == .plain, !node.isEmpty else {
            faults.add(line, path, "expected \(allowed), found \(node.kind)")
            return nil
        }
        guard let number = Int(scalar.string), String(number) == scalar.string, range.contains(number) else {
            faults.add(line, path, "expected \(allowed)")
            return nil
        }
        return number
    }
}

extension Node {
    /// What stands there, for people.
    fileprivate var kind: String {
        switch self {
        case .scalar: isEmpty ? "nothing" : "a text"
        case .mapping: "a group of keys"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    /// A key with nothing behind it, or with one of the words that YAML has for nothing.
    fileprivate var isEmpty: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
