import FoundationEssentials
import TransferDocuments

/// The samples of the contracts, as partners read them.
enum SampleFiles {
    static func names(in directory: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: contracts + "samples/" + directory)) ?? []
        return all.filter { $0.hasSuffix(".json") && $0 != "expected.json" }.sorted()
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: contracts + "samples/" + path)))
    }

    /// Replaces or adds a sample.
    static func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: contracts + "samples/" + path))
    }

    /// The lines of a page of the contracts.
    static func lines(ofPage page: String) throws -> [String] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: contracts + page))
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The faults that each invalid sample must have, in their order.
    static func expectedFaults() throws -> [(name: String, faults: [ExpectedFault])] {
        var expected = try ObjectReader(JSON.reading(try bytes("invalid/expected.json")))
        return try expected.entries(max: 1_000).map { name, value in
            var entry = try value.object()
            _ = try entry.bool("schema")
            let faults = try entry.array("faults", min: 1, max: 20) { value throws(DocumentFault) in
                var fault = try value.object()
                return ExpectedFault(code: try fault.string("code"), pointer: try fault.string("pointer"))
            }
            return (name, faults)
        }
    }

    struct ExpectedFault: Hashable {
        let code: String
        let pointer: String
    }

    /// Reads a sample with the reader of its kind, which the first word of its name tells.
    ///
    /// - Returns: the faults; none when it is taken.
    static func faults(of name: String, _ bytes: [UInt8]) throws -> [ExpectedFault] {
        do {
            switch name.split(separator: "-").first {
            case "document": _ = try DocumentEnvelope(decoding: bytes)
            case "receipt": _ = try Receipt(decoding: bytes)
            case "application": _ = try ApplicationForm.read(bytes)
            case "account": _ = try AccountForm.read(bytes, of: SampleCase.person)
            case "directory": _ = try AgencyDirectory(payload: bytes)
            default: _ = try JSON.parse(bytes, limits: .wide)
            }
            return []
        } catch let fault as DocumentFault {
            return [ExpectedFault(code: fault.code.rawValue, pointer: fault.pointer)]
        } catch let faults as FormFaults {
            return faults.faults.map { ExpectedFault(code: $0.code, pointer: $0.pointer) }
        }
    }

    private static let contracts: String = {
        // This file lies four levels below the root of the checkout.
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/") + "/contracts/"
    }()
}
