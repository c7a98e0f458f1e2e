import JSON

/// The keys of one client below the prefix of its configuration: writes requests and reads answers.
///
/// Nothing above it knows the prefix, base64 or the names of the gateway's members.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/dev-guide/api_reference_v3/
struct KeySpace: Sendable {
    private let prefix: [UInt8]

    init(prefix: String) { self.prefix = Array(prefix.utf8) }

    // MARK: Requests

    /// A RangeRequest.
    ///
    /// - Parameter last: The key that the range goes on behind; from its beginning when nil.
    func read(
        _ range: EtcdKeyRange, after last: EtcdKey? = nil, limit: Int, at revision: EtcdRevision? = nil,
        serializable: Bool = false
    ) -> JSONObject {
        var bounds = EtcdBounds(range, below: prefix)
        if let last { bounds.key = prefix + last.successor.bytes }
        var request = Self.request(bounds)
        request["limit"] = .int64(Int64(limit))
        if let revision { request["revision"] = .int64(revision.rawValue) }
        if serializable { request["serializable"] = true }
        return request
    }

    /// A PutRequest.
    func put(_ key: EtcdKey, _ value: [UInt8], lease: EtcdLeaseID?) -> JSONObject {
        var request = JSONObject()
        request["key"] = .base64(prefix + key.bytes)
        request["value"] = .base64(value)
        if let lease { request["lease"] = .int64(lease.rawValue) }
        return request
    }

    /// A DeleteRangeRequest.
    func delete(_ range: EtcdKeyRange) -> JSONObject { Self.request(EtcdBounds(range, below: prefix)) }

    /// A TxnRequest.
    func transaction(
        compare: [EtcdCompare], then success: [EtcdOperation], else failure: [EtcdOperation]
    ) -> JSONObject {
        var request = JSONObject()
        request["compare"] = .array(compare.map { .object(self.compare($0)) })
        request["success"] = .array(success.map { .object(operation($0)) })
        request["failure"] = .array(failure.map { .object(operation($0)) })
        return request
    }

    /// A WatchCreateRequest that asks for progress in quiet times and for long answers in pieces.
    func watch(_ range: EtcdKeyRange, from revision: EtcdRevision) -> JSONObject {
        var request = Self.request(EtcdBounds(range, below: prefix))
        request["start_revision"] = .int64(revision.rawValue)
        request["progress_notify"] = true
        request["fragment"] = true
        return request
    }

    private static func request(_ bounds: EtcdBounds) -> JSONObject {
        var request = JSONObject()
        request["key"] = .base64(bounds.key)
        if let end = bounds.end { request["range_end"] = .base64(end) }
        return request
    }

    private func compare(_ compare: EtcdCompare) -> JSONObject {
        var request = JSONObject()
        request["key"] = .base64(prefix + compare.key.bytes)
        request["result"] = .string(compare.relation.rawValue)
        let (target, name, value): (JSONValue, String, JSONValue) =
            switch compare.target {
            case .version(let version): ("VERSION", "version", .int64(version))
            case .createRevision(let revision): ("CREATE", "create_revision", .int64(revision.rawValue))
            case .modRevision(let revision): ("MOD", "mod_revision", .int64(revision.rawValue))
            case .value(let value): ("VALUE", "value", .base64(value))
            case .lease(let lease): ("LEASE", "lease", .int64(lease?.rawValue ?? 0))
            }
        request["target"] = target
        request[name] = value
        return request
    }

    private func operation(_ operation: EtcdOperation) -> JSONObject {
        var request = JSONObject()
        switch operation {
        case .put(let key, let value, let lease): request["request_put"] = .object(put(key, value, lease: lease))
        case .delete(let range): request["request_delete_range"] = .object(delete(range))
        case .read(let range, let limit): request["request_range"] = .object(read(range, limit: limit))
        }
        return request
    }

    // MARK: Answers

    /// A KeyValue.
    ///
    /// - Throws: ``EtcdError`` with code `.malformedAnswer`, also for a key that is none of ours.
    func keyValue(_ fields: GatewayFields) throws -> EtcdKeyValue {
        let lease = try fields.integer("lease")
        return EtcdKeyValue(
            key: try key(fields), value: try fields.bytes("value"),
            createRevision: EtcdRevision(rawValue: try fields.integer("create_revision")),
            modRevision: EtcdRevision(rawValue: try fields.integer("mod_revision")),
            version: try fields.integer("version"), lease: lease == 0 ? nil : EtcdLeaseID(rawValue: lease))
    }

    private func key(_ fields: GatewayFields) throws -> EtcdKey {
        let bytes = try fields.bytes("key")
        guard bytes.starts(with: prefix), !bytes.isEmpty else {
            throw GatewayFields.malformed("kv.key", "lies outside of what was asked for")
        }
        return EtcdKey(bytes: Array(bytes.dropFirst(prefix.count)))
    }

    /// A RangeResponse; those within a transaction have a header of their own.
    func page(_ fields: GatewayFields) throws -> EtcdPage {
        EtcdPage(
            revision: try fields.headerRevision(), keyValues: try fields.list("kvs").map(keyValue),
            hasMore: try fields.flag("more"), count: try fields.integer("count"))
    }

    /// A TxnResponse.
    func transactionResult(_ fields: GatewayFields) throws -> EtcdTransactionResult {
        let results = try fields.list("responses").map { response -> EtcdOperationResult in
            if try response.fields("response_put") != nil { return .put }
            if let deletion = try response.fields("response_delete_range") {
                return .deleted(try deletion.integer("deleted"))
            }
            if let range = try response.fields("response_range") { return .read(try page(range)) }
            throw GatewayFields.malformed("responses", "holds an answer to no operation of ours")
        }
        return EtcdTransactionResult(
            succeeded: try fields.flag("succeeded"), revision: try fields.headerRevision(), results: results)
    }

    /// An Event of a watch.
    func event(_ fields: GatewayFields) throws -> EtcdEvent {
        guard let keyValue = try fields.fields("kv") else { throw GatewayFields.malformed("event", "has no key") }
        switch try fields.text("type") {
        case "", "PUT": return .put(try self.keyValue(keyValue))
        case "DELETE":
            return .delete(
                try key(keyValue), at: EtcdRevision(rawValue: try keyValue.integer("mod_revision")))
        default: throw GatewayFields.malformed("event.type", "is neither PUT nor DELETE")
        }
    }
}
