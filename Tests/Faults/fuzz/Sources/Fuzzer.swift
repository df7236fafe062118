import Glibc

/// One fuzzer: a reader of input from outside, and what must hold of whatever it is given.
///
/// A run takes any bytes and returns. It calls ``violate(_:)`` when a property does not hold; libFuzzer sees that as a
/// crash and keeps the input. What every reader owes stands in ``testOneInput(_:_:)``: no trap, and an answer within
/// ``Fuzzer/longestMilliseconds``. Memory is bounded by libFuzzer's own limit.
struct Fuzzer: Sendable {
    /// As the folder of its corpus.
    let name: String
    /// Longer inputs are not tried, in bytes.
    let longestInput: Int
    let run: @Sendable ([UInt8]) -> Void

    /// Time of the processor for one input, in milliseconds, coverage and the properties themselves included.
    static let longestMilliseconds = 100

    static let all: [Fuzzer] =
        jsonFuzzers + documentFuzzers + messageFuzzers + trustFuzzers + archiveFuzzers + bankFuzzers + sheetFuzzers
        + tableFuzzers + webFuzzers + valueFuzzers + planted
}

/// Says what does not hold, and ends the process as a crash.
func violate(_ what: String) -> Never {
    say("VIOLATED: \(what)\n")
    abort()
}

private func say(_ text: String) {
    var text = text
    text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// Ends the process unless something holds.
func hold(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { violate(what()) }
}

/// The value of an optional that is never nil here.
func expect<Value>(_ what: String, _ make: () throws -> Value) -> Value {
    do { return try make() } catch { violate("\(what): \(error)") }
}

/// The fuzzer that the environment names.
private let chosen: Fuzzer = {
    let name = getenv("JIEXU_FUZZER").map { String(cString: $0) } ?? ""
    if name == "list" {
        for fuzzer in Fuzzer.all { print(fuzzer.name, fuzzer.longestInput) }
        exit(0)
    }
    guard let fuzzer = Fuzzer.all.first(where: { $0.name == name }) else {
        say("JIEXU_FUZZER names no fuzzer; the name list prints them all\n")
        exit(2)
    }
    return fuzzer
}()

@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ arguments: UnsafeMutableRawPointer) -> CInt {
    // What is made once is made before any input is timed.
    chosen.run([])
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: size))
    guard milliseconds({ chosen.run(bytes) }) > Fuzzer.longestMilliseconds else { return 0 }
    // Once more, since the first time may have made something that is kept.
    let time = milliseconds { chosen.run(bytes) }
    hold(time <= Fuzzer.longestMilliseconds, "an input of \(size) bytes takes \(time) ms of the processor")
    return 0
}

/// Time of this thread on the processor, so that a busy machine makes nothing slow.
private func milliseconds(_ run: () -> Void) -> Int {
    func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
    let begun = now()
    run()
    return now() - begun
}
