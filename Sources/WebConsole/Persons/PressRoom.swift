import Accounts
import Casework
import HTTPTypes
import Papers
import Synchronization
import TransferCore
import TransferDocuments

/// The press of a node: made at the first paper, since it opens fonts, and then kept. It prints one paper after the other;
/// a few may wait, and more are told to come again.
final class PressRoom: Sendable {
    private actor Bench {
        private var press: PaperPress?

        func print(_ paper: Paper, _ head: PaperHead) throws(PaperFault) -> PrintedPaper {
            if press == nil { press = try PaperPress() }
            guard let press else { throw .fonts }
            return try press.print(paper, head: head)
        }
    }

    private let bench = Bench()
    private let waiting = Mutex(0)
    /// How many may wait.
    static let most = 16

    /// Makes a paper.
    func print(_ paper: Paper, _ head: PaperHead) async throws(Problem) -> PrintedPaper {
        let hasRoom = waiting.withLock { count in
            guard count < PressRoom.most else { return false }
            count += 1
            return true
        }
        guard hasRoom else {
            throw Problem(
                status: 503, code: "unavailable", title: "Service unavailable",
                detail: "Many papers are being made; ask again in a few seconds.", retryAfterSeconds: 5)
        }
        defer { waiting.withLock { $0 -= 1 } }
        do throws(PaperFault) {
            return try await bench.print(paper, head)
        } catch {
            throw .paper(error)
        }
    }
}

extension Problem {
    static func paper(_ fault: PaperFault) -> Problem {
        Problem(
            status: 503, code: "paper-not-made", title: "Paper not made", detail: fault.sentence.english)
    }
}

extension PageHouse {
    /// The kinds of documents that insured persons get as papers.
    static let personalPapers: Set<DocumentKind> = [.contributionCertificate, .informationForm, .completionNotice]

    /// A document of a case as a paper to be kept, with the code under which it can be checked.
    func paper(
        of document: StoredDocument, in view: CaseView, persons: PersonView
    ) async throws(Problem) -> Answer {
        guard let person = view.person, let content = try? view.file.content(of: document),
            let paper = Paper(content, of: person), let issuer = office(document.sender)
        else { throw .notFound }
        let head = PaperHead(
            issuer: issuer, recipient: office(document.recipient), caseNumber: view.opening.number,
            sequence: document.sequence, digest: document.digest,
            check: try await check(of: document, in: view.opening.number), persons: persons,
            madeAt: desk.clock.now.signingTime)
        let printed = try await press.print(paper, head)
        return PageHouse.attachment(printed.bytes, "application/pdf", printed.fileName)
    }

    /// The check code of a document, drawn at its first print; nil on a node on which nobody can ask for it.
    private func check(of document: StoredDocument, in number: CaseNumber) async throws(Problem) -> PaperCheck? {
        guard let persons else { return nil }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<CheckCode.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        guard let offered = CheckCode(randomBytes: bytes) else { throw .internalFault }
        let text: String?
        do throws(StoreError) {
            text = try await persons.records.checkCode(
                of: document, in: number, orElse: offered.text, at: desk.clock.now)
        } catch {
            throw Problem(error)
        }
        guard let text, let code = try? CheckCode(reading: text) else { throw .internalFault }
        do throws(PaperFault) {
            return try PaperCheck(address: "\(persons.address)/v/\(code.text)", code: code)
        } catch {
            throw .paper(error)
        }
    }

    private func office(_ code: AgencyCode) -> OfficeName? { desk.directory.current[code].map { OfficeName($0) } }
}
