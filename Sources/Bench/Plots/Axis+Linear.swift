#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Axes that begin at 0 and have a tick at each multiple of a round number.
extension Axis {
    /// Into how many steps an axis is divided at most.
    private static let steps = 6.0

    /// Seconds, up to the last that something is said of.
    static func seconds(upTo end: Double) -> Axis {
        let end = end > 0 ? end : 1
        let step = step(upTo: end)
        // A digit behind the point for each power of ten that the step is below 1.
        let digits = max(0, Int((-log10(step)).rounded(.up)))
        return Axis(
            bounds: 0...end,
            ticks: multiples(of: step, upTo: end).map { Tick(position: $0, label: $0.text(fractionDigits: digits)) })
    }

    /// Rates, up to a tick that the highest does not exceed.
    static func rates(upTo highest: Double) -> Axis {
        let highest = highest > 0 ? highest : 1
        let step = step(upTo: highest)
        let end = (highest / step).rounded(.up) * step
        return Axis(
            bounds: 0...end,
            ticks: multiples(of: step, upTo: end).map { Tick(position: $0, label: $0.magnitudeText) })
    }

    /// 1, 2 or 5 times a power of ten.
    private static func step(upTo end: Double) -> Double {
        let least = end / steps
        let power = pow(10, log10(least).rounded(.down))
        return ([1, 2, 5].first { $0 * power >= least } ?? 10) * power
    }

    private static func multiples(of step: Double, upTo end: Double) -> [Double] {
        // A hair more, so that the rounding of the quotient loses none.
        (0...Int(end / step + 1e-9)).map { Double($0) * step }
    }
}
