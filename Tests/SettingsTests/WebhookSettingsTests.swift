import NodeSettings
import Testing

@Suite struct `The settings of webhooks` {
    @Test func `name a key, the addresses that are called, and roots, beside the file`() throws {
        let yaml =
            Cast.minimal + """
                webhooks:
                  secretKey: secrets/hooks
                  addresses: public-and-loopback
                  roots: receivers.pem

                """
        let webhooks = try NodeSettings(yaml: yaml, folder: "node").webhooks
        #expect(webhooks.secretKey == "node/secrets/hooks")
        #expect(webhooks.addresses == .publicAndLoopback)
        #expect(webhooks.roots == "node/receivers.pem")
    }

    @Test func `call what the whole internet reaches, by the roots of the system, where nothing is said`() throws {
        let webhooks = try NodeSettings(yaml: Cast.minimal, folder: "node").webhooks
        #expect(webhooks.secretKey == "node/keys/webhooks.key")
        #expect(webhooks.addresses == .public)
        #expect(webhooks.roots.isEmpty)
    }

    @Test func `are refused with the place and the mend`() {
        #expect(
            Cast.faults(adding: "webhooks:\n  addresses: private\n  secretKeys: a\n") == [
                "2 webhooks.addresses: expected one of public, public-and-loopback",
                "3 webhooks.secretKeys: unknown key; did you mean secretKey?",
            ])
    }
}
