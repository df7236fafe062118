import Accounts
import Casework
import HTTPTypes
import TransferCore

/// 消息: what an insured person was told. Looking at the list reads nothing; opening one does, or saying so.
struct PersonNoticePages: Sendable {
    let house: PageHouse
    let persons: PagePersons

    private static let pageSize = 30

    var routes: [Route] {
        let access = PersonPages.access
        return [
            Route(.get, "/my/notices", access: access, query: ["before"], answer: list),
            Route(.post, "/my/notices/{id}/read", access: access, body: .form, answer: read),
            Route(.post, "/my/notices/{id}/open", access: access, body: .form, answer: open),
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        let (person, say) = (try call.person, call.say)
        let all: [PersonNotice]
        do throws(StoreError) { all = try await persons.records.notices(of: person) } catch {
            throw Problem(error)
        }
        let title = say("消息", "Notices")
        guard !all.isEmpty else {
            return house.page(
                title, here: "/my/notices", call.page,
                """
                <p class="panel">\(say("没有消息。业务有变化时，这里会告诉您，重要的同时发短信。",
                    "There is nothing. When something changes you are told here, and by a text when it matters."))</p>
                """)
        }
        let before = call.query["before"].flatMap(PersonNotice.Key.init)
        let begin = before.flatMap { key in all.firstIndex { $0.key == key } }.map { $0 + 1 } ?? 0
        let notices = all[begin...].prefix(PersonNoticePages.pageSize)
        let items = notices.map { item($0, call) }
        var more: HTML?
        if begin + notices.count < all.count, let last = notices.last {
            more = """
                <p><a href="/my/notices?before=\(last.key.text)">\(say("更早的消息", "Earlier ones"))</a></p>
                """
        }
        return house.page(title, here: "/my/notices", call.page, "<ul class=\"plain\">\(items)</ul>\(more)")
    }

    private func item(_ notice: PersonNotice, _ call: Call) -> HTML {
        let say = call.say
        let wording = notice.wording
        let id = notice.key.text
        let isRead = notice.readAt != nil
        let mark: HTML =
            isRead
            ? "<span class=\"small\">\(say("已读", "Read"))</span>"
            : "<span class=\"mark soon\">\(say("未读", "Unread"))</span>"
        let read: HTML? =
            isRead
            ? nil
            : """
            <form class="inline" method="post" action="/my/notices/\(id)/read">\(house.secret(call.page))
            <button class="second">\(say("设为已读", "Mark as read"))</button></form>
            """
        return """
            <li class="panel">\(mark) \(say.time(notice.notice.at)) \(notice.number.text)<br>\(say(wording.sentence))
            \(wording.nextStep.map { say($0) } ?? "")<br>
            <form class="inline" method="post" action="/my/notices/\(id)/open">\(house.secret(call.page))
            <button>\(say("打开业务", "Open the transfer"))</button></form>\(read)</li>
            """
    }

    private func read(_ call: Call) async throws(Problem) -> Answer {
        _ = try await mark(call)
        return PageHouse.redirect(to: "/my/notices")
    }

    private func open(_ call: Call) async throws(Problem) -> Answer {
        guard let number = try await mark(call) else { throw .notFound }
        return PageHouse.redirect(to: "/my/transfers/\(number)")
    }

    /// - Returns: the case of the notice; nil for a notice of a case that the login has not opened.
    private func mark(_ call: Call) async throws(Problem) -> CaseNumber? {
        let person = try call.person
        guard let key = PersonNotice.Key(call.parameters[0]) else { throw .notFound }
        guard person.opens.contains(key.number) else { return nil }
        do throws(StoreError) {
            try await persons.records.markRead(key, of: person.residentID, at: house.desk.clock.now)
        } catch {
            throw Problem(error)
        }
        return key.number
    }
}
