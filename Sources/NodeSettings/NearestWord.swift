/// Finds the word that somebody may have meant.
package enum NearestWord {
    /// The word with the fewest changes; the first of several; nil when even that one is another word altogether.
    package static func to(_ word: String, in words: [String]) -> String? {
        let given = Array(word.unicodeScalars.prefix(longest))
        let distances = words.map { (word: $0, distance: distance(given, Array($0.unicodeScalars))) }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return nearest.distance <= max(2, given.count / 3) ? nearest.word : nil
    }

    /// No word is looked at beyond this: a file may hold any.
    private static let longest = 64

    /// How many letters must be put in, taken out or changed (Levenshtein); two neighbours that changed places count
    /// once.
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var last = Array(0...b.count)
        for (row, letter) in a.enumerated() {
            var current = [row + 1]
            for (column, other) in b.enumerated() {
                var least = min(last[column + 1], current[column]) + 1
                least = min(least, last[column] + (letter == other ? 0 : 1))
                if row > 0, column > 0, letter == b[column - 1], a[row - 1] == other {
                    least = min(least, before[column - 1] + 1)
                }
                current.append(least)
            }
            (before, last) = (last, current)
        }
        return last[b.count]
    }
}
