package import TransferCore

/// The agencies of a simulated nation, how large they are, and where people go.
///
/// The number of agencies of each province is that of its prefectures and cities (地级行政区, 333 in all), of the four
/// municipalities, and of the counties that Henan, Hubei and Hainan govern directly, one agency for each province: 340.
/// More agencies are districts of the largest; fewer are the largest alone.
///
/// Source: the administrative divisions of 2023; residents by province in ten thousands from the census of 2020. How much
/// each province draws people, and how a province's people are spread over its cities, are assumptions.
package struct NationPlaces: Sendable {
    /// A province, its residents in ten thousands, how many agencies it has, and how strongly it draws people, in
    /// percent of what its size says.
    package struct Province: Sendable {
        package let code: Int
        package let chinese: String
        package let english: String
        let residents: Int
        let agencies: Int
        let draws: Int
        var isGoverningCounties = false
    }

    package static let provinces: [Province] = [
        Province(code: 11, chinese: "北京", english: "Beijing", residents: 2189, agencies: 1, draws: 170),
        Province(code: 12, chinese: "天津", english: "Tianjin", residents: 1387, agencies: 1, draws: 120),
        Province(code: 13, chinese: "河北", english: "Hebei", residents: 7461, agencies: 11, draws: 80),
        Province(code: 14, chinese: "山西", english: "Shanxi", residents: 3492, agencies: 11, draws: 70),
        Province(code: 15, chinese: "内蒙古", english: "Inner Mongolia", residents: 2405, agencies: 12, draws: 80),
        Province(code: 21, chinese: "辽宁", english: "Liaoning", residents: 4259, agencies: 14, draws: 70),
        Province(code: 22, chinese: "吉林", english: "Jilin", residents: 2407, agencies: 9, draws: 60),
        Province(code: 23, chinese: "黑龙江", english: "Heilongjiang", residents: 3185, agencies: 13, draws: 55),
        Province(code: 31, chinese: "上海", english: "Shanghai", residents: 2487, agencies: 1, draws: 190),
        Province(code: 32, chinese: "江苏", english: "Jiangsu", residents: 8475, agencies: 13, draws: 130),
        Province(code: 33, chinese: "浙江", english: "Zhejiang", residents: 6457, agencies: 11, draws: 160),
        Province(code: 34, chinese: "安徽", english: "Anhui", residents: 6103, agencies: 16, draws: 85),
        Province(code: 35, chinese: "福建", english: "Fujian", residents: 4154, agencies: 9, draws: 115),
        Province(code: 36, chinese: "江西", english: "Jiangxi", residents: 4519, agencies: 11, draws: 80),
        Province(code: 37, chinese: "山东", english: "Shandong", residents: 10153, agencies: 16, draws: 90),
        Province(
            code: 41, chinese: "河南", english: "Henan", residents: 9937, agencies: 17, draws: 75,
            isGoverningCounties: true),
        Province(
            code: 42, chinese: "湖北", english: "Hubei", residents: 5775, agencies: 13, draws: 90,
            isGoverningCounties: true),
        Province(code: 43, chinese: "湖南", english: "Hunan", residents: 6644, agencies: 14, draws: 85),
        Province(code: 44, chinese: "广东", english: "Guangdong", residents: 12601, agencies: 21, draws: 150),
        Province(code: 45, chinese: "广西", english: "Guangxi", residents: 5013, agencies: 14, draws: 80),
        Province(
            code: 46, chinese: "海南", english: "Hainan", residents: 1008, agencies: 4, draws: 110,
            isGoverningCounties: true),
        Province(code: 50, chinese: "重庆", english: "Chongqing", residents: 3205, agencies: 1, draws: 95),
        Province(code: 51, chinese: "四川", english: "Sichuan", residents: 8367, agencies: 21, draws: 95),
        Province(code: 52, chinese: "贵州", english: "Guizhou", residents: 3856, agencies: 9, draws: 80),
        Province(code: 53, chinese: "云南", english: "Yunnan", residents: 4721, agencies: 16, draws: 85),
        Province(code: 54, chinese: "西藏", english: "Tibet", residents: 365, agencies: 7, draws: 90),
        Province(code: 61, chinese: "陕西", english: "Shaanxi", residents: 3953, agencies: 10, draws: 90),
        Province(code: 62, chinese: "甘肃", english: "Gansu", residents: 2502, agencies: 14, draws: 65),
        Province(code: 63, chinese: "青海", english: "Qinghai", residents: 592, agencies: 8, draws: 75),
        Province(code: 64, chinese: "宁夏", english: "Ningxia", residents: 720, agencies: 5, draws: 85),
        Province(code: 65, chinese: "新疆", english: "Xinjiang", residents: 2585, agencies: 14, draws: 90),
    ]

    /// The agencies, in the order of their codes.
    package let codes: [AgencyCode]
    /// Of each agency: the place of its province in ``provinces``.
    let provinceOf: [Int]
    /// Running sums of the weights with which people leave, and come.
    private let leaving: [Int]
    private let coming: [Int]
    /// Whether a province has two agencies, so that one can be mistaken for the other.
    private let hasNeighbours: Bool

    /// How many agencies there may be: 2 and more.
    package static let most = 1_000

    /// - Parameter count: 2 to ``most``.
    package init(agencies count: Int) {
        precondition((2...NationPlaces.most).contains(count))
        var all = NationPlaces.cities
        var round = 1
        // Districts of the largest: the n-th takes over its n-th part.
        while all.count < count {
            let largest = all.filter { $0.number % 100 == 0 }.sorted(by: NationPlaces.isLarger)
            for city in largest where all.count < count && round < 100 {
                all.append(
                    Seat(
                        number: city.number + round, province: city.province, weight: max(1, city.weight / (round + 1)))
                )
            }
            round += 1
        }
        let chosen = NationPlaces.chosen(all, count).sorted { $0.number < $1.number }
        codes = chosen.map { seat in
            guard let code = AgencyCode("\(seat.number)") else { preconditionFailure("\(seat.number) is a region") }
            return code
        }
        provinceOf = chosen.map(\.province)
        var (left, came) = (0, 0)
        var (leaving, coming): ([Int], [Int]) = ([], [])
        for seat in chosen {
            left += seat.weight * 100
            came += seat.weight * NationPlaces.provinces[seat.province].draws
            leaving.append(left)
            coming.append(came)
        }
        (self.leaving, self.coming) = (leaving, coming)
        hasNeighbours = Set(provinceOf).count < chosen.count
    }

    private struct Seat {
        let number: Int
        let province: Int
        let weight: Int
    }

    private static func isLarger(_ a: Seat, _ b: Seat) -> Bool {
        a.weight == b.weight ? a.number < b.number : a.weight > b.weight
    }

    /// The largest, of two provinces at least.
    private static func chosen(_ all: [Seat], _ count: Int) -> [Seat] { Array(all.sorted(by: isLarger).prefix(count)) }

    /// The n-th city of a province has the weight of a (n + 1)-th part: the first is half as large again as the second.
    private static let cities: [Seat] = provinces.enumerated().flatMap { place, province in
        var numbers = (1...province.agencies).map { province.code * 10_000 + (province.agencies == 1 ? 0 : $0 * 100) }
        if province.isGoverningCounties { numbers.append(province.code * 10_000 + 9_000) }
        let parts = numbers.indices.map { 10_000 / ($0 + 2) }
        let sum = parts.reduce(0, +)
        return zip(numbers, parts).map { number, part in
            Seat(number: number, province: place, weight: max(1, province.residents * 10 * part / sum))
        }
    }

    /// Draws from where to where somebody goes: two agencies of different provinces, or of one where a mistake is made.
    func flow(isMistaken: Bool, _ numbers: inout SeededNumbers) -> (origin: Int, destination: Int) {
        let isMistaken = isMistaken && hasNeighbours
        while true {
            let origin = NationPlaces.pick(leaving, &numbers)
            // A province of one agency cannot be mistaken for itself.
            for _ in 0..<40 {
                let destination = NationPlaces.pick(coming, &numbers)
                if destination != origin, (provinceOf[origin] == provinceOf[destination]) == isMistaken {
                    return (origin, destination)
                }
            }
        }
    }

    /// Another origin for the same person and destination.
    func otherOrigin(than first: Int, for destination: Int, _ numbers: inout SeededNumbers) -> Int? {
        for _ in 0..<40 {
            let origin = NationPlaces.pick(leaving, &numbers)
            if origin != first, provinceOf[origin] != provinceOf[destination] { return origin }
        }
        return nil
    }

    static func pick(_ sums: [Int], _ numbers: inout SeededNumbers) -> Int {
        let wanted = numbers.below(sums[sums.count - 1])
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > wanted { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
