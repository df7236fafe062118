/// The paths of the elements of a file below its message, in document order. Reads only what our own writers write:
/// tags without white space, no comments.
func elementPaths(_ bytes: [UInt8]) -> [String] {
    var open: [Substring] = []
    var paths: [String] = []
    for piece in String(decoding: bytes, as: UTF8.self).split(separator: "<").dropFirst() {
        let tag = piece.prefix { $0 != ">" }
        if tag.first == "/" {
            open.removeLast()
        } else {
            open.append(tag.prefix { $0 != " " })
            if open.count > 2 { paths.append(open.dropFirst(2).joined(separator: "/")) }
        }
    }
    return paths
}
