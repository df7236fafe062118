import Glibc
import NIOCore

/// An address of this machine at which a listener is to wait.
///
/// Whether it can is looked at before the listener is made: one whose bind fails half-way ends the process inside the
/// network library, and nobody learns which address it was. Between the look and the bind another program may still come
/// first.
package struct ListenPlace: Hashable, Sendable {
    /// A name or an address of this machine.
    package let host: String
    /// 0 for any free port.
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Takes the address for a moment without listening, so that nobody can connect meanwhile.
    ///
    /// - Throws: why nothing can listen there.
    package func check() throws(ListenPlaceFault) {
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        } catch {
            throw ListenPlaceFault(self, .unknownHost)
        }
        let descriptor = socket(address.protocol.rawValue, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw ListenPlaceFault(self, errno) }
        defer { close(descriptor) }
        // As the listeners do: what is left of connections that have ended is no hindrance.
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        let outcome = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
        guard outcome == 0 else { throw ListenPlaceFault(self, errno) }
    }
}

/// Why nothing can listen at an address, with the mend.
package struct ListenPlaceFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let place: ListenPlace
    package let cause: Cause

    package enum Cause: Hashable, Sendable {
        /// Another program listens there.
        case inUse
        /// No interface of this machine has the address.
        case notOfThisMachine
        /// The port is for privileged programs.
        case notAllowed
        /// The name is not known here.
        case unknownHost
        /// Anything else that the system says, by its number.
        case other(errno: Int32)
    }

    init(_ place: ListenPlace, _ cause: Cause) {
        self.place = place
        self.cause = cause
    }

    /// - Parameter number: the `errno` of a bind that failed.
    package init(_ place: ListenPlace, _ number: Int32) {
        self.place = place
        cause =
            switch number {
            case EADDRINUSE: .inUse
            case EADDRNOTAVAIL: .notOfThisMachine
            case EACCES, EPERM: .notAllowed
            default: .other(errno: number)
            }
    }

    package var description: String {
        let why =
            switch cause {
            case .inUse: "端口已被其他程序占用。 Another program listens there: end it, or set another port."
            case .notOfThisMachine: "本机没有这个地址。 This machine does not have the address: set one that it has."
            case .notAllowed: "无权使用该端口。 The port is for privileged programs: set one from 1024 on."
            case .unknownHost: "主机名无法解析。 The name is not known: set an address of this machine."
            case .other(let number): "无法监听。 Nothing can listen there: \(String(cString: strerror(number)))."
            }
        return "\(place.host):\(place.port): \(why)"
    }
}
