package import Casework

/// What a node of a demonstration has beside other nodes: something to tell of itself, and a clock that can be moved. A node
/// for real cases has none of it, and no page of it.
package protocol Demonstration: Sendable {
    /// What there is to try; nil while it is being prepared.
    var guide: DemonstrationGuide? { get }
    /// The last moment to which the clock can be moved.
    var furthest: Instant { get }
    /// What telephones were sent by this office last, the newest first: codes to log in with, and word of what has changed.
    var texts: [String] { get }

    /// Moves the clock of all nodes and of the bank forward, at the same moment.
    ///
    /// - Parameter days: 1 to 25.
    func moveClock(days: Int) throws(DemonstrationRefusal)
}

/// Why the clock of a demonstration was not moved, in both languages.
package struct DemonstrationRefusal: Error {
    package let sentence: String

    package init(_ sentence: String) { self.sentence = sentence }
}

/// What a demonstration has prepared: who can log in where, and which cases stand at which point.
package struct DemonstrationGuide: Codable, Sendable {
    package var offices: [Office]
    package var samples: [Sample]

    package init(offices: [Office], samples: [Sample]) {
        self.offices = offices
        self.samples = samples
    }

    /// One office, its address in a browser, and everybody who can log in there.
    package struct Office: Codable, Sendable {
        /// The region code.
        package let code: String
        package let chinese: String
        package let english: String
        package let pages: String
        package let operations: String
        package let accounts: [Account]

        package init(
            code: String, chinese: String, english: String, pages: String, operations: String, accounts: [Account]
        ) {
            self.code = code
            self.chinese = chinese
            self.english = english
            self.pages = pages
            self.operations = operations
            self.accounts = accounts
        }
    }

    /// One account of an office, with its secret and what it may do.
    package struct Account: Codable, Sendable {
        package let name: String
        package let secret: String
        package let chinese: String
        package let english: String

        package init(name: String, secret: String, chinese: String, english: String) {
            self.name = name
            self.secret = secret
            self.chinese = chinese
            self.english = english
        }
    }

    /// One case that was prepared.
    package struct Sample: Codable, Sendable {
        package let number: String
        /// The office at which it waits for somebody.
        package let office: String
        /// The number under which the invented person is insured, for logging in as that person.
        package let residentID: String
        package let chinese: String
        package let english: String

        package init(number: String, office: String, residentID: String, chinese: String, english: String) {
            self.number = number
            self.office = office
            self.residentID = residentID
            self.chinese = chinese
            self.english = english
        }
    }
}
