/// Where random bytes come from: the system's generator, or in tests what they choose.
package struct SecretSource: Sendable {
    private let draw: @Sendable (Int) -> [UInt8]

    package init(_ draw: @escaping @Sendable (Int) -> [UInt8]) { self.draw = draw }

    /// - Returns: so many bytes that nobody can foresee.
    package func bytes(_ count: Int) -> [UInt8] { draw(count) }

    /// The generator of the system.
    package static let system = SecretSource { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
