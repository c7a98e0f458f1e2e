import CRocksDB
import Foundation

/// RocksDB with its write-ahead log, no compression, and a memtable large enough that appending is what is measured.
///
/// Sendable although its handles are pointers: RocksDB's own calls on an open database may come from any thread, and the
/// one write batch is used by workloads of one appender only.
final class RocksDatabase: ConcurrentContestant, @unchecked Sendable {
    private let database: OpaquePointer
    private let options: OpaquePointer
    private let writing: OpaquePointer
    private let batch: OpaquePointer
    private let value: [UInt8]

    init(_ directory: String, _ workload: Workload) throws {
        value = workload.value
        options = Self.makeOptions()
        writing = rocksdb_writeoptions_create()
        rocksdb_writeoptions_set_sync(writing, workload.guarantee == .device ? 1 : 0)
        batch = rocksdb_writebatch_create()
        let options = options
        database = try Self.check("open", opening: { rocksdb_open(options, directory, $0) })
    }

    private static func makeOptions() -> OpaquePointer {
        let options: OpaquePointer = rocksdb_options_create()
        rocksdb_options_set_create_if_missing(options, 1)
        rocksdb_options_set_compression(options, Int32(rocksdb_no_compression))
        rocksdb_options_set_write_buffer_size(options, 256 << 20)
        rocksdb_options_set_max_write_buffer_number(options, 4)
        rocksdb_options_increase_parallelism(options, 2)
        // A log file that is written over grows no more, which makes its syncs cheaper.
        rocksdb_options_set_recycle_log_file_num(options, 4)
        rocksdb_options_set_stats_dump_period_sec(options, 0)
        let table = rocksdb_block_based_options_create()
        let cache = rocksdb_cache_create_lru(1 << 30)
        rocksdb_block_based_options_set_block_cache(table, cache)
        rocksdb_options_set_block_based_table_factory(options, table)
        rocksdb_cache_destroy(cache)
        rocksdb_block_based_options_destroy(table)
        return options
    }

    func append(_ sequence: Range<Int>) throws {
        if sequence.count == 1 { return try put(sequence.lowerBound) }
        rocksdb_writebatch_clear(batch)
        value.withUnsafeBytes { value in
            let value = value.assumingMemoryBound(to: CChar.self)
            for number in sequence {
                withKey(number) { key in
                    rocksdb_writebatch_put(batch, key.baseAddress, key.count, value.baseAddress, value.count)
                }
            }
        }
        try Self.check("write") { rocksdb_write(database, writing, batch, $0) }
    }

    private func put(_ number: Int) throws {
        try value.withUnsafeBytes { value in
            let value = value.assumingMemoryBound(to: CChar.self)
            try withKey(number) { key in
                try Self.check("put") {
                    rocksdb_put(database, writing, key.baseAddress, key.count, value.baseAddress, value.count, $0)
                }
            }
        }
    }

    private func withKey<Result>(
        _ number: Int, _ body: (UnsafeBufferPointer<CChar>) throws -> Result
    ) rethrows -> Result {
        try withUnsafeBytes(of: UInt64(number).bigEndian) { try body($0.assumingMemoryBound(to: CChar.self)) }
    }

    /// Moves the records to tables that overlap nowhere: the order that an iterator is fastest in.
    func settle() throws {
        let flushing = rocksdb_flushoptions_create()
        defer { rocksdb_flushoptions_destroy(flushing) }
        rocksdb_flushoptions_set_wait(flushing, 1)
        try Self.check("flush") { rocksdb_flush(database, flushing, $0) }
        rocksdb_compact_range(database, nil, 0, nil, 0)
    }

    /// Blocks stay in RocksDB's own cache, whose checksums were verified as they came in.
    func scan() throws -> ScanTotal {
        var total = ScanTotal()
        let reading = rocksdb_readoptions_create()
        let iterator = rocksdb_create_iterator(database, reading)
        defer {
            rocksdb_iter_destroy(iterator)
            rocksdb_readoptions_destroy(reading)
        }
        rocksdb_iter_seek_to_first(iterator)
        while rocksdb_iter_valid(iterator) != 0 {
            var count = 0
            let start = rocksdb_iter_value(iterator, &count)
            total.add(UnsafeRawBufferPointer(start: start, count: count))
            rocksdb_iter_next(iterator)
        }
        try Self.check("scan") { rocksdb_iter_get_error(iterator, $0) }
        return total
    }

    func close() throws {
        rocksdb_close(database)
        rocksdb_writebatch_destroy(batch)
        rocksdb_writeoptions_destroy(writing)
        rocksdb_options_destroy(options)
    }

    /// The library's version, which it tells C programs only in the settings that it writes beside a database's files.
    static func version(openedIn parent: String) throws -> String {
        let path = parent + "/rocksdb-version"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let workload = Workload(valueSize: 1, batch: 1, records: 1, guarantee: .pageCache)
        try RocksDatabase(path, workload).close()
        let settings = try FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasPrefix("OPTIONS-") }
        let text = try String(contentsOfFile: path + "/" + (settings ?? "OPTIONS"), encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.contains("rocksdb_version=") }
        return line?.split(separator: "=").last.map(String.init) ?? "of unknown version"
    }

    /// Calls RocksDB and throws the message that it leaves behind.
    private static func check<Result>(
        _ what: String, _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) throws -> Result {
        var message: UnsafeMutablePointer<CChar>?
        let result = body(&message)
        guard let message else { return result }
        defer { rocksdb_free(message) }
        throw ContestantFailure("RocksDB \(what)", String(cString: message))
    }

    private static func check(
        _ what: String, opening body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> OpaquePointer?
    ) throws -> OpaquePointer {
        guard let database = try check(what, body) else { throw ContestantFailure("RocksDB \(what)", "no database") }
        return database
    }
}
