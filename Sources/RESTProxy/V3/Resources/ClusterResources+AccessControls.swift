import JSON
import KafkaClient

extension ClusterResources {
    /// An entry of the cluster's ACLs.
    func accessControl(_ entry: AccessControlEntry) -> JSONValue {
        Resource.object(
            "KafkaAcl", at: accessControlsURL(AccessControlFilter(entry)), named: nil,
            [
                "cluster_id": id, "resource_type": .string(entry.resourceType.name),
                "resource_name": .string(entry.resourceName), "pattern_type": .string(entry.patternType.name),
                "principal": .string(entry.principal), "host": .string(entry.host),
                "operation": .string(entry.operation.name), "permission": .string(entry.permission.name),
            ])
    }

    /// Where the entries are that a filter is true of.
    func accessControlsURL(_ filter: AccessControlFilter) -> String {
        names.url(
            ["v3", "clusters", clusterID, "acls"],
            query: [
                "resource_type": filter.resourceType.name, "resource_name": filter.resourceName ?? "",
                "pattern_type": filter.patternType.name, "principal": filter.principal ?? "",
                "host": filter.host ?? "", "operation": filter.operation.name, "permission": filter.permission.name,
            ])
    }

    /// Entries in the order in which answers have them.
    static func sorted(_ entries: [AccessControlEntry]) -> [AccessControlEntry] {
        func key(_ entry: AccessControlEntry) -> [String] {
            [
                String(entry.resourceType.rawValue), entry.resourceName, String(entry.patternType.rawValue),
                entry.principal, entry.host, entry.operation.name, entry.permission.name,
            ]
        }
        return entries.sorted { key($0).lexicographicallyPrecedes(key($1)) }
    }
}

extension AccessControlFilter {
    /// The filter that is true of one entry alone.
    init(_ entry: AccessControlEntry) {
        self.init(
            resourceType: entry.resourceType, resourceName: entry.resourceName, patternType: entry.patternType,
            principal: entry.principal, host: entry.host, operation: entry.operation, permission: entry.permission)
    }
}
