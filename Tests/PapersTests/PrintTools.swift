import Foundation
import Papers
import Testing

/// Reads a PDF by other means than ours: Debian's poppler, qpdf and zbar.
struct PrintReader {
    private let folder: URL

    /// Runs the body with a reader of a paper; its files are gone after that.
    static func reading<Result>(_ bytes: [UInt8], _ body: (PrintReader) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("papers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(bytes).write(to: folder.appendingPathComponent("paper.pdf"))
        return try body(PrintReader(folder: folder))
    }

    /// What `pdfinfo` says, by its names.
    func about() throws -> [String: String] {
        var about: [String: String] = [:]
        for line in try run("pdfinfo", "-isodates", "paper.pdf").split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            about[String(line[..<colon])] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return about
    }

    /// The text in the order in which it was drawn; of one page, or of all.
    func text(page: Int? = nil) throws -> String {
        let pages = page.map { ["-f", "\($0)", "-l", "\($0)"] } ?? []
        return try run(["pdftotext", "-raw"] + pages + ["paper.pdf", "-"])
    }

    /// The same without spaces and breaks of lines.
    func closeText(page: Int? = nil) throws -> String { try text(page: page).filter { !$0.isWhitespace } }

    /// The rows of `pdffonts`, split at spaces.
    func fonts() throws -> [[Substring]] {
        try run("pdffonts", "paper.pdf").split(separator: "\n").dropFirst(2).map { $0.split(separator: " ") }
    }

    /// What a scanner reads from a picture of the first page at 100 dots to the inch.
    func scanned() throws -> String {
        _ = try run("pdftoppm", "-r", "100", "-f", "1", "-l", "1", "-png", "-singlefile", "paper.pdf", "page")
        return try run("zbarimg", "--quiet", "--raw", "page.png").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The catalogue that a reader finds first.
    func catalogue() throws -> String {
        let words = try run("qpdf", "--show-object=trailer", "paper.pdf").split(separator: " ")
        let root = try #require(words.firstIndex(of: "/Root"))
        return try run("qpdf", "--show-object=\(words[root + 1])", "paper.pdf")
    }

    /// `qpdf` finds no fault.
    func check() throws -> String { try run("qpdf", "--check", "paper.pdf") }

    private func run(_ arguments: String...) throws -> String { try run(arguments) }

    private func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: output, as: UTF8.self)
        try #require(process.terminationStatus == 0, "\(arguments.joined(separator: " ")): \(text.prefix(500))")
        return text
    }
}
