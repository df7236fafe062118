import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Jobs over many cases: made by a filter, approved as a whole, stopped and carried on, and told for each case.
struct StaffJobs: Sendable {
    let work: WorkDesk

    var routes: [Route] {
        let (path, staff) = ("/api/v1/staff/jobs", Route.Access.roles([.staff]))
        return [
            Route(.post, path, access: staff, body: .json, answer: make),
            Route(.get, path, access: staff, query: ["limit"], answer: list),
            Route(.get, "\(path)/{id}", access: staff, query: ["after", "limit"], answer: show),
            Route(.post, "\(path)/{id}/approve", access: staff, body: .json, answer: approve),
            Route(.post, "\(path)/{id}/decline", access: staff, body: .json, answer: decline),
            Route(.post, "\(path)/{id}/pause", access: staff, answer: pause),
            Route(.post, "\(path)/{id}/resume", access: staff, answer: resume),
        ]
    }

    private func make(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        let body = try StaffBody(call.body)
        let (filter, form) = try body.job()
        let job: Job
        do throws(WorkFault) {
            job = try await work.makeJob(form, on: filter, by: caller)
        } catch {
            throw Problem(error)
        }
        var answer = try Answer.json(.created) { $0.write(job) }
        answer.fields[.location] = "/api/v1/staff/jobs/\(job.id)"
        return answer
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let limit = try call.limit(upTo: 200)
        let jobs: [Job]
        do throws(StoreError) { jobs = try await work.store.jobs(limit: limit) } catch { throw Problem(error) }
        return try .json { json in json.array("jobs", jobs) { json, job in json.object { $0.write(job) } } }
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let limit = try call.limit(upTo: 1_000)
        let after = try call.identifier("after") ?? 0
        let job: Job
        let digest: DocumentDigest
        do throws(WorkFault) {
            job = try await work.job(try call.id)
            digest = try await work.digest(of: job)
        } catch {
            throw Problem(error)
        }
        let items: [JobItem]
        do throws(StoreError) {
            items = try await work.store.items(of: job.id, after: Int(clamping: after), limit: limit)
        } catch {
            throw Problem(error)
        }
        return try .json { json in
            json.write(job)
            json.field("digest", digest.text)
            json.array("items", items) { json, item in json.object { $0.write(item) } }
            if items.count == limit, let last = items.last {
                json.field("next", "/api/v1/staff/jobs/\(job.id)?after=\(last.place)&limit=\(limit)")
            }
        }
    }

    private func approve(_ call: Call) async throws(Problem) -> Answer {
        let (caller, digest) = (try call.staff, try StaffBody(call.body).digest())
        return try await answer { () throws(WorkFault) in
            try await work.approveJob(try call.id, digest: digest, by: caller)
        }
    }

    private func decline(_ call: Call) async throws(Problem) -> Answer {
        let (caller, text) = (try call.staff, try StaffBody(call.body).text())
        return try await answer { () throws(WorkFault) in
            try await work.declineJob(try call.id, text: text, by: caller)
        }
    }

    private func pause(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        return try await answer { () throws(WorkFault) in
            try await work.pauseJob(try call.id, true, by: caller)
        }
    }

    private func resume(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        return try await answer { () throws(WorkFault) in
            try await work.pauseJob(try call.id, false, by: caller)
        }
    }

    private func answer(_ act: () async throws(WorkFault) -> Job) async throws(Problem) -> Answer {
        let job: Job
        do throws(WorkFault) { job = try await act() } catch { throw Problem(error) }
        return try .json { $0.write(job) }
    }
}
