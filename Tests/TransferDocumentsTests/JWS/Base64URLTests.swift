import Testing
import TransferDocuments

@Suite struct `Base64 for URLs` {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: Base64URL.encode(bytes), as: UTF8.self) }

    /// RFC 4648, section 10, without the padding; and the two letters that differ from other base64.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"), ("~~~", "fn5-"), ("???", "Pz8_"),
    ])
    func `writes and reads the examples`(_ plain: String, _ written: String) {
        #expect(text(Array(plain.utf8)) == written)
        #expect(Base64URL.decode(written) == Array(plain.utf8))
        #expect(written.utf8.count == Base64URL.length(ofBytes: plain.utf8.count))
    }

    @Test func `gives back what was written, of every length`() {
        var random = SplitMix(seed: 4_648)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64URL.decode(text(bytes)) == bytes)
        }
    }

    @Test func `appends behind what is there`() {
        var bytes = Array("x.".utf8)
        Base64URL.append(Array("foob".utf8), to: &bytes)
        #expect(bytes == Array("x.Zm9vYg".utf8))
    }

    @Test(arguments: [
        "Zg==", "Zg=", "Zm8=", "Z", "Zm9vY", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9+", "Zm9/", "Zm9v=", "Zm9.", "Zm9\u{0}",
        "Ｚm9v", "Zm9\u{FF}",
    ])
    func `refuses other letters and lengths`(_ written: String) {
        #expect(Base64URL.decode(written) == nil)
    }

    @Test func `has one text for every sequence of bytes`() {
        // All texts of two and of three letters: those that are read are read as what writes them.
        let letters = (0..<128).map { Unicode.Scalar(UInt8($0)) }
        var read = 0
        for a in letters {
            for b in letters {
                for written in ["\(a)\(b)", "A\(a)\(b)"] {
                    guard let bytes = Base64URL.decode(written) else { continue }
                    #expect(text(bytes) == written)
                    read += 1
                }
            }
        }
        // Of two letters the second has four values; of three, the first being A, the last has sixteen.
        #expect(read == 64 * 4 + 64 * 16)
    }
}

@Suite struct `A document's digest` {
    /// FIPS 180-2, appendix B.1.
    @Test func `is SHA-256`() {
        let digest = DocumentDigest(of: Array("abc".utf8))
        #expect(digest.hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest.text == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
        #expect(digest.description == digest.text)
        #expect(digest == DocumentDigest(of: Array("xabcx".utf8)[1..<4]))
    }

    @Test func `is read back from each of its forms`() {
        let digest = DocumentDigest(of: [1, 2, 3])
        #expect(DocumentDigest(bytes: digest.bytes) == digest)
        #expect(DocumentDigest(text: digest.text) == digest)
        #expect(DocumentDigest(hex: digest.hex) == digest)
        #expect(Set([digest, DocumentDigest(of: [1, 2, 3]), DocumentDigest(of: [])]).count == 2)
    }

    @Test func `is read from nothing else`() {
        let digest = DocumentDigest(of: [])
        #expect(DocumentDigest(bytes: digest.bytes.dropLast()) == nil)
        #expect(DocumentDigest(bytes: digest.bytes + [0]) == nil)
        for text in ["", String(digest.text.dropLast()), digest.text + "A", digest.text + "=", digest.hex] {
            #expect(DocumentDigest(text: text) == nil)
        }
        for hex in ["", String(digest.hex.dropLast()), digest.hex + "0", digest.hex.uppercased(), digest.text] {
            #expect(DocumentDigest(hex: hex) == nil)
        }
    }

    @Test func `has the order of its bytes`() {
        let digests = (0..<50).map { DocumentDigest(of: [$0]) }
        #expect(digests.sorted().map(\.hex) == digests.map(\.hex).sorted())
    }
}
