/// What an append has to guarantee before it returns.
enum Guarantee: String, Codable, Sendable {
    /// The bytes are with the operating system: the process may die, the machine may not.
    case pageCache = "page cache"
    /// The bytes are on the device.
    case device = "durable"
}

/// The records of one row: how many, how large, how many at a time.
struct Workload: Codable, Sendable {
    /// Bytes of a record's value.
    var valueSize: Int
    /// Records of one append.
    var batch: Int
    /// Records in all.
    var records: Int
    var guarantee: Guarantee
    /// Threads that append at once, where a contestant lets them.
    var appenders = 1

    /// The value that every record has.
    var value: [UInt8] { [UInt8](repeating: UInt8(ascii: "x"), count: valueSize) }
}

/// What a scan has come by: proof that it looked at every record.
struct ScanTotal: Equatable {
    var records = 0
    var valueBytes = 0
    /// The sum of the values' first bytes.
    var firstBytes = 0

    init() {}

    /// What a scan of all the records of `workload` finds.
    init(of workload: Workload) {
        records = workload.records
        valueBytes = workload.records * workload.valueSize
        firstBytes = workload.records * Int(workload.value.first ?? 0)
    }

    @inline(__always) mutating func add(_ value: UnsafeRawBufferPointer) {
        records += 1
        valueBytes += value.count
        firstBytes += Int(value.first ?? 0)
    }
}

/// A store of records under measurement: one instance for each run, in a directory of its own.
protocol Contestant: AnyObject {
    /// Appends the records with these sequence numbers, as one unit and with the workload's guarantee.
    func append(_ sequence: Range<Int>) throws
    /// Makes what was appended ready to be scanned, as a store that has been open for a while has it.
    func settle() throws
    /// Reads every record in order, from the page cache.
    func scan() throws -> ScanTotal
    func close() throws
}

extension Contestant {
    func settle() throws {}
}

/// A contestant that takes appends from several threads at once and makes them durable together.
protocol ConcurrentContestant: Contestant, Sendable {}

/// Who takes part.
enum Entrant: String, Codable, CaseIterable, Sendable {
    case millrace
    case millraceEncoded = "millrace-encoded"
    case rocksDB = "rocksdb"
    case lmdb
    case lmdbWriteMap = "lmdb-writemap"
    case sqlite
    case bare

    /// The name above the column.
    var title: String {
        switch self {
        case .millrace: "Millrace"
        case .millraceEncoded: "Millrace, encoded before"
        case .rocksDB: "RocksDB"
        case .lmdb: "LMDB"
        case .lmdbWriteMap: "LMDB, WRITEMAP"
        case .sqlite: "SQLite"
        case .bare: "bare"
        }
    }

    /// Opens a contestant in a directory that is there and empty.
    func open(in directory: String, _ workload: Workload) throws -> any Contestant {
        switch self {
        case .millrace where workload.appenders > 1: try MillraceStore(directory, workload)
        case .millrace: try MillraceLog(directory, workload, encodesEachBatch: true)
        case .millraceEncoded: try MillraceLog(directory, workload, encodesEachBatch: false)
        case .rocksDB: try RocksDatabase(directory, workload)
        case .lmdb: try LightningDatabase(directory, workload, mapsWritable: false)
        case .lmdbWriteMap: try LightningDatabase(directory, workload, mapsWritable: true)
        case .sqlite: try SQLiteDatabase(directory, workload)
        case .bare: try BareFile(directory, workload)
        }
    }
}

/// What a contestant could not do.
struct ContestantFailure: Error, CustomStringConvertible {
    var description: String

    init(_ what: String, errno code: Int32) { description = "\(what): errno \(code)" }
    init(_ what: String, _ message: String) { description = "\(what): \(message)" }
}
