/// The elements of one message as a flat list in document order, so that a file of many transfers is two arrays and
/// not a web of objects.
///
/// What has been checked when one exists: the file is well-formed UTF-8 XML without a document type, every element is
/// in the namespace of the message, no element holds text beside elements, and the bounds of ``BankFileLimit`` hold.
struct ElementTree {
    struct Node {
        let name: String
        /// The text of an element without elements inside; empty for others.
        var text: String
        /// The attribute `Ccy`.
        let currency: String?
        /// Index of the element around this one; -1 for the root.
        let parent: Int
        /// Index after the last element inside this one.
        var end: Int
    }

    let nodes: [Node]

    /// Reads a file and finds the message inside its `Document`.
    /// - Returns: the tree and the index of the message's own element.
    static func message(_ kind: MessageKind, in bytes: [UInt8]) throws(BankFileFault) -> (ElementTree, Int) {
        let tree = ElementTree(nodes: try XMLReading.nodes(of: bytes, namespace: kind.namespace))
        guard tree.nodes[0].name == "Document" else {
            throw BankFileFault(.unexpectedElement, at: .file, "the outer element is not Document")
        }
        let children = tree.children(of: 0)
        guard children.count == 1, let message = children.first, tree.nodes[message].name == kind.root else {
            throw BankFileFault(.unexpectedElement, at: .file, "Document holds something other than one \(kind.root)")
        }
        return (tree, message)
    }

    /// The indices of the elements directly inside one.
    func children(of index: Int) -> [Int] {
        var found: [Int] = []
        var child = index + 1
        while child < nodes[index].end {
            found.append(child)
            child = nodes[child].end
        }
        return found
    }

    /// The place of an element, for a fault. Walks the whole way: it is asked for once in a file.
    func place(of index: Int) -> BankFilePlace {
        ElementTree.place(of: index, in: nodes)
    }

    static func place(of index: Int, in nodes: [Node]) -> BankFilePlace {
        var names: [String] = []
        var transaction: Int?
        var current = index
        while current > 0 {
            let node = nodes[current]
            if repeatable.contains(node.name) {
                let twins = nodes[..<current].filter { $0.parent == node.parent && $0.name == node.name }
                names.append("\(node.name)[\(twins.count + 1)]")
            } else {
                names.append(node.name)
            }
            if transactions.contains(node.name) {
                transaction = nodes[...current].filter { $0.name == node.name }.count
            }
            current = node.parent
        }
        return BankFilePlace(names.reversed().joined(separator: "/"), transaction: transaction)
    }

    /// Elements that carry one transaction each.
    private static let transactions: Set<String> = ["CdtTrfTxInf", "TxInfAndSts", "Ntry"]

    /// Elements whose place needs a number.
    private static let repeatable: Set<String> = transactions.union([
        "PmtInf", "OrgnlPmtInfAndSts", "Ntfctn", "Stmt", "Bal", "NtryDtls", "TxDtls", "StsRsnInf", "AddtlInf", "Ustrd",
    ])
}
