package import Casework

// The rows of instances and duties. Whoever changes them holds the right to write, so that one does so at a time. The time
// is that of the database: the clocks of the instances decide nothing.

/// What a turn of renewing the lease has come to.
package struct InstanceTurn: Sendable {
    /// What this instance holds now.
    package let claims: Set<DutyClaim>
    /// Those of them that it has to hand over, so that every instance has its share.
    package let leaving: Set<DutyClaim>
    /// The instances that it has ended, as they were not heard of.
    package let ended: [String]
    /// Whether its own lease had run out.
    let wasAway: Bool
    /// The moment, by the database.
    let now: Int64
}

extension SQLConnection {
    /// The time of the database at this moment, not at the beginning of the transaction, which may have waited for its turn.
    func databaseTime() throws(SQLFault) -> Int64 {
        let statement: StaticString =
            switch dialect {
            case .sqlite: "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
            case .postgres: "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
            }
        guard let now = try integer(statement) else { throw SQLFault(.other, "the database does not tell the time") }
        return now
    }

    /// Refuses to change the tables under instances that serve from them; those that are not heard of are ended.
    func checkNobodyServes() throws(SQLFault) {
        let version = try Migration.version(of: self)
        guard version >= 17, version < Migration.current else { return }
        try transaction { () throws(SQLFault) in
            _ = try endExpired(at: try databaseTime(), ifSince: 0)
            let others = try rows("SELECT name FROM instances WHERE ended IS NULL") { row throws(SQLFault) in
                try row.text(0)
            }
            guard others.isEmpty else {
                throw SQLFault(
                    .other,
                    "its tables have to get version \(Migration.current), and instances serve from it: stop all of them "
                        + "first (\(others.joined(separator: ", ")))")
            }
        }
    }

    /// Makes a process an instance, with an epoch that none has had before.
    ///
    /// - Throws: ``SQLFault/Kind/busy`` while one of this name is in force.
    func join(_ own: Membership) throws(SQLFault) -> (epoch: Int64, at: Int64) {
        let now = try databaseTime()
        let until = try integer("SELECT until FROM instances WHERE name = $1 AND ended IS NULL", [.text(own.name)])
        if let until, until >= now {
            throw SQLFault(
                .busy,
                "an instance of the name \(own.name) serves from it already: stop that one, or give this one another name"
            )
        }
        try free(dutiesOf: own.name, at: now)
        let epoch = (try integer("SELECT max(epoch) FROM instances") ?? 0) + 1
        try run(
            """
            INSERT INTO instances (name, epoch, since, until, address, version) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (name) DO UPDATE
                SET epoch = $2, since = $3, until = $4, address = $5, version = $6, serves = 0, ended = NULL,
                    ended_at = NULL
            """, .text(own.name), .integer(epoch), .integer(now), .integer(now + own.leaseMilliseconds),
            .text(own.address), .text(own.version))
        for duty in NodeDuty.all {
            try run(
                "INSERT INTO duties (name, epoch, since) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING", .text(duty.name),
                .integer(now))
        }
        return (epoch, now)
    }

    /// Renews the lease, ends whoever was not heard of, gives back what is to be given back, and claims what is free up to
    /// this instance's share.
    ///
    /// Whoever has just begun, or was away himself for longer than the lease, leaves those who had run out before that as much
    /// time to be heard of again: the database was away from all of them, perhaps.
    ///
    /// - Parameters:
    ///   - leaving: what this instance is handing over already.
    ///   - ended: what of that can be given back now.
    ///   - isServing: false while the instance begins: it is not counted among those who share the duties.
    func takeTurn(
        _ own: Membership, leaving: Set<DutyClaim>, ended: Set<DutyClaim>, isServing: Bool
    ) throws(SQLFault) -> InstanceTurn {
        let (now, lease) = (try databaseTime(), own.leaseMilliseconds)
        let mine: [SQLValue] = [.text(own.name), .integer(own.epoch)]
        let until = try integer("SELECT until FROM instances WHERE name = $1 AND epoch = $2 AND ended IS NULL", mine)
        let wasAway = (until ?? 0) < now
        try run(
            "UPDATE instances SET until = $1, serves = $2 WHERE name = $3 AND epoch = $4 AND ended IS NULL",
            [.integer(now + lease), .flag(isServing)] + mine)
        let heardSince = wasAway ? now : own.heardSince
        let expired = try endExpired(at: now, ifSince: now < heardSince + lease ? heardSince : 0)
        for claim in ended {
            try run(
                "UPDATE duties SET holder = NULL, since = $1 WHERE name = $2 AND epoch = $3 AND holder = $4",
                .integer(now), .text(claim.duty.name), .integer(claim.epoch), .text(own.name))
        }
        let names = try rows(
            "SELECT name FROM instances WHERE ended IS NULL AND serves = 1 ORDER BY name"
        ) { row throws(SQLFault) in try row.text(0) }
        let share = DutyShare.share(of: own.name, among: names, duties: NodeDuty.all.count)
        var held = try claims(of: own.name)
        for name in try freeDuties().prefix(max(0, share - held.count)) {
            let epoch = try integer(
                "UPDATE duties SET holder = $1, epoch = epoch + 1, since = $2 WHERE name = $3 RETURNING epoch",
                [.text(own.name), .integer(now), .text(name)])
            if let epoch { held.insert(DutyClaim(NodeDuty(name: name), epoch: epoch)) }
        }
        return InstanceTurn(
            claims: held, leaving: DutyShare.excess(of: held, over: share, leaving: leaving), ended: expired,
            wasAway: wasAway, now: now)
    }

