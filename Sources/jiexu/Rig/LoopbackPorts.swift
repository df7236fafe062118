import Glibc

/// Ports on loopback that are free now, all of them different: each wished one where it is free, else, and for 0, any.
///
/// Each is held until all are found: one by one, the same could be found twice. What nobody wished for lies below the ports
/// that the system gives to outgoing connections (32768 and up), so that it is still free when a node that went down comes
/// back.
func freePorts(wished: [Int]) throws -> [Int] {
    var held: [Int32] = []
    defer { for descriptor in held { close(descriptor) } }
    return try wished.map { wish in
        for attempt in 0..<200 {
            let port = attempt == 0 && wish > 0 ? wish : Int.random(in: 12_000..<32_000)
            guard let descriptor = try listener(on: port) else { continue }
            held.append(descriptor)
            return port
        }
        throw RigFault("no port is free on loopback")
    }
}

/// A socket that listens on the port of loopback; nil where it is taken.
private func listener(on port: Int) throws -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw RigFault("no socket: \(String(cString: strerror(errno)))") }
    // A connection that was closed a moment ago does not keep a node from listening, so it does not count here either.
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isBound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
    guard isBound, listen(descriptor, 1) == 0 else {
        close(descriptor)
        return nil
    }
    return descriptor
}

/// Why a demonstration or a measurement could not go on.
struct RigFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
