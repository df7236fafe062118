/// The instances that serve one database, and which of them holds which duty, by the clock of the database.
package struct InstanceReport: Sendable {
    /// When it was so.
    package let at: Instant
    /// Those that ended, too, in the order of their names.
    package let instances: [Served]
    package let duties: [Held]

    /// One instance, or what was one.
    package struct Served: Sendable {
        package let name: String
        /// Rises with every start of any instance of the database.
        package let epoch: Int64
        package let since: Instant
        /// Up to when it has said that it lives.
        package let until: Instant
        /// Where peers reach it, and the version of its program.
        package let address: String
        package let version: String
        /// How it ended; nil while it serves.
        package let ended: End?
        package let endedAt: Instant?

        package init(
            name: String, epoch: Int64, since: Instant, until: Instant, address: String, version: String, ended: End?,
            endedAt: Instant?
        ) {
            (self.name, self.epoch, self.since, self.until) = (name, epoch, since, until)
            (self.address, self.version, self.ended, self.endedAt) = (address, version, ended, endedAt)
        }
    }

    package enum End: String, Sendable {
        /// It was stopped.
        case left
        /// It was not heard of for as long as its lease, and another one ended it.
        case expired
    }

    /// A duty, and who holds it; nil while nobody does.
    package struct Held: Sendable {
        package let duty: String
        package let epoch: Int64
        package let holder: String?
        package let since: Instant

        package init(duty: String, epoch: Int64, holder: String?, since: Instant) {
            (self.duty, self.epoch, self.holder, self.since) = (duty, epoch, holder, since)
        }
    }

    package init(at: Instant, instances: [Served], duties: [Held]) {
        (self.at, self.instances, self.duties) = (at, instances, duties)
    }
}

/// The port of those who look at the instances of a node.
package protocol InstanceSource: Sendable {
    /// The instance that this process is; nil where it is not one of several.
    var ownInstance: OwnInstance? { get }
    func instances() async throws(StoreError) -> InstanceReport
}

/// What a process knows of itself as one of several.
package struct OwnInstance: Sendable {
    package let name: String
    package let epoch: Int64
    /// Writes that were refused since the start, as the instance or its duty had passed on to another.
    package let fencedWrites: Int64

    package init(name: String, epoch: Int64, fencedWrites: Int64) {
        (self.name, self.epoch, self.fencedWrites) = (name, epoch, fencedWrites)
    }
}
