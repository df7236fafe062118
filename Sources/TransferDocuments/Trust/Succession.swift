package import TransferCore

// Agencies are closed and renumbered; what was addressed to them is their successor's to take.

extension SignedDirectory {
    /// How many agencies one after the other may have taken over; a longer chain is followed no further.
    package static let mostSuccessions = 16

    /// The agency that stands for another one now: the end of the chain of its successors.
    ///
    /// - Returns: the code itself for an agency that was not closed, is not in the directory, or whose chain has no end
    ///   (it leads back to where it was, or is longer than ``mostSuccessions``): nobody took over then.
    package func inForce(_ code: AgencyCode) -> AgencyCode {
        guard let last = successors(of: code).last, self[last]?.successor == nil else { return code }
        return last
    }

    /// Whether two codes stand for one agency now.
    package func isSame(_ a: AgencyCode, _ b: AgencyCode) -> Bool { a == b || inForce(a) == inForce(b) }

    /// Whether an agency is another one, or took over from it, at once or by others between them. It is not the same the
    /// other way round: a closed agency does not speak for the one that took over.
    package func stands(_ code: AgencyCode, for other: AgencyCode) -> Bool {
        code == other || successors(of: other).contains(code)
    }

    /// Every code that an agency stands for now, its own included, in the order of codes.
    package func predecessors(of code: AgencyCode) -> [AgencyCode] {
        let others = directory.agencies.lazy.filter { $0.successor != nil && $0.code != code }.map(\.code)
            .filter { self.inForce($0) == code }
        return ([code] + others).sorted()
    }

    /// The agencies that took over one after the other, the first of them first.
    private func successors(of code: AgencyCode) -> [AgencyCode] {
        var chain: [AgencyCode] = []
        var place = code
        while let next = self[place]?.successor, chain.count < SignedDirectory.mostSuccessions {
            guard next != code, !chain.contains(next) else { break }
            chain.append(next)
            place = next
        }
        return chain
    }
}
