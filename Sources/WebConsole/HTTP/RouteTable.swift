import Casework
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Answers requests by a table of routes: finds the route, then asks who calls, then reads what came, in this order, and
/// writes one line into the log.
///
/// The table is looked through from the top; it is short.
struct RouteTable: HTTPResponder {
    typealias Context = ListenerContext

    let routes: [Route]
    /// Nil for a listener without tokens. Such a listener turns away what a browser sends for a page of elsewhere.
    let tokens: AccessTokens?
    /// What the pages have in common; nil for a listener without pages.
    var pages: PageHouse?
    var side = ListenerSide.everything
    /// How often somebody may ask for pages.
    var rates = PageRates(PageRateLimits())
    let clock: any NodeClock
    let logger: Logger

    func respond(to request: Request, context: ListenerContext) async throws -> Response {
        let begun = clock.now
        let number = PageTrail.requestNumber()
        var found: Route?
        var answer: Answer
        do {
            answer = try await self.answer(request, &found, number, context)
        } catch let problem as Problem {
            await pages?.noteRefusal(
                problem, request.head, found, by: shownToken(request.headers), number, from: context.address)
            let rescued = problem == .loginNeeded ? await rescue(request, found, context) : nil
            answer = if let rescued { rescued } else { await self.answer(problem, to: request, on: found) }
        }
        if pages != nil { answer.fields[.requestNumber] = number }
        if let pages { answer.fields.append(contentsOf: pages.fields.filter { answer.fields[$0.name] == nil }) }
        let pattern = found?.pattern ?? "-"
        let milliseconds = max(0, clock.now.milliseconds - begun.milliseconds)
        logger.log(
            level: answer.status.code >= 500 ? .error : .info, "request",
            metadata: [
                "method": "\(routes.contains { $0.method == request.method } ? request.method.rawValue : "other")",
                "route": "\(pattern)", "status": "\(answer.status.code)", "ms": "\(milliseconds)",
                "request": "\(number)",
            ])
        return answer.response
    }

    /// - Throws: a problem, or the fault of the connection while the body is read.
    private func answer(
        _ request: Request, _ found: inout Route?, _ number: String, _ context: ListenerContext
    ) async throws -> Answer {
        let target = try Target(request.head.path ?? "")
        let matches = matches(target)
        guard let first = matches.first else { throw Problem.notFound }
        found = first.route
        guard let (route, parameters) = matches.first(where: { $0.route.method == request.method }) else {
            throw Problem.methodNotAllowed
        }
        found = route
        var visit = route.access.isPage ? try await pages?.visit(request.head, route.access) : nil
        visit?.side = side
        if let visit {
            // Insured persons have no account of their own: there each session is one.
            let visitor = visit.visitor
            try rates.take(
                account: visitor.map { $0.person == nil ? $0.token.name : $0.formSecret }, isForm: route.method != .get,
                address: context.address, at: clock.now)
        }
        let token = visit == nil ? try authorise(request.headers, for: route) : visit?.visitor?.token
        let query = try target.parameters(allowed: route.query)
        let body = try await body(of: request, for: route)
        let form = route.body == .form ? try FormBody(body) : nil
        var parts: FormParts?
        if route.body == .upload { parts = try FormParts(body, boundary: RouteTable.boundary(request.headers) ?? "") }
        if let visit, route.access.needsVisitor, route.body == .form || route.body == .upload {
            try pages?.checkForm(parts?["form-secret"] ?? form?["form-secret"], of: visit)
        }
        let call = Call(
            parameters: parameters, query: query, fields: request.headers, body: route.access.isPage ? [] : body,
            token: token, visit: visit, sentForm: form, parts: parts, address: context.address, request: number,
            connection: context.channel)
        guard let pages else { return try await route.answer(call) }
        return visit == nil
            ? try await pages.witnessedProgram(route, call) : try await pages.witnessed(route, call)
    }

    /// Gives a form whose session has ended to its route; nil when that cannot do anything with it.
    private func rescue(_ request: Request, _ route: Route?, _ context: ListenerContext) async -> Answer? {
        guard let route, let rescue = route.rescue, route.body == .form,
            let bytes = try? await body(of: request, for: route), let form = try? FormBody(bytes)
        else { return nil }
        let visit = PageVisit(language: PageHouse.language(request.headers), visitor: nil)
        let call = Call(
            parameters: [], query: [:], fields: request.headers, body: [], token: nil, visit: visit, sentForm: form,
            address: context.address)
        do throws(Problem) { return try await rescue(call) } catch { return nil }
    }

    /// What went wrong, for a program or as a page.
    private func answer(_ problem: Problem, to request: Request, on route: Route?) async -> Answer {
        if let pages, route.map(\.access.isPage) ?? RouteTable.isFromBrowser(request) {
            return await pages.answer(problem, to: request.head)
        }
        var answer = Answer(problem)
        if problem.status == 401 { answer.fields[.wwwAuthenticate] = RouteTable.challenge(problem) }
        if problem.status == 405 { answer.fields[.allow] = allowed(request) }
        return answer
    }

