package import Casework
package import TransferCore

/// A word to somebody about one of their cases, and whether it was read.
package struct PersonNotice: Hashable, Sendable {
    package let number: CaseNumber
    package let place: Place
    /// The published name and code, the branch and the moment: of the notice or the event; of an answer, its kind of request
    /// as the code.
    package let notice: StoredNotice
    package let readAt: Instant?

    /// Where it comes from. What an event has changed is a word too, so that no change of state can be without one.
    package enum Source: String, Hashable, Sendable, CaseIterable {
        case event
        /// What a handshake tells the person by itself, in the same step as the event.
        case notice
        /// The office has answered what the person had asked.
        case answer
    }

    /// Which one it is: the number of the event in its case, of the notice, or of the request that was answered.
    package struct Place: Hashable, Sendable {
        package let source: Source
        package let id: Int64

        package init(_ source: Source, _ id: Int64) {
            self.source = source
            self.id = id
        }
    }

    package init(number: CaseNumber, place: Place, notice: StoredNotice, readAt: Instant?) {
        self.number = number
        self.place = place
        self.notice = notice
        self.readAt = readAt
    }

    /// What the answer to a request is called among the words to somebody; its code is the kind of the request.
    package static let answerName = "request-answered"
}

extension PersonNotice {
    /// What names it in an address: the number of the case, the source and its number, as in `330100-2026-0000001-7.event.3`.
    package var key: Key { Key(number: number, place: place) }

    /// The name of a word in an address.
    package struct Key: Hashable, Sendable {
        package let number: CaseNumber
        package let place: Place

        package init(number: CaseNumber, place: Place) {
            self.number = number
            self.place = place
        }

        /// - Returns: nil for what is no name of one.
        package init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let number = CaseNumber(parts[0]), let source = Source(rawValue: String(parts[1])),
                let id = Int64(parts[2]), id > 0, String(id).utf8.elementsEqual(parts[2].utf8)
            else { return nil }
            self.init(number: number, place: Place(source, id))
        }

        package var text: String { "\(number.text).\(place.source.rawValue).\(place.id)" }
    }
}

/// A word that was not handed over to a telephone yet.
package struct UntoldNotice: Hashable, Sendable {
    /// Rises with each word of its source.
    package let position: Int64
    package let notice: PersonNotice

    package init(position: Int64, notice: PersonNotice) {
        self.position = position
        self.notice = notice
    }
}
