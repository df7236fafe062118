import Casework
import HTTPTypes
import TransferCore
import TransferDocuments
import Webhooks

/// Where a program says to which addresses the changes of its cases are to be told, and sees what became of that.
struct WebhookAPI: Sendable {
    let webhooks: WebhookDesk

    var routes: [Route] {
        let (path, owners) = ("/api/v1/webhooks", Route.Access.roles([.employer, .desk]))
        return [
            Route(.post, path, access: owners, body: .json, answer: make),
            Route(.get, path, access: owners, answer: list),
            Route(.get, "\(path)/{webhook}", access: owners, answer: show),
            Route(.delete, "\(path)/{webhook}", access: owners, answer: remove),
            Route(.post, "\(path)/{webhook}/secret", access: owners, answer: renewSecret),
            Route(.post, "\(path)/{webhook}/resume", access: owners, answer: resume),
            Route(
                .get, "\(path)/{webhook}/deliveries", access: owners, query: ["after", "limit", "state"],
                answer: deliveries),
            Route(.post, "\(path)/{webhook}/deliveries/{id}/resend", access: owners, answer: resend),
        ]
    }

    private func make(_ call: Call) async throws(Problem) -> Answer {
        let url = try StaffBody(call.body).url()
        let (webhook, secret): (Webhook, WebhookSecret)
        do throws(WebhookRefusal) {
            (webhook, secret) = try await webhooks.make(url, for: call.caller.name)
        } catch {
            throw Problem(error)
        }
        var answer = try shown(.created, webhook, secret)
        answer.fields[.location] = "/api/v1/webhooks/\(webhook.id)"
        return answer
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        let all: [Webhook]
        do throws(WebhookRefusal) { all = try await webhooks.list(of: call.caller.name) } catch { throw Problem(error) }
        return try .json { json in
            json.array("webhooks", all) { json, webhook in json.object { $0.write(webhook) } }
        }
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let id = try call.webhook
        let webhook: Webhook
        do throws(WebhookRefusal) {
            webhook = try await webhooks.webhook(id, of: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return try .json { $0.write(webhook) }
    }

    private func remove(_ call: Call) async throws(Problem) -> Answer {
        let id = try call.webhook
        do throws(WebhookRefusal) {
            try await webhooks.remove(id, of: call.caller.name)
        } catch {
            throw Problem(error)
        }
        var answer = Answer(.noContent, contentType: "", body: [])
        answer.fields[.contentType] = nil
        return answer
    }

    private func renewSecret(_ call: Call) async throws(Problem) -> Answer {
        let id = try call.webhook
        let (webhook, secret): (Webhook, WebhookSecret)
        do throws(WebhookRefusal) {
            (webhook, secret) = try await webhooks.renewSecret(of: id, owner: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return try shown(.ok, webhook, secret)
    }

    /// The only answers with a secret, which no cache may keep.
    private func shown(
        _ status: HTTPResponse.Status, _ webhook: Webhook, _ secret: WebhookSecret
    ) throws(Problem) -> Answer {
        var answer = try Answer.json(status) { json in
            json.write(webhook)
            json.field("secret", secret.text)
        }
        answer.fields[.cacheControl] = "no-store"
        return answer
    }

    private func resume(_ call: Call) async throws(Problem) -> Answer {
        let id = try call.webhook
        let webhook: Webhook
        do throws(WebhookRefusal) {
            webhook = try await webhooks.resume(id, of: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return try .json { $0.write(webhook) }
    }

    // MARK: Deliveries

    private func deliveries(_ call: Call) async throws(Problem) -> Answer {
        let id = try call.webhook
        let limit = try call.limit(upTo: 1_000)
        var (after, state): (MessageID?, WebhookMessage.State?)
        if let text = call.query["after"] {
            guard let message = MessageID(text) else { throw .noSuchDelivery }
            after = message
        }
        if let text = call.query["state"] {
            guard let word = WebhookMessage.State(rawValue: text) else {
                let words = WebhookMessage.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw .query("state", "it is one of \(words).")
            }
            state = word
        }
        let messages: [WebhookMessage]
        do throws(WebhookRefusal) {
            messages = try await webhooks.messages(
                of: id, owner: call.caller.name, after: after, in: state, limit: limit)
        } catch {
            throw error == .noSuchMessage ? Problem.noSuchDelivery : Problem(error)
        }
        return try .json { json in
            json.array("deliveries", messages) { json, message in json.object { $0.write(message) } }
            if messages.count == limit, let last = messages.last {
                let filter = state.map { "&state=\($0.rawValue)" } ?? ""
                json.field("next", "/api/v1/webhooks/\(id)/deliveries?after=\(last.id)&limit=\(limit)\(filter)")
            }
        }
    }

    private func resend(_ call: Call) async throws(Problem) -> Answer {
        let id = try call.webhook
        guard let message = MessageID(call.parameters[1]) else { throw .notFound }
        let sent: WebhookMessage
        do throws(WebhookRefusal) {
            sent = try await webhooks.resend(message, of: id, owner: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return try .json { $0.write(sent) }
    }
}

extension Call {
    /// The webhook in the address.
    fileprivate var webhook: WebhookID {
        get throws(Problem) {
            guard let id = WebhookID(parameters[0]) else { throw .notFound }
            return id
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ webhook: Webhook) {
        field("id", webhook.id.text)
        field("url", webhook.url.text)
        field("state", webhook.stop == nil ? "active" : "disabled")
        field("disabledBecause", ifPresent: webhook.stop?.because.rawValue)
        field("disabledAt", ifPresent: webhook.stop?.at.signingTime.text)
        field("createdAt", webhook.createdAt.signingTime.text)
        field("waiting", webhook.waiting)
        field("earlierSecretUntil", ifPresent: webhook.earlierSecretUntil?.signingTime.text)
        object("links") { json in
            json.field("self", "/api/v1/webhooks/\(webhook.id)")
            json.field("deliveries", "/api/v1/webhooks/\(webhook.id)/deliveries")
        }
    }

    fileprivate mutating func write(_ message: WebhookMessage) {
        field("id", message.id.text)
        field("case", message.caseNumber.text)
        field("version", message.version)
        field("madeAt", message.madeAt.signingTime.text)
        field("state", message.state.rawValue)
        field("attempts", message.attempts)
        field("nextAt", ifPresent: message.dueAt?.signingTime.text)
        field("lastAt", ifPresent: message.lastAt?.signingTime.text)
        switch message.last {
        case .status(let status): field("lastStatus", status)
        case .fault(let fault):
            object("lastFault") { json in
                json.field("code", fault.rawValue)
                json.field("chinese", fault.wording.chinese)
                json.field("english", fault.wording.english)
            }
        case nil: break
        }
        links(to: message.caseNumber)
    }
}

extension Problem {
    fileprivate static let noSuchDelivery = Problem.query(
        "after", "it is no delivery of this webhook, or one that was taken away.")

    /// Why something was not done with a webhook.
    init(_ refusal: WebhookRefusal) {
        switch refusal {
        case .store(let error): self.init(error)
        case .url(let fault):
            self.init(
                status: 422, code: fault == .notPublic ? "address-refused" : "invalid-format",
                title: "Address of a webhook not taken", detail: fault.detail, pointer: "/url")
        case .tooMany:
            self.init(
                status: 409, code: "too-many-webhooks", title: "Too many webhooks",
                detail: "An access token has \(Webhook.mostPerOwner) webhooks at most; remove one first.")
        case .urlTaken:
            self.init(
                status: 409, code: "webhook-exists", title: "The webhook is there already",
                detail: "A webhook with this address is listed; where its secret is lost, make a new one.")
        case .noSuchWebhook, .noSuchMessage: self = .notFound
        case .secretLost:
            self.init(
                status: 409, code: "webhook-disabled", title: "The webhook is disabled",
                detail: "The key of the node does not make its secret any more; make a new one.")
        case .disabled:
            self.init(
                status: 409, code: "webhook-disabled", title: "The webhook is disabled",
                detail: "Nothing is sent to it; mend the cause and resume it first.")
        case .tooManyWaiting:
            self.init(
                status: 409, code: "too-many-waiting", title: "Too many messages wait",
                detail: "\(Webhook.mostWaiting) messages wait for this webhook; nothing more is added by hand.")
        case .movedOn:
            self.init(
                status: 409, code: "webhook-changed", title: "The webhook was changed",
                detail: "Somebody else changed it at the same time; look at it again.")
        }
    }
}
