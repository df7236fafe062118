/// The parts of a password that people guess first: common words, the words around an account, years and dates, runs of
/// neighbouring or equal characters. Figures that stand for letters (`p@ssw0rd`) hide no word.
struct GuessableParts {
    private let words: [[UInt32]]

    /// - Parameter words: besides the common ones.
    init(words: [String]) {
        // Two letters stand in too many good passwords; two Chinese characters are a word.
        let all = (words + GuessableParts.common).map { GuessableParts.folded($0) }.filter { word in
            word.count >= (word.allSatisfy { $0 < 128 } ? 3 : 2)
        }
        self.words = Array(Set(all))
    }

    /// How many characters are left when all of that is taken away.
    func left(of password: String) -> Int {
        let plain = password.unicodeScalars.map { GuessableParts.lowered($0.value) }
        let folded = plain.map(GuessableParts.unmasked)
        var isTaken = [Bool](repeating: false, count: plain.count)
        for word in words {
            for start in folded.indices where start + word.count <= folded.count {
                let range = start..<start + word.count
                if folded[range].elementsEqual(word) || plain[range].elementsEqual(word) {
                    for place in range { isTaken[place] = true }
                }
            }
        }
        takeRuns(plain, &isTaken)
        takeYears(plain, &isTaken)
        return isTaken.count { !$0 }
    }

    /// Four and more characters of which each is the next, the one before, or the same as the one before it, in the
    /// alphabet, among the digits or on a keyboard.
    private func takeRuns(_ plain: [UInt32], _ isTaken: inout [Bool]) {
        var lines = GuessableParts.lines
        lines += lines.map { $0.reversed() }
        for start in plain.indices {
            var same = start + 1
            while same < plain.count, plain[same] == plain[start] { same += 1 }
            if same - start >= 3 { for place in start..<same { isTaken[place] = true } }
            for line in lines {
                guard let first = line.firstIndex(of: plain[start]) else { continue }
                var length = 1
                while start + length < plain.count, first + length < line.count,
                    plain[start + length] == line[first + length]
                {
                    length += 1
                }
                if length >= 4 { for place in start..<start + length { isTaken[place] = true } }
            }
        }
    }

    /// A year from 1900 to 2099, with the month and day behind it when they are there.
    private func takeYears(_ plain: [UInt32], _ isTaken: inout [Bool]) {
        func digit(_ place: Int) -> UInt32? {
            guard place < plain.count, (48...57).contains(plain[place]) else { return nil }
            return plain[place] - 48
        }
        for start in plain.indices {
            guard let a = digit(start), let b = digit(start + 1), digit(start + 2) != nil, digit(start + 3) != nil,
                [19, 20].contains(a * 10 + b)
            else { continue }
            for place in start..<start + 4 { isTaken[place] = true }
            guard let c = digit(start + 4), let d = digit(start + 5), (1...12).contains(c * 10 + d),
                let e = digit(start + 6), let f = digit(start + 7), (1...31).contains(e * 10 + f)
            else { continue }
            for place in start..<start + 8 { isTaken[place] = true }
        }
    }

    private static func folded(_ word: String) -> [UInt32] {
        word.unicodeScalars.map { unmasked(lowered($0.value)) }
    }

    private static func lowered(_ scalar: UInt32) -> UInt32 { (65...90).contains(scalar) ? scalar + 32 : scalar }

    /// The letter that a figure or a mark stands for.
    private static func unmasked(_ scalar: UInt32) -> UInt32 {
        masks[scalar] ?? scalar
    }

    private static let masks: [UInt32: UInt32] = {
        let pairs: [(Unicode.Scalar, Unicode.Scalar)] = [
            ("0", "o"), ("1", "i"), ("l", "i"), ("!", "i"), ("3", "e"), ("4", "a"), ("@", "a"), ("5", "s"), ("$", "s"),
            ("7", "t"), ("8", "b"),
        ]
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0.0.value, $0.1.value) })
    }()

    private static let lines: [[UInt32]] = [
        "01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv",
        "!@#$%^&*()",
    ].map { $0.unicodeScalars.map(\.value) }

    /// Words that are tried first everywhere, and those that are tried first in an office of social insurance.
    private static let common = [
        "password", "passwort", "passwd", "pass", "mima", "kouling", "secret", "admin", "administrator", "root", "user",
        "guest", "test", "demo", "login", "welcome", "hello", "nihao", "woaini", "iloveyou", "love", "baobao", "qwer",
        "asdf", "zxcv", "letmein", "master", "system", "server", "oracle", "mysql",
        "default", "changeme", "temp", "dragon", "monkey", "sunshine", "princess", "football", "shadow", "summer",
        "winter", "spring", "autumn", "monday", "friday", "china", "zhongguo", "beijing", "shanghai", "guangzhou",
        "shenzhen", "hangzhou", "chengdu", "wuhan", "office", "computer", "internet", "windows", "huawei", "tencent",
        "alibaba", "weixin", "wechat", "taobao", "wang", "zhang", "chen", "yang", "zhao", "huang", "zhou",
        "shebao", "shehuibaoxian", "shebaoju", "renshe", "rensheju", "yanglao", "yibao", "gongjijin", "jiexu",
        "insurance",
        "pension", "social", "security", "transfer", "zhuanyi", "jingban", "fuhe", "anquan", "guanli", "guanliyuan",
        "caozuo", "gongzuo", "danwei", "gongsi", "company", "employer", "社保", "社会保险", "人社", "医保", "养老", "公积金", "接续",
        "转移", "密码", "口令", "管理员", "中国", "单位", "公司",
    ]
}
