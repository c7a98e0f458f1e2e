import CSQLite

/// SQLite with its write-ahead log, prepared statements and an exclusive lock, one transaction an append.
final class SQLiteDatabase: Contestant {
    private var database: OpaquePointer?
    private var insert: OpaquePointer?
    private var begin: OpaquePointer?
    private var commit: OpaquePointer?
    private let value: [UInt8]

    init(_ directory: String, _ workload: Workload) throws {
        value = workload.value
        try check("open", sqlite3_open(directory + "/records.db", &database))
        // Without syncs of its own a commit is with the operating system; `FULL` syncs the write-ahead log.
        let synchronous = workload.guarantee == .device ? "FULL" : "OFF"
        let settings = [
            "locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = \(synchronous)", "cache_size = -262144",
            "mmap_size = 4294967296", "wal_autocheckpoint = 4000",
        ]
        for setting in settings { try execute("PRAGMA \(setting)") }
        try execute("CREATE TABLE records (sequence INTEGER PRIMARY KEY, value BLOB NOT NULL)")
        insert = try prepare("INSERT INTO records VALUES (?1, ?2)")
        begin = try prepare("BEGIN IMMEDIATE")
        commit = try prepare("COMMIT")
    }

    func append(_ sequence: Range<Int>) throws {
        // A statement by itself is its own transaction.
        if sequence.count == 1 { return try insert(sequence) }
        try run(begin)
        try insert(sequence)
        try run(commit)
    }

    private func insert(_ sequence: Range<Int>) throws {
        try value.withUnsafeBytes { bytes in
            // No destructor: the bytes outlive the statement's run.
            try check("bind", sqlite3_bind_blob(insert, 2, bytes.baseAddress, Int32(bytes.count), nil))
            for number in sequence {
                try check("bind", sqlite3_bind_int64(insert, 1, Int64(number)))
                try run(insert)
            }
        }
    }

    /// Moves the write-ahead log's pages to where a scan finds them mapped.
    func settle() throws { try execute("PRAGMA wal_checkpoint(TRUNCATE)") }

    func scan() throws -> ScanTotal {
        var total = ScanTotal()
        let query = try prepare("SELECT value FROM records ORDER BY sequence")
        defer { sqlite3_finalize(query) }
        var result = sqlite3_step(query)
        while result == SQLITE_ROW {
            let start = sqlite3_column_blob(query, 0)
            total.add(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(query, 0))))
            result = sqlite3_step(query)
        }
        guard result == SQLITE_DONE else { throw failure("scan") }
        return total
    }

    func close() throws {
        for statement in [insert, begin, commit] { sqlite3_finalize(statement) }
        try check("close", sqlite3_close(database))
    }

    private func run(_ statement: OpaquePointer?) throws {
        guard sqlite3_step(statement) == SQLITE_DONE else { throw failure("step") }
        try check("reset", sqlite3_reset(statement))
    }

    private func execute(_ text: String) throws { try check(text, sqlite3_exec(database, text, nil, nil, nil)) }

    private func prepare(_ text: String) throws -> OpaquePointer? {
        var statement: OpaquePointer?
        try check(text, sqlite3_prepare_v2(database, text, -1, &statement, nil))
        return statement
    }

    private func check(_ what: String, _ result: Int32) throws {
        if result != SQLITE_OK { throw failure(what) }
    }

    private func failure(_ what: String) -> ContestantFailure {
        ContestantFailure("SQLite \(what)", String(cString: sqlite3_errmsg(database)))
    }
}
