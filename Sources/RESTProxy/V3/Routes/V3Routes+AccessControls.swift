import HTTPService
import HTTPTypes
import JSON
import KafkaClient

extension V3Routes {
    func addAccessControls(to routes: inout ProxyRoutes) {
        let admin = clients.admin
        add(.get, "/acls", named: "api.v3.acls.list", V3Descriptions.listAccessControls, to: &routes) { request in
            let filter = try AccessControlQuery.filter(request, orElse: .any)
            let entries = ClusterResources.sorted(try await admin.describeAccessControls(filter))
            return ServiceResponse(
                json: Resource.list(
                    "KafkaAclList", at: request.resources.accessControlsURL(filter),
                    entries.map(request.resources.accessControl)))
        }
        add(.post, "/acls", named: "api.v3.acls.create", V3Descriptions.createAccessControl, to: &routes) { request in
            let entry = try AccessControlQuery.entry(try request.body())
            for result in try await admin.createAccessControls([entry]) { try result.get() }
            return ServiceResponse(
                .created, headers: [.location: request.resources.accessControlsURL(AccessControlFilter(entry))])
        }
        add(.post, "/acls:batch", named: "api.v3.acls.batch-create", V3Descriptions.createAccessControls, to: &routes) {
            request in
            guard let data = try request.body().optionalObjects("data") else {
                throw RESTError.badRequest("Missing required property 'data'")
            }
            let entries = try data.map(AccessControlQuery.entry)
            for result in try await admin.createAccessControls(entries) { try result.get() }
            return ServiceResponse(.created)
        }
        add(.delete, "/acls", named: "api.v3.acls.delete", V3Descriptions.deleteAccessControls, to: &routes) {
            request in
            // What is to be deleted has to be said; only to look may leave it open.
            let filter = try AccessControlQuery.filter(request, orElse: nil)
            let entries = ClusterResources.sorted(try await admin.deleteAccessControls(filter))
            return ServiceResponse(json: ["data": .array(entries.map(request.resources.accessControl))])
        }
    }
}

/// Reads what requests say of ACLs.
enum AccessControlQuery {
    /// What an open question about entries means.
    enum Open { case any }

    /// The filter in a query.
    ///
    /// - Parameter open: What it means that a type, an operation or a permission is not there; `nil` where it has to be.
    /// - Throws: ``RESTError`` with status 400.
    static func filter(_ request: ClusterRequest, orElse open: Open?) throws -> AccessControlFilter {
        func value<Value: AccessControlWord>(_ name: String, _ type: Value.Type) throws -> Value {
            guard let text = request.query(name) else {
                if open != nil { return .any }
                throw RESTError.badRequest("\(name) cannot be unspecified or UNKNOWN")
            }
            let value = try word(text, name, Value.self)
            guard value != .unknown else {
                let what = open == nil ? "unspecified or UNKNOWN" : "UNKNOWN"
                throw RESTError.badRequest("\(name) cannot be \(what)")
            }
            return value
        }
        return AccessControlFilter(
            resourceType: try value("resource_type", AccessResourceType.self),
            resourceName: request.query("resource_name"),
            patternType: try value("pattern_type", AccessPatternType.self), principal: request.query("principal"),
            host: request.query("host"), operation: try value("operation", AccessOperation.self),
            permission: try value("permission", AccessPermission.self))
    }

    /// The entry in a body.
    ///
    /// - Throws: ``RESTError`` with status 400.
    static func entry(_ body: JSONObject) throws -> AccessControlEntry {
        let type = try word(try body.text("resource_type"), "resource_type", AccessResourceType.self)
        guard type != .any, type != .unknown else { throw RESTError.badRequest("resource_type cannot be ANY") }
        let pattern = try word(try body.text("pattern_type"), "pattern_type", AccessPatternType.self)
        guard pattern == .literal || pattern == .prefixed else {
            throw RESTError.badRequest("pattern_type cannot be \(pattern.name)")
        }
        let operation = try word(try body.text("operation"), "operation", AccessOperation.self)
        guard operation != .any, operation != .unknown else { throw RESTError.badRequest("operation cannot be ANY") }
        let permission = try word(try body.text("permission"), "permission", AccessPermission.self)
        guard permission != .any, permission != .unknown else {
            throw RESTError.badRequest("permission cannot be ANY")
        }
        return AccessControlEntry(
            resourceType: type, resourceName: try body.text("resource_name"), patternType: pattern,
            principal: try body.text("principal"), host: try body.text("host"), operation: operation,
            permission: permission)
    }

    private static func word<Value: AccessControlWord>(
        _ text: String, _ name: String, _ type: Value.Type
    ) throws -> Value {
        if let value = Value.allCases.first(where: { $0.name == text.uppercased() }) { return value }
        throw RESTError.badRequest(
            "\(name) is \(text); it has to be one of \(Value.allCases.map(\.name).joined(separator: ", "))")
    }
}

/// What has a word in requests about ACLs.
protocol AccessControlWord: CaseIterable, Equatable {
    static var any: Self { get }
    static var unknown: Self { get }
    var name: String { get }
}

extension AccessResourceType: AccessControlWord {}
extension AccessPatternType: AccessControlWord {}
extension AccessOperation: AccessControlWord {}
extension AccessPermission: AccessControlWord {}
