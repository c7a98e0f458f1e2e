internal import LogCore
internal import RecordFormat

extension Topic {
    /// The batches of all partitions, from `start` on and then for ever.
    ///
    /// - Parameters:
    ///   - start: Where to begin in each partition; ``TailStart/end`` is the end at the moment of this call.
    ///   - policy: What to do when the offset to read is not there.
    ///   - bytesPerRead: The most bytes that one read takes into memory, above 0; a larger batch is read whole.
    /// - Returns: A sequence that reads nothing until it is iterated.
    public func tail(
        from start: TailStart, ifOutOfRange policy: OutOfRangePolicy = .fail, bytesPerRead: Int = 1 << 20
    ) -> Tail {
        tail(Array(0..<Int32(partitionCount)), from: start, ifOutOfRange: policy, bytesPerRead: bytesPerRead)
    }

    /// The batches of some partitions, from `start` on and then for ever.
    ///
    /// - Parameters:
    ///   - partitions: The partitions to read.
    ///   - start: Where to begin in each of them; ``TailStart/end`` is the end at the moment of this call.
    ///   - policy: What to do when the offset to read is not there.
    ///   - bytesPerRead: The most bytes that one read takes into memory, above 0; a larger batch is read whole.
    /// - Returns: A sequence that reads nothing until it is iterated.
    /// - Precondition: the topic has these partitions.
    public func tail(
        _ partitions: [Int32], from start: TailStart, ifOutOfRange policy: OutOfRangePolicy = .fail,
        bytesPerRead: Int = 1 << 20
    ) -> Tail {
        precondition(bytesPerRead > 0, "a read of \(bytesPerRead) bytes gets nowhere")
        var sources: [(log: StoredLog, start: TailStart)] = []
        var failure: LogError?
        for partition in partitions {
            do throws(LogError) {
                let log = try log(of: partition)
                // The end moves on; which one is meant is settled here and not when someone begins to read.
                let first = start == .end ? .offset(TailStep.offset(of: .end, in: log)) : start
                sources.append((log, first))
            } catch {
                failure = failure ?? error
            }
        }
        return Tail(
            store: store, sources: failure == nil ? sources : [],
            settings: Tail.Settings(policy: policy, bytesPerRead: bytesPerRead), failure: failure)
    }
}
