import Testing
import Webhooks

@Suite struct `The address of a webhook` {
    @Test(arguments: [
        "https://hr.example.cn/jiexu", "https://HR.example.cn", "https://hr.example.cn:8443/a?b=c%20d",
        "https://203.0.113.7:1/", "https://hr.example.cn?key=0123",
    ])
    func `is taken as it was written`(text: String) throws {
        #expect(try WebhookURL(text).text == text)
    }

    @Test(arguments: [
        ("", WebhookURLFault.length), ("https://h.example/" + String(repeating: "a", count: 483), .length),
        ("http://hr.example.cn/", .scheme), ("HTTPS://hr.example.cn/", .scheme), ("ftp://hr.example.cn/", .scheme),
        ("hr.example.cn", .scheme), ("https://hr.example.cn/#a", .fragment),
        ("https://a:b@hr.example.cn/", .userInformation),
        ("https://hr.example.cn@10.0.0.1/", .userInformation), ("https:///a", .host), ("https://:443/", .host),
        ("https://hr.example.cn:0/", .host), ("https://hr.example.cn:65536/", .host),
        ("https://hr.example.cn:+1/", .host),
        ("https://hr.example.cn:443:443/", .host), ("https://0x7f.0.0.1/", .host), ("https://2130706433/", .host),
        ("https://127.1/", .host), ("https://0177.0.0.1/", .host), ("https://[::1]/", .character),
        ("https://%31%32%37.0.0.1/", .host), ("https://hr example.cn/", .character),
        ("https://hr.example.cn/\u{7}", .character),
        ("https://人社.example/", .character), ("https://hr.example.cn\\@evil.example/", .character),
    ])
    func `is refused with what is wrong`(text: String, fault: WebhookURLFault) {
        #expect(throws: fault) { try WebhookURL(text) }
    }

    @Test func `may have 500 bytes`() throws {
        let text = "https://h.example/" + String(repeating: "a", count: 482)
        #expect(text.utf8.count == 500)
        _ = try WebhookURL(text)
    }

    @Test func `shows no more than its host when it is printed`() throws {
        let url = try WebhookURL("https://hr.example.cn/secret-path?key=0123")
        #expect("\(url) \(String(reflecting: url))" == "hr.example.cn hr.example.cn")
    }
}
