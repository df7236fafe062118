import Casework
import HTTPTypes
import Papers
import TransferCore
import TransferDocuments

/// The documents of a case as papers for the file, with the person masked.
struct PaperPages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    var routes: [Route] {
        [Route(.get, "/desk/cases/{number}/papers/{sender}/{sequence}", access: DeskPages.access, answer: print)]
    }

    /// Where a document is printed; nil for a kind of which there is no paper.
    static func address(of document: StoredDocument, in number: CaseNumber) -> String? {
        let printed: Set<DocumentKind> = [
            .acceptanceLetter, .contributionCertificate, .informationForm, .returnNote, .completionNotice,
        ]
        guard printed.contains(document.kind) else { return nil }
        return "/desk/cases/\(number)/papers/\(document.sender)/\(document.sequence)"
    }

    private func print(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let number = try call.caseNumber
        let view: CaseView
        do throws(WorkFault) { view = try await work.view(of: number) } catch { throw Problem(error) }
        guard
            let document = view.file.documents.first(where: { document in
                document.sender.text == call.parameters[1] && String(document.sequence) == call.parameters[2]
            }), let person = view.person, let content = try? view.file.content(of: document),
            let paper = Paper(content, of: person), let issuer = office(document.sender)
        else { throw .notFound }
        let head = PaperHead(
            issuer: issuer, recipient: office(document.recipient), caseNumber: view.opening.number,
            sequence: document.sequence, digest: document.digest, check: nil, persons: .masked,
            madeAt: house.desk.clock.now.signingTime)
        // Drawing takes tens of milliseconds, in which others are served.
        let made = await Task.detached { Result { try PaperPress().print(paper, head: head) } }.value
        do {
            let printed = try made.get()
            return PageHouse.attachment(printed.bytes, "application/pdf", printed.fileName)
        } catch {
            let words = (error as? PaperFault)?.sentence.english ?? "The paper could not be made."
            throw Problem(status: 503, code: "paper-not-made", title: "Paper not made", detail: words)
        }
    }

    private func office(_ code: AgencyCode) -> OfficeName? {
        house.desk.directory.current[code].map { OfficeName($0) }
    }
}
