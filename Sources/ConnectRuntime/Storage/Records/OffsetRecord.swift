import ConnectAPI
import ConnectPlugins
import JSON

/// One record of the offsets topic: where a source connector goes on reading one of its partitions.
///
/// - SeeAlso: docs/connect.md, "The internal topics"
struct OffsetRecord: Sendable, Hashable {
    /// The connector's name.
    var connector: String
    /// The part of its system.
    var partition: ConnectMap
    /// Where to go on; `nil` forgets the partition.
    var offset: ConnectMap?

    private static let data = JSONDataCodec(writesDecimalsAsNumbers: false, replacesNullWithDefault: true)

    init(connector: String, partition: ConnectMap, offset: ConnectMap?) {
        self.connector = connector
        self.partition = partition
        self.offset = offset
    }

    /// The record's key: `["<connector>",{…}]`.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the partition holds more than single values.
    func key() throws -> JSONValue {
        .array([.string(connector), try Self.json(of: partition, "partition")])
    }

    /// The record's value; `nil` for a tombstone.
    ///
    /// - Throws: ``ConnectError`` with code `.invalidData` when the offset holds more than single values.
    func value() throws -> JSONValue? { try offset.map { try Self.json(of: $0, "offset") } }

    /// Reads a record.
    ///
    /// - Throws: ``RecordProblem`` for a key that is not `["<connector>",{…}]` or a value that is not an object.
    init(key: JSONValue, value: JSONValue?) throws {
        guard let parts = key.array, parts.count == 2, let connector = parts[0].string, parts[1].object != nil,
            case .map(let partition)? = try? Self.data.value(of: parts[1], nil)
        else { throw RecordProblem("an offset whose key is not [connector, partition]") }
        self.connector = connector
        self.partition = partition
        guard let value, !value.isNull else { return }
        guard case .map(let offset)? = try? Self.data.value(of: value, nil) else {
            throw RecordProblem("an offset that is not an object")
        }
        self.offset = offset
    }

    /// A partition as it comes back from the topic, where every integer is one of 64 bits.
    ///
    /// A connector may ask for `{"shard": int32 3}` and has to find what it wrote.
    static func normalized(_ partition: ConnectMap) throws -> ConnectMap {
        guard case .map(let map) = try data.value(of: try json(of: partition, "partition"), nil) else {
            return partition
        }
        return map
    }

    private static func json(of map: ConnectMap, _ what: String) throws -> JSONValue {
        for (key, value) in map {
            guard key.kind == .string else {
                throw ConnectError(.invalidData, "Offsets may only use strings as keys, but a \(what) has \(key)")
            }
            switch value.kind {
            case .array, .map, .structure:
                throw ConnectError(
                    .invalidData,
                    "Offsets may only contain primitive types as values, but field \(key) of a \(what) contains"
                        + " \(value.kind?.rawValue ?? "null")")
            default: break
            }
        }
        return try data.json(of: .map(map), nil)
    }
}
