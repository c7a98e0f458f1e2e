#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Axis {
    // MARK: Percentiles

    /// Percentiles by what lies above them: each nine more is as far away as the one before it.
    ///
    /// - Parameter samples: Of the line that has the most; a percentile above which none of them lies has no tick.
    static func percentiles(samples: UInt64) -> Axis {
        var ticks = [Tick(position: 0, label: "0")]
        if samples >= 2 { ticks.append(Tick(position: position(ofFraction: 0.5), label: "50")) }
        var nines = 1
        while pow(10, Double(nines)) <= Double(samples) {
            let label = nines == 1 ? "90" : "99" + (nines > 2 ? "." : "") + String(repeating: "9", count: nines - 2)
            ticks.append(Tick(position: Double(nines), label: label))
            nines += 1
        }
        return Axis(
            bounds: 0...(samples > 1 ? position(ofLastOf: samples) : 1), ticks: ticks)
    }

    /// Where the highest of so many samples lies: the others are below it.
    ///
    /// - Parameter samples: 1 at least.
    static func position(ofLastOf samples: UInt64) -> Double { log10(Double(samples)) }

    /// Where the percentile lies below which there is this part of all samples.
    static func position(ofFraction fraction: Double) -> Double { -log10(1 - fraction) }

    /// The percentile at a position, from 0 to 100.
    static func percentile(at position: Double) -> Double { 100 * (1 - pow(10, -position)) }

    // MARK: Latencies

    /// How many ticks there are at most.
    private static let tickLimit = 10

    /// Latencies, from a tick that the lowest does not fall below up to one that the highest does not exceed: at 1, 2
    /// and 5 times each power of ten, or at the powers alone where those are too many.
    ///
    /// - Parameter latencies: Nanoseconds, from 1 to 10¹²; `nil` if there are none.
    static func latencies(_ latencies: ClosedRange<Double>?) -> Axis {
        let latencies = latencies ?? 1e3...1e6
        let fine = values(around: latencies, mantissas: [1, 2, 5])
        let values = fine.count <= tickLimit ? fine : values(around: latencies, mantissas: [1])
        return Axis(
            bounds: position(ofLatency: values[0])...position(ofLatency: values[values.count - 1]),
            ticks: values.map { Tick(position: position(ofLatency: $0), label: $0.durationText) })
    }

    /// Where a latency of so many nanoseconds lies.
    static func position(ofLatency nanoseconds: Double) -> Double { log10(nanoseconds) }

    private static func values(around range: ClosedRange<Double>, mantissas: [Double]) -> [Double] {
        var values: [Double] = []
        for power in 0...13 { values += mantissas.map { $0 * pow(10, Double(power)) } }
        let below = values.lastIndex { $0 <= range.lowerBound } ?? 0
        let above = values.firstIndex { $0 >= range.upperBound } ?? values.count - 1
        // Latencies that are all one of the values have an axis all the same.
        return Array(values[below...max(above, below + 1)])
    }
}
