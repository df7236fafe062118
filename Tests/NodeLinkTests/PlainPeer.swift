import NIOCore
import NIOPosix

/// Opens a plain connection, sends bytes and waits until the server closes it.
enum PlainPeer {
    static func exchange(_ bytes: [UInt8], port: Int) async throws -> Int {
        let done = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Int.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(CountedBytes(done: done))
            }
        }.connect(host: "127.0.0.1", port: port).get()
        if bytes.isEmpty {
            try await channel.close()
        } else {
            try? await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        }
        return try await done.futureResult.get()
    }

    private final class CountedBytes: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let done: EventLoopPromise<Int>
        private var count = 0

        init(done: EventLoopPromise<Int>) { self.done = done }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { count += unwrapInboundIn(data).readableBytes }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelInactive(context: ChannelHandlerContext) { done.succeed(count) }
    }
}
