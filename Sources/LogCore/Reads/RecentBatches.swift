internal import RecordFormat

/// Where the last batches of the active segment lie, so that a reader at the tail needs no system call to find its
/// place.
///
/// A ring of fixed size; a value under the log's state lock.
struct RecentBatches {
    /// Enough for the batches of a few milliseconds at full speed; 8 KiB a partition.
    static let capacity = 256

    private var ring: [BatchLocation] = []
    private var start = 0
    private var lastChecksum: UInt32 = 0

    /// - Parameter checksum: The one in the batch's header.
    mutating func append(_ location: BatchLocation, checksum: UInt32) {
        lastChecksum = checksum
        if ring.count < Self.capacity {
            ring.append(location)
        } else {
            ring[start] = location
            start = (start + 1) % Self.capacity
        }
    }

    /// Forgets everything, as a roll or a truncation demands.
    mutating func removeAll() {
        ring.removeAll(keepingCapacity: true)
        start = 0
    }

    /// The batch that was appended last.
    struct Last: Sendable {
        let location: BatchLocation
        /// The one in its header.
        let checksum: UInt32
    }

    /// The batch that was appended last, if it is known.
    var last: Last? { ring.isEmpty ? nil : Last(location: self[ring.count - 1], checksum: lastChecksum) }

    private subscript(index: Int) -> BatchLocation { ring[(start + index) % ring.count] }

    /// The first batch that ends at or above `offset`, if the ring is sure to know it.
    ///
    /// - Complexity: O(log *n*).
    func locate(_ offset: LogOffset) -> BatchLocation? {
        guard !ring.isEmpty, self[0].baseOffset <= offset, self[ring.count - 1].lastOffset >= offset else { return nil }
        var low = 0
        var high = ring.count - 1
        while low < high {
            let middle = (low + high) / 2
            if self[middle].lastOffset >= offset { high = middle } else { low = middle + 1 }
        }
        return self[low]
    }
}
