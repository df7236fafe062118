/// What was counted in a nation, or in some of its slices: numbers behind names, so that slices are added up and a run that
/// was stopped goes on from what it has written down.
///
/// A name is made of parts with bars between them, such as `lodged|37` for the province 37.
package struct NationTotals: Hashable, Sendable {
    /// The numbers by their names.
    package private(set) var counts: [String: Int64] = [:]

    package init() {}

    mutating func add(_ name: String, _ count: Int64 = 1) { counts[name, default: 0] &+= count }

    /// Adds what another part has counted.
    package mutating func merge(_ other: NationTotals) {
        for (name, count) in other.counts { counts[name, default: 0] &+= count }
    }

    /// The number behind a name; 0 when nothing was counted.
    package subscript(_ name: String) -> Int64 { counts[name, default: 0] }

    /// What stands behind a beginning: the rest of each name, and its number.
    package func under(_ beginning: String) -> [String: Int64] {
        let beginning = beginning + "|"
        var found: [String: Int64] = [:]
        for (name, count) in counts where name.hasPrefix(beginning) {
            found[String(name.dropFirst(beginning.count))] = count
        }
        return found
    }

    /// The sum of everything behind a beginning.
    package func sum(_ beginning: String) -> Int64 { under(beginning).values.reduce(0, &+) }

    // MARK: As text

    /// One line for each name, in their order.
    package var text: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    }

    /// Reads what ``text`` writes; nil for anything else.
    package init?(text: some StringProtocol) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, let count = Int64(parts[1]),
                counts.updateValue(count, forKey: String(parts[0])) == nil
            else { return nil }
        }
    }

    // MARK: Days

    /// Working days as they were counted: how often each number.
    package struct Days: Hashable, Sendable {
        let counts: [(days: Int, count: Int64)]
        package let count: Int64

        package static func == (a: Days, b: Days) -> Bool { a.counts.elementsEqual(b.counts, by: ==) }
        package func hash(into hasher: inout Hasher) { hasher.combine(count) }

        /// The smallest number that so many in a hundred do not exceed; nil when nothing was counted.
        package func percentile(_ percent: Int64) -> Int? {
            guard count > 0 else { return nil }
            let wanted = (count * percent + 99) / 100
            var seen = Int64(0)
            for item in counts {
                seen += item.count
                if seen >= wanted { return item.days }
            }
            return counts.last?.days
        }

        /// How many of ten thousand do not exceed a number of days; nil when nothing was counted.
        package func within(_ limit: Int) -> Int64? {
            guard count > 0 else { return nil }
            return counts.filter { $0.days <= limit }.reduce(0) { $0 + $1.count } * 10_000 / count
        }
    }

    /// The working days of a leg: of one province, or of the nation.
    package func days(of leg: NationLeg, province: Int? = nil) -> Days {
        var sums: [Int: Int64] = [:]
        let beginning = province.map { "days|\(leg.rawValue)|\($0)" } ?? "days|\(leg.rawValue)"
        for (rest, count) in under(beginning) {
            guard let days = rest.split(separator: "|").last.flatMap({ Int($0) }) else { continue }
            sums[days, default: 0] += count
        }
        return Days(
            counts: sums.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, count: sums.values.reduce(0, +))
    }
}

/// A leg of a transfer whose working days are counted.
///
/// Source: the limits are those of 国办发〔2009〕66号, Art. 8, and 人社部发〔2009〕187号; fifteen in all is what online places
/// promise since 2020.
package enum NationLeg: String, Hashable, Sendable, CaseIterable {
    /// From the application to the acceptance letter.
    case letter
    /// From the letter's arrival to certificate and form.
    case papers
    /// From certificate and form to the money's leaving.
    case funds
    /// From the letter's arrival to the money's leaving: what the origin's limit is for.
    case origin
    /// From the later of papers and money to the posting.
    case posting
    /// From the application to the posting.
    case whole

    /// The limit, in working days; nil where the rules name none.
    package var limit: Int? {
        switch self {
        case .letter, .origin, .posting: 15
        case .whole: 45
        case .papers, .funds: nil
        }
    }

    package var chinese: String {
        switch self {
        case .letter: "受理至发出接收函"
        case .papers: "收函至发出凭证、信息表"
        case .funds: "信息表至划出基金"
        case .origin: "转出地合计"
        case .posting: "表款到齐至记账"
        case .whole: "全程"
        }
    }

    package var english: String {
        switch self {
        case .letter: "acceptance letter"
        case .papers: "certificate and form"
        case .funds: "funds"
        case .origin: "origin in all"
        case .posting: "posting"
        case .whole: "in all"
        }
    }
}
