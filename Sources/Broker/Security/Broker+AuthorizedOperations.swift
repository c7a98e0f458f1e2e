extension Broker {
    /// What the client may do with `resource`, one bit for each operation (KIP-430); nothing for who may not even
    /// describe it.
    func authorizedOperations(on resource: Resource, _ context: RequestContext) -> Int32 {
        let all: [(Operation, bit: Int32)] =
            switch resource {
            case .topic:
                [
                    (.read, 3), (.write, 4), (.create, 5), (.delete, 6), (.alter, 7), (.describe, 8),
                    (.describeConfigs, 10), (.alterConfigs, 11),
                ]
            case .cluster:
                [
                    (.create, 5), (.alter, 7), (.describe, 8), (.clusterAction, 9), (.describeConfigs, 10),
                    (.alterConfigs, 11), (.idempotentWrite, 12),
                ]
            case .group: [(.read, 3), (.delete, 6), (.describe, 8), (.describeConfigs, 10), (.alterConfigs, 11)]
            case .transactionalID: [(.write, 4), (.describe, 8)]
            }
        guard authorizer.allows(context.principal, .describe, resource) else { return 0 }
        return all.reduce(0) { bits, operation in
            authorizer.allows(context.principal, operation.0, resource) ? bits | 1 << operation.bit : bits
        }
    }
}
