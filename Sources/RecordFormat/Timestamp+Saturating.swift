extension Duration {
    /// Whole milliseconds, as far as 64 bits go: settings may ask for the longest time that Kafka can express.
    package var clampedMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, isTooLarge) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return isTooLarge ? (seconds < 0 ? .min : .max) : sum
    }
}

extension Timestamp {
    /// The time that lies `duration` later, or earlier if that is negative; the last or first one there is instead of
    /// one beyond.
    package func saturating(adding duration: Duration) -> Timestamp {
        let milliseconds = duration.clampedMilliseconds
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }
}
