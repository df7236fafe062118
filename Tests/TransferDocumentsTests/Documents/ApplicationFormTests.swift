import Testing
import TransferCore
import TransferDocuments

@Suite struct `An application form` {
    private let person = SampleCase.person

    @Test func `is read as it was written`() throws {
        let bytes = try ApplicationForm.write(SampleCase.application)
        #expect(try ApplicationForm.read(bytes) == SampleCase.application)
        #expect(try ApplicationForm.write(ApplicationForm.read(bytes)) == bytes)
    }

    @Test func `takes an identity number as people write it and keeps it as it is stored`() throws {
        let whole = JSON.reading(try ApplicationForm.write(SampleCase.application))
        for text in ["11010519491231002x", "110105491231002"] {
            let read = try ApplicationForm.read(whole.edited("/person/residentId", to: .string(text)).bytes)
            #expect(read.person.residentID.fullText == "11010519491231002X")
        }
    }

    @Test func `is for a move unless it says that accounts are gathered`() throws {
        let whole = JSON.reading(try ApplicationForm.write(SampleCase.application))
        let gathering = try ApplicationForm.read(whole.edited("/purpose", to: .string("gathering")).bytes)
        #expect(gathering.purpose == .gathering)
        #expect(try ApplicationForm.read(ApplicationForm.write(gathering)) == gathering)
        for move in [nil, JSON.string("move"), .null] {
            let read = try ApplicationForm.read((move.map { whole.edited("/purpose", to: $0) } ?? whole).bytes)
            #expect(read == SampleCase.application)
        }
        #expect(faults(whole.edited("/purpose", to: .string("Move")).bytes) == ["unknown-value /purpose"])
        #expect(faults(whole.edited("/purpose", to: .bool(true)).bytes) == ["wrong-type /purpose"])
    }

    @Test func `takes a rare character beyond the basic plane`() throws {
        let name = "𠮷𬊈"
        var whole = JSON.reading(try ApplicationForm.write(SampleCase.application))
        whole = whole.edited("/person/name", to: .string(name)).edited("/payoutAccount/holder", to: .string(name))
        #expect(try ApplicationForm.read(whole.bytes).person.name == name)
    }

    @Test func `with any field missing names that field and no other`() throws {
        let whole = JSON.reading(try ApplicationForm.write(SampleCase.application))
        for (pointer, _) in whole.places() where !pointer.hasPrefix("/otherBranches/") {
            let code = pointer == "/payoutAccount" ? "payout-account-required" : "missing-field"
            #expect(faults(whole.edited(pointer, to: nil).bytes) == ["\(code) \(pointer)"])
        }
    }

    @Test func `that is empty names all its fields at once`() {
        #expect(
            faults(Array("{}".utf8)) == [
                "missing-field /person", "missing-field /origin", "missing-field /applicant", "missing-field /mobile",
                "missing-field /otherBranches", "missing-field /approvedMove",
            ])
    }

    @Test func `that is no JSON has one fault, with its place`() {
        #expect(faults(Array(#"{"person":}"#.utf8)) == ["json-syntax /person"])
        #expect(faults(Array("[]".utf8)) == ["json-top "])
    }

    @Test func `never repeats what was entered, and says every fault in both languages`() throws {
        let whole = JSON.reading(try ApplicationForm.write(SampleCase.application))
        let wrong = whole.edited("/person/residentId", to: .string("110105194912310999"))
            .edited("/mobile", to: .string("12345678901")).edited("/payoutAccount/number", to: .string("6217999"))
        #expect {
            try ApplicationForm.read(wrong.bytes)
        } throws: { error in
            guard let faults = (error as? FormFaults)?.faults, faults.count == 3 else { return false }
            return faults.allSatisfy { fault in
                !fault.messageChinese.isEmpty && !fault.messageEnglish.isEmpty
                    && ["110105194912310999", "12345678901", "6217999"].allSatisfy {
                        !fault.messageChinese.contains($0) && !fault.messageEnglish.contains($0)
                    }
            }
        }
    }

    @Test func `of an account must name the person as holder`() throws {
        let bytes = try AccountForm.write(SampleCase.ownAccount)
        #expect(try AccountForm.read(bytes, of: person) == SampleCase.ownAccount)
        let other = InsuredPerson(name: "王小华", residentID: person.residentID)
        #expect {
            try AccountForm.read(bytes, of: other)
        } throws: { error in
            (error as? FormFaults)?.faults.map(\.code) == ["holder-differs"]
        }
    }

    @Test func `keeps the own lines of shared months as they were`() throws {
        let lines = SampleCase.request.lines.map {
            OverlapLine(from: $0.from, to: $0.to, base: $0.base, creditedShare: $0.creditedShare)
        }
        let bytes = try OwnLines.write(lines)
        #expect(try OwnLines.read(bytes) == lines)
        #expect(throws: DocumentFault.self) { try OwnLines.read(Array(#"{"lines": [], "more": 1}"#.utf8)) }
    }

    private func faults(_ bytes: [UInt8]) -> [String] {
        do throws(FormFaults) {
            _ = try ApplicationForm.read(bytes)
            return []
        } catch {
            return error.faults.map { "\($0.code) \($0.pointer)" }
        }
    }
}
