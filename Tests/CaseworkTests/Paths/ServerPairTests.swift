import Casework
import Store
import TestPostgres
import Testing
import TransferCore

/// Two nodes that keep their cases on a PostgreSQL server, each in a schema of its own.
@Suite struct `Two offices on a database server` {
    @Test func `bring a transfer to its end, and their books are right`() async throws {
        try await NodePair.run(on: .server) { pair in
            let number = try await pair.transfer()
            #expect(try await pair.complaints(about: number) == [])
            for node in pair.nodes { #expect(try await node.audit.verify() == []) }
        }
    }

    @Test func `bring it to the same end when each of their processes dies at its second write`() async throws {
        try await NodePair.run(on: .server) { pair in
            for node in pair.nodes { try await node.beMortal() }
            let number = try await pair.transfer()
            #expect(try await pair.complaints(about: number) == [])
            #expect(pair.nodes.allSatisfy { $0.deaths > 3 })
            for node in pair.nodes { #expect(try await node.audit.verify() == []) }
        }
    }
}
