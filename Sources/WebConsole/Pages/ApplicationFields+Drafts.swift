import Casework
import TransferCore
import TransferDocuments

// The fields of an application while it is a draft, and what has changed in one that is corrected.

extension ApplicationFields {
    /// What a draft keeps: everything that was entered, right or wrong. Nil for text that no store can hold.
    var draftBytes: [UInt8]? {
        try? JSONWriter.object(limits: .request) { json in
            json.field("correcting", ifPresent: correcting?.text)
            json.field("purpose", ifPresent: purpose)
            json.object("values") { json in
                for (name, value) in values.sorted(by: { $0.key < $1.key }) { json.field(name, value) }
            }
            json.array("branches", branches) { $0.value($1) }
            json.field("approved", isApproved)
        }
    }

    /// The fields of a draft, with its number as the key under which it is sent once.
    init?(_ draft: ApplicationDraft) {
        self.init()
        guard let json = try? JSON.parse(draft.bytes, limits: .request), case .object? = json["values"] else {
            return nil
        }
        key = draft.id
        correcting = json["correcting"]?.textValue.flatMap { CaseNumber($0) }
        purpose = json["purpose"]?.textValue
        for name in ApplicationFields.all.map(\.name) + ["origin"] {
            values[name] = json["values"]?[name]?.textValue
        }
        if case .array(let elements)? = json["branches"] {
            branches = elements.compactMap(\.textValue).filter { Branch(rawValue: $0) != nil }
        }
        isApproved = json["approved"] == .bool(true)
    }

    /// Whether anything was entered at all.
    var isBlank: Bool { values.isEmpty && branches.isEmpty && !isApproved }

    /// How the person is shown in a list: masked, whatever was entered.
    var maskedPerson: String {
        let name = values["name"].map { MaskedName.of($0) } ?? "—"
        guard let number = values["resident-id"], number.count >= 10 else { return name }
        return "\(name) \(number.prefix(6))********\(number.suffix(4))"
    }

    /// The application as it would be sent, with the bytes that would be lodged.
    func application() throws(FormFaults) -> (TransferApplication, form: [UInt8]) {
        let form = try bytes()
        return (try ApplicationForm.read(form), form)
    }

    /// What is still missing or wrong; empty when it can be sent.
    var faults: [FormFault] {
        do throws(FormFaults) {
            _ = try application()
            return []
        } catch {
            return error.faults
        }
    }

    /// What has changed since another version: the field, how it was, how it is.
    func changes(
        since old: ApplicationFields, _ say: PageLanguage
    ) -> [(label: String, before: String, after: String)] {
        var rows = ApplicationFields.all.map { field in
            (say(field.chinese, field.english), old.values[field.name] ?? "", values[field.name] ?? "")
        }
        rows.append((say("原参保地经办机构", "Agency of the old region"), old.values["origin"] ?? "", values["origin"] ?? ""))
        let names = { (fields: ApplicationFields) in
            fields.branches.compactMap { Branch(rawValue: $0).map { say(CaseWords.branchWording($0)) } }
                .joined(separator: "、")
        }
        rows.append((say("同时清算", "Settled as well"), names(old), names(self)))
        let approved = { (fields: ApplicationFields) in fields.isApproved ? say("是", "yes") : say("否", "no") }
        rows.append((say("批准调动", "Approved move"), approved(old), approved(self)))
        return rows.filter { !$0.1.utf8.elementsEqual($0.2.utf8) }.map { (label: $0.0, before: $0.1, after: $0.2) }
    }
}

/// A name of which only the first character is shown.
enum MaskedName {
    static func of(_ name: String) -> String { name.first.map { "\($0)**" } ?? "—" }
}

extension JSON {
    fileprivate var textValue: String? {
        if case .string(let text) = self { text } else { nil }
    }
}

extension Reason {
    /// The fields of an application that may have to be corrected for this reason, as places of its form.
    ///
    /// Source: the reasons of the domain handbook, section 5, and what each is found by.
    var namedFields: Set<String> {
        switch self {
        case .identityDiffers, .noRecordAtOrigin, .identityDocumentInvalid: ["/person/name", "/person/residentId"]
        case .sameProvince: ["/origin"]
        case .papersIncomplete, .letterIncomplete: ["/certificateNumber", "/person/name", "/mobile"]
        case .medicalNotReady, .housingNotReady:
            ["/payoutAccount/holder", "/payoutAccount/bankName", "/payoutAccount/bankCode", "/payoutAccount/number"]
        default: []
        }
    }
}
