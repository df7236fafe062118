package import TransferCore
package import TransferDocuments

extension TrustFault.Code: Worded {
    package var wording: Wording {
        switch self {
        case .certificateForm: Wording(chinese: "不是本网络格式的证书", english: "Not a certificate of this network's form")
        case .certificatePurpose: Wording(chinese: "证书用途不符", english: "A certificate made for something else")
        case .certificateIssuer: Wording(chinese: "证书不是本网络的根所签发", english: "Not issued by a root of this network")
        case .certificateTime: Wording(chinese: "证书不在有效期内", english: "The certificate is not valid at this time")
        case .certificateRevoked: Wording(chinese: "证书已吊销", english: "The certificate was revoked")
        case .anchorsForm: Wording(chinese: "信任锚文件有误", english: "The file of trust anchors is not right")
        case .crlForm: Wording(chinese: "不是本网络格式的吊销列表", english: "Not a revocation list of this network's form")
        case .crlIssuer: Wording(chinese: "吊销列表不是本网络的根所签", english: "The list is not signed by a root of this network")
        case .crlRollback: Wording(chinese: "吊销列表比已知的旧", english: "The list is older than the one known")
        case .crlSplit: Wording(chinese: "同一编号有两份不同的吊销列表", english: "There are two lists of one number")
        case .crlFuture: Wording(chinese: "吊销列表的时间在将来，请核对时钟", english: "The list is of the future: look at the clocks")
        case .crlMissing: Wording(chinese: "没有吊销列表", english: "A revocation list is missing")
        case .crlStale: Wording(chinese: "吊销列表已过宽限期", english: "The next list is overdue beyond the grace time")
        case .directoryForm: Wording(chinese: "目录格式有误", english: "The form of the directory is not right")
        case .directorySignature: Wording(chinese: "目录签名无效", english: "The signature of the directory is not valid")
        case .directoryExpired: Wording(chinese: "目录已过期", english: "The directory has expired")
        case .directoryFuture:
            Wording(chinese: "目录的时间在将来，请核对时钟", english: "The directory is of the future: look at the clocks")
        case .directoryConflict: Wording(chinese: "目录内容自相矛盾", english: "The directory contradicts itself")
        case .directoryRollback: Wording(chinese: "目录比已知的旧", english: "The directory is older than the one known")
        case .directorySplit: Wording(chinese: "同一版本有两份不同的目录", english: "There are two directories of one version")
        case .keyUnknown: Wording(chinese: "目录中没有该密钥", english: "No agency of the directory has this key")
        case .keyTime: Wording(chinese: "密钥当时不在使用期内", english: "The key was not in use at that time")
        case .keyRevoked: Wording(chinese: "密钥已吊销", english: "The key was revoked")
        case .keyPurpose: Wording(chinese: "密钥不是用于文书签名的", english: "The key is not for signing documents")
        }
    }
}

extension NetworkCertificate.Purpose {
    /// What a certificate is for.
    package var wording: Wording {
        switch self {
        case .root: Wording(chinese: "网络根证书", english: description)
        case .directory: Wording(chinese: "目录签名证书", english: description)
        case .tls(let agency): Wording(chinese: "机构 \(agency) 的连接证书", english: description)
        case .signing(let agency): Wording(chinese: "机构 \(agency) 的文书签名证书", english: description)
        }
    }
}

extension TrustTerm.Kind: Worded {
    package var wording: Wording {
        switch self {
        case .tls: Wording(chinese: "连接证书", english: "connections")
        case .signing: Wording(chinese: "签名证书", english: "signing")
        case .directory: Wording(chinese: "目录", english: "directory")
        case .root: Wording(chinese: "根证书", english: "root")
        case .directoryKey: Wording(chinese: "目录签名证书", english: "directory key")
        case .revocationList: Wording(chinese: "吊销列表", english: "revocation list")
        }
    }
}

