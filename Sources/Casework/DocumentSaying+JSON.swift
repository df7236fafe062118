import TransferCore
package import TransferDocuments

extension JSONWriter {
    /// The member `says` of a document beside the straight road.
    package mutating func write(_ saying: DocumentSaying) {
        object("says") { json in
            json.field("code", ifPresent: saying.code)
            json.field("text", ifPresent: saying.text)
            for named in saying.amounts { json.field("\(named.name)Fen", named.amount.fen) }
            json.field("until", ifPresent: saying.until?.description)
        }
    }
}
