import Yams

/// From a file to its keys: what every file of settings goes through before its own keys are looked at.
enum SettingsText {
    static func read(_ path: String) throws(SettingsFault) -> String {
        do {
            let bytes = try Files.read(path, limit: NodeSettings.longestFile)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw FileFault(path, "cannot be read", cause: "it is no text in UTF-8")
            }
            return text
        } catch {
            throw SettingsFault(file: "", line: nil, key: "", "\(error)")
        }
    }

    /// - Throws: alone, a key that is written twice, and a text that is no YAML: the rest cannot be read then.
    static func root(of yaml: String, file: String) throws(SettingsFault) -> Node {
        do {
            return try Parser(yaml: yaml, encoding: .utf8).singleRoot() ?? Node([] as [(Node, Node)])
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw SettingsFault(file: file, line: mark.line, key: "", "cannot be read as YAML: \(problem)")
            case .duplicatedKeysInMapping(let keys, let context):
                throw SettingsFault(
                    file: file, line: context.mark.line, key: keys.first ?? "",
                    "written more than once in its group; write it once")
            case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
                throw SettingsFault(file: file, line: nil, key: "", "cannot be read as YAML")
            }
        } catch {
            throw SettingsFault(file: file, line: nil, key: "", "cannot be read as YAML")
        }
    }
}

extension SettingsFault {
    fileprivate init(file: String, line: Int?, key: String, _ detail: String) {
        self.init(faults: [Fault(line: line, key: key, detail: detail)], file: file)
    }
}
