import PostgresShim

/// One server of the place that a connection string or URI of libpq names.
///
/// libpq tries the servers of a list one after the other, but gives the next one a chance only when the one before has
/// answered: of a server that stands still or was cut off none comes. So each is tried by itself, with a time of its own.
struct PostgresPlace: Sendable {
    /// The whole text, which also says what is the same for all.
    let text: String
    /// The words that choose the one server.
    let choice: [(String, String)]

    /// The servers of a place, in their order.
    ///
    /// - Parameter text: a connection string or URI, without a password: that is taken from a password file, or not needed
    ///   (peer authentication, certificates).
    /// - Throws: ``OpeningFault`` when it cannot be used. Whether a server can, its first use shows.
    static func all(in text: String) throws(OpeningFault) -> [PostgresPlace] {
        let lists = try words(of: text).filter { ["host", "hostaddr", "port"].contains($0.key) }.mapValues { list in
            list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let count = max(lists["host"]?.count ?? 1, lists["hostaddr"]?.count ?? 1)
        guard count > 1 else { return [PostgresPlace(text: text, choice: [])] }
        guard lists.values.allSatisfy({ $0.count == count || $0.count == 1 }) else {
            throw OpeningFault("the place of the database names \(count) servers, and not as many ports or addresses")
        }
        return (0..<count).map { index in
            PostgresPlace(
                text: text, choice: lists.sorted { $0.key < $1.key }.map { ($0, $1[min(index, $1.count - 1)]) })
        }
    }

    /// The words that have a value.
    private static func words(of text: String) throws(OpeningFault) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            let why = message.map { String(cString: $0).split(separator: "\n").joined(separator: " ") } ?? "no memory"
            PQfreemem(message)
            throw OpeningFault("the place of the database cannot be read: \(why)")
        }
        defer { PQconninfoFree(options) }
        var words: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 {
                words[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        guard words["password"] == nil, words["sslpassword"] == nil else {
            throw OpeningFault(
                "a password stands in the place of the database: take it out, and put it into a file that "
                    + "passfile= names, or let the server know this user without one")
        }
        return words
    }
}
