import KafkaProtocol

extension KafkaAdmin {
    /// The entries of the cluster's ACLs that a filter is true of.
    ///
    /// - Throws: ``KafkaClientError``: `.broker` with SECURITY_DISABLED or CLUSTER_AUTHORIZATION_FAILED,
    ///   `.unsupportedVersion` from a cluster without ACLs.
    public func describeAccessControls(
        _ filter: AccessControlFilter = AccessControlFilter()
    ) async throws -> [AccessControlEntry] {
        let response = try await client.retrying {
            let response = try await self.client.call(
                DescribeAclsRequest(
                    resourceTypeFilter: filter.resourceType.rawValue, resourceNameFilter: filter.resourceName,
                    patternTypeFilter: filter.patternType.rawValue, principalFilter: filter.principal,
                    hostFilter: filter.host, operation: filter.operation.rawValue,
                    permissionType: filter.permission.rawValue))
            if let error = KafkaClientError(
                rawCode: response.errorCode, detail: response.errorMessage, while: "describing ACLs")
            {
                throw error
            }
            return response
        }
        return response.resources.flatMap { resource in
            resource.acls.map { entry in
                AccessControlEntry(
                    resourceType: AccessResourceType(rawValue: resource.resourceType) ?? .unknown,
                    resourceName: resource.resourceName,
                    patternType: AccessPatternType(rawValue: resource.patternType) ?? .unknown,
                    principal: entry.principal, host: entry.host,
                    operation: AccessOperation(rawValue: entry.operation) ?? .unknown,
                    permission: AccessPermission(rawValue: entry.permissionType) ?? .unknown)
            }
        }
    }

    /// Adds entries to the cluster's ACLs.
    ///
    /// - Returns: What became of each, in order.
    /// - Throws: ``KafkaClientError`` for what kept the answer away.
    public func createAccessControls(
        _ entries: [AccessControlEntry]
    ) async throws -> [Result<Void, KafkaClientError>] {
        if entries.isEmpty { return [] }
        let request = CreateAclsRequest(
            creations: entries.map {
                .init(
                    resourceType: $0.resourceType.rawValue, resourceName: $0.resourceName,
                    resourcePatternType: $0.patternType.rawValue, principal: $0.principal, host: $0.host,
                    operation: $0.operation.rawValue, permissionType: $0.permission.rawValue)
            })
        let response = try await client.retrying {
            try await self.client.call(request)
        }
        guard response.results.count == entries.count else {
            throw KafkaClientError(.malformedResponse, "the broker's answer leaves out ACLs")
        }
        return response.results.map { result in
            let error = KafkaClientError(
                rawCode: result.errorCode, detail: result.errorMessage, while: "creating an ACL")
            return error.map { .failure($0) } ?? .success(())
        }
    }

    /// Takes the entries out of the cluster's ACLs that a filter is true of.
    ///
    /// - Returns: The entries that are gone.
    /// - Throws: ``KafkaClientError`` as ``describeAccessControls(_:)``; for an entry that could not be taken out, although
    ///   others may be gone.
    public func deleteAccessControls(_ filter: AccessControlFilter) async throws -> [AccessControlEntry] {
        let request = DeleteAclsRequest(
            filters: [
                .init(
                    resourceTypeFilter: filter.resourceType.rawValue, resourceNameFilter: filter.resourceName,
                    patternTypeFilter: filter.patternType.rawValue, principalFilter: filter.principal,
                    hostFilter: filter.host, operation: filter.operation.rawValue,
                    permissionType: filter.permission.rawValue)
            ])
        let response = try await client.retrying {
            try await self.client.call(request)
        }
        var deleted: [AccessControlEntry] = []
        for result in response.filterResults {
            try Self.throwIfRefused(result.errorCode, result.errorMessage)
            for entry in result.matchingAcls {
                try Self.throwIfRefused(entry.errorCode, entry.errorMessage)
                deleted.append(
                    AccessControlEntry(
                        resourceType: AccessResourceType(rawValue: entry.resourceType) ?? .unknown,
                        resourceName: entry.resourceName,
                        patternType: AccessPatternType(rawValue: entry.patternType) ?? .unknown,
                        principal: entry.principal, host: entry.host,
                        operation: AccessOperation(rawValue: entry.operation) ?? .unknown,
                        permission: AccessPermission(rawValue: entry.permissionType) ?? .unknown))
            }
        }
        return deleted
    }

    private static func throwIfRefused(_ code: Int16, _ message: String?) throws {
        if let error = KafkaClientError(rawCode: code, detail: message, while: "deleting ACLs") { throw error }
    }
}