    /// Ends an instance that stops: its duties are free at once, and nothing is written under its epoch any more.
    func leave(_ own: Membership) throws(SQLFault) {
        let now = try databaseTime()
        try free(dutiesOf: own.name, at: now)
        try run(
            "UPDATE instances SET ended = 'left', ended_at = $1 WHERE name = $2 AND epoch = $3 AND ended IS NULL",
            .integer(now), .text(own.name), .integer(own.epoch))
    }

    /// - Parameter moment: those whose lease ran out before are left alone.
    private func endExpired(at now: Int64, ifSince moment: Int64) throws(SQLFault) -> [String] {
        let names = try rows(
            "SELECT name FROM instances WHERE ended IS NULL AND until < $1 AND until >= $2 ORDER BY name",
            [.integer(now), .integer(moment)]
        ) { row throws(SQLFault) in try row.text(0) }
        for name in names {
            try run(
                "UPDATE instances SET ended = 'expired', ended_at = $1 WHERE name = $2", .integer(now), .text(name))
            try free(dutiesOf: name, at: now)
        }
        return names
    }

    private func free(dutiesOf name: String, at now: Int64) throws(SQLFault) {
        try run("UPDATE duties SET holder = NULL, since = $1 WHERE holder = $2", .integer(now), .text(name))
    }

    private func freeDuties() throws(SQLFault) -> [String] {
        let known = Set(NodeDuty.all.map(\.name))
        return try rows("SELECT name FROM duties WHERE holder IS NULL ORDER BY name") { row throws(SQLFault) in
            try row.text(0)
        }.filter(known.contains)
    }

    private func claims(of name: String) throws(SQLFault) -> Set<DutyClaim> {
        Set(
            try rows("SELECT name, epoch FROM duties WHERE holder = $1", [.text(name)]) { row throws(SQLFault) in
                DutyClaim(NodeDuty(name: try row.text(0)), epoch: try row.integer(1))
            })
    }

    /// Everything, for people.
    func instanceReport() throws(SQLFault) -> InstanceReport {
        let instances = try rows(
            "SELECT name, epoch, since, until, address, version, ended, ended_at FROM instances ORDER BY name"
        ) { row throws(SQLFault) in
            InstanceReport.Served(
                name: try row.text(0), epoch: try row.integer(1), since: try row.instant(2), until: try row.instant(3),
                address: try row.text(4), version: try row.text(5),
                ended: row.isNull(6) ? nil : try row.word(6, as: InstanceReport.End.self),
                endedAt: row.isNull(7) ? nil : try row.instant(7))
        }
        let duties = try rows("SELECT name, epoch, holder, since FROM duties ORDER BY name") { row throws(SQLFault) in
            InstanceReport.Held(
                duty: try row.text(0), epoch: try row.integer(1), holder: try row.optionalText(2),
                since: try row.instant(3))
        }
        return InstanceReport(
            at: Instant(milliseconds: try databaseTime()), instances: instances, duties: duties)
    }
}

/// Who has how many duties.
enum DutyShare {
    /// The same for all, and one more for the first in the order of names where that leaves some over: the shares add up.
    static func share(of name: String, among names: [String], duties: Int) -> Int {
        guard let place = names.firstIndex(of: name) else { return 0 }
        return duties / names.count + (place < duties % names.count ? 1 : 0)
    }

    /// What of the claims goes beyond a share: first what is being handed over already, then every other one in the order of
    /// names, so that neither keeps all parts of one kind.
    static func excess(of held: Set<DutyClaim>, over share: Int, leaving: Set<DutyClaim>) -> Set<DutyClaim> {
        let others = held.subtracting(leaving).sorted { $0.duty < $1.duty }
        let everyOther = others.indices.filter { $0 % 2 == 1 } + others.indices.filter { $0 % 2 == 0 }
        let inOrder = held.intersection(leaving).sorted { $0.duty < $1.duty } + everyOther.map { others[$0] }
        return Set(inOrder.prefix(max(0, held.count - share)))
    }
}
