import Foundation
import Testing

/// What the tree promises about itself. Each rule says why it exists, so that whoever meets it can judge it.
@Suite struct `The tree` {
    /// Which modules each target may import; the Swift library needs no mention. Arrows point down only, and no adapter
    /// knows another adapter.
    private static let arrows: [String: Set<String>] = [
        // The rules could be printed and given to a lawyer: they hang on nothing.
        "TransferCore": [],
        // FoundationEssentials only: the lenient readers of Foundation must not touch what comes from outside.
        "TransferDocuments": ["TransferCore", "Crypto", "X509", "SwiftASN1", "FoundationEssentials", "Swift"],
        "BankFiles": ["TransferCore", "Foundation", "FoundationXML", "Glibc"],
        "Casework": ["TransferCore", "TransferDocuments", "BankFiles", "Logging", "Synchronization"],
        "Accounts": [
            "TransferCore", "TransferDocuments", "Casework", "Crypto", "CryptoExtras", "FoundationEssentials", "Glibc",
            "Synchronization",
        ],
        "Webhooks": [
            "TransferCore", "TransferDocuments", "Casework", "Crypto", "FoundationEssentials", "Logging",
            "Synchronization",
        ],
        "Store": [
            "TransferCore", "TransferDocuments", "Casework", "Accounts", "Webhooks", "GRDB", "GRDBSQLite", "Foundation",
            "Glibc", "Logging", "Dispatch", "Synchronization", "PostgresShim", "SQLiteShim",
        ],
        "NodeLink": [
            "TransferCore", "TransferDocuments", "Casework", "Webhooks", "CurlShim", "Dispatch", "HummingbirdCore",
            "Logging",
            "NIOCore", "Glibc",
            "NIOPosix", "NIOSSL", "NIOTLS", "ServiceLifecycle", "Synchronization",
        ],
        "WebConsole": [
            "ContractShim", "Yams",
            "TransferCore", "TransferDocuments", "Casework", "HTTPTypes", "Hummingbird", "HummingbirdCore",
            "HummingbirdTLS", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "NIOSSL", "ServiceLifecycle",
            "Synchronization", "FoundationEssentials", "Glibc", "Crypto", "Sheets", "Accounts", "Papers",
            "Webhooks",
        ],
        "Sheets": ["TransferCore", "TransferDocuments", "SheetShim", "Glibc"],
        "Simulation": [
            "TransferCore", "TransferDocuments", "BankFiles", "Casework", "Logging", "Dispatch", "Synchronization",
            "Glibc",
        ],
        "NodeSettings": [
            "TransferCore", "TransferDocuments", "Casework", "Yams", "Glibc", "FoundationEssentials", "Synchronization",
        ],
        "Papers": ["TransferCore", "TransferDocuments", "PaperShim", "Synchronization"],
    ]

