package import Casework
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization
package import TransferCore
import TransferDocuments

/// Tries a connection to a peer step by step, each with a deadline: the name, the connection, TLS, and the certificate that
/// the peer shows. Nothing is asked of the peer; its certificate is looked at whatever it is, so that it can be told which
/// one it was.
package struct PeerProbe: Sendable {
    private let credentials: TLSCredentials
    private let minimumTLS: TLSMinimum
    private let now: @Sendable () -> Int64

    /// For each step.
    private static let deadline = TimeAmount.seconds(5)

    /// - Parameter now: in seconds since 1970.
    package init(credentials: TLSCredentials, minimumTLS: TLSMinimum, now: @escaping @Sendable () -> Int64) {
        self.credentials = credentials
        self.minimumTLS = minimumTLS
        self.now = now
    }

    /// The steps up to the certificate; where one fails, those behind it are skipped.
    package func look(at endpoint: PeerEndpoint, of agency: AgencyCode) async -> [ProbeStep] {
        let (host, port) = (endpoint.url.host, endpoint.url.port)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        var steps: [ProbeStep] = []
        var begun = NIODeadline.now()
        func took() -> Int64 { (NIODeadline.now() - begun).nanoseconds / 1_000_000 }

        let address: SocketAddress
        do {
            address = try await PeerProbe.resolve(host, port, on: loop)
            steps.append(
                ProbeStep(
                    .name, .good,
                    .init("\(host) → \(address.ipAddress ?? host)", "\(host) → \(address.ipAddress ?? host)"),
                    milliseconds: took()))
        } catch {
            let mend = Wording(
                chinese: "核对目录中的主机名，或请网络管理员配置域名解析。",
                english: "Compare the name with the directory, or have the network's names mended.")
            steps.append(
                ProbeStep(
                    .name, .failed, .init("无法解析 \(host)", "\(host) is not known"), mend: mend, milliseconds: took()))
            return steps + ProbeStep.rest(after: .name)
        }

        begun = .now()
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: loop).connectTimeout(PeerProbe.deadline).connect(to: address)
                .get()
            steps.append(
                ProbeStep(.tcp, .good, .init("\(host):\(port) 已连通", "\(host):\(port) is open"), milliseconds: took()))
        } catch {
            let mend = Wording(
                chinese: "对方节点可能未运行，或防火墙未放行该端口：先联系对方，再查两边防火墙。",
                english:
                    "The node may be down, or a firewall closes the port: ask the other office, then look at both firewalls."
            )
            steps.append(
                ProbeStep(
                    .tcp, .failed, .init("无法连接 \(host):\(port)", "\(host):\(port) cannot be reached"), mend: mend,
                    milliseconds: took()))
            return steps + ProbeStep.rest(after: .tcp)
        }
        defer { channel.close(promise: nil) }

        begun = .now()
        let shown: Shown
        do {
            shown = try await handshake(channel, host)
            let version = shown.version
            steps.append(
                ProbeStep(
                    .tls, .good, .init("\(version) 握手完成", "\(version), the handshake is complete"), milliseconds: took()
                ))
        } catch {
            let mend = Wording(
                chinese: "对方不接受 TLS \(minimumTLS.rawValue)，或者该端口不是节点：请对方核对监听端口与证书。",
                english:
                    "The other end does not speak TLS \(minimumTLS.rawValue), or is no node: have its port and certificate "
                    + "looked at.")
            steps.append(
                ProbeStep(.tls, .failed, .init("握手未完成", "the handshake failed"), mend: mend, milliseconds: took()))
            return steps + ProbeStep.rest(after: .tls)
        }
        steps.append(judge(shown.certificate, endpoint, agency))
        return steps
    }

    // MARK: The certificate

    private func judge(_ der: [UInt8]?, _ endpoint: PeerEndpoint, _ agency: AgencyCode) -> ProbeStep {
        let time = now()
        guard let der, let certificate = try? NetworkCertificate(der: der) else {
            return ProbeStep(
                .certificate, .failed, .init("对方没有出示本网络的证书", "the peer showed no certificate of this network"),
                mend: PeerProbe.otherMachine)
        }
        let left = (certificate.validity.upperBound + 1 - time) / 86_400
        let short = "\(certificate.thumbprint.text.prefix(16))…"
        let purpose = certificate.purpose.wording
        let name = Wording("\(short)（\(purpose.chinese)）", "\(short) (\(purpose.english))")
        do throws(TrustFault) {
            try credentials.judging().verifyPeer(certificate, at: time)
        } catch {
            return ProbeStep(
                .certificate, .failed,
                .init(
                    "证书 \(name.chinese) 不被接受：\(error.code.wording.chinese)（\(error.code.rawValue)）",
                    "certificate \(name.english) is not accepted: \(error.code.wording.english) (\(error.code.rawValue))"
                ),
                mend: Wording(
                    chinese: "请对方换用有效且未吊销的连接证书；如刚更换，请更新本机构的目录与吊销列表。",
                    english:
                        "Have the other office take up a certificate that is valid and not revoked; after a renewal, fetch "
                        + "the newest directory and lists here."))
        }
        guard endpoint.keyPins.contains(certificate.keyPin), certificate.purpose == .tls(agency) else {
            return ProbeStep(
                .certificate, .failed,
                .init(
                    "证书 \(name.chinese) 不是目录中 \(agency) 的",
                    "certificate \(name.english) is not what the directory has for \(agency)"),
                mend: PeerProbe.otherMachine)
        }
        return ProbeStep(
            .certificate, .good,
            .init("证书 \(name.chinese)，还有 \(left) 天", "certificate \(name.english), \(left) days left"))
    }

    private static let otherMachine = Wording(
        chinese: "应答的不是目录中的那台机器，或对方换了证书而目录未更新：核对目录版本，联系对方。",
        english:
            "Another machine answers than the directory says, or the certificate was renewed and the directory was not: "
            + "compare the versions of the directory with the other office.")

    // MARK: The steps

    private struct Late: Error {}

    /// What the other end showed.
    private struct Shown: Sendable {
        var certificate: [UInt8]?
        var version = "TLS"
    }

    private static func resolve(
        _ host: String, _ port: Int, on loop: any EventLoop
    ) async throws -> SocketAddress {
        let promise = loop.makePromise(of: SocketAddress.self)
        let limit = loop.scheduleTask(in: deadline) { promise.fail(Late()) }
        NIOThreadPool.singleton.submit { _ in
            promise.completeWith(Result { try SocketAddress.makeAddressResolvingHost(host, port: port) })
        }
        defer { limit.cancel() }
        return try await promise.futureResult.get()
    }

    private func handshake(_ channel: any Channel, _ host: String) async throws -> Shown {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(credentials.certificatePEM).map {
            .certificate($0)
        }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: credentials.keyPEM, format: .pem))
        configuration.minimumTLSVersion = minimumTLS == .tls12 ? .tlsv12 : .tlsv13
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = ["http/1.1"]
        let context = try NIOSSLContext(configuration: configuration)
        let isName = host.utf8.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        let done = channel.eventLoop.makePromise(of: Void.self)
        let limit = channel.eventLoop.scheduleTask(in: PeerProbe.deadline) { done.fail(Late()) }
        defer { limit.cancel() }
        let record = CertificateRecord()
        try await channel.eventLoop.submit {
            let tls = try NIOSSLClientHandler(
                context: context, serverHostname: isName ? host : nil,
                customVerificationCallback: { certificates, verdict in
                    record.keep(try? certificates.first?.toDERBytes())
                    verdict.succeed(.certificateVerified)
                })
            try channel.pipeline.syncOperations.addHandlers([tls, HandshakeEnd(done: done)])
        }.get()
        try await done.futureResult.get()
        let version = try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.nioSSL_tlsVersion()
        }.get()
        return Shown(
            certificate: record.certificate,
            version: version == .tlsv13 ? "TLS 1.3" : version == .tlsv12 ? "TLS 1.2" : "TLS")
    }
}

/// The certificate that the other end has shown.
private final class CertificateRecord: Sendable {
    private let kept = Mutex<[UInt8]?>(nil)

    var certificate: [UInt8]? { kept.withLock { $0 } }
    func keep(_ der: [UInt8]?) { kept.withLock { $0 = der } }
}

/// Tells when TLS is up, or that it does not come up.
private final class HandshakeEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let done: EventLoopPromise<Void>

    private struct Closed: Error {}

    init(done: EventLoopPromise<Void>) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { done.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.fail(Closed())
        context.fireChannelInactive()
    }
}

extension Wording {
    fileprivate init(_ chinese: String, _ english: String) { self.init(chinese: chinese, english: english) }
}
