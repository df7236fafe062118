import TransferCore

// The payload of a directory: how an `AgencyDirectory` is written as JSON and read again. One page, both ways, in the
// same order. Members that are absent have no value; there is no null.

extension JSONLimits {
    /// A directory of 10,000 agencies.
    package static let directory = JSONLimits(
        bytes: 12 << 20, depth: 8, members: 2_000_000, topLevelObjectOnly: true, integersOnly: true,
        textRule: .document)
}

extension AgencyDirectory {
    /// The bytes that are signed.
    ///
    /// - Throws: when a name has characters that no document holds, or the whole is too big.
    package func payload() throws(JSONFault) -> [UInt8] {
        try JSONWriter.object(limits: .directory) { json in
            json.field("version", version)
            json.field("issuedAt", issuedAt)
            json.field("expiresAt", expiresAt)
            json.array("agencies", agencies) { json, entry in json.object { entry.write(to: &$0) } }
        }
    }

    /// Signs the directory with the directory key.
    ///
    /// - Throws: `directory-form` when it cannot be written, `directory-signature` when the key does not sign.
    package func signed(by key: SigningKey, at time: SigningTime) throws(TrustFault) -> [UInt8] {
        let payload: [UInt8]
        do {
            payload = try self.payload()
        } catch {
            throw TrustFault(.directoryForm, error.description)
        }
        do {
            return try key.sign(payload: payload, typ: .directory, at: time)
        } catch {
            throw TrustFault(.directorySignature, error.description)
        }
    }

    /// Reads a payload; every form and bound is checked, but not yet whether the entries agree with each other.
    ///
    /// - Throws: `directory-form`, with the place, or the fault of a certificate in it.
    package init(payload: [UInt8]) throws(TrustFault) {
        do {
            var directory = try ObjectReader(try JSON.parse(payload, limits: .directory))
            version = try directory.integer("version", DirectoryForm.versions)
            issuedAt = try directory.integer("issuedAt", DirectoryForm.times)
            expiresAt = try directory.integer("expiresAt", DirectoryForm.times)
            agencies = try directory.array("agencies", max: AgencyDirectory.mostAgencies) {
                value throws(DocumentFault) in
                try DirectoryEntry(value)
            }
            try directory.end()
        } catch let fault as JSONFault {
            throw TrustFault(.directoryForm, fault.description)
        } catch let fault as DocumentFault {
            throw TrustFault(.directoryForm, fault.description)
        } catch {
            throw TrustFault(.directoryForm, "cannot be read")
        }
    }
}

private enum DirectoryForm {
    static let versions: ClosedRange<Int64> = 1...1_000_000_000_000
    /// 1970 to 2099, as in ``SigningTime``.
    static let times: ClosedRange<Int64> = 0...4_102_444_799
    static let names = 1...100

    static func isStepName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-") }
    }

    static func digits(_ text: String, _ count: ClosedRange<Int>) -> String? {
        let areDigits = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return areDigits && count.contains(text.utf8.count) ? text : nil
    }
}

extension DirectoryEntry {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("code", code.text)
        json.field("nameChinese", nameChinese)
        json.field("nameEnglish", nameEnglish)
        json.field("endpoint", endpoint.text)
        json.array("tlsCertificates", tlsCertificates) { json, entry in json.object { entry.write(to: &$0) } }
        json.array("signingCertificates", signingCertificates) { json, entry in json.object { entry.write(to: &$0) } }
        json.array("receives", receives) { json, capability in json.object { capability.write(to: &$0) } }
        json.object("deadlineProfile") { deadlineProfile.write(to: &$0) }
        json.object("remittanceAccount") { remittanceAccount.writeDirectoryEntry(to: &$0) }
        json.field("successor", ifPresent: successor?.text)
    }

    fileprivate init(_ value: ValueReader) throws(DocumentFault) {
        var entry = try value.object()
        code = try entry.string("code", as: "the code of a region in a province") { text in
            AgencyCode(text).flatMap { $0.province == nil ? nil : $0 }
        }
        nameChinese = try entry.string("nameChinese", length: DirectoryForm.names)
        nameEnglish = try entry.string("nameEnglish", length: DirectoryForm.names)
        endpoint = try entry.string("endpoint", as: "https://host:port") { EndpointURL($0) }
        tlsCertificates = try entry.array("tlsCertificates", min: 1, max: 8) { value throws(DocumentFault) in
            try TLSCertificateEntry(value)
        }
        signingCertificates = try entry.array("signingCertificates", min: 1, max: 64) { value throws(DocumentFault) in
            try SigningCertificateEntry(value)
        }
        receives = try entry.array("receives", max: 32) { value throws(DocumentFault) in try Capability(value) }
        deadlineProfile = try DeadlineProfile(try entry.object("deadlineProfile"))
        remittanceAccount = try BankAccount(directoryEntry: try entry.object("remittanceAccount"))
        successor = try entry.optionalString("successor", as: "a region code") { AgencyCode($0) }
        try entry.end()
    }
}

