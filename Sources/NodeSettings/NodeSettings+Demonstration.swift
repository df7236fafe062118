import Casework

extension NodeSettings {
    /// That the node is one of a demonstration: its people are invented, its start page tells their secrets, and its clock
    /// can be moved forward. A node for real cases has none of it.
    package struct Demonstration: Hashable, Sendable {
        /// Where the demonstration keeps what its nodes share: the clock and the text of the start page.
        package var folder: String

        package init(folder: String) { self.folder = folder }
    }
}

extension NodeSettings.Demonstration {
    /// Reads the group `demonstration`; nil when the file has none.
    static func read(_ root: inout SettingsSection, folder: String) -> NodeSettings.Demonstration? {
        guard var section = root.sectionIfPresent("demonstration") else { return nil }
        let path = section.required("folder", SettingsForm.path) {
            SettingsForm.isPath($0) ? Files.join(folder, $0) : nil
        }
        section.end()
        return path.map { NodeSettings.Demonstration(folder: $0) }
    }
}

extension NodeSettings.Listener {
    /// Whether nobody but this machine can reach it.
    var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }
}