    /// Whether somebody who reads asks for an address that there is not.
    private static func isFromBrowser(_ request: Request) -> Bool {
        request.headers[.accept]?.contains("text/html") == true && request.head.path?.hasPrefix("/api/") == false
    }

    private func matches(_ target: Target) -> [(route: Route, parameters: [String])] {
        routes.compactMap { route in route.parameters(of: target.segments).map { (route, $0) } }
    }

    private func allowed(_ request: Request) -> String {
        guard let target = try? Target(request.head.path ?? "") else { return "" }
        return matches(target).map(\.route.method.rawValue).sorted().joined(separator: ", ")
    }
}

/// What a request is answered in: the connection on which it came.
struct ListenerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of the other end; empty when it is gone already.
    let address: String
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
        channel = source.channel
    }
}

// MARK: - Who calls

extension RouteTable {
    private func authorise(_ fields: HTTPFields, for route: Route) throws(Problem) -> AccessToken? {
        guard case .roles(let roles) = route.access else {
            // A page of elsewhere that is open in a browser of this machine could reach a listener without tokens.
            guard fields[.origin] == nil else {
                throw Problem(
                    status: 403, code: "browser-not-allowed", title: "Not for pages",
                    detail: "This listener takes no requests from pages in a browser.")
            }
            return nil
        }
        guard fields[.authorization] != nil else { throw .unauthorised }
        guard let token = shownToken(fields) else { throw .tokenUnknown }
        guard roles.contains(token.role) else { throw .roleNotAllowed }
        // Here as on the pages.
        if route.changes, token.member?.duties == [.auditor] {
            throw .dutyMissing("An auditor reads everything and changes nothing.")
        }
        return token
    }

    /// The token that a program shows; nil where none is shown, or one that is not known here.
    private func shownToken(_ fields: HTTPFields) -> AccessToken? {
        let values = fields[values: .authorization]
        let words = values.first?.split(separator: " ", omittingEmptySubsequences: false) ?? []
        guard values.count == 1, words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return tokens?.token(shown: String(words[1]), on: clock.now.date)
    }

    /// Source: RFC 6750, section 3.
    private static func challenge(_ problem: Problem) -> String {
        problem == .tokenUnknown ? #"Bearer realm="jiexu", error="invalid_token""# : #"Bearer realm="jiexu""#
    }
}

// MARK: - What came

extension RouteTable {
    private func body(of request: Request, for route: Route) async throws -> [UInt8] {
        let length = request.headers[.contentLength].flatMap { Int($0) }
        switch route.body {
        case .none:
            guard length ?? 0 == 0, request.headers[.transferEncoding] == nil else {
                throw Problem.request("body-not-expected", "Send no body to this address.")
            }
            return []
        case .json, .form, .upload:
            let limit = route.body == .upload ? Route.uploadLimitBytes : Route.bodyLimitBytes
            if route.body == .upload {
                guard RouteTable.boundary(request.headers) != nil else {
                    throw Problem.mediaType("multipart/form-data")
                }
            } else {
                try RouteTable.checkMediaType(request.headers, isForm: route.body == .form)
            }
            guard length ?? 0 <= limit else { throw Problem.bodyTooLong }
            let body: ByteBuffer
            do {
                body = try await request.body.collect(upTo: limit)
            } catch is NIOTooManyBytesError {
                throw Problem.bodyTooLong
            }
            // A connection that ends early must never make a short body look like a whole one.
            guard length.map({ $0 == body.readableBytes }) ?? true else { throw HTTPParserError.invalidEOFState }
            return Array(body.readableBytesView)
        }
    }

    /// What stands between the parts of a form with a file; nil for any other content type.
    private static func boundary(_ fields: HTTPFields) -> String? {
        let values = fields[values: .contentType]
        guard values.count == 1, fields[.contentEncoding] == nil else { return nil }
        let halves = values[0].split(separator: ";", maxSplits: 1)
        guard halves.count == 2, halves[0].lowercased() == "multipart/form-data" else { return nil }
        let parameter = halves[1].drop { $0 == " " }
        guard parameter.lowercased().hasPrefix("boundary=") else { return nil }
        return String(parameter.dropFirst(9).filter { $0 != "\"" })
    }

    private static func checkMediaType(_ fields: HTTPFields, isForm: Bool) throws(Problem) {
        let type = isForm ? "application/x-www-form-urlencoded" : "application/json"
        let refusal = Problem.mediaType(type)
        let values = fields[values: .contentType]
        guard values.count == 1, fields[.contentEncoding] == nil else { throw refusal }
        let parts = values[0].lowercased().split(separator: ";").map { part in
            String(part.drop { $0 == " " }.prefix { $0 != " " })
        }
        switch parts {
        case [type], [type, "charset=utf-8"], [type, "charset=\"utf-8\""]: break
        default: throw refusal
        }
    }
}
