import Casework
import NIOCore
import NIOPosix
import NodeLink
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The share of each peer` {
    private let begin = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func shares(perPeer: Int = 2, perSource: Int = 2, perSecond: Int = 10) -> PeerShares {
        PeerShares(connectionsPerPeer: perPeer, handshakesPerSource: perSource, requestsPerSecond: perSecond)
    }

    @Test func `of requests is two seconds' worth at once, then as many as come to a second`() {
        let shares = shares()
        for _ in 0..<20 { #expect(shares.mayAsk(PeerCast.chengdu, at: begin)) }
        #expect(!shares.mayAsk(PeerCast.chengdu, at: begin))
        #expect(shares.mayAsk(PeerCast.weifang, at: begin))
        let later = begin + .milliseconds(500)
        for _ in 0..<5 { #expect(shares.mayAsk(PeerCast.chengdu, at: later)) }
        #expect(!shares.mayAsk(PeerCast.chengdu, at: later))
        let muchLater = begin + .hours(1_000)
        for _ in 0..<20 { #expect(shares.mayAsk(PeerCast.chengdu, at: muchLater)) }
        #expect(!shares.mayAsk(PeerCast.chengdu, at: muchLater))
    }

    @Test func `of connections counts for the source first and for the agency then`() throws {
        let shares = shares()
        let first = try #require(shares.arrive(from: "192.0.2.1"))
        let second = try #require(shares.arrive(from: "192.0.2.1"))
        #expect(shares.arrive(from: "192.0.2.1") == nil)
        #expect(shares.arrive(from: "192.0.2.2") == .source("192.0.2.2"))
        let known = try #require(shares.move(first, to: PeerCast.chengdu))
        let third = try #require(shares.arrive(from: "192.0.2.1"))
        #expect(shares.move(second, to: PeerCast.chengdu) == .agency(PeerCast.chengdu))
        #expect(shares.move(third, to: PeerCast.chengdu) == nil)
        #expect(shares.move(third, to: PeerCast.weifang) == .agency(PeerCast.weifang))
        shares.leave(known)
        let fourth = try #require(shares.arrive(from: "192.0.2.1"))
        #expect(shares.move(fourth, to: PeerCast.chengdu) == .agency(PeerCast.chengdu))
    }

    @Test func `a peer that asks too often gets 429, and its connection goes on`() async throws {
        let cast = try PeerCast()
        var settings = PeerServerSettings(host: "127.0.0.1", port: 0)
        settings.requestsPerSecond = 1
        let seen = Recorded<[UInt8]>()
        try await cast.withServer(
            settings: settings,
            receive: { body, _ in
                seen.append(body)
                return .receipt(body)
            }
        ) { port, _ in
            let client = try cast.client()
            var statuses: [Int] = []
            var opened = 0
            for number in 0..<30 {
                let answer = try await client.post(
                    [UInt8(number)], path: "/peer/v1/documents", to: cast.endpoint(port))
                if answer.status == 429 { #expect(try problemCode(answer) == "too-many-requests") }
                statuses.append(answer.status)
                opened += answer.connectionsOpened
            }
            #expect(statuses.prefix(2) == [200, 200])
            #expect(statuses.contains(429))
            #expect(Set(statuses) == [200, 429])
            #expect(seen.count == statuses.count { $0 == 200 })
            #expect(opened == 1)
            client.close()
        }
    }

    @Test func `connections without a name do not keep a peer out that comes from elsewhere`() async throws {
        let cast = try PeerCast()
        var settings = PeerServerSettings(host: "127.0.0.1", port: 0)
        settings.handshakesPerSource = 3
        settings.connectionLimit = 8
        try await cast.withServer(settings: settings) { port, _ in
            var silent: [any Channel] = []
            for _ in 0..<20 {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(to: try SocketAddress(ipAddress: "127.0.0.9", port: 0))
                    .connect(host: "127.0.0.1", port: port).get()
                silent.append(channel)
            }
            let client = try cast.client()
            #expect(try await client.post([1], path: "/peer/v1/documents", to: cast.endpoint(port)).status == 200)
            client.close()
            for channel in silent { try? await channel.close() }
        }
    }

    @Test func `a Host that is another agency's is refused with 421`() async throws {
        let cast = try PeerCast()
        try await cast.withServer(isElsewhere: { $0 == "elsewhere.example:8443" }) { port, _ in
            for (host, status) in [("elsewhere.example:8443", 421), ("gateway.example", 200)] {
                let answer = try await RawPeer.exchange(
                    "GET /peer/v1/ping HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n", port: port,
                    credentials: cast.credentials(cast.chengdu))
                #expect(statuses(answer) == [status])
            }
        }
    }

    @Test func `no more is read of an answer than the caller wants, and the next caller may want more`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let client = try cast.client(
                settings: PeerClientSettings(connectMilliseconds: 10_000, answerLimitBytes: 1 << 20))
            let endpoint = cast.endpoint(port)
            let body = [UInt8](repeating: 65, count: 100_000)
            let error = await transportError {
                try await client.post(body, path: "/peer/v1/documents", to: endpoint, answerLimitBytes: 65_536)
            }
            #expect(error?.code == .oversize)
            let short = try await client.post(
                [1], path: "/peer/v1/documents", to: endpoint, answerLimitBytes: 65_536)
            #expect(short.status == 200)
            let whole = try await client.post(body, path: "/peer/v1/documents", to: endpoint)
            #expect(whole.body.count == 100_006)
            client.close()
        }
    }
}
