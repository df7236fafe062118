import Accounts
package import Casework
import HTTPTypes
import NIOCore
import Sheets

/// One thing that a listener can be asked: its method and address, who may ask, what has to come with it, and who
/// answers.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// The address, with names in braces for the segments that vary: `/api/v1/cases/{number}`. Logs show this and not
    /// the address that came, so that nothing personal can get there.
    let pattern: String
    let access: Access
    let body: Body
    /// The parameters that the query may have, each at most once.
    let query: Set<String>
    /// Whether asking may change something, as everything but a GET does unless it says otherwise.
    let changes: Bool
    let answer: @Sendable (Call) async throws(Problem) -> Answer
    /// What is done with a form that comes after its session has ended, so that it is not lost; nil for an answer as to
    /// everybody who is not logged in.
    var rescue: (@Sendable (Call) async throws(Problem) -> Answer?)?
    private let segments: [Substring]

    enum Access: Sendable {
        /// Without a token: for a listener that only this machine can reach.
        case local
        case roles(Set<AccessRole>)
        /// A page for everybody.
        case anyone
        /// A page for those who are logged in, in one of these roles.
        case visitors(Set<AccessRole>)
        /// A page for those who are logged in as a person with one of these duties, and for nobody else.
        case duties(Set<AccountRole>)

        /// Whether people look at it in a browser.
        var isPage: Bool {
            switch self {
            case .anyone, .visitors, .duties: true
            case .local, .roles: false
            }
        }

        /// Whether only those see it who are logged in.
        var needsVisitor: Bool {
            switch self {
            case .visitors, .duties: true
            case .local, .roles, .anyone: false
            }
        }
    }

    enum Body: Sendable {
        case none
        case json
        /// What a form of a page sends.
        case form
        /// What a form of a page with a file sends.
        case upload
    }

    /// The longest body that is read.
    static let bodyLimitBytes = 65_536
    /// The longest form with a file: the file and what stands around it.
    static let uploadLimitBytes = SheetLimit.bytes + 65_536

    init(
        _ method: HTTPRequest.Method, _ pattern: String, access: Access, body: Body = .none, query: Set<String> = [],
        changes: Bool? = nil, answer: @escaping @Sendable (Call) async throws(Problem) -> Answer
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.body = body
        self.query = query
        self.changes = changes ?? (method != .get)
        self.answer = answer
        segments = pattern.split(separator: "/")
    }

    /// The segments of an address that stand where this one's vary; nil when the address is another.
    func parameters(of address: [Substring]) -> [String]? {
        guard address.count == segments.count else { return nil }
        var parameters: [String] = []
        for (given, own) in zip(address, segments) {
            if own.hasPrefix("{") {
                parameters.append(String(given))
            } else if !given.utf8.elementsEqual(own.utf8) {
                return nil
            }
        }
        return parameters
    }
}

/// A request as a route gets it: its sender known, its parts read and bounded.
struct Call: Sendable {
    /// The segments of the address that vary, in order.
    let parameters: [String]
    let query: [String: String]
    let fields: HTTPFields
    let body: [UInt8]
    /// Nil for a route without a token.
    let token: AccessToken?
    /// How a page is asked for; nil for what is no page.
    var visit: PageVisit?
    /// The fields of a form; nil for any other body.
    var sentForm: FormBody?
    /// The parts of a form with a file; nil for any other body.
    var parts: FormParts?
    /// From where it came.
    var address = ""
    /// The number of the request, as its answer tells it.
    var request = ""
    /// The connection; nil for a call that was made without one.
    var connection: (any Channel)?

    /// Who asks, on a route that asks for a token.
    var caller: AccessToken {
        guard let token else { preconditionFailure("a route with a caller asks for a token") }
        return token
    }
}

/// The two halves of a request's target, read strictly: one spelling for each address, so nothing has to be decoded.
package struct Target {
    package let segments: [Substring]
    private let query: Substring?

    static let longestBytes = 2_048

    package init(_ text: String) throws(Problem) {
        guard text.utf8.count <= Target.longestBytes else {
            throw .request("target-too-long", "The address may have \(Target.longestBytes) bytes.", status: 414)
        }
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = halves[0]
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy({ Target.isPlain($0) || $0 == Target.slash })
        else { throw .request("target-invalid", "The address has a character that no address of this node has.") }
        segments = path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard !segments.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            throw .request("target-invalid", "The address has an empty segment, a dot or two dots.")
        }
        query = halves.count == 2 ? halves[1] : nil
    }

    /// The parameters, of which each is allowed and none comes twice.
    package func parameters(allowed: Set<String>) throws(Problem) -> [String: String] {
        guard let query else { return [:] }
        var parameters: [String: String] = [:]
        for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty,
                pair.utf8.allSatisfy({ Target.isPlain($0) || $0 == Target.equals })
            else {
                throw .query(nil, "Write name=value, with letters, digits, '-', '.', '_' and '~' only.")
            }
            let name = String(halves[0])
            guard allowed.contains(name) else { throw .query(nil, "A parameter is not known here.") }
            guard parameters.updateValue(String(halves[1]), forKey: name) == nil else {
                throw .query(name, "it is given twice.")
            }
        }
        return parameters
    }

    private static let slash = UInt8(ascii: "/")
    private static let equals = UInt8(ascii: "=")

    /// The characters that mean only themselves in an address. Source: RFC 3986, section 2.3.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
