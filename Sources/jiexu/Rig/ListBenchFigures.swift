import Foundation

/// How long each page took, as a client on the same machine saw it.
struct ListBenchFigures: Sendable {
    let cases: Int
    let requests: Int
    let fillSeconds: Double
    let lines: [Line]

    struct Line: Sendable {
        let name: String
        /// The first request, which is not among the others.
        let first: Double
        /// In milliseconds, ascending.
        let times: [Double]
        let bytes: Int

        func percentile(_ share: Double) -> Double {
            guard !times.isEmpty else { return 0 }
            return times[max(0, min(times.count - 1, Int((Double(times.count) * share).rounded(.up)) - 1))]
        }

        var isTooSlow: Bool { percentile(0.99) > ListBench.limitMilliseconds }
    }

    var tooSlow: [Line] { lines.filter(\.isTooSlow) }

    var json: String {
        let rows = lines.map { line in
            """
                {"page": "\(line.name)", "firstMilliseconds": \(fixed(line.first, 1)), "p50Milliseconds": \
            \(fixed(line.percentile(0.5), 1)), "p99Milliseconds": \(fixed(line.percentile(0.99), 1)), "maxMilliseconds": \
            \(fixed(line.times.last ?? 0, 1)), "bytes": \(line.bytes)}
            """
        }
        return """
            {
              "cases": \(cases),
              "requestsPerPage": \(requests),
              "fillSeconds": \(fixed(fillSeconds, 1)),
              "limitMilliseconds": \(fixed(ListBench.limitMilliseconds, 1)),
              "pages": [
            \(rows.joined(separator: ",\n"))
              ]
            }
            """
    }

    var text: String {
        let width = lines.map(\.name.count).max() ?? 0
        let head =
            "page".padding(toLength: width, withPad: " ", startingAt: 0) + "   first     p50     p99     max ms   KiB"
        let rows = lines.map { line in
            let times = [line.first, line.percentile(0.5), line.percentile(0.99), line.times.last ?? 0]
            let columns = times.map { String(format: "%8.1f", $0) }.joined()
            let mark = line.isTooSlow ? "  too slow" : ""
            return line.name.padding(toLength: width, withPad: " ", startingAt: 0) + columns
                + String(format: "   %5d", line.bytes / 1_024) + mark
        }
        return """
            \(cases) cases (written in \(fixed(fillSeconds, 1)) s), \(requests) requests for each page, one after the other
            \(head)
            \(rows.joined(separator: "\n"))
            \(tooSlow.isEmpty ? "all pages within" : "\(tooSlow.count) pages beyond") \(Int(ListBench.limitMilliseconds)) ms (p99)
            """
    }
}
