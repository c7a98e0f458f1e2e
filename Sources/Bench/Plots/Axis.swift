/// One axis of a chart: what lies where on it, and what is written beside it.
///
/// Positions are evenly spaced: where a scale is logarithmic, they are logarithms.
struct Axis: Equatable {
    /// A line across the chart with a label.
    struct Tick: Equatable {
        var position: Double
        var label: String
    }

    /// Where the axis begins and ends; never empty.
    var bounds: ClosedRange<Double>
    var ticks: [Tick]

    /// Where a position lies between the ends of the axis, which are 0 and 1.
    func fraction(_ position: Double) -> Double {
        (position - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    }
}
