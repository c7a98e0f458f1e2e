import Benchmark
import CAllocationCount
import HotPaths

/// How long each hot path takes, and what it takes from the heap; the plugin's tool asks for them by this name.
let benchmarks: @Sendable () -> Void = {
    for path in HotPath.all { register(path) }
}

/// Registers a path, every iteration of which takes it once.
private func register(_ path: HotPath) {
    let allocations = BenchmarkMetric.custom("allocations", polarity: .prefersSmaller, useScalingFactor: true)
    // Instructions are told where the processor's counters can be read, which in virtual machines is rare.
    var metrics: [BenchmarkMetric] = [.wallClock, .throughput, .instructions]
    if millrace_allocations_are_counted() { metrics.append(allocations) }
    var prepared: PreparedHotPath?
    Benchmark(
        path.name,
        configuration: Benchmark.Configuration(
            metrics: metrics, warmupIterations: path.warmUp, maxDuration: .seconds(2), maxIterations: path.repetitions),
        closure: { (benchmark: Benchmark, made: PreparedHotPath) throws -> Void in
            benchmark.startMeasurement()
            let before = millrace_allocation_count()
            try made.take(1)
            let taken = millrace_allocation_count() - before
            benchmark.stopMeasurement()
            benchmark.measurement(allocations, Int(taken))
        },
        setup: {
            let made = try await path.prepare(below: nil)
            prepared = made
            return made
        },
        teardown: {
            try await prepared?.end()
            prepared = nil
        })
}
