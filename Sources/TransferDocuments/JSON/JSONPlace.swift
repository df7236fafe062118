/// Where a value stands in a document. The last step is kept apart, so that walking through a long array of objects
/// makes no strings that nobody reads.
package struct JSONPlace: Sendable {
    private enum Step: Sendable {
        case none
        case name(String)
        case index(Int)
    }

    private let outer: String
    private let step: Step

    /// - Parameter pointer: a JSON Pointer, empty for the outermost value.
    package init(_ pointer: String = "") {
        outer = pointer
        step = .none
    }

    private init(outer: String, step: Step) {
        self.outer = outer
        self.step = step
    }

    /// The place as a JSON Pointer (RFC 6901).
    package var pointer: String {
        switch step {
        case .none: outer
        case .name(let name): outer + JSONPointer.token(name)
        case .index(let index): "\(outer)/\(index)"
        }
    }

    package func member(_ name: String) -> JSONPlace { JSONPlace(outer: pointer, step: .name(name)) }

    package func element(_ index: Int) -> JSONPlace { JSONPlace(outer: pointer, step: .index(index)) }
}
