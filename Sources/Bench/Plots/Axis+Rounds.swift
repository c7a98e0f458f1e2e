/// The axis of what is measured several times.
extension Axis {
    /// How many ticks there are at most.
    private static let roundTickLimit = 20

    /// Rounds from the first to the last, with half of one's room at both ends.
    static func rounds(_ count: Int) -> Axis {
        let count = max(1, count)
        let step = (count + roundTickLimit - 1) / roundTickLimit
        return Axis(
            bounds: 0.5...Double(count) + 0.5,
            ticks: stride(from: 1, through: count, by: step).map { Tick(position: Double($0), label: "\($0)") })
    }
}
