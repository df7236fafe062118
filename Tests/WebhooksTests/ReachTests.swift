import NodeLink
import Testing

@Suite struct `An address that is called` {
    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2400:3200::1", "2606:4700::1111", "3ffe::1",
    ])
    func `is one that the whole internet reaches`(address: String) {
        #expect(WebhookClient().mayReach(address))
    }

    @Test(arguments: [
        // This network, private ones, behind a carrier's translation, the own machine, the link.
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "169.254.0.1", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.168.0.0",
        "192.168.255.255",
        // Protocols, documentation, relays, measurements, multicast, reserved, everybody here.
        "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:1.1.1.1", "::ffff:127.0.0.1", "::1.1.1.1", "64:ff9b::1.1.1.1", "100::1", "fc00::1",
        "fdff::1", "fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::",
        "3fff::1", "4000::1",
        // No address at all, or one in another form.
        "", "127.1", "2130706433", "0x7f000001", "localhost", "1.1.1.1 ", "::1%lo",
    ])
    func `is never another`(address: String) {
        #expect(!WebhookClient().mayReach(address))
    }

    @Test func `may be of the own machine where the settings allow that, and nothing else more`() {
        let client = WebhookClient(allowsLoopback: true)
        for address in ["127.0.0.1", "127.255.255.255", "::1"] { #expect(client.mayReach(address)) }
        for address in ["10.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "169.254.169.254", "fe80::1"] {
            #expect(!client.mayReach(address))
        }
    }
}
