import Glibc

/// What the thread that asks has used of a processor since it began.
enum ThreadUsage {
    /// `RUSAGE_THREAD` of getrusage(2), which the headers show to GNU programs only.
    private static let thisThread: Int32 = 1

    static var microseconds: Int64 {
        var usage = rusage()
        guard getrusage(thisThread, &usage) == 0 else { return 0 }
        func whole(_ time: timeval) -> Int64 { Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec) }
        return whole(usage.ru_utime) + whole(usage.ru_stime)
    }
}
