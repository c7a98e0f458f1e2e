public import RecordFormat

/// One record of `__transaction_state`, as bytes.
public struct TransactionRecord: Hashable, Sendable {
    /// The record's key.
    public var key: ByteSlice
    /// The record's value; `nil` makes it a tombstone, which ends the transactional id.
    public var value: ByteSlice?

    /// Creates a record from its bytes.
    public init(key: ByteSlice, value: ByteSlice?) {
        self.key = key
        self.value = value
    }

    static let keyVersion: Int16 = 0

    /// The record of a transactional id, or its tombstone.
    init(_ transactionalID: TransactionalID, _ value: TransactionValue?) {
        var key = RecordFieldWriter(version: Self.keyVersion)
        key.string(transactionalID.rawValue)
        self.init(key: key.finish(), value: value?.encoded())
    }
}

/// One record of `__transaction_state`, understood.
///
/// - SeeAlso: docs/format/transaction-state.md
public enum DecodedTransactionRecord: Hashable, Sendable {
    /// Where a transactional id stands; a `nil` value ends it.
    case transaction(TransactionalID, TransactionValue?)
    /// A record of a kind that is not kept here; its key's version.
    case unknown(keyVersion: Int16)

    /// Reads a record.
    ///
    /// - Throws: ``RecordDecodingError`` when a key or value of a known kind cannot be read.
    public init(_ record: TransactionRecord) throws(RecordDecodingError) {
        var key = RecordFieldReader(record.key)
        switch try key.integer("key version", as: Int16.self) {
        case TransactionRecord.keyVersion:
            let transactionalID = TransactionalID(try key.string("transactionalId"))
            let value: TransactionValue? =
                if let bytes = record.value { try TransactionValue(decoding: bytes) } else { nil }
            self = .transaction(transactionalID, value)
        case let version: self = .unknown(keyVersion: version)
        }
    }
}
