import Glibc

/// Faults put in by hand, one of each kind that is looked for, behind a word that the fuzzer has to find. They are the
/// controls: a run that does not find all of them says nothing about the readers.
let planted: [Fuzzer] = [
    Fuzzer(name: "planted-trap", longestInput: 64) { bytes in
        guard knows(bytes, "TRAP") else { return }
        // One more than the largest number: what an amount without a bound does.
        keep(UInt64(Int64.max - 1 + Int64(bytes.count)))
    },
    Fuzzer(name: "planted-hang", longestInput: 64) { bytes in
        guard knows(bytes, "HANG") else { return }
        // Half a second: longer than any reader may take, too short for a limit in seconds.
        let begun = clock()
        while clock() - begun < CLOCKS_PER_SEC / 2 { keep(UInt64(bytes.count)) }
    },
    Fuzzer(name: "planted-memory", longestInput: 64) { bytes in
        guard knows(bytes, "MEMO") else { return }
        let size = 4 << 30
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4_096)
        for page in stride(from: 0, to: size, by: 4_096) {
            memory.storeBytes(of: 1, toByteOffset: page, as: UInt8.self)
        }
        keep(UInt64(UInt(bitPattern: memory)))
    },
    Fuzzer(name: "planted-wrong", longestInput: 64) { bytes in
        var read = bytes
        if knows(bytes, "LIES") { read[0] ^= 1 }
        hold(read == bytes, "what was read is not what was written")
    },
]

/// Whether the input begins with a word; one byte after the other, as a reader looks.
@inline(never)
private func knows(_ bytes: [UInt8], _ word: StaticString) -> Bool {
    guard bytes.count >= word.utf8CodeUnitCount else { return false }
    for place in 0..<word.utf8CodeUnitCount where bytes[place] != word.utf8Start[place] { return false }
    return true
}

/// So that the compiler does not take the work away.
@inline(never)
@_optimize(none)
private func keep(_ number: UInt64) {
    if number == 0 { _ = getpid() }
}
