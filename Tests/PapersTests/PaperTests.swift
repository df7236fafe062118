import Foundation
import Papers
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Every paper` {
    static let names = PaperSamples.all.map(\.name)

    private func paper(_ name: String) throws -> Paper {
        try #require(PaperSamples.all.first { $0.name == name }).paper
    }

    @Test(arguments: names) func `is a sound PDF of A4 with its title, its language and its day`(name: String) throws {
        let paper = try paper(name)
        let printed = try PaperSamples.print(paper)
        try PrintReader.reading(printed.bytes) { reader in
            let about = try reader.about()
            let isRoster = name == "roster"
            let size = try #require(about["Page size"])
            #expect(size.hasPrefix(isRoster ? "841.89 x 595.28 pts" : "595.28 x 841.89 pts"))
            #expect(size.hasSuffix("(A4)"))
            #expect(about["Title"] == paper.title.chinese)
            #expect(about["CreationDate"] == "2026-03-01T16:30:00Z")
            #expect(about["Pages"] == "\(printed.pages)")
            #expect(about["Tagged"] == "yes")
            let catalogue = try reader.catalogue()
            #expect(catalogue.contains("/Lang (zh-CN)"))
            #expect(catalogue.contains("/DisplayDocTitle true"))
            let checked = try reader.check()
            #expect(checked.contains("No syntax or stream encoding errors"))
        }
    }

    /// Cairo 1.16 makes subsets of PostScript outlines that lack a piece of a character: one in 16,000 that were
    /// compared with their pictures, without a word. With TrueType outlines there was none.
    @Test(arguments: names) func `carries all its fonts, as subsets of TrueType`(name: String) throws {
        try PrintReader.reading(PaperSamples.print(paper(name)).bytes) { reader in
            let fonts = try reader.fonts()
            #expect(!fonts.isEmpty)
            for font in fonts {
                #expect(font[0].contains("+WenQuanYiMicroHei"), "\(font)")
                #expect(font[1...2].contains("TrueType"), "\(font)")
                #expect(font.suffix(5).prefix(3) == ["yes", "yes", "yes"], "\(font)")
            }
        }
    }

    @Test(arguments: names) func `leads a scanner to the check and to nothing else`(name: String) throws {
        try PrintReader.reading(PaperSamples.print(paper(name)).bytes) { reader in
            let (scanned, text) = (try reader.scanned(), try reader.text())
            #expect(scanned == PaperSamples.check.address)
            #expect(text.contains(PaperSamples.code.grouped))
        }
    }

    @Test(arguments: names) func `says who issues it, under which number, and what is signed in law`(name: String)
        throws
    {
        let paper = try paper(name)
        let head = PaperSamples.head(paper)
        try PrintReader.reading(PaperSamples.print(paper).bytes) { reader in
            let text = try reader.closeText()
            #expect(text.contains(paper.title.chinese))
            #expect(text.contains("出具机构：\(head.issuer.chinese)（\(head.issuer.code)）"))
            #expect(text.contains("盖章处"))
            if let digest = head.digest {
                #expect(text.contains(digest.hex))
                #expect(text.contains("具有法律效力的是机构之间交换的、经电子签名的文书"))
                #expect(text.contains("\(PaperSamples.number.text)/2"))
            } else {
                #expect(text.contains("没有对应的电子签名文书"))
            }
            #expect(text.contains("打印日期Printedon2026年3月2日"))
        }
    }

    @Test(arguments: names) func `hides the person when it is asked to`(name: String) throws {
        let paper = try paper(name)
        let persons = name == "roster" ? PaperSamples.persons(24) : [PaperSamples.person]
        let (full, masked) = (try PaperSamples.print(paper, .full), try PaperSamples.print(paper, .masked))
        try PrintReader.reading(full.bytes) { reader in
            let text = try reader.closeText()
            for person in persons {
                #expect(text.contains(person.name))
                #expect(text.contains(person.residentID.fullText))
            }
        }
        try PrintReader.reading(masked.bytes) { reader in
            let text = try reader.closeText()
            for person in persons {
                #expect(text.contains(person.maskedName))
                #expect(text.contains(person.residentID.description))
                #expect(!text.contains(person.name))
                #expect(!text.contains(person.residentID.fullText))
            }
            #expect(!text.contains(PaperSamples.ownAccount.number))
        }
    }

    @Test(arguments: names) func `tells nothing of the person outside its pages`(name: String) throws {
        let printed = try PaperSamples.print(paper(name))
        #expect(printed.fileName.utf8.allSatisfy { (0x2D...0x7A).contains($0) })
        #expect(!printed.fileName.contains(PaperSamples.person.residentID.fullText))
        try PrintReader.reading(printed.bytes) { reader in
            for (_, value) in try reader.about() {
                #expect(!value.contains(PaperSamples.person.name))
                #expect(!value.contains(PaperSamples.person.residentID.fullText))
            }
        }
    }

    @Test(arguments: names) func `is the same bytes twice, also from another press`(name: String) throws {
        let paper = try paper(name)
        let first = try PaperSamples.print(paper)
        #expect(try PaperSamples.print(paper).bytes == first.bytes)
        #expect(try PaperPress().print(paper, head: PaperSamples.head(paper)).bytes == first.bytes)
        let later = PaperSamples.head(paper, madeAt: SigningTime("2026-03-01T16:30:01Z")!)
        #expect(try PaperSamples.press.print(paper, head: later).bytes != first.bytes)
    }

    @Test func `has a name for its file`() throws {
        let names = try PaperSamples.all.map { try PaperSamples.print($0.paper).fileName }
        #expect(
            names == [
                "acceptance-letter-370700-2026-0000012-2.pdf", "contribution-certificate-370700-2026-0000012-2.pdf",
                "information-form-370700-2026-0000012-2.pdf", "letter-return-370700-2026-0000012-2.pdf",
                "written-refusal-370700-2026-0000012-2.pdf", "application-return-370700-2026-0000012-2.pdf",
                "completion-notice-370700-2026-0000012-2.pdf", "roster-PL-2026-0031.pdf",
            ])
    }

    @Test func `comes out the same from one press for many at once`() async throws {
        let paper = Paper.contributionCertificate(PaperSamples.certificate)
        let alone = try PaperSamples.print(paper).bytes
        let together = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<16 { group.addTask { try PaperSamples.print(paper).bytes } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(together.count == 16)
        #expect(together.allSatisfy { $0 == alone })
    }

    @Test func `is made of documents that people are given, and of no other`() {
        let person = PaperSamples.person
        #expect(Paper(.completionNotice(PaperSamples.completion), of: person) != nil)
        #expect(Paper(.returnNote(PaperSamples.note), of: person) == .letterReturn(PaperSamples.note, of: person))
        let reminder = Reminder(number: 1, clock: .review, dueOn: PaperSamples.day("2026-03-02"), workingDaysLate: 1)
        #expect(Paper(.reminder(reminder), of: person) == nil)
    }
}
