import Casework
import ServiceLifecycle
import Testing
import TransferCore
import WebConsole

@Suite struct `An access token with an end` {
    @Test func `is let in on its last day, and not on the day after`() async throws {
        try await WebNode.run { node in
            let token = AccessToken(
                name: "guest", role: .employer, digest: WebCast.digest("guest-secret"), until: node.clock.now.date)
            let door = try PublicAPI(
                desk: node.desk, tokens: try AccessTokens([token]), lists: node.store, address: ListenAddress(port: 0))
            let group = ServiceGroup(services: [door], logger: node.desk.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let text =
                    "GET /api/v1/cases HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Authorization: Bearer guest-secret\r\n\r\n"
                #expect(try await Wire.only(text, port: try await door.port).status == 200)
                node.clock.move(days: 1)
                let late = try await Wire.only(text, port: try await door.port)
                #expect(late.status == 401)
                #expect(late.text("code") == "token-unknown")
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }
}
