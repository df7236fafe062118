package import Accounts
import Casework
import HTTPTypes
import Synchronization
import TransferCore
import TransferDocuments

/// What the pages for insured persons keep and ask.
package typealias PersonRecords = PersonStore & CheckCodeStore & GrantStore & AccountStore

/// What the pages need for insured persons, and for anybody who has a paper of theirs.
package struct PagePersons: Sendable {
    let login: PersonLogin
    let records: any PersonRecords
    /// Where people reach the node, as papers name it: `https://HOST`, without a stroke at the end.
    let address: String
    /// Wrong check codes, and wrong codes of grants, by address. Source: M5 of the domain handbook's screens.
    let wrongCodes = TryWindow(most: 5, milliseconds: 60_000)
    /// Last four places that were typed for one paper, right or wrong, from wherever: they are not to be tried out.
    let lastFours = TryWindow(most: 20, milliseconds: 86_400_000)
    /// All questions of one address about papers.
    let lookups = TryWindow(most: 60, milliseconds: 60_000)

    package init(login: PersonLogin, records: any PersonRecords, address: String) {
        self.login = login
        self.records = records
        self.address = address
    }

    func routes(in house: PageHouse) -> [Route] {
        PersonLoginPages(house: house, persons: self).routes + PersonPages(house: house, persons: self).routes
            + CheckPages(house: house, persons: self).routes + PersonNoticePages(house: house, persons: self).routes
            + GrantPages(house: house, persons: self).routes + RequestPages(house: house, persons: self).routes
    }
}

extension PageHouse {
    /// The number in the header of an insured person's pages; 0 for everybody else.
    func unreadNotices(of visitor: Visitor?) async throws(Problem) -> Int {
        guard let person = visitor?.person, let persons else { return 0 }
        do throws(StoreError) {
            return try await persons.records.unreadNotices(of: person)
        } catch {
            throw Problem(error)
        }
    }
}

extension Call {
    /// The insured person who asks, on a route for them.
    var person: PersonVisit {
        get throws(Problem) {
            guard let person = page.visitor?.person else { throw .pageNotAllowed }
            return person
        }
    }

    /// What the trail says of whoever asks without an account.
    func actor(_ who: String) -> AuditActor {
        AuditActor(who: who, role: who, method: page.visitor == nil ? .none : .session, source: source.place)
    }
}
