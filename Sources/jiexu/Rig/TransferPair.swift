import NodeSettings
import TransferCore
import TransferDocuments

/// Two agencies and their bank, on which measurements and rehearsals run: everybody moves from Shenzhen to Weifang.
extension TransferNetwork {
    /// - Parameters:
    ///   - folder: made anew: what is in it is removed, if it was made by this command.
    ///   - others: agencies besides.
    ///   - adjust: changes the settings of each node before they are written.
    convenience init(
        pairIn folder: String, others: [Agency] = [], adjust: (inout NodeSettings) -> Void
    ) throws {
        try self.init(
            folder: folder,
            agencies: [
                Agency(
                    code: DemoStory.weifang, nameChinese: "潍坊", nameEnglish: "Weifang", address: "示例路 1 号",
                    postcode: "261061", telephone: "0536-0000001"),
                Agency(
                    code: DemoStory.shenzhen, nameChinese: "深圳", nameEnglish: "Shenzhen", address: "示例路 2 号",
                    postcode: "518000", telephone: "0755-0000002"),
            ] + others, clock: SystemClock(), bankPollMilliseconds: 10, adjust: adjust)
    }

    /// The application of a person who moves with the pension alone.
    static func pairForm(of person: InsuredPerson, from origin: AgencyCode = DemoStory.shenzhen) throws -> [UInt8] {
        try ApplicationForm.write(
            TransferApplication(
                person: person, origin: origin, applicant: .insuredPerson, mobile: "13800000000",
                certificateNumber: nil, payoutAccount: nil, otherBranches: [], approvedMove: false))
    }
}
