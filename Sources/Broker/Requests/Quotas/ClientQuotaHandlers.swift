import KafkaProtocol
import Logging
import NIOCore
import NIOPosix

extension DescribeClientQuotasRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<DescribeClientQuotasResponse>) {
        broker.pool.submit { _ in reply(broker.describeClientQuotas(self, context)) }
    }
}

extension AlterClientQuotasRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<AlterClientQuotasResponse>) {
        Task { reply(await broker.alterClientQuotas(self, context)) }
    }
}

extension Broker {
    /// Tells the quotas of the entities that match (KIP-546).
    func describeClientQuotas(
        _ request: DescribeClientQuotasRequest, _ context: RequestContext
    ) -> DescribeClientQuotasResponse {
        do throws(RequestRefusal) {
            guard authorizer.allows(context.principal, .describeConfigs, .cluster) else {
                throw RequestRefusal(.clusterAuthorizationFailed)
            }
            let filter = try QuotaFilter(request)
            let entries = metadata.image.quotas.filter { filter.matches($0.key) }
                .map { entity, limits in (parts: entity.entityData, limits: limits) }
                .sorted { Self.order($0.parts) < Self.order($1.parts) }
            return DescribeClientQuotasResponse(
                errorMessage: nil,
                entries: entries.map { entry in
                    .init(
                        entity: entry.parts.map { .init(entityType: $0.type, entityName: $0.name) },
                        values: entry.limits.sorted { $0.key.rawValue < $1.key.rawValue }
                            .map { .init(key: $0.key.rawValue, value: $0.value) })
                })
        } catch {
            return DescribeClientQuotasResponse(
                errorCode: error.code.rawValue, errorMessage: error.message, entries: nil)
        }
    }

    /// What entities are listed by: users before those of them with a client id.
    private static func order(_ parts: [(type: String, name: String?)]) -> String {
        parts.map { "\($0.type)=\($0.name ?? "")" }.joined(separator: "\u{1}")
    }

    /// Changes quotas, and puts them in force.
    func alterClientQuotas(
        _ request: AlterClientQuotasRequest, _ context: RequestContext
    ) async -> AlterClientQuotasResponse {
        let isAllowed = authorizer.allows(context.principal, .alterConfigs, .cluster)
        let isRepeated = Self.repeated(request.entries.map { Set($0.entity) })
        do {
            let refusals = try await topics.inTurn { [self] in
                let image = metadata.image
                var changed: [QuotaEntity: [QuotaKey: Double]] = [:]
                var refusals: [RequestRefusal?] = []
                for entry in request.entries {
                    do throws(RequestRefusal) {
                        guard isAllowed else { throw RequestRefusal(.clusterAuthorizationFailed) }
                        guard !isRepeated(Set(entry.entity)) else {
                            throw RequestRefusal(.invalidRequest, "Ignoring duplicate entity")
                        }
                        let entity = try QuotaEntity(entry.entity.map { ($0.entityType, $0.entityName) })
                        let present = image.quotas[entity] ?? [:]
                        let limits = try entity.applying(entry.ops, to: present)
                        if limits != present { changed[entity] = limits }
                        refusals.append(nil)
                    } catch { refusals.append(error) }
                }
                guard !request.validateOnly, !changed.isEmpty else { return refusals }
                try await metadata.put(changed, basedOn: image)
                quotas.apply(metadata.image.quotas)
                logger.info("changed the quotas of \(changed.count) entities")
                return refusals
            }
            return Self.answer(request, refusals)
        } catch {
            let refusal = refusal(for: error, "changing quotas")
            return Self.answer(request, Array(repeating: refusal, count: request.entries.count))
        }
    }

    private static func answer(
        _ request: AlterClientQuotasRequest, _ refusals: [RequestRefusal?]
    ) -> AlterClientQuotasResponse {
        AlterClientQuotasResponse(
            entries: zip(request.entries, refusals).map { entry, refusal in
                .init(
                    errorCode: (refusal?.code ?? .none).rawValue, errorMessage: refusal?.message,
                    entity: entry.entity.map { .init(entityType: $0.entityType, entityName: $0.entityName) })
            })
    }
}

/// Which entities DescribeClientQuotas asks for.
private struct QuotaFilter {
    private enum Match {
        case exactly(QuotaEntity.Name)
        case any
    }

