/// The limits of the server for peers.
package struct PeerServerSettings: Sendable {
    /// The address to listen on.
    package var host: String
    /// 0 takes a free port; which one is told when the server listens.
    package var port: Int
    package var minimumTLS: TLSMinimum
    /// What the header Host must say, `host:port` of our endpoint in the directory; nil accepts any.
    package var authority: String?
    /// The longest body of a request.
    package var bodyLimitBytes: Int
    /// From the connection to the end of the TLS handshake.
    package var handshakeSeconds: Int
    /// From the first byte of a request to the end of its head.
    package var headSeconds: Int
    /// From the head to the end of the body; also for the peer to take an answer.
    package var bodySeconds: Int
    /// How long a connection stays open between two requests.
    package var idleSeconds: Int
    /// Further connections wait in the queue of the system.
    package var connectionLimit: Int
    /// Connections of one agency at the same time; further ones are closed.
    package var connectionsPerPeer: Int
    /// Connections from one address that have not shown yet whose they are; further ones are closed.
    package var handshakesPerSource: Int
    /// Requests of one agency; what is beyond them, and two seconds' worth saved up, is answered with 429.
    package var requestsPerSecond: Int

    package init(
        host: String = "0.0.0.0", port: Int, minimumTLS: TLSMinimum = .tls13, authority: String? = nil,
        bodyLimitBytes: Int = 1 << 20, handshakeSeconds: Int = 10, headSeconds: Int = 10, bodySeconds: Int = 30,
        idleSeconds: Int = 60, connectionLimit: Int = 1_024, connectionsPerPeer: Int = 128,
        handshakesPerSource: Int = 128, requestsPerSecond: Int = 500
    ) {
        self.host = host
        self.port = port
        self.minimumTLS = minimumTLS
        self.authority = authority
        self.bodyLimitBytes = bodyLimitBytes
        self.handshakeSeconds = handshakeSeconds
        self.headSeconds = headSeconds
        self.bodySeconds = bodySeconds
        self.idleSeconds = idleSeconds
        self.connectionLimit = connectionLimit
        self.connectionsPerPeer = connectionsPerPeer
        self.handshakesPerSource = handshakesPerSource
        self.requestsPerSecond = requestsPerSecond
    }
}
