/// Elements that several messages share.
///
/// Source: ISO 20022, PartyIdentification135, CashAccount38 and 39, BranchAndFinancialInstitutionIdentification6,
/// RemittanceInformation16.
extension ElementSequence {
    static let party = ElementSequence("Nm PstlAdr Id CtryOfRes CtctDtls")
    static let account = ElementSequence("Id Tp Ccy Nm Prxy Ownr Svcr")
    /// A published code, or one of the bank's own.
    static let codeChoice = ElementSequence.choice("Cd Prtry")
    static let dayChoice = ElementSequence.choice("Dt DtTm")
    fileprivate static let accountChoice = ElementSequence.choice("IBAN Othr")
    fileprivate static let otherAccount = ElementSequence("Id SchmeNm Issr")
    fileprivate static let bank = ElementSequence("FinInstnId BrnchId")
    fileprivate static let institution = ElementSequence("BICFI ClrSysMmbId LEI Nm PstlAdr Othr")
    fileprivate static let clearingMember = ElementSequence("ClrSysId MmbId")
    static let remittanceText = ElementSequence("Ustrd* Strd*")
}

extension ElementFields {
    /// The number of an account that must be there: an IBAN, or an identification of another scheme.
    func accountNumber(_ name: String) throws(BankFileFault) -> String {
        let choice = try inside(name, .account).inside("Id", .accountChoice)
        if let iban = try choice.ifText("IBAN") { return iban }
        return try choice.inside("Othr", .otherAccount).text("Id")
    }

    /// The bank code of a bank that must be there.
    func bankCode(_ name: String) throws(BankFileFault) -> String {
        let bank = try inside(name, .bank)
        let institution = try bank.inside("FinInstnId", .institution)
        let member = try institution.inside("ClrSysMmbId", .clearingMember)
        let system = try member.inside("ClrSysId", .codeChoice)
        guard try system.ifText("Cd") == "CNAPS" else {
            throw BankFileFault(.bankCode, at: member.place("ClrSysId"), "the clearing system is not CNAPS")
        }
        return try member.text("MmbId")
    }
}