extension TLSCertificateEntry {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("thumbprint", thumbprint.text)
        json.field("keyPin", keyPin.text)
        json.field("from", from)
        json.field("until", until)
    }

    fileprivate init(_ value: ValueReader) throws(DocumentFault) {
        var entry = try value.object()
        thumbprint = try entry.string("thumbprint", as: "a SHA-256 in base64url") { DocumentDigest(text: $0) }
        keyPin = try entry.string("keyPin", as: "a SHA-256 in base64url") { DocumentDigest(text: $0) }
        from = try entry.integer("from", DirectoryForm.times)
        until = try entry.integer("until", DirectoryForm.times)
        try entry.end()
        guard from < until else { throw entry.fault(.outOfRange, in: "until", "expected a time after from") }
    }
}

extension SigningCertificateEntry {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("certificate", String(decoding: Base64URL.encode(certificate.der), as: UTF8.self))
        json.field("from", from)
        json.field("until", until)
        json.field("revokedAt", ifPresent: revokedAt)
    }

    fileprivate init(_ value: ValueReader) throws(DocumentFault) {
        var entry = try value.object()
        let form = "a signing certificate of this network in DER and base64url"
        certificate = try entry.string("certificate", as: form) { text in
            guard let der = Base64URL.decode(text) else { return nil }
            return try? NetworkCertificate(der: der)
        }
        from = try entry.integer("from", DirectoryForm.times)
        until = try entry.integer("until", DirectoryForm.times)
        revokedAt = try entry.optionalInteger("revokedAt", DirectoryForm.times)
        try entry.end()
        guard from < until else { throw entry.fault(.outOfRange, in: "until", "expected a time after from") }
    }
}

extension Capability {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("branch", branch.rawValue)
        json.field("from", from.description)
        json.field("until", ifPresent: until?.description)
    }

    fileprivate init(_ value: ValueReader) throws(DocumentFault) {
        var entry = try value.object()
        branch = try entry.oneOf("branch", Branch.self)
        from = try entry.string("from", as: "YYYY-MM-DD") { CivilDate($0) }
        until = try entry.optionalString("until", as: "YYYY-MM-DD") { CivilDate($0) }
        try entry.end()
        if let until, until <= from { throw entry.fault(.outOfRange, in: "until", "expected a day after from") }
    }
}

extension DeadlineProfile {
    fileprivate func write(to json: inout JSONWriter) {
        json.field("name", name)
        json.object("workingDays") { json in
            for step in workingDays.keys.sorted() { json.field(step, workingDays[step] ?? 0) }
        }
    }

    fileprivate init(_ profile: ObjectReader) throws(DocumentFault) {
        var profile = profile
        name = try profile.string("name", length: 1...64)
        var steps = try profile.object("workingDays")
        var limits: [String: Int] = [:]
        for (step, value) in try steps.entries(max: 32) {
            guard DirectoryForm.isStepName(step) else {
                throw value.fault(.invalidFormat, "expected a name of lower-case letters and hyphens")
            }
            limits[step] = try value.integer(1...400)
        }
        workingDays = limits
        try profile.end()
    }
}

extension BankAccount {
    fileprivate func writeDirectoryEntry(to json: inout JSONWriter) {
        json.field("holder", holder)
        json.field("bankName", bankName)
        json.field("bankCode", bankCode)
        json.field("number", number)
    }

    fileprivate init(directoryEntry: ObjectReader) throws(DocumentFault) {
        var account = directoryEntry
        self.init(
            holder: try account.string("holder", length: DirectoryForm.names),
            bankName: try account.string("bankName", length: DirectoryForm.names),
            bankCode: try account.string("bankCode", as: "12 digits") { DirectoryForm.digits($0, 12...12) },
            number: try account.string("number", as: "1 to 32 digits") { DirectoryForm.digits($0, 1...32) })
        try account.end()
    }
}
