import HTTPService
import HTTPTypes
import KafkaClient

/// Brings requests to the consumer instances that they are for, wherever those are.
struct InstanceRequests: Sendable {
    let instances: ConsumerInstances
    let peers: PeerProxies

    /// What is done with an instance.
    typealias Operation = @Sendable (ConsumerInstance) async throws -> ServiceResponse

    /// Has an operation done here, or the whole request at the proxy that holds the instance.
    ///
    /// - Throws: ``RESTError`` with code 40403 for an instance that nobody has.
    func answer(_ request: ProxyRequest, _ operation: Operation) async throws -> ServiceResponse {
        let id = InstanceID(group: request.parameter("group"), name: request.parameter("instance"))
        let isForwarded = PeerProxies.isForwarded(request.request)
        if isForwarded {
            // Whoever sent it knows where else to look.
            guard let instance = instances.held(id), let answer = try await answer(with: instance, operation) else {
                throw RESTError.consumerInstanceNotFound
            }
            return answer
        }
        var gone: String?
        // Once where it is, once where it has gone meanwhile, and once here.
        for _ in 0..<3 {
            switch try await instances.find(id, isGone: gone) {
            case .here(let instance):
                if let answer = try await answer(with: instance, operation) { return answer }
            case .elsewhere(let owner, let timeout):
                if let answer = await forward(request, to: owner, timeout) { return answer }
                gone = owner
            }
        }
        throw RESTError.consumerInstanceNotFound
    }

    /// What an instance of this proxy answers; `nil` for one that another proxy turns out to have.
    private func answer(with instance: ConsumerInstance, _ operation: Operation) async throws -> ServiceResponse? {
        do {
            return try await instance.using { try await operation(instance) }
        } catch let error as KafkaClientError {
            switch error.code {
            case .fenced:
                instances.drop(instance)
                await instance.abandon()
                return nil
            case .notAssigned: throw RESTError.illegalState(error.message)
            case .closed: throw RESTError.consumerInstanceNotFound
            default: throw error
            }
        }
    }

    /// The other proxy's answer; `nil` where it cannot be reached, takes longer than a read may, or does not know the
    /// instance any more.
    private func forward(
        _ request: ProxyRequest, to owner: String, _ requestTimeout: Duration
    ) async -> ServiceResponse? {
        let patience = requestTimeout + ConsumerInstance.assignmentPatience + .seconds(5)
        guard let answer = try? await peers.send(request.request, to: owner, patience: patience) else { return nil }
        let isUnknown = answer.status == .notFound && String(decoding: answer.body, as: UTF8.self).contains("40403")
        return isUnknown ? nil : answer
    }
}
