package import Casework

/// What monitoring reads of a node that is one of several instances.
package struct InstanceMetrics: Sendable {
    private let source: any InstanceSource

    /// - Returns: nil for a node that serves alone.
    package init?(_ source: any InstanceSource) {
        guard source.ownInstance != nil else { return nil }
        self.source = source
    }

    func write(to text: inout MetricsText) async throws(Problem) {
        guard let own = source.ownInstance else { return }
        let report: InstanceReport
        do throws(StoreError) { report = try await source.instances() } catch { throw Problem(error) }
        text.family("jiexu_instance_epoch", .gauge, "Epoch of this instance: rises with each start of any of them.")
        text.sample(["instance": own.name], own.epoch)
        text.single(
            "jiexu_instances", .gauge, "Instances that serve the database.",
            Int64(report.instances.count { $0.ended == nil }))
        text.single(
            "jiexu_duties_held", .gauge, "Duties that this instance holds.",
            Int64(report.duties.count { $0.holder == own.name }))
        text.single(
            "jiexu_duties_free", .gauge, "Duties that no instance holds.",
            Int64(report.duties.count { $0.holder == nil }))
        text.single(
            "jiexu_fenced_writes_total", .counter,
            "Writes that were refused, as the instance or its duty had passed on to another.", own.fencedWrites)
    }
}
