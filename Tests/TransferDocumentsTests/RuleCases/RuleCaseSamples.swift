import FoundationEssentials

enum RuleCaseSamples {
    /// Lin Fang's nine months of 2020, with interest by monthly products.
    static let funds = #"""
        {"id":"F","kind":"funds","input":{"origin":"440100","destination":"330100","destinationScheme":"employee",\#
        "relation":"general","transferMonth":"2021-02","interest":{"formula":"monthly-products",\#
        "ratesBp":{"2020":604}},"lines":[{"year":2020,"from":"2020-04","to":"2020-12","kind":"ordinary",\#
        "baseFen":500000,"ownShareBp":800,"creditedShareBp":800,"employerShareBp":2000}]}}
        """#
}

/// The lines of a file beside these tests.
func lines(of name: String) throws -> [[UInt8]] {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let bytes = try Data(contentsOf: URL(filePath: "\(folder)/Cases/\(name)"))
    return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }
}