    @Test(arguments: arrows.keys.sorted())
    func `imports only what its place in the house allows`(target: String) throws {
        let allowed = try #require(Self.arrows[target])
        for file in try Tree.swiftFiles(under: "Sources/\(target)") {
            for line in file.lines {
                guard let module = Tree.importedModule(in: line) else { continue }
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test func `has a rule about imports for every target but the executable and the shims`() throws {
        let targets = try Tree.folders(under: "Sources").filter { $0 != "jiexu" && !$0.hasSuffix("Shim") }
        #expect(Set(targets) == Set(Self.arrows.keys))
    }

    /// One tenth of a yuan has no exact binary fraction; a wrong fen is found by an auditor years later. Papers measure the
    /// places of words on a page, and print sums that are text already.
    @Test(arguments: arrows.keys.sorted().filter { $0 != "Papers" })
    func `has no floating point where money is`(target: String) throws {
        for file in try Tree.swiftFiles(under: "Sources/\(target)") {
            for word in ["Double", "Float", "Decimal", "CGFloat", "Float16", "Float80"] {
                #expect(!file.code.contains(word: word), "\(file.path) mentions \(word)")
            }
        }
    }

    /// A rule that is also the form of a message or of a table changes with it.
    @Test func `keeps the forms of messages and tables out of the rules`() throws {
        for file in try Tree.swiftFiles(under: "Sources/TransferCore") {
            for word in ["Codable", "Encodable", "Decodable", "CodingKey", "CodingKeys"] {
                #expect(!file.code.contains(word: word), "\(file.path) mentions \(word)")
            }
        }
    }

    /// Whoever gets a code looks it up.
    @Test func `tells no code that the list of codes does not have`() throws {
        let listed = try String(
            contentsOf: Tree.root.appendingPathComponent("contracts/reasons.md"), encoding: .utf8)
        var codes: Set<Substring> = []
        for file in try Tree.swiftFiles(under: "Sources") {
            let code = file.code.joined
            let named = code.matches(of: /Problem\(\s*status: [^,]+,\s*code: "([a-z0-9-]+)"/)
            let counted = code.matches(of: /(?:MessageRefusal|HeadProblem)\(\s*\d+,\s*"([a-z0-9-]+)"/)
            codes.formUnion((named + counted).map(\.output.1))
        }
        #expect(codes.count >= 45)
        for code in codes.sorted() { #expect(listed.contains("`\(code)`"), "\(code)") }
    }

    /// What runs from a seed must run again in the same way, and a legal deadline must not depend on who asks.
    @Test func `asks for the time in one place only`() throws {
        let askers = [
            "Date()", "Date.now", "clock_gettime", "gettimeofday", "SystemClock.now", "ContinuousClock",
            "SuspendingClock",
        ]
        for file in try Tree.swiftFiles(under: "Sources") {
            // The demonstration and the measurements stand outside the node and may look at the clock.
            if file.path.hasSuffix("Wiring/SystemClock.swift") || file.path.contains("/Rig/") { continue }
            if file.path.hasSuffix("Commands/SimulateReport.swift") { continue }
            // How long a server is waited for decides nothing of a case, and must not follow a clock that people set.
            if file.path.hasSuffix("Postgres/Monotonic.swift") { continue }
            for asker in askers {
                #expect(!file.code.joined.contains(asker), "\(file.path) asks the time with \(asker)")
            }
        }
    }

    /// A clock or an adapter that is made in two places is two of them.
    @Test func `makes its adapters in the executable only`() throws {
        let adapters = ["JiexuStore(", "PeerClient(settings", "PeerServer(", "SystemClock("]
        for file in try Tree.swiftFiles(under: "Sources") where !file.path.contains("Sources/jiexu/") {
            for adapter in adapters {
                #expect(!file.code.joined.contains(" \(adapter)"), "\(file.path) makes \(adapter)…)")
            }
        }
    }

    /// A reader must be able to find the law behind a rule without asking anybody.
    @Test(arguments: ["Funds", "Calendar", "BenefitPlace", "Eligibility", "Handshake"])
    func `names the source of its rules`(folder: String) throws {
        let files = try Tree.swiftFiles(under: "Sources/TransferCore/\(folder)")
        #expect(!files.isEmpty)
        #expect(files.contains { $0.text.contains("Source:") })
    }

    /// Whoever has no mouse has to reach what is beyond the edge as well.
    @Test func `lets a keyboard scroll whatever scrolls on a page`() throws {
        for file in try Tree.swiftFiles(under: "Sources/WebConsole") {
            for line in file.lines where line.contains("class=\"scroll") || line.contains("class=\\\"scroll") {
                #expect(line.contains("tabindex"), "\(file.path): \(line)")
            }
        }
    }

    /// A vague noun hides what a type is.
    @Test func `has no vague noun in the name of a type`() throws {
        let vague = ["Manager", "Helper", "Util", "Utils", "Utility", "Handler", "Info"]
        for file in try Tree.swiftFiles(under: "Sources") {
            for name in Tree.typeNames(in: file) {
                for noun in vague {
                    #expect(!name.hasSuffix(noun), "\(file.path): \(name)")
                }
            }
        }
    }

    /// One word for one thing: the words that the glossary rejects stay out of the names of types.
    @Test func `keeps the rejected words out of the names of types`() throws {
        let rejected = ["Saga", "Voucher", "Participant", "Endowment", "Rollback"]
        for file in try Tree.swiftFiles(under: "Sources") {
            for name in Tree.typeNames(in: file) {
                for word in rejected { #expect(!name.contains(word), "\(file.path): \(name)") }
            }
        }
    }

    @Test func `leaves nothing unfinished behind`() throws {
        for file in try Tree.swiftFiles(under: "Sources") {
            for mark in ["TO" + "DO", "FIX" + "ME", "XX" + "X", "unimplemented", "not implemented"] {
                #expect(!file.text.contains(mark), "\(file.path): \(mark)")
            }
        }
    }

    /// Nobody argues about layout: the formatter decides.
    @Test func `is formatted`() throws {
        let (status, output) = try Tree.run(
            "swift", "format", "lint", "--recursive", "--strict", "Sources", "Tests", "Package.swift")
        #expect(status == 0, "\(output)")
    }
}

/// The files of the package, read as text.
enum Tree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File {
        let path: String
        let text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        /// The text without comments.
        var code: Code {
            Code(lines: lines.filter { !$0.drop(while: { $0 == " " }).hasPrefix("//") }.map(String.init))
        }
    }

    struct Code {
        let lines: [String]
        var joined: String { lines.joined(separator: "\n") }

        func contains(word: String) -> Bool {
            lines.contains { line in
                line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == word }
            }
        }
    }

    static func swiftFiles(under folder: String) throws -> [File] {
        let start = root.appendingPathComponent(folder)
        guard let walker = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else { return [] }
        var files: [File] = []
        for case let url as URL in walker where url.pathExtension == "swift" {
            files.append(File(path: url.path, text: try String(contentsOf: url, encoding: .utf8)))
        }
        try #require(!files.isEmpty, "\(folder) has no Swift file")
        return files
    }

    static func folders(under folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            at: root.appendingPathComponent(folder), includingPropertiesForKeys: [.isDirectoryKey]
        ).filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true }.map(\.lastPathComponent)
    }

    static func importedModule(in line: Substring) -> String? {
        var words = line.split(separator: " ")
        while let first = words.first,
            first.hasPrefix("@") || ["package", "public", "internal", "private"].contains(first)
        {
            words.removeFirst()
        }
        guard words.first == "import", words.count >= 2 else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "let", "var", "typealias"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return name.split(separator: ".").first.map(String.init)
    }

    static func typeNames(in file: File) -> [String] {
        file.code.lines.compactMap { line in
            let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
            guard
                let kind = words.firstIndex(where: { ["struct", "class", "enum", "actor", "protocol"].contains($0) }),
                kind + 1 < words.count, words[kind + 1].first?.isUppercase == true
            else { return nil }
            return String(words[kind + 1])
        }
    }

    static func run(_ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = root
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
