import TransferCore

/// The file of a proof of silence: the signed proof, and the signed directory that names the keys, so that a stranger can
/// check it with nothing but the trust anchors.
package struct SilenceFile: Hashable, Sendable {
    /// The compact JWS of the proof (typ `jiexu-silence`).
    package let proof: [UInt8]
    /// The compact JWS of the directory.
    package let directory: [UInt8]

    /// No file is longer, in bytes.
    package static let longest = 64 << 20
    private static let format = "jiexu-silence-file/1"

    package init(proof: [UInt8], directory: [UInt8]) {
        self.proof = proof
        self.directory = directory
    }

    package func encoded() throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: SilenceFile.limits) { json in
                json.field("format", SilenceFile.format)
                json.field("proof", String(decoding: proof, as: UTF8.self))
                json.field("directory", String(decoding: directory, as: UTF8.self))
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    package init(decoding bytes: [UInt8]) throws(DocumentFault) {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(bytes, limits: SilenceFile.limits)
        } catch {
            throw DocumentFault(error)
        }
        var object = try ObjectReader(json)
        let format = try object.required("format")
        guard try format.string() == SilenceFile.format else {
            throw format.fault(.unsupportedFormat, "this program reads \(SilenceFile.format)")
        }
        proof = Array(try object.string("proof").utf8)
        directory = Array(try object.string("directory").utf8)
        try object.end()
    }

    private static let limits = JSONLimits(
        bytes: longest, depth: 2, members: 8, topLevelObjectOnly: true, integersOnly: true, textRule: .any)
}

/// One thing that is wrong with a proof of silence.
package struct SilenceFinding: Hashable, Sendable {
    package let code: Code
    /// What is wrong, in one sentence.
    package let chinese: String
    package let english: String

    init(_ code: Code, _ chinese: String, _ english: String) {
        self.code = code
        self.chinese = chinese
        self.english = english
    }

    /// These codes are published and never change.
    package enum Code: String, Sendable, CaseIterable {
        case fileUnreadable = "file-unreadable"
        case directoryNotTrusted = "directory-not-trusted"
        case signatureInvalid = "signature-invalid"
        case signerOther = "signer-other"
        case proofUnreadable = "proof-unreadable"
        case signedAtOther = "signed-at-other"
        case signedInFuture = "signed-in-future"
        case peerOther = "peer-other"
        case receiptDiffers = "receipt-differs"
    }
}

extension SilenceFinding: CustomStringConvertible {
    package var description: String { "\(code.rawValue): \(english)" }
}

/// Checks a proof of silence offline.
package enum SilenceVerifier {
    /// - Parameters:
    ///   - bytes: the file.
    ///   - time: now, in seconds since 1970.
    /// - Returns: what the proof says, when it could be read, and everything that is wrong; nothing is wrong only when
    ///   there is no finding.
    package static func verify(
        _ bytes: [UInt8], anchors: TrustAnchors, at time: Int64
    ) -> (proof: ProofOfSilence?, findings: [SilenceFinding]) {
        var findings: [SilenceFinding] = []
        let file: SilenceFile
        let signature: JWS
        do {
            file = try SilenceFile(decoding: bytes)
            signature = try JWS.parse(file.proof, typ: .silence, maximumBytes: SilenceFile.longest)
        } catch {
            return (nil, [SilenceFinding(.fileUnreadable, "文件无法读取。", "The file cannot be read: \(error).")])
        }
        let signedAt = signature.header.signingTime
        let directory: SignedDirectory
        do throws(TrustFault) {
            directory = try SignedDirectory.open(
                file.directory, anchors: anchors, at: time, expiry: .allowedForEvidence)
        } catch {
            return (
                nil,
                [SilenceFinding(.directoryNotTrusted, "目录不能用所给的信任锚验证。", "The directory is not trusted: \(error).")]
            )
        }
        let signer: AgencyCode
        do {
            signer = try directory.signer(of: signature, seenAt: nil)
        } catch {
            return (nil, [SilenceFinding(.signatureInvalid, "签名无效。", "The signature is not good: \(error).")])
        }
        let proof: ProofOfSilence
        do throws(DocumentFault) {
            proof = try ProofOfSilence(decoding: signature.payload)
        } catch {
            return (nil, [SilenceFinding(.proofUnreadable, "证明内容无法读取。", "The proof cannot be read: \(error).")])
        }
        if signer != proof.agency {
            findings.append(SilenceFinding(.signerOther, "签名机构与证明机构不符。", "Agency \(signer) signed it."))
        }
        if signedAt != proof.madeAt {
            findings.append(SilenceFinding(.signedAtOther, "签名时间与制作时间不一致。", "It was signed at another time."))
        }
        if signedAt.secondsSince1970 > time + SignedDirectory.clockTolerance {
            findings.append(SilenceFinding(.signedInFuture, "签名时间在将来。", "It was signed in the future."))
        }
        if directory.inForce(proof.peer) != proof.peerInForce {
            findings.append(
                SilenceFinding(.peerOther, "承继机构与目录不符。", "The directory names another successor of \(proof.peer)."))
        }
        for item in proof.documents + proof.reminders {
            guard let receipt = item.receipt else { continue }
            if let fault = directory.fault(inReceipt: Array(receipt.utf8), for: item, of: proof) {
                findings.append(
                    SilenceFinding(
                        .receiptDiffers, "第 \(item.sequence) 号文书的回执不符。",
                        "The receipt for document \(item.sequence) is not the peer's for it: \(fault)."))
            }
        }
        return (proof, findings)
    }
}

extension SignedDirectory {
    /// What is wrong with a receipt in a proof; nil for nothing.
    fileprivate func fault(
        inReceipt bytes: [UInt8], for item: ProofOfSilence.Unanswered, of proof: ProofOfSilence
    ) -> String? {
        do {
            let signature = try JWS.parse(bytes, typ: .receipt, maximumBytes: 1 << 16)
            let signer = try signer(of: signature, seenAt: nil)
            let receipt = try Receipt(decoding: signature.payload)
            guard receipt.caseNumber == proof.caseNumber, receipt.sequence == item.sequence,
                receipt.digest == item.digest, stands(signer, for: proof.peer), isSame(receipt.sender, proof.agency)
            else { return "it is for another document, or by another agency" }
            return nil
        } catch {
            return "\(error)"
        }
    }
}
