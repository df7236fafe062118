package import Casework

/// Which rule book passwords follow. The names are published.
///
/// The two contradict each other on composition and on changing by the calendar, so an agency chooses one.
///
/// Source: SE-07 and section 4.3 of the domain handbook's checks.
package enum PasswordProfile: String, Hashable, Sendable, CaseIterable {
    /// GB/T 22239-2019, level 3: at least 10 characters of three classes, changed every 90 days, none of the last five.
    case mlps3
    /// OWASP ASVS 5.0: at least 12 characters, no rules on composition, no changing by the calendar.
    case asvs

    package var leastCharacters: Int { self == .mlps3 ? 10 : 12 }
    package var leastClasses: Int { self == .mlps3 ? 3 : 1 }
    /// After how many days a password has to be changed; nil for never.
    package var longestDays: Int64? { self == .mlps3 ? 90 : nil }
    package var refusesEarlierPasswords: Bool { self == .mlps3 }

    /// For the page on which a password is set.
    package var wording: String {
        switch self {
        case .mlps3:
            "至少 10 个字符，须含大写字母、小写字母、数字、其他符号中的三类；每 90 天更换，不得与最近五次相同。 At least 10 characters of "
                + "three classes: capital letters, small letters, digits, others. Changed every 90 days; none of the last five."
        case .asvs: "至少 12 个字符，内容不限。 At least 12 characters, of any kind."
        }
    }
}

/// What is asked of a new password. Every character counts, none is cut off, and what a program has filled in is as good
/// as what was typed.
package struct PasswordPolicy: Sendable {
    package let profile: PasswordProfile
    /// Words that everybody would try here: the name of the office, of its city, of its systems.
    private let contextWords: [String]

    /// ASVS 6.2.9 asks for at least 64.
    package static let longestCharacters = 128
    /// Four bytes for each character.
    static let longestBytes = 512
    /// How many earlier passwords are kept.
    static let remembered = 5
    /// For how many days before its end people are told that a password ends.
    package static let noticeDays: Int64 = 10
    /// So many characters must be left when everything that is easily guessed is taken away.
    private static let leastOwn = 8

    package init(profile: PasswordProfile, contextWords: [String] = []) {
        self.profile = profile
        self.contextWords = contextWords
    }

    /// Everything that is wrong with a password for an account, but for having been used before; empty when it is taken.
    package func faults(of password: String, for account: Account) -> [PasswordFault] {
        var faults: [PasswordFault] = []
        let scalars = Array(password.unicodeScalars)
        if scalars.count < profile.leastCharacters { faults.append(.tooShort(least: profile.leastCharacters)) }
        if scalars.count > PasswordPolicy.longestCharacters || password.utf8.count > PasswordPolicy.longestBytes {
            return [.tooLong]
        }
        if scalars.contains(where: { $0.properties.generalCategory == .control }) { faults.append(.control) }
        if PasswordPolicy.classes(of: scalars) < profile.leastClasses {
            faults.append(.tooFewClasses(least: profile.leastClasses))
        }
        if PasswordPolicy.hasIdentityNumber(scalars) { faults.append(.identityNumber) }
        let own = GuessableParts(words: words(around: account)).left(of: password)
        if own < scalars.count, own < PasswordPolicy.leastOwn { faults.append(.guessable) }
        return faults
    }

    /// How a password stands that was set at some time.
    package func standing(setAt: Instant?, at now: Instant) -> PasswordStanding {
        guard let longest = profile.longestDays, let setAt else { return .good }
        let day: Int64 = 86_400_000
        let left = setAt.milliseconds + longest * day - now.milliseconds
        if left <= 0 { return .overdue }
        let days = (left + day - 1) / day
        return days <= PasswordPolicy.noticeDays ? .endsSoon(days: Int(days)) : .good
    }

    private func words(around account: Account) -> [String] {
        var words = contextWords + [account.name.text, account.displayName]
        words += account.name.text.split { ".-_".contains($0) }.map(String.init)
        if let person = account.kind.person { words.append(person) }
        if let unit = account.unit { words += [unit.name, unit.owner] }
        return words
    }

    private static func classes(of scalars: [Unicode.Scalar]) -> Int {
        Set(
            scalars.map { scalar in
                switch scalar {
                case "A"..."Z": 0
                case "a"..."z": 1
                case "0"..."9": 2
                default: 3
                }
            }
        ).count
    }

    /// Seventeen digits and a digit or an X: the form of a resident's number, whoever's it is.
    private static func hasIdentityNumber(_ scalars: [Unicode.Scalar]) -> Bool {
        var digits = 0
        for scalar in scalars {
            let isDigit = ("0"..."9").contains(scalar)
            if digits >= 17, isDigit || scalar == "X" || scalar == "x" { return true }
            digits = isDigit ? digits + 1 : 0
        }
        return false
    }
}

/// How the password of somebody who is logged in stands.
package enum PasswordStanding: Hashable, Sendable {
    case good
    case endsSoon(days: Int)
    /// Nothing but changing it is allowed.
    case overdue
}

/// Why a new password is not taken. It never repeats a part of it.
package enum PasswordFault: Hashable, Sendable, CustomStringConvertible {
    case tooShort(least: Int)
    case tooLong
    case control
    case tooFewClasses(least: Int)
    case guessable
    case identityNumber
    case usedBefore

    package var description: String {
        switch self {
        case .tooShort(let least): "密码至少 \(least) 个字符。 The password needs at least \(least) characters."
        case .tooLong:
            "密码最长 \(PasswordPolicy.longestCharacters) 个字符。 The password may have at most \(PasswordPolicy.longestCharacters) characters."
        case .control: "密码含有无法显示的字符。 The password holds characters that cannot be shown."
        case .tooFewClasses(let least):
            "密码须含大写字母、小写字母、数字、其他符号中的 \(least) 类。 The password needs \(least) of: capital letters, small letters, "
                + "digits, others."
        case .guessable:
            "密码主要由常见词、姓名、单位名、日期或连续字符组成，容易被猜到。 The password is mostly common words, names, dates or runs of "
                + "characters; others would guess it."
        case .identityNumber: "密码不得含身份证号码。 The password must not hold an identity number."
        case .usedBefore: "最近五次用过的密码不得再用。 The password is one of the last five; take another."
        }
    }
}
