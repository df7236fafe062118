import Glibc

/// The clock of the deadlines: it only goes forwards, whatever the time of day is set to.
enum Monotonic {
    /// Milliseconds since some moment.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
