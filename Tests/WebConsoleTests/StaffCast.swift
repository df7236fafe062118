import Casework
import TransferDocuments
import WebConsole

/// The people of the agency: Wang prepares and has two accounts, Li checks, Zhou audits.
enum WebStaff {
    static let wang = "wang-0123456789abcdef0123456789abcdef"
    static let wangElsewhere = "wang-fedcba9876543210fedcba9876543210"
    static let li = "li-0123456789abcdef0123456789abcdef"
    static let zhou = "zhou-0123456789abcdef0123456789abcdef"

    static let members = [
        member("0107", "王工", [.clerk, .resolver, .checker]), member("0201", "李工", [.checker]),
        member("0401", "周工", [.auditor]),
    ]

    static var tokens: [AccessToken] {
        [("window-2", wang, 0), ("office-9", wangElsewhere, 0), ("check-1", li, 1), ("audit", zhou, 2)].map {
            AccessToken(name: $0.0, role: .staff, digest: WebCast.digest($0.1), member: members[$0.2])
        }
    }

    private static func member(_ person: String, _ name: String, _ duties: Set<StaffDuty>) -> StaffMember {
        guard let member = StaffMember(person: person, name: name, duties: duties) else {
            preconditionFailure("\(person) is a number")
        }
        return member
    }
}
