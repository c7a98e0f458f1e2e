import KafkaProtocol
import LogCore
import Logging

extension AlterConfigsRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AlterConfigsResponse>) {
        Task {
            let changes = resources.map { AskedChange($0) }
            let outcomes = await broker.alterConfigs(changes, validateOnly: validateOnly, context)
            reply(
                AlterConfigsResponse(
                    responses: zip(resources, outcomes).map { resource, refusal in
                        .init(
                            errorCode: (refusal?.code ?? .none).rawValue, errorMessage: refusal?.message,
                            resourceType: resource.resourceType, resourceName: resource.resourceName)
                    }))
        }
    }
}

extension IncrementalAlterConfigsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<IncrementalAlterConfigsResponse>
    ) {
        Task {
            let changes = resources.map { AskedChange($0) }
            let outcomes = await broker.alterConfigs(changes, validateOnly: validateOnly, context)
            reply(
                IncrementalAlterConfigsResponse(
                    responses: zip(resources, outcomes).map { resource, refusal in
                        .init(
                            errorCode: (refusal?.code ?? .none).rawValue, errorMessage: refusal?.message,
                            resourceType: resource.resourceType, resourceName: resource.resourceName)
                    }))
        }
    }
}

/// What either of the two requests asks for one resource, before anyone has looked at it.
struct AskedChange {
    var resourceType: Int8
    var resourceName: String
    var replacesAll: Bool
    var entries: [(name: String, operation: Int8, value: String?)]

    init(_ resource: AlterConfigsRequest.AlterConfigsResource) {
        resourceType = resource.resourceType
        resourceName = resource.resourceName
        replacesAll = true
        entries = resource.configs.map { ($0.name, 0, $0.value) }
    }

    init(_ resource: IncrementalAlterConfigsRequest.AlterConfigsResource) {
        resourceType = resource.resourceType
        resourceName = resource.resourceName
        replacesAll = false
        entries = resource.configs.map { ($0.name, $0.configOperation, $0.value) }
    }

    private static let delete: Int8 = 1

    /// The change, if it is one.
    ///
    /// - Throws: ``RequestRefusal`` with INVALID_REQUEST for a key that is there twice, a missing value, or an
    ///   operation that there is none of.
    func change() throws(RequestRefusal) -> ConfigurationChange {
        guard Set(entries.map(\.name)).count == entries.count else {
            throw RequestRefusal(.invalidRequest, "Error due to duplicate config keys")
        }
        let missing = entries.filter { $0.operation != Self.delete && $0.value == nil }.map(\.name)
        guard missing.isEmpty else {
            throw RequestRefusal(
                .invalidRequest, "Null value not supported for : \(missing.joined(separator: ", "))")
        }
        var change = ConfigurationChange(replacesAll: replacesAll)
        for entry in entries {
            let value = entry.value ?? ""
            guard let operation = ConfigurationChange.Operation(number: entry.operation, value: value) else {
                throw RequestRefusal(.invalidRequest, "Unknown operations type \(entry.operation)")
            }
            change.operations[entry.name] = operation
        }
        return change
    }
}

extension Broker {
    private struct ResourceKey: Hashable, Sendable {
        var type: Int8
        var name: String
    }

    /// Changes the settings of resources, each for itself.
    ///
    /// - Returns: Why each was refused; `nil` for one that is done.
    func alterConfigs(
        _ changes: [AskedChange], validateOnly: Bool, _ context: RequestContext
    ) async -> [RequestRefusal?] {
        let isRepeated = Self.repeated(changes.map { ResourceKey(type: $0.resourceType, name: $0.resourceName) })
        var outcomes: [RequestRefusal?] = []
        for asked in changes {
            do {
                guard !isRepeated(ResourceKey(type: asked.resourceType, name: asked.resourceName)) else {
                    throw RequestRefusal(.invalidRequest, "Each resource must appear at most once.")
                }
                try await alterConfigs(asked, validateOnly: validateOnly, context)
                outcomes.append(nil)
            } catch {
                outcomes.append(refusal(for: error, "changing the settings of '\(asked.resourceName)'"))
            }
        }
        return outcomes
    }

    private func alterConfigs(_ asked: AskedChange, validateOnly: Bool, _ context: RequestContext) async throws {
        let change = try asked.change()
        guard let kind = ConfigurationResource.Kind(rawValue: asked.resourceType),
            // The older request cannot change single levels, and replacing all of them is not what anyone means.
            kind != .brokerLogger || !asked.replacesAll
        else { throw RequestRefusal(.invalidRequest, "Unknown resource type \(asked.resourceType)") }
        let resource = ConfigurationResource(kind: kind, name: asked.resourceName)
        try require(.alterConfigs, of: resource, context)
        switch kind {
        case .topic:
            guard !resource.name.isEmpty else {
                throw RequestRefusal(.invalidRequest, "Default topic resources are not allowed.")
            }
            if let fault = TopicName.fault(resource.name) {
                throw RequestRefusal(.invalidTopicException, "Topic name is invalid: \(fault)")
            }
        case .broker:
            if !resource.name.isEmpty { try requireThisNode(resource.name, orElse: "") }
        case .brokerLogger:
            try requireThisNode(resource.name, orElse: "")
            return try logLevels.apply(change, validateOnly: validateOnly)
        case .clientMetrics:
            guard !resource.name.isEmpty else {
                throw RequestRefusal(.invalidRequest, "Subscription name can't be empty")
            }
        case .group:
            guard !resource.name.isEmpty else {
                throw RequestRefusal(.invalidRequest, "Default group resources are not allowed.")
            }
        }
        try await settings.configure(resource, by: change, validateOnly: validateOnly)
        if !validateOnly { logger.info("changed the settings of \(resource)") }
    }

    /// What a client is told of an error that ended what it asked for.
    func refusal(for error: any Error, _ what: String) -> RequestRefusal {
        switch error {
        case let refusal as RequestRefusal: return refusal
        case let error as LogError:
            logger.error("\(what) failed: \(error)")
            return RequestRefusal(ErrorCode(error), error.message)
        case let error as UnsettledChange:
            logger.error("\(what) failed: \(error)")
            return RequestRefusal(ErrorCode(error.cause), "\(error)")
        default:
            logger.error("\(what) failed: \(error)")
            return RequestRefusal(.unknownServerError, "\(error)")
        }
    }

    /// Tells which of `values` are there more than once.
    static func repeated<Value: Hashable & Sendable>(_ values: [Value]) -> @Sendable (Value) -> Bool {
        var seen: Set<Value> = []
        var repeated: Set<Value> = []
        for value in values where !seen.insert(value).inserted { repeated.insert(value) }
        return { [repeated] in repeated.contains($0) }
    }
}
