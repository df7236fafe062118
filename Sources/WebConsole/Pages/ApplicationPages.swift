import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Lodging one application, and correcting one that was returned: the form, a page to check it, and sending it.
///
/// The form of the page becomes the form of the interface, and is read by the same reader: there is one set of rules.
struct ApplicationPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        return [
            Route(.get, "/org/new", access: access, answer: blank),
            Route(.post, "/org/new", access: access, body: .form, answer: change),
            Route(.post, "/org/new/check", access: access, body: .form, answer: check),
            Route(.post, "/org/new/send", access: access, body: .form, answer: send),
            Route(.get, "/org/cases/{number}/correct", access: access, answer: correct),
            Route(.post, "/org/cases/{number}/correct", access: access, body: .form, answer: sendCorrection),
        ]
    }

    private func blank(_ call: Call) async throws(Problem) -> Answer {
        var fields = ApplicationFields()
        fields.key = String(SessionTable.random().prefix(32))
        return page(fields, faults: [], call)
    }

    /// Back from the page where the form is checked, with everything that was entered.
    private func change(_ call: Call) async throws(Problem) -> Answer {
        page(ApplicationFields(call.form), faults: [], call)
    }

    private func page(_ fields: ApplicationFields, faults: [FormFault], _ call: Call) -> Answer {
        let say = call.say
        return house.page(
            (faults.isEmpty ? "" : say("错误：", "Error: ")) + say("新增转移接续申请", "New application"),
            status: faults.isEmpty ? .ok : .unprocessableContent, here: "/org/new",
            call.page,
            """
            \(ApplicationFields.summary(faults, say))<form class="panel" method="post" action="/org/new/check">
            \(house.secret(call.page))\(fields.inputs(faults, origins, say))
            <button>\(say("下一步：核对", "Next: check"))</button></form>
            """)
    }

    private func check(_ call: Call) async throws(Problem) -> Answer {
        let (fields, say) = (ApplicationFields(call.form), call.say)
        do throws(FormFaults) {
            _ = try ApplicationForm.read(try fields.bytes())
        } catch {
            return page(fields, faults: error.faults, call)
        }
        return house.page(
            say("核对并提交", "Check and send"), here: "/org/new", call.page,
            """
            <div class="panel"><dl class="facts">\(fields.facts(origins, say))</dl></div>
            <form class="inline" method="post" action="/org/new/send">\(house.secret(call.page))\(fields.hidden)
            <button>\(say("提交", "Send"))</button></form>
            <form class="inline" method="post" action="/org/new">\(house.secret(call.page))\(fields.hidden)
            <button class="second">\(say("修改", "Change"))</button></form>
            """)
    }

    private func send(_ call: Call) async throws(Problem) -> Answer {
        let fields = ApplicationFields(call.form)
        let bytes: [UInt8]
        let application: TransferApplication
        do throws(FormFaults) {
            bytes = try fields.bytes()
            application = try ApplicationForm.read(bytes)
        } catch {
            return page(fields, faults: error.faults, call)
        }
        guard (1...64).contains(fields.key.utf8.count) else { throw .formNotOurs }
        let outcome: Desk.Lodging
        do throws(DeskFault) {
            outcome = try await house.desk.lodge(application, form: bytes, owner: call.caller.name, key: fields.key)
        } catch {
            throw Problem(error)
        }
        switch outcome {
        case .opened(let number), .repeated(let number): return PageHouse.redirect(to: "/org/cases/\(number)")
        case .faulty(let faults): return page(fields, faults: faults, call)
        case .keyReused: throw .formNotOurs
        case .underWay:
            let sentence = Reason.caseUnderWay.sentence
            return page(
                fields, faults: [FormFault("", Reason.caseUnderWay.code, sentence.chinese, sentence.english)], call)
        }
    }

    // MARK: Corrections

    private func correct(_ call: Call) async throws(Problem) -> Answer {
        let view = try await returned(call)
        guard let (application, _) = try? view.file.application() else { throw .notFound }
        return correction(ApplicationFields(application), faults: [], view, call)
    }

    private func correction(
        _ fields: ApplicationFields, faults: [FormFault], _ view: CaseView, _ call: Call
    ) -> Answer {
        let (say, number) = (call.say, view.opening.number.text)
        let reason = view.returnReason
        return house.page(
            (faults.isEmpty ? "" : say("错误：", "Error: ")) + say("补正 \(number)", "Correct \(number)"),
            status: faults.isEmpty ? .ok : .unprocessableContent, here: "/org",
            call.page,
            """
            \(ApplicationFields.summary(faults, say))
            <p class="panel">\(reason.map { say("退回原因：", "Reason: ") + "\($0.code) " + say($0.sentence) } ?? "")</p>
            <form class="panel" method="post" action="/org/cases/\(number)/correct">\(house.secret(call.page))
            \(fields.inputs(faults, origins, say))<button>\(say("重新提交", "Send again"))</button></form>
            """)
    }

    private func sendCorrection(_ call: Call) async throws(Problem) -> Answer {
        let view = try await returned(call)
        let fields = ApplicationFields(call.form)
        let bytes: [UInt8]
        let application: TransferApplication
        do throws(FormFaults) {
            bytes = try fields.bytes()
            application = try ApplicationForm.read(bytes)
        } catch {
            return correction(fields, faults: error.faults, view, call)
        }
        do throws(DeskFault) {
            try await house.desk.correct(view.opening.number, application, form: bytes, owner: call.caller.name)
        } catch {
            guard case .faulty(let faults) = error else { throw Problem(error) }
            return correction(fields, faults: faults, view, call)
        }
        return PageHouse.redirect(to: "/org/cases/\(view.opening.number)")
    }

    private func returned(_ call: Call) async throws(Problem) -> CaseView {
        let view = try await EmployerPages(house: house).view(call)
        guard view.opening.role == .destination else { throw .notFound }
        return view
    }

    /// The agencies from which somebody can come.
    private var origins: [(code: AgencyCode, entry: DirectoryEntry)] {
        house.otherAgencies.map { ($0.code, $0) }
    }
}
