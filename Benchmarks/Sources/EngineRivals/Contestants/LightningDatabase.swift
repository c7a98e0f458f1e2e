import CLMDB

/// LMDB in append mode, one transaction an append.
///
/// Without WRITEMAP its pages are written with `pwrite`, with it they are changed where they are mapped. `NOSYNC` leaves
/// them in the page cache; a durable commit syncs the pages and then the meta page.
final class LightningDatabase: Contestant {
    private let environment: OpaquePointer
    private let table: MDB_dbi
    private let value: [UInt8]

    init(_ directory: String, _ workload: Workload, mapsWritable: Bool) throws {
        value = workload.value
        var made: OpaquePointer?
        try Self.check("create", mdb_env_create(&made))
        guard let made else { throw ContestantFailure("LMDB create", "no environment") }
        environment = made
        // Address space, not disk: the file grows as it fills.
        try Self.check("map size", mdb_env_set_mapsize(made, 16 << 30))
        var flags = UInt32(MDB_NOTLS | MDB_NORDAHEAD)
        if mapsWritable { flags |= UInt32(MDB_WRITEMAP) }
        if workload.guarantee == .pageCache { flags |= UInt32(MDB_NOSYNC) }
        try Self.check("open", mdb_env_open(made, directory, flags, 0o600))
        var transaction: OpaquePointer?
        try Self.check("begin", mdb_txn_begin(made, nil, 0, &transaction))
        var table: MDB_dbi = 0
        try Self.check("table", mdb_dbi_open(transaction, nil, 0, &table))
        try Self.check("commit", mdb_txn_commit(transaction))
        self.table = table
    }

    func append(_ sequence: Range<Int>) throws {
        var transaction: OpaquePointer?
        try Self.check("begin", mdb_txn_begin(environment, nil, 0, &transaction))
        do {
            try put(sequence, in: transaction)
        } catch {
            mdb_txn_abort(transaction)
            throw error
        }
        try Self.check("commit", mdb_txn_commit(transaction))
    }

    private func put(_ sequence: Range<Int>, in transaction: OpaquePointer?) throws {
        var cursor: OpaquePointer?
        try Self.check("cursor", mdb_cursor_open(transaction, table, &cursor))
        defer { mdb_cursor_close(cursor) }
        try value.withUnsafeBytes { bytes in
            var value = MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            for number in sequence {
                var keyBytes = UInt64(number).bigEndian
                let result = withUnsafeMutableBytes(of: &keyBytes) { bytes in
                    var key = MDB_val(mv_size: bytes.count, mv_data: bytes.baseAddress)
                    return mdb_cursor_put(cursor, &key, &value, UInt32(MDB_APPEND))
                }
                try Self.check("put", result)
            }
        }
    }

    /// Values are read where they are mapped; LMDB keeps no checksums.
    func scan() throws -> ScanTotal {
        var transaction: OpaquePointer?
        try Self.check("begin", mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction))
        var cursor: OpaquePointer?
        try Self.check("cursor", mdb_cursor_open(transaction, table, &cursor))
        defer {
            mdb_cursor_close(cursor)
            mdb_txn_abort(transaction)
        }
        var total = ScanTotal()
        var key = MDB_val()
        var value = MDB_val()
        var result = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
        while result == 0 {
            total.add(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
            result = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        guard result == MDB_NOTFOUND else { throw ContestantFailure("LMDB get", errno: result) }
        return total
    }

    func close() throws { mdb_env_close(environment) }

    private static func check(_ what: String, _ result: Int32) throws {
        if result != 0 { throw ContestantFailure("LMDB \(what)", String(cString: mdb_strerror(result))) }
    }
}
