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
            })
        else { throw .notFound }
        return try await house.paper(of: document, in: view, persons: .masked)
    }
}
