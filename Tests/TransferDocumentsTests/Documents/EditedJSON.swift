import TransferDocuments

// Documents with one thing changed, for tests of what is refused.

extension JSON {
    /// The value with the one at a pointer replaced, added or, for nil, taken away.
    func edited(_ pointer: String, to new: JSON?) -> JSON {
        guard !pointer.isEmpty else { return new ?? .null }
        return edited(pointer.split(separator: "/").map(String.init)[...], to: new)
    }

    private func edited(_ steps: ArraySlice<String>, to new: JSON?) -> JSON {
        guard let step = steps.first else { preconditionFailure("a pointer has steps") }
        let rest = steps.dropFirst()
        switch self {
        case .object(let object):
            var members = object.members
            guard let place = members.firstIndex(where: { $0.name == step }) else {
                return .object(JSONObject(members + [(name: step, value: new ?? .null)]))
            }
            if rest.isEmpty, new == nil {
                members.remove(at: place)
            } else {
                members[place].value = rest.isEmpty ? new ?? .null : members[place].value.edited(rest, to: new)
            }
            return .object(JSONObject(members))
        case .array(var elements):
            guard let place = Int(step), elements.indices.contains(place) else { return self }
            elements[place] = rest.isEmpty ? new ?? .null : elements[place].edited(rest, to: new)
            return .array(elements)
        default: return self
        }
    }

    /// Every value inside, with its pointer; arrays by their first two elements only.
    func places(_ pointer: String = "") -> [(pointer: String, value: JSON)] {
        switch self {
        case .object(let object):
            return object.members.flatMap { member in
                [(pointer + "/" + member.name, member.value)] + member.value.places(pointer + "/" + member.name)
            }
        case .array(let elements):
            return elements.prefix(2).enumerated().flatMap { place, value in
                [("\(pointer)/\(place)", value)] + value.places("\(pointer)/\(place)")
            }
        default: return []
        }
    }

    var bytes: [UInt8] { try! JSONWriter.bytes(of: self, limits: .wide) }

    static func reading(_ bytes: [UInt8]) -> JSON { try! JSON.parse(bytes, limits: .wide) }
}

extension JSONLimits {
    /// The limits of documents with room for what is too much.
    static let wide = JSONLimits(
        bytes: 8 << 20, depth: 32, members: 100_000, topLevelObjectOnly: true, integersOnly: true, textRule: .document)
}
