import Casework
import NodeLink
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// Tries a connection to a peer as the node would make it, up to the peer's own words about its directory and its clock.
struct ProbeAtNode: Sendable {
    let desk: Desk
    let trust: TrustFiles
    let clients: PeerClients
    let directories: DirectoryDesk
    let minimumTLS: TLSMinimum

    func look(at peer: AgencyCode) async -> [ProbeStep] {
        let now = desk.clock.now.seconds
        guard let entry = desk.directory.current[peer], let endpoint = PeerEndpoint(entry, at: now) else {
            return [
                ProbeStep(
                    .name, .failed,
                    Wording(chinese: "目录中没有 \(peer) 的可用地址", english: "The directory has no usable address of \(peer)"),
                    mend: Wording(chinese: "取得最新目录。", english: "Fetch the newest directory."))
            ] + ProbeStep.rest(after: .name)
        }
        let clock = desk.clock
        let probe = PeerProbe(
            credentials: trust.credentials, minimumTLS: minimumTLS, now: { clock.now.seconds })
        var steps = await probe.look(at: endpoint, of: peer)
        guard steps.allSatisfy({ $0.outcome == .good }) else {
            return steps.contains { $0.kind == .answer } ? steps : steps + ProbeStep.rest(after: .certificate)
        }
        let answer = await self.answer(of: endpoint)
        steps.append(answer)
        guard answer.outcome == .good else { return steps + ProbeStep.rest(after: .answer) }
        return steps + (await directory(of: peer))
    }

    private func answer(of endpoint: PeerEndpoint) async -> ProbeStep {
        let begun = desk.clock.now
        do throws(TransportError) {
            let response = try await clients.current.get("/peer/v1/ping", from: endpoint)
            let took = desk.clock.now.milliseconds - begun.milliseconds
            guard response.status == 200 else {
                return ProbeStep(
                    .answer, .failed,
                    Wording(
                        chinese: "对方应答 HTTP \(response.status)",
                        english: "The peer answered with HTTP \(response.status)"),
                    mend: Wording(
                        chinese: "对方不认识本机构的证书：请对方取得最新目录。",
                        english: "The peer does not know our certificate: have it fetch the newest directory."),
                    milliseconds: took)
            }
            return ProbeStep(
                .answer, .good, Wording(chinese: "节点已应答", english: "The node answers"), milliseconds: took)
        } catch {
            return ProbeStep(
                .answer, .failed,
                Wording(
                    chinese: "没有应答：\(DeliveryWords.wording(of: error.code.rawValue).chinese)（\(error.code.rawValue)）",
                    english: "No answer: \(error.code.rawValue)"),
                mend: Wording(
                    chinese: "对方拒绝了本机构的证书或中断了连接：核对双方目录与吊销列表。",
                    english:
                        "The peer refused our certificate or cut the connection: compare directories and lists on both sides."
                ), milliseconds: desk.clock.now.milliseconds - begun.milliseconds)
        }
    }

    /// The peer's signed statement tells its directory and its time.
    private func directory(of peer: AgencyCode) async -> [ProbeStep] {
        let begun = desk.clock.now
        do {
            try await directories.exchange(with: peer)
            guard let known = try await directories.store.peerDirectories().first(where: { $0.peer == peer }) else {
                return ProbeStep.rest(after: .answer)
            }
            let (own, now) = (desk.directory.current, desk.clock.now)
            let took = now.milliseconds - begun.milliseconds
            let isSame = known.version == own.directory.version && known.digest == own.digest
            let apart = now.seconds - known.asOf
            let isNear = apart.magnitude * 1_000 <= ClockGate.boundMilliseconds.magnitude
            return [
                ProbeStep(
                    .directory, isSame ? .good : .failed,
                    Wording(
                        chinese: "对方版本 \(known.version)，本机构版本 \(own.directory.version)",
                        english: "theirs is \(known.version), ours \(own.directory.version)"),
                    mend: isSame
                        ? nil
                        : Wording(
                            chinese: "版本较低的一方取得最新目录。",
                            english: "The side with the lower version fetches the newest directory."),
                    milliseconds: took),
                ProbeStep(
                    .clock, isNear ? .good : .failed,
                    Wording(chinese: "相差约 \(apart.magnitude) 秒", english: "about \(apart.magnitude) s apart"),
                    mend: isNear
                        ? nil
                        : Wording(chinese: "两边核对时间同步（NTP）。", english: "Look at the time synchronisation on both sides.")
                ),
            ]
        } catch {
            return [
                ProbeStep(
                    .directory, .failed,
                    Wording(
                        chinese: "对方没有给出目录声明：\(DeliveryWords.wording(ofFault: "\(error)").chinese)（原文：\(error)）",
                        english: "No statement: \(error)"),
                    mend: Wording(
                        chinese: "请对方核对文书签名密钥与目录。",
                        english: "Have the other office look at its document key and directory."))
            ] + ProbeStep.rest(after: .directory)
        }
    }
}
