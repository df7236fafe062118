import Casework
import Synchronization
import TransferCore
import TransferDocuments

// What the newest form says, against what the bank carried out: read from the signed bytes without any reader of ours.

extension Watch {
    /// A case that is completed: what was paid and did not come back, less what was returned, is what the form says.
    func compareAmounts(_ number: CaseNumber, _ destination: Mirror, _ state: inout State) {
        guard destination.phase == "completed", destination.credited > 0, !state.disturbed.contains(number.text),
            let form = state.forms[number], let said = Watch.number("transferFen", in: form)
        else { return }
        var moved = Int64(0)
        for key in Set(state.carriedOutOf[number] ?? []) where !state.cameBack.contains(key) {
            guard let fen = state.carriedOut[key] else { continue }
            switch OrderKey(key)?.leg {
            case .remittance?: moved += fen
            case .fundsReturn?: moved -= fen
            default: break
            }
        }
        if moved != said {
            state.find("amounts-agree", "\(number): the form says \(said) fen, and \(moved) moved")
        }
    }

    /// A whole number behind a name in the payload of a compact JWS.
    private static func number(_ name: String, in bytes: [UInt8]) -> Int64? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var payload: [UInt8] = []
        var (held, bits) = (UInt32(0), 0)
        for letter in parts[1] {
            let value: UInt8
            switch letter {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = letter - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = letter - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = letter + 4
            case UInt8(ascii: "-"): value = 62
            default: value = 63
            }
            held = held << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                payload.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
            }
        }
        let wanted = Array("\"\(name)\":".utf8)
        guard payload.count > wanted.count else { return nil }
        for start in 0..<(payload.count - wanted.count) where payload[start...].starts(with: wanted) {
            return Int64(
                String(decoding: payload[(start + wanted.count)...].prefix { $0 >= 45 && $0 <= 57 }, as: UTF8.self))
        }
        return nil
    }
}
