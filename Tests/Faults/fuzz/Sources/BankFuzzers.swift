import BankFiles

/// The agency's own account in the samples.
private let account = "15370700000000001"

let bankFuzzers: [Fuzzer] = [
    Fuzzer(name: "bank-message", longestInput: 16_384) { bytes in
        guard let file = try? BankFile(reading: bytes, account: account) else { return }
        let written: [UInt8]
        switch file {
        case .status(let status): written = status.bytes()
        case .notification(let notification): written = notification.bytes()
        case .statement(let statement): written = statement.bytes()
        case .sheet(let sheet): return checkSheet(sheet)
        }
        let again = expect("a bank file that was written can be read") {
            try BankFile(reading: written, account: account)
        }
        hold(again == file, "a bank file is read otherwise than it was written")
        keepHistory(of: file)
    },
    Fuzzer(name: "bank-sheet", longestInput: 8_192) { bytes in
        guard let sheet = try? AccountSheetFile(reading: bytes, account: account) else { return }
        checkSheet(sheet)
    },
    Fuzzer(name: "bank-order", longestInput: 16_384) { bytes in
        _ = RemittanceOrderFile.messageID(of: bytes)
        guard let orders = try? RemittanceOrderFile(reading: bytes, debtorAccount: nil) else { return }
        hold(RemittanceOrderFile.messageID(of: bytes) == orders.messageID, "two identifiers of one file")
        let again = expect("orders that were written can be read") {
            try RemittanceOrderFile(reading: orders.bytes(), debtorAccount: nil)
        }
        hold(again == orders, "orders are read otherwise than they were written")
    },
    Fuzzer(name: "bank-history", longestInput: 4_096) { bytes in
        guard let history = try? BankFileHistory(reading: bytes) else { return }
        let again = expect("a history that was written can be read") { try BankFileHistory(reading: history.bytes()) }
        hold(again == history, "a history is read otherwise than it was written")
    },
]

/// A sheet says the same in every encoding.
private func checkSheet(_ sheet: AccountSheetFile) {
    for encoding in SheetEncoding.allCases {
        let again = expect("a sheet that was written can be read") {
            try AccountSheetFile(reading: sheet.bytes(encoding), account: account)
        }
        hold(again == sheet, "a sheet is read otherwise than it was written in \(encoding.rawValue)")
    }
    keepHistory(of: .sheet(sheet))
}

/// A history that has taken the file can be kept and read again.
private func keepHistory(of file: BankFile) {
    var history = BankFileHistory()
    guard (try? history.standing(of: file, digest: "d1")) != nil else { return }
    _ = history.add(file, digest: "d1")
    let again = expect("a history that was kept can be read") { try BankFileHistory(reading: history.bytes()) }
    hold(again == history, "a history is read otherwise than it was kept")
}