    private var matches: [QuotaEntity.Part: Match] = [:]
    private var isStrict: Bool

    init(_ request: DescribeClientQuotasRequest) throws(RequestRefusal) {
        isStrict = request.strict
        for component in request.components {
            guard !component.entityType.isEmpty else {
                throw RequestRefusal(.invalidRequest, "Invalid empty entity type.")
            }
            guard let part = QuotaEntity.Part(rawValue: component.entityType) else {
                throw RequestRefusal(.unsupportedVersion, "Unsupported entity type \(component.entityType)")
            }
            guard matches[part] == nil else {
                throw RequestRefusal(
                    .invalidRequest, "Entity type \(part.rawValue) cannot appear more than once in the filter.")
            }
            switch (component.matchType, component.match) {
            case (0, let name?): matches[part] = .exactly(.named(name))
            case (1, nil): matches[part] = .exactly(.byDefault)
            case (2, nil): matches[part] = .any
            case (0...2, _):
                throw RequestRefusal(
                    .invalidRequest, "a name to match goes with match type 0, and only with it")
            default: throw RequestRefusal(.invalidRequest, "Unknown match type \(component.matchType)")
            }
        }
        guard matches[.ip] == nil || matches.count == 1 else {
            throw RequestRefusal(
                .invalidRequest, "IP filter component should not be used with user or clientId filter component.")
        }
    }

    func matches(_ entity: QuotaEntity) -> Bool {
        if isStrict, entity.parts.count != matches.count { return false }
        return matches.allSatisfy { part, match in
            guard let name = entity[part] else { return false }
            switch match {
            case .exactly(let wanted): return name == wanted
            case .any: return true
            }
        }
    }
}

extension QuotaEntity {
    /// The parts as the protocol has them.
    var entityData: [(type: String, name: String?)] { parts.map { ($0.part.rawValue, $0.name.text) } }

    /// Reads an entity of the protocol.
    ///
    /// - Throws: ``RequestRefusal`` with INVALID_REQUEST for one that no quota can be for.
    init(_ parts: [(type: String, name: String?)]) throws(RequestRefusal) {
        self.init()
        for (type, name) in parts {
            guard let part = Part(rawValue: type) else {
                throw RequestRefusal(.invalidRequest, "Unhandled client quota entity type: \(type)")
            }
            guard self[part] == nil else {
                throw RequestRefusal(
                    .invalidRequest, "Invalid client quota entity, duplicate entity entry \(type)")
            }
            self[part] = Name(name)
        }
        guard user != nil || clientID != nil || ip != nil else {
            throw RequestRefusal(.invalidRequest, "Invalid empty client quota entity")
        }
        guard ip == nil || (user == nil && clientID == nil) else {
            throw RequestRefusal(
                .invalidRequest,
                "Invalid quota entity combination, IP entity should not be combined with User or ClientId")
        }
        if case .named(let address) = ip {
            guard let parsed = try? SocketAddress(ipAddress: address, port: 0) else {
                throw RequestRefusal(.invalidRequest, "\(address) is not a valid IP or resolvable host.")
            }
            // As connections spell it, so that both are found under one name.
            ip = .named(parsed.plainAddress ?? address)
        }
    }

    /// The limits after the changes.
    ///
    /// - Throws: ``RequestRefusal`` with INVALID_REQUEST for a key that is there twice or that the entity cannot have,
    ///   or a value out of its range.
    fileprivate func applying(
        _ operations: [AlterClientQuotasRequest.OpData], to present: [QuotaKey: Double]
    ) throws(RequestRefusal) -> [QuotaKey: Double] {
        guard Set(operations.map(\.key)).count == operations.count else {
            throw RequestRefusal(.invalidRequest, "Duplicate quota key, not updating quota for this entity")
        }
        var limits = present
        for operation in operations {
            guard let key = QuotaKey(rawValue: operation.key), key.isOfAddresses == (ip != nil) else {
                // Taking away what cannot be there is done.
                if operation.remove { continue }
                throw RequestRefusal(.invalidRequest, "Invalid configuration key \(operation.key)")
            }
            if operation.remove {
                limits[key] = nil
            } else if let fault = key.fault(operation.value) {
                throw RequestRefusal(.invalidRequest, fault)
            } else {
                limits[key] = operation.value
            }
        }
        return limits
    }
}
