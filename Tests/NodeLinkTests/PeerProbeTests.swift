import Casework
import NodeLink
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A trial connection` {
    private static func probe(_ cast: PeerCast, now: @escaping @Sendable () -> Int64 = PeerCast.now) -> PeerProbe {
        PeerProbe(credentials: cast.credentials(cast.chengdu), minimumTLS: .tls13, now: now)
    }

    private static func outcomes(_ steps: [ProbeStep]) -> [String] {
        steps.map { "\($0.kind.rawValue) \($0.outcome.rawValue)" }
    }

    @Test func `to a good peer passes every step and names its certificate`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let steps = await Self.probe(cast).look(at: cast.endpoint(port), of: PeerCast.weifang)
            #expect(Self.outcomes(steps) == ["name good", "tcp good", "tls good", "certificate good"])
            #expect(steps.last?.detail.english.contains("the connections of agency \(PeerCast.weifang)") == true)
            #expect(steps.last?.detail.chinese.contains("机构 \(PeerCast.weifang) 的连接证书") == true)
            #expect(steps.last?.detail.chinese.contains("agency") == false)
            #expect(steps[2].detail.english.contains("TLS 1.3"))
        }
    }

    @Test func `to a closed port fails there, says what to do, and tries nothing behind it`() async throws {
        let cast = try PeerCast()
        let port = try await cast.withServer { port, _ in port }
        let steps = await Self.probe(cast).look(at: cast.endpoint(port), of: PeerCast.weifang)
        #expect(Self.outcomes(steps).prefix(3) == ["name good", "tcp failed", "tls skipped"])
        #expect(steps.count == ProbeStep.Kind.allCases.count)
        #expect(steps[1].mend != nil)
    }

    @Test func `to a name that nobody has fails at the name`() async throws {
        let cast = try PeerCast()
        let steps = await Self.probe(cast).look(
            at: cast.endpoint(443, host: "no-such-host.invalid"), of: PeerCast.weifang)
        #expect(Self.outcomes(steps).prefix(2) == ["name failed", "tcp skipped"])
    }

    @Test func `to something that is no node fails at TLS`() async throws {
        let cast = try PeerCast()
        try await PlainListener.run { port in
            let steps = await Self.probe(cast).look(at: cast.endpoint(port), of: PeerCast.weifang)
            #expect(Self.outcomes(steps).prefix(4) == ["name good", "tcp good", "tls failed", "certificate skipped"])
        }
    }

    @Test func `to another machine than the directory says fails at the certificate`() async throws {
        let cast = try PeerCast()
        try await cast.withServer { port, _ in
            let pin = cast.chengdu.certificate.keyPin
            let otherKey = await Self.probe(cast).look(at: cast.endpoint(port, pin: pin), of: PeerCast.weifang)
            #expect(Self.outcomes(otherKey).last == "certificate failed")
            let otherAgency = await Self.probe(cast).look(at: cast.endpoint(port), of: PeerCast.chengdu)
            #expect(Self.outcomes(otherAgency).last == "certificate failed")
            let later = await Self.probe(cast, now: { PeerCast.now() + 30 * 86_400 })
                .look(at: cast.endpoint(port), of: PeerCast.weifang)
            #expect(Self.outcomes(later).last == "certificate failed")
            #expect(later.last?.detail.english.contains("certificate-time") == true)
        }
    }
}
