import ArgumentParser
import Casework
import NodeSettings

/// `jiexu demo clock`: shows or moves the clock of a demonstration that is running.
struct DemoClock: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock", abstract: "Show the clock of a demonstration, or move it forward. 查看或向前拨动演示时钟。",
        discussion: """
            All nodes and the bank go by it and move at the same moment; it never goes back, and never beyond what the \
            certificates of the demonstration hold. Sessions and one-time codes go by the machine's own clock: nobody is \
            logged out. A node that is no demonstration has no such clock.
            """)

    @Option(help: "The folder that was given to `jiexu demo`.")
    var data: String

    @Option(help: "By how many days to move it: 1 to 25.")
    var forwardDays: Int?

    func run() throws {
        let clock = try DemonstrationClock(folder: Files.join(data, "demo"))
        SystemClock.follow(clock)
        if let forwardDays {
            // Whoever asks for years gets words about the limit, not an overflow.
            guard (1...25).contains(forwardDays) else {
                throw Misuse("--forward-days: expected 1 to 25 时钟只能向前，一次最多 25 天")
            }
            try clock.move(forwardBy: Int64(forwardDays) * 86_400, machineTime: SystemClock().machineTime)
        }
        let system = SystemClock()
        print("演示时间 time of the demonstration: \(ChinaTime.text(system.now))")
        print("真实时间 time of the machine:       \(ChinaTime.text(system.machineTime))")
        print("最远可到 at the furthest:           \(clock.furthest.date)")
    }
}
