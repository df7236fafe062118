import Casework

/// Looks at what is stuck now and then, so that what takes long with many cases is found out behind people and not before
/// them. With few cases a look costs next to nothing.
struct BoardRound: Sendable {
    let work: WorkDesk

    /// Less than the five minutes after which ``Remembered`` lets whoever asks wait. Source: our choice.
    private static let pause: Duration = .seconds(240)

    func run() async {
        while !Task.isCancelled {
            await look()
            try? await Task.sleep(for: BoardRound.pause)
        }
    }

    /// What cannot be found out now is told to whoever asks for it.
    func look() async {
        _ = try? await work.stalledBoard()
        _ = try? await work.figures()
    }
}
