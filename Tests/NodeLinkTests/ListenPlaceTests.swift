import Casework
import Glibc
import NodeLink
import ServiceLifecycle
import Testing

@Suite struct `An address to listen at` {
    @Test func `that another node has is refused in one line, and ends nothing`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, first in
            let place = ListenPlace(host: "127.0.0.1", port: port)
            #expect(throws: ListenPlaceFault(place, EADDRINUSE)) { try place.check() }
            let second = try cast.server(PeerServerSettings(host: "127.0.0.1", port: port))
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [.init(service: second)], gracefulShutdownSignals: [], logger: cast.silent))
            await #expect(throws: ListenPlaceFault(place, EADDRINUSE)) { try await group.run() }
            #expect("\(ListenPlaceFault(place, EADDRINUSE))".hasPrefix("127.0.0.1:\(port): 端口已被其他程序占用。 Another"))
            let client = try cast.client()
            #expect(try await client.get("/peer/v1/ping", from: cast.endpoint(port)).status == 200)
            client.close()
        }
    }

    @Test func `that this machine does not have is refused`() async throws {
        let cast = try PeerCast()
        // Documentation addresses are nobody's. Source: RFC 5737.
        let place = ListenPlace(host: "192.0.2.1", port: 0)
        #expect(throws: ListenPlaceFault(place, EADDRNOTAVAIL)) { try place.check() }
        let server = try cast.server(PeerServerSettings(host: place.host, port: place.port))
        await #expect(throws: ListenPlaceFault(place, EADDRNOTAVAIL)) { try await server.run() }
    }

    /// Whether a port is privileged depends on who runs the test and where, so what the system says is played.
    @Test(arguments: [
        (EADDRINUSE, ListenPlaceFault.Cause.inUse), (EADDRNOTAVAIL, .notOfThisMachine), (EACCES, .notAllowed),
        (EPERM, .notAllowed), (EMFILE, .other(errno: EMFILE)),
    ]) func `is refused for what the system says`(number: Int32, cause: ListenPlaceFault.Cause) {
        let fault = ListenPlaceFault(ListenPlace(host: "::1", port: 443), number)
        #expect(fault.cause == cause)
        #expect(!"\(fault)".contains("\n"))
    }

    @Test func `is free again after a look, and any free port will do`() async throws {
        try ListenPlace(host: "127.0.0.1", port: 0).check()
        let cast = try PeerCast()
        let port = try await cast.withServer { port, _ in port }
        let place = ListenPlace(host: "127.0.0.1", port: port)
        for _ in 0..<3 { try place.check() }
    }
}

extension PeerCast {
    /// A server of Weifang that is not running yet and takes nothing.
    fileprivate func server(_ settings: PeerServerSettings) throws -> PeerServer {
        try PeerServer(
            settings: settings, credentials: credentials(weifang), logger: silent, now: PeerCast.now,
            identify: { _ in nil }, receive: { documents, _ in documents.map { _ in .receipt([]) } },
            receiveDigest: { _, _ in .receipt([]) },
            receiveHeads: { _, _ in .receipt([]) }, receiveDirectory: { _, _ in .receipt([]) })
    }
}
