import Casework
import NodeSettings
import Testing
import TransferCore

/// What `deploy/settings.yaml` promises to whoever copies it.
@Suite struct `The documented settings` {
    private static let text: String = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        guard let bytes = try? Files.read("/\(root)/deploy/settings.yaml", limit: NodeSettings.longestFile) else {
            return ""
        }
        return String(decoding: bytes, as: UTF8.self)
    }()

    @Test func `are a settings file`() throws {
        let settings = try NodeSettings(yaml: Self.text)
        #expect(settings.agency.code.text == "370700")
    }

    @Test func `write out the defaults`() throws {
        let settings = try NodeSettings(yaml: Self.text)
        let bare = NodeSettings.Agency(
            code: settings.agency.code, office: settings.agency.office, account: settings.agency.account)
        #expect(settings == NodeSettings(agency: bare))
    }

    @Test func `name every key that is written`() throws {
        var settings = try NodeSettings(yaml: Self.text)
        settings.publicAccess.tls = NodeSettings.TLSPaths(certificate: "a", key: "b")
        settings.publicAccess.tokens = [Cast.token]
        settings.staff = [Cast.person]
        let documented = Self.keys(
            of: Self.text.replacing("\n  #   ", with: "\n    ").replacing("\n  # ", with: "\n  "))
        let written = Self.keys(of: settings.yaml)
        #expect(written.count > 45)
        #expect(written.subtracting(documented) == [])
    }

    @Test func `explain every key that holds a value`() {
        let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
        var unexplained: [String] = []
        for (line, next) in zip(lines, lines.dropFirst()) where next.contains(": ") && !next.contains("#") {
            // Two keys that belong together share the words above the first.
            let isShared = ["tlsKey", "signingKey", "host", "port", "folder"].contains { next.contains("\($0):") }
            if !line.contains("# "), !isShared { unexplained.append(String(next)) }
        }
        #expect(unexplained == [])
    }

    /// The names before the first colon of each line, with list marks taken away.
    private static func keys(of text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let name = line[..<colon].trimmingPrefix { $0 == " " || $0 == "-" }
                return name.allSatisfy(\.isLetter) || name == "sha256" ? String(name) : nil
            })
    }
}
