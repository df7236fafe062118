package import TransferCore
import TransferDocuments

extension CaseView {
    /// The newest information form that the case holds; nil before there is one.
    ///
    /// - Throws: ``StoreError/corrupt(_:)`` when it cannot be read again.
    package var informationForm: InformationForm? {
        get throws(StoreError) {
            guard case .informationForm(let form)? = try file.newest(.informationForm)?.content else { return nil }
            return form
        }
    }
}
