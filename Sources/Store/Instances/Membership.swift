package import Casework
import Synchronization

/// This process as one of several instances that serve a database.
///
/// It begins with a new epoch, and every transaction that writes asks the database first whether that epoch is still in
/// force. Those who write do so one after the other, so the answer holds until the commit: an instance that was ended by
/// another one, while it stood still or was cut off, writes nothing from then on, however late it wakes up.
package final class Membership: Sendable {
    /// Who this is, in the settings.
    package let name: String
    /// For how long it is believed to live after it has said so.
    package let leaseMilliseconds: Int64
    let address: String
    let version: String
    /// False only as the control of a harness.
    private let isFencing: Bool

    private struct State {
        var epoch: Int64 = 0
        var fencedBecause: String?
        var fencedWrites: Int64 = 0
        /// When the lease was renewed last, by the clock of this machine that only goes forwards.
        var renewedAt = 0
        /// Since when this instance has been heard of without a gap, by the database's clock.
        var heardSince: Int64 = 0
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - leaseMilliseconds: the same for all instances of a database.
    ///   - address: where peers reach it, to be shown.
    ///   - version: of the program, to be shown.
    ///   - isFencing: false for an instance that writes whatever became of it, which only a harness may want.
    package init(
        name: String, leaseMilliseconds: Int64 = 15_000, address: String = "", version: String = "",
        isFencing: Bool = true
    ) {
        self.name = name
        self.leaseMilliseconds = leaseMilliseconds
        self.address = address
        self.version = version
        self.isFencing = isFencing
    }

    package var epoch: Int64 { state.withLock { $0.epoch } }
    /// Why nothing is written any more; nil while the instance is in force. The process should end, and start anew.
    package var fencedBecause: String? { state.withLock { $0.fencedBecause } }
    package var own: OwnInstance {
        state.withLock { OwnInstance(name: name, epoch: $0.epoch, fencedWrites: $0.fencedWrites) }
    }

    /// Whether the lease may have run out: what others could see is then left to them. Nothing rests on it but that.
    package var isOverdue: Bool { state.withLock { Monotonic.now - $0.renewedAt > Int(leaseMilliseconds) } }

    // MARK: For those who write

    /// What this instance is in the open transaction, and stays until it ends.
    struct Standing {
        let claims: Set<DutyClaim>
        let isFencing: Bool

        /// - Parameter claim: nil for what belongs to no duty.
        func allows(_ claim: DutyClaim?) -> Bool { claim.map { !isFencing || claims.contains($0) } ?? true }
    }

    /// Looks whether this instance is in force, in a transaction that holds the right to write.
    ///
    /// - Throws: ``SQLFault/Kind/fenced``.
    func standing(on connection: any SQLConnection) throws(SQLFault) -> Standing {
        guard isFencing else { return Standing(claims: [], isFencing: false) }
        let epoch = epoch
        var isInForce = false
        var claims: Set<DutyClaim> = []
        try connection.forEachRow(
            """
            SELECT 0, name, epoch FROM instances WHERE name = $1 AND epoch = $2 AND ended IS NULL
            UNION ALL SELECT 1, name, epoch FROM duties WHERE holder = $1
            """, [.text(name), .integer(epoch)]
        ) { row throws(SQLFault) in
            if try row.integer(0) == 0 {
                isInForce = true
            } else {
                claims.insert(DutyClaim(NodeDuty(name: try row.text(1)), epoch: try row.integer(2)))
            }
        }
        guard isInForce else {
            throw SQLFault(
                .fenced, "the instance \(name) with epoch \(epoch) was ended by another one: it writes nothing any more"
            )
        }
        return Standing(claims: claims, isFencing: true)
    }

    /// Counts writes that were refused.
    func note(fencedWrites count: Int) { state.withLock { $0.fencedWrites += Int64(count) } }

    /// Nothing is written any more.
    func fence(_ why: String) { state.withLock { $0.fencedBecause = $0.fencedBecause ?? why } }

    // MARK: The lease

    func joined(epoch: Int64, at moment: Int64) {
        state.withLock {
            $0 = State(epoch: epoch, renewedAt: Monotonic.now, heardSince: moment)
        }
    }

    var heardSince: Int64 { state.withLock { $0.heardSince } }

    /// - Parameter heardSince: nil where there was no gap.
    func renewed(heardSince moment: Int64?) {
        state.withLock { state in
            state.renewedAt = Monotonic.now
            if let moment { state.heardSince = moment }
        }
    }
}
