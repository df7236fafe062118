import Casework
import NodeSettings
import TransferCore

/// The settings with which these tests begin: Weifang's agency, invented.
enum Cast {
    static let minimal = """
        agency:
          code: "370700"
          office:
            name: "潍坊市社会保险事业中心"
            address: "潍坊市奎文区示例路 1 号"
            postcode: "261000"
            telephone: "0536-0000000"
          account:
            holder: "潍坊市社会保险事业中心"
            bankName: "示例银行潍坊分行"
            bankCode: "102458000013"
            number: "1607001200000000001"

        """

    static let token = NodeSettings.AccessToken(
        name: "example-works", role: .employer, sha256: String(repeating: "0f", count: 32))

    static let person = NodeSettings.StaffPerson(
        person: "0107", name: "王工", roles: [.clerk, .resolver],
        accounts: [
            .init(name: "window-2", sha256: String(repeating: "1e", count: 32)),
            .init(name: "office-2", sha256: String(repeating: "2e", count: 32)),
        ])

    static func settings() throws -> NodeSettings { try NodeSettings(yaml: minimal) }

    /// What is wrong with the minimal settings and some lines after them, each as `line key: detail`, where lines are
    /// counted from the first that was added.
    static func faults(adding lines: String) -> [String] {
        let before = minimal.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        return faults(of: minimal + lines).map { fault in
            let (line, rest) = (fault.prefix { $0 != " " }, fault.drop { $0 != " " })
            return "\((Int(line) ?? 0) - before)\(rest)"
        }
    }

    static func faults(of yaml: String) -> [String] {
        do {
            _ = try NodeSettings(yaml: yaml)
            return []
        } catch {
            return error.faults.map { "\($0.line ?? 0) \($0.key): \($0.detail)" }
        }
    }
}
