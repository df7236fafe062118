import TransferCore
import TransferDocuments

/// What nodes tell each other besides documents: read, written and read again.
let messageFuzzers: [Fuzzer] = [
    roundTrip("receipt", longest: 2_048, { try Receipt(decoding: $0) }, { try $0.encoded() }),
    roundTrip("state-digest", longest: 16_384, { try StateDigest(decoding: $0) }, { try $0.encoded() }),
    roundTrip("tree-head", longest: 2_048, { try TreeHead(decoding: $0) }, { try $0.encoded() }),
    roundTrip("head-exchange", longest: 16_384, { try HeadExchange(decoding: $0) }, { try $0.encoded() }),
    roundTrip("silence", longest: 8_192, { try ProofOfSilence(decoding: $0) }, { try $0.encoded() }),
    roundTrip("silence-file", longest: 8_192, { try SilenceFile(decoding: $0) }, { try $0.encoded() }),
    roundTrip("directory", longest: 16_384, { try AgencyDirectory(payload: $0) }, { try $0.payload() }),
]

/// What a reader accepts can be written, is read as the same again, and has one form.
func roundTrip<Value: Equatable & SendableMetatype>(
    _ name: String, longest: Int, _ read: @escaping @Sendable ([UInt8]) throws -> Value,
    _ write: @escaping @Sendable (Value) throws -> [UInt8]
) -> Fuzzer {
    Fuzzer(name: name, longestInput: longest) { bytes in
        guard let value = try? read(bytes) else { return }
        let written = expect("what was read can be written") { try write(value) }
        let again = expect("what was written can be read") { try read(written) }
        hold(again == value, "it is read otherwise than it was written")
        hold(expect("written again") { try write(again) } == written, "the same value gives other bytes")
    }
}