extension TrustAlarm.Kind: Worded {
    package var wording: Wording {
        switch self {
        case .fileRefused: Wording(chinese: "新文件未被采用", english: "A new file was not taken")
        case .rollback: Wording(chinese: "收到比现用的更旧的文件", english: "A file older than the one in force was shown")
        case .split: Wording(chinese: "同一版本有两份不同的内容", english: "There are two of one version")
        case .directoryBehind: Wording(chinese: "本机构目录落后", english: "Our directory is behind")
        case .ending: Wording(chinese: "即将到期", english: "Comes to its end")
        case .ended: Wording(chinese: "已到期", english: "Has ended")
        case .listOverdue: Wording(chinese: "下一份吊销列表已逾期", english: "The next revocation list is overdue")
        case .unchecked: Wording(chinese: "未检查证书吊销", english: "Revocation is not looked at")
        case .ownKey: Wording(chinese: "其他机构不会承认本机构的密钥", english: "Others would not believe our key")
        }
    }
}

extension TrustAlarm {
    /// What the alarm is about: the kind of thing and its short name.
    package var subjectWording: Wording {
        let words = subject.split(separator: " ")
        let rest = words.dropFirst().map { $0.count > 20 ? $0.prefix(16) + "…" : $0 }.joined(separator: " ")
        guard let first = words.first, let kind = TrustTerm.Kind(rawValue: String(first))?.wording else {
            let name = words.map { $0.count > 20 ? $0.prefix(16) + "…" : $0 }.joined(separator: " ")
            return Wording(chinese: AgencyCode(subject) == nil ? name : "机构 \(name)", english: name)
        }
        guard !rest.isEmpty else { return kind }
        return Wording(chinese: "\(kind.chinese) \(rest)", english: "\(kind.english) \(rest)")
    }

    /// What was found, for alarms whose ``detail`` has figures only; nil where it is a sentence that has to be quoted.
    package var found: Wording? {
        switch kind {
        case .unchecked:
            return Wording(
                chinese: "配置中没有 keys.revocationLists", english: "keys.revocationLists is not set in the settings")
        case .ending:
            return figures(1).map { Wording(chinese: "还有 \($0[0]) 天", english: "\($0[0]) days left") }
        case .ended:
            return figures(1).map {
                Wording(chinese: "\(Self.time($0[0])) 到期", english: "it ended at \(Self.time($0[0]))")
            }
        case .listOverdue:
            return figures(3).map {
                Wording(
                    chinese: "第 \($0[0]) 份之后应于 \(Self.time($0[1])) 有下一份；\(Self.time($0[2])) 起拒绝连接",
                    english:
                        "list \($0[0]) was to be followed by another at \(Self.time($0[1])); connections are refused "
                        + "from \(Self.time($0[2])) on")
            }
        case .directoryBehind:
            return figures(3).map {
                Wording(
                    chinese: "机构 \($0[0]) 用版本 \($0[1])，本节点用版本 \($0[2])",
                    english: "\($0[0]) works by version \($0[1]), this node by \($0[2])")
            }
        case .split where AgencyCode(subject) != nil:
            return figures(2).map {
                Wording(
                    chinese: "机构 \($0[0]) 的目录版本 \($0[1]) 与本节点的内容不同",
                    english: "\($0[0]) works by another directory of version \($0[1])")
            }
        case .split, .rollback, .fileRefused, .ownKey: return nil
        }
    }

    /// The whole numbers in ``detail``, in their order; nil when there are not so many.
    private func figures(_ count: Int) -> [Int64]? {
        let found = detail.split { !("0"..."9").contains($0) }.compactMap { Int64($0) }
        return found.count == count ? found : nil
    }

    private static func time(_ seconds: Int64) -> String { ChinaTime.text(Instant(seconds: seconds)) }
}

extension Wording {
    /// Words that stand in both languages in one text, `中文。 English.`: they were kept, or thrown, before it was known who
    /// would read them. A text without Chinese is itself in both.
    package init(inOneText text: String) {
        guard let end = text.firstRange(of: "。 ") else {
            self.init(chinese: text, english: text)
            return
        }
        self.init(chinese: text[..<end.lowerBound] + "。", english: String(text[end.upperBound...]))
    }
}
