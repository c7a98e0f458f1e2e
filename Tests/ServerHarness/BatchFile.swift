package import Foundation

/// A partition's `.log` file as an outsider reads it: the frames of its record batches, nothing decoded.
///
/// The layout is Kafka's (docs/format/); it is read here by other code than the server's on purpose.
package struct BatchFile: Sendable {
    /// One record batch.
    package struct Batch: Sendable {
        /// Where the batch begins in the file, in bytes.
        package let position: Int
        /// Its size in the file, header included.
        package let size: Int
        /// The offset of its first record.
        package let firstOffset: Int
        /// The offset of its last record.
        package let lastOffset: Int
        /// The codec's number: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.
        package let codec: Int

        /// The offset after the last record.
        package var nextOffset: Int {
            lastOffset + 1
        }

        /// The bytes of the file that this batch's CRC covers.
        package var checkedBytes: Range<Int> {
            position + 21..<position + size
        }
    }

    /// The file.
    package let url: URL
    /// The whole batches, in the file's order.
    package let batches: [Batch]

    /// The file's name: its base offset in 20 digits and `.log`.
    package var name: String {
        url.lastPathComponent
    }

    /// Where the last whole batch ends; behind it may lie space that was reserved.
    package var end: Int {
        batches.last.map { $0.position + $0.size } ?? 0
    }

    package init(_ url: URL) throws {
        self.url = url
        let bytes = try [UInt8](Data(contentsOf: url, options: .alwaysMapped))
        var batches: [Batch] = []
        var position = 0
        while position + 61 <= bytes.count {
            func integer(at offset: Int, _ width: Int) -> Int {
                bytes[position + offset..<position + offset + width].reduce(0) { $0 << 8 | Int($1) }
            }
            let length = integer(at: 8, 4)
            guard length > 0, bytes[position + 16] == 2, position + 12 + length <= bytes.count else { break }
            let first = integer(at: 0, 8)
            batches.append(
                Batch(
                    position: position, size: 12 + length, firstOffset: first, lastOffset: first + integer(at: 23, 4),
                    codec: integer(at: 21, 2) & 7))
            position += 12 + length
        }
        self.batches = batches
    }

    /// The segments of a partition's folder, oldest first.
    package static func segments(in directory: URL) throws -> [BatchFile] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path())
            .filter { $0.hasSuffix(".log") }.sorted()
            .map { try BatchFile(directory.appending(path: $0)) }
    }

    /// Changes one bit of the file.
    package func flipBit(_ bit: Int, at position: Int) throws {
        let handle = try FileHandle(forUpdating: url)
        try handle.seek(toOffset: UInt64(position))
        let byte = try handle.read(upToCount: 1)?.first ?? 0
        try handle.seek(toOffset: UInt64(position))
        try handle.write(contentsOf: Data([byte ^ UInt8(1 << bit)]))
        try handle.close()
    }

    /// Cuts the file off at a position.
    package func cut(at position: Int) throws {
        let handle = try FileHandle(forUpdating: url)
        try handle.truncate(atOffset: UInt64(position))
        try handle.close()
    }

    /// The file of the same segment with another ending, such as `index`.
    package func sibling(_ pathExtension: String) -> URL {
        url.deletingPathExtension().appendingPathExtension(pathExtension)
    }
}
