import FoundationEssentials
import JSON

/// The members of one object of an answer.
///
/// The gateway writes protobuf as JSON: 64-bit integers as strings, bytes in base64, and nothing at all for a zero, an
/// empty string or `false`. So a missing member is its type's zero, and one of a wrong type is an error.
///
/// - SeeAlso: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/
struct GatewayFields {
    private let object: JSONObject
    private let path: String

    /// Looks into an answer, or a part of one.
    ///
    /// - Throws: ``EtcdError`` with code `.malformedAnswer` when it is no object.
    init(_ value: JSONValue, path: String) throws {
        guard case .object(let object) = value else { throw Self.malformed(path, "is not an object") }
        self.object = object
        self.path = path
    }

    /// The 64-bit integer of a name; 0 when there is none.
    func integer(_ name: String) throws -> Int64 {
        switch object[name] {
        case nil, .null: return 0
        case .string(let text):
            if let value = Int64(text) { return value }
            // Ids of clusters and members are unsigned; their bits are what counts.
            if let value = UInt64(text) { return Int64(bitPattern: value) }
        case .number(let number):
            if let value = number.int64 { return value }
        default: break
        }
        throw Self.malformed("\(path).\(name)", "is not a 64-bit integer")
    }

    /// The bytes of a name; none when there is no such member.
    func bytes(_ name: String) throws -> [UInt8] {
        switch object[name] {
        case nil, .null: return []
        case .string(let text):
            if let data = Data(base64Encoded: text) { return Array(data) }
        default: break
        }
        throw Self.malformed("\(path).\(name)", "is not base64")
    }

    /// The text of a name; empty when there is none.
    func text(_ name: String) throws -> String {
        switch object[name] {
        case nil, .null: return ""
        case .string(let text): return text
        default: throw Self.malformed("\(path).\(name)", "is not a string")
        }
    }

    /// The flag of a name; false when there is none.
    func flag(_ name: String) throws -> Bool {
        switch object[name] {
        case nil, .null: return false
        case .bool(let value): return value
        default: throw Self.malformed("\(path).\(name)", "is not true or false")
        }
    }

    /// The object of a name; nil when there is none.
    func fields(_ name: String) throws -> GatewayFields? {
        guard let value = object[name], !value.isNull else { return nil }
        return try GatewayFields(value, path: "\(path).\(name)")
    }

    /// The objects of a list; none when there is no such member.
    func list(_ name: String) throws -> [GatewayFields] {
        guard let value = object[name], !value.isNull else { return [] }
        guard case .array(let elements) = value else { throw Self.malformed("\(path).\(name)", "is not a list") }
        return try elements.enumerated().map { try GatewayFields($1, path: "\(path).\(name)[\($0)]") }
    }

    /// The revision in the answer's header.
    ///
    /// - Throws: ``EtcdError`` with code `.malformedAnswer` when there is no header.
    func headerRevision() throws -> EtcdRevision {
        EtcdRevision(rawValue: try header().integer("revision"))
    }

    /// The cluster that answered.
    ///
    /// - Throws: ``EtcdError`` with code `.malformedAnswer` when there is no header.
    func clusterID() throws -> Int64 { try header().integer("cluster_id") }

    private func header() throws -> GatewayFields {
        guard let header = try fields("header") else { throw Self.malformed(path, "has no header") }
        return header
    }

    /// An error that names the part of the answer which is not as it should be.
    static func malformed(_ path: String, _ problem: String) -> EtcdError {
        EtcdError(.malformedAnswer, "in etcd's answer, \(path) \(problem)")
    }
}

extension JSONValue {
    /// Bytes as the gateway takes them.
    static func base64(_ bytes: [UInt8]) -> JSONValue { .string(Data(bytes).base64EncodedString()) }

    /// A 64-bit integer as the gateway takes it.
    static func int64(_ value: Int64) -> JSONValue { .string(String(value)) }
}
