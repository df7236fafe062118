import TransferCore

/// The elements that the schema allows inside one, in their order.
struct ElementSequence {
    fileprivate let slots: [Slot]
    fileprivate let isChoice: Bool

    fileprivate struct Slot {
        let name: String
        let isRepeatable: Bool
        let isRefused: Bool
    }

    /// - Parameter names: the names, with a space between them. `Name*` may stand more than once. `-Name` stands in the
    ///   schema but would change the meaning of what is read here, so it is refused. All others that the reader does
    ///   not ask for are passed over.
    init(_ names: String) {
        self.init(names, isChoice: false)
    }

    /// Exactly one of the names.
    static func choice(_ names: String) -> ElementSequence { ElementSequence(names, isChoice: true) }

    private init(_ names: String, isChoice: Bool) {
        slots = names.split(separator: " ").map { word in
            Slot(
                name: String(word.drop { $0 == "-" }.prefix { $0 != "*" }), isRepeatable: word.hasSuffix("*"),
                isRefused: word.hasPrefix("-"))
        }
        self.isChoice = isChoice
    }
}

/// The elements inside one element, found to be in the order of the schema.
struct ElementFields {
    let tree: ElementTree
    let index: Int
    private let found: [Int]

    /// - Parameter index: the element whose inside is read.
    init(_ tree: ElementTree, _ index: Int, _ sequence: ElementSequence) throws(BankFileFault) {
        var found: [Int] = []
        var slot = 0
        var isTaken = false
        for child in tree.children(of: index) {
            let name = tree.nodes[child].name
            while slot < sequence.slots.count, sequence.slots[slot].name != name {
                slot += 1
                isTaken = false
            }
            guard slot < sequence.slots.count else {
                throw ElementFields.outOfPlace(child, in: tree, sequence)
            }
            guard !isTaken || sequence.slots[slot].isRepeatable else {
                throw BankFileFault(.repeatedElement, at: tree.place(of: child), "stands twice, once is possible")
            }
            guard !sequence.slots[slot].isRefused else {
                throw BankFileFault(.unexpectedElement, at: tree.place(of: child), "is not understood here")
            }
            isTaken = true
            found.append(child)
        }
        guard !sequence.isChoice || found.count == 1 else {
            throw BankFileFault(
                .missingElement, at: tree.place(of: index),
                "exactly one of \(sequence.slots.map(\.name).joined(separator: ", ")) must stand here")
        }
        self.tree = tree
        self.index = index
        self.found = found
    }

    private static func outOfPlace(_ child: Int, in tree: ElementTree, _ sequence: ElementSequence) -> BankFileFault {
        let place = tree.place(of: child)
        return sequence.slots.contains { $0.name == tree.nodes[child].name }
            ? BankFileFault(.elementOrder, at: place, "stands after an element that it must precede")
            : BankFileFault(.unexpectedElement, at: place, "the message has no such element here")
    }

    func all(_ name: String) -> [Int] { found.filter { tree.nodes[$0].name == name } }

    func optional(_ name: String) -> Int? { found.first { tree.nodes[$0].name == name } }

    func required(_ name: String) throws(BankFileFault) -> Int {
        guard let child = optional(name) else {
            let around = tree.place(of: index)
            let path = around.path.isEmpty ? name : around.path + "/" + name
            throw BankFileFault(
                .missingElement, at: BankFilePlace(path, transaction: around.transaction), "must stand here")
        }
        return child
    }

    /// The inside of a required element.
    func inside(_ name: String, _ sequence: ElementSequence) throws(BankFileFault) -> ElementFields {
        try ElementFields(tree, try required(name), sequence)
    }

    /// The inside of an element that may be absent.
    func ifInside(_ name: String, _ sequence: ElementSequence) throws(BankFileFault) -> ElementFields? {
        guard let child = optional(name) else { return nil }
        return try ElementFields(tree, child, sequence)
    }

    func place(_ name: String) -> BankFilePlace {
        tree.place(of: optional(name) ?? index)
    }
}

/// Texts, amounts and dates of single elements.
extension ElementFields {
    /// The text as it stands.
    func text(_ name: String) throws(BankFileFault) -> String {
        try text(at: try required(name))
    }

    func ifText(_ name: String) throws(BankFileFault) -> String? {
        guard let child = optional(name) else { return nil }
        return try text(at: child)
    }

    /// A name or sentence, without the white space with which banks pad it; nil when nothing else is there.
    func ifFreeText(_ name: String) throws(BankFileFault) -> String? {
        guard let given = try ifText(name) else { return nil }
        let text = trimmed(given)
        return text.isEmpty ? nil : text
    }

    /// A name or sentence that must be there.
    func freeText(_ name: String) throws(BankFileFault) -> String {
        trimmed(try text(name))
    }

    /// An amount with the attribute `Ccy`, which must be CNY.
    func amount(_ name: String) throws(BankFileFault) -> Money {
        let child = try required(name)
        guard tree.nodes[child].currency == "CNY" else {
            throw BankFileFault(.currency, at: tree.place(of: child), "the currency is not CNY")
        }
        return try money(try text(at: child), at: child)
    }

    /// A sum without a currency.
    func sum(_ name: String) throws(BankFileFault) -> Money {
        let child = try required(name)
        return try money(try text(at: child), at: child)
    }

    func count(_ name: String) throws(BankFileFault) -> Int {
        let child = try required(name)
        let text = try text(at: child)
        guard (1...15).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text)
        else { throw BankFileFault(.transactionCount, at: tree.place(of: child), "not a number of transactions") }
        return number
    }

    /// A day: `Dt`, or the day of `DtTm`.
    func day(_ name: String) throws(BankFileFault) -> CivilDate {
        let choice = try inside(name, .dayChoice)
        if let child = choice.optional("DtTm") {
            let instant = try text(at: child)
            try requireInstant(instant, at: tree.place(of: child))
            if let date = CivilDate(instant.prefix(10)) { return date }
        }
        let child = try choice.required("Dt")
        guard let date = CivilDate(try text(at: child)) else {
            throw BankFileFault(.dateForm, at: tree.place(of: child), "not a day of the form 2026-03-15")
        }
        return date
    }

    private func text(at child: Int) throws(BankFileFault) -> String {
        let node = tree.nodes[child]
        guard node.end == child + 1 else {
            throw BankFileFault(.unexpectedElement, at: tree.place(of: child), "holds elements where text is expected")
        }
        return node.text
    }

    private func money(_ text: String, at child: Int) throws(BankFileFault) -> Money {
        if let money = Money(yuan: text) { return money }
        let isNegative = text.utf8.first == 0x2D
        throw BankFileFault(
            isNegative ? .negativeAmount : .amountForm, at: tree.place(of: child),
            isNegative ? "an amount has no sign" : "not an amount of the form 0.00, or more than one amount may be")
    }
}
