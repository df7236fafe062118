import Foundation
import Glibc
import Synchronization

/// Prints one line at once, whole, whoever reads.
func printLine(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

/// A process that this one started, and ends.
final class ChildProcess: Sendable {
    let name: String
    private let arguments: [String]
    private let log: String
    private let process: Mutex<Process?>

    /// - Parameters:
    ///   - arguments: of this same program.
    ///   - log: the file to which its standard error is added.
    init(name: String, arguments: [String], log: String) {
        self.name = name
        self.arguments = arguments
        self.log = log
        process = Mutex(nil)
    }

    func start() throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: ChildProcess.program)
        child.arguments = arguments
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        output.seekToEndOfFile()
        child.standardError = output
        child.standardOutput = output
        child.standardInput = FileHandle.nullDevice
        try child.run()
        process.withLock { $0 = child }
    }

    /// The program that is running now.
    static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    var id: Int32? { process.withLock { $0?.processIdentifier } }

    var isRunning: Bool { process.withLock { $0?.isRunning ?? false } }

    /// Whether it has ended by itself with status 0.
    var endedWell: Bool {
        process.withLock { child in
            guard let child, !child.isRunning else { return false }
            return child.terminationReason == .exit && child.terminationStatus == 0
        }
    }

    /// Asks it to stop, and waits; after ten seconds it is killed.
    func stop() async {
        guard let child = process.withLock({ $0 }), child.isRunning else { return }
        child.terminate()
        for _ in 0..<200 where child.isRunning { try? await Task.sleep(for: .milliseconds(50)) }
        if child.isRunning { Glibc.kill(child.processIdentifier, SIGKILL) }
        child.waitUntilExit()
    }

    /// Ends it as a power cut would: at once, wherever it is.
    func kill() {
        guard let child = process.withLock({ $0 }), child.isRunning else { return }
        Glibc.kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
    }

    /// What a process uses.
    struct Usage {
        /// So far.
        let cpuMilliseconds: Int64
        /// Its resident memory, now and at its peak.
        let bytes: Int64
        let peakBytes: Int64
        /// What of it now belongs to files, such as the program's own: processes that run the same program share it.
        let fileBytes: Int64
    }

    /// Nil when it has ended.
    var usage: Usage? {
        guard let id else { return nil }
        guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8),
            let close = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        // Fields 14 and 15 of proc(5), counted after the command's closing parenthesis.
        guard fields.count > 13, let user = Int64(fields[11]), let system = Int64(fields[12]) else { return nil }
        let ticks = Int64(sysconf(Int32(_SC_CLK_TCK)))
        func kibibytes(_ name: String) -> Int64 {
            status.split(separator: "\n").first { $0.hasPrefix(name) }
                .flatMap { $0.split { $0.isWhitespace }.dropFirst().first }.flatMap { Int64($0) } ?? 0
        }
        return Usage(
            cpuMilliseconds: (user + system) * 1_000 / ticks, bytes: kibibytes("VmRSS:") * 1_024,
            peakBytes: kibibytes("VmHWM:") * 1_024, fileBytes: kibibytes("RssFile:") * 1_024)
    }
}
