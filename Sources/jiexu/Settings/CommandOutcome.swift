import ArgumentParser
import Glibc
import NodeSettings
import Store
import TransferDocuments

/// How a command ends, the same for all: 0 when what was asked is done, 1 when something was looked at and found wrong,
/// 2 when the command line, a setting or a file was wrong, or the thing could not be done at all; 75 when the
/// disk of the database failed, or its file is corrupt; 69 when another instance has taken the place of a node.
enum CommandOutcome {
    /// What was looked at is not as it should be; it was said already.
    static let findings = ExitCode(1)

    /// Runs the command line of a program and ends the process.
    ///
    /// What goes wrong is written to standard error in one line, or one line for each fault of a file.
    static func run(_ root: any AsyncParsableCommand.Type) async -> Never {
        do {
            var command = try await root.asyncParseAsRoot(words(of: Array(CommandLine.arguments.dropFirst())))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            exit(0)
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch let fault as BrokenStore {
            fault.end()
        } catch let fault as FencedInstance {
            fault.end()
        } catch let fault as OpeningFault where fault.isOfDisk {
            BrokenStore(why: "\(fault)").end()
        } catch {
            if root.exitCode(for: error).isSuccess { root.exit(withError: error) }
            if root.exitCode(for: error) == .validationFailure {
                say(root.fullMessage(for: error))
            } else {
                say("error: \(error)")
            }
            exit(2)
        }
    }

    /// The words of a command line, with the thumbprint of `certs retire` behind `--` when it begins with '-': one in 64
    /// does, and the parser would take it for options.
    private static func words(of line: [String]) -> [String] {
        guard line.starts(with: ["certs", "retire"]) else { return line }
        let open = line.prefix { $0 != "--" }
        let isHyphened = { (word: String) in word.hasPrefix("-") && DocumentDigest(text: word) != nil }
        let hyphened = open.filter(isHyphened)
        guard !hyphened.isEmpty else { return line }
        return Array(open.filter { !isHyphened($0) } + ["--"] + hyphened) + line.dropFirst(open.count + 1)
    }

    /// Writes a line to standard error.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// A command that cannot be carried out as it was given, in one line with the mend.
struct Misuse: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// The settings of the node that a command is about.
struct ConfigOption: ParsableArguments {
    @Option(name: .long, help: "The settings file; deploy/settings.yaml documents every key.")
    var config: String

    func read() throws -> NodeSettings { try NodeSettings.ofNode(config) }
}
