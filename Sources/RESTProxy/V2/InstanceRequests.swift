import HTTPService
import HTTPTypes
import KafkaClient

/// Brings requests to the consumer instances that they are for, wherever those are.
struct InstanceRequests: Sendable {
    let instances: ConsumerInstances
    let peers: PeerProxies
    let settings: ConsumerSettings

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
            guard let instance = instances.held(id) else { throw RESTError.consumerInstanceNotFound }
            return try await run(operation, on: instance)
        }
        var gone: String?
        // Once where it is, once where it has gone meanwhile, and once here.
        for _ in 0..<3 {
            switch try await instances.find(id, isGone: gone) {
            case .here(let instance):
                do {
                    return try await run(operation, on: instance)
                } catch let error as KafkaClientError where error.code == .fenced {
                    instances.drop(instance)
                    await instance.abandon()
                }
            case .elsewhere(let owner):
                if let answer = await forward(request, to: owner) { return answer }
                gone = owner
            }
        }
        throw RESTError.consumerInstanceNotFound
    }

    private func run(_ operation: Operation, on instance: ConsumerInstance) async throws -> ServiceResponse {
        try await instance.using {
            do {
                return try await operation(instance)
            } catch let error as KafkaClientError where error.code == .notAssigned {
                throw RESTError.illegalState(error.message)
            } catch let error as KafkaClientError where error.code == .closed {
                throw RESTError.consumerInstanceNotFound
            }
        }
    }

    /// The other proxy's answer; `nil` where it cannot be reached or does not know the instance any more.
    private func forward(_ request: ProxyRequest, to owner: String) async -> ServiceResponse? {
        let patience = settings.requestTimeout + ConsumerInstance.assignmentPatience + .seconds(5)
        guard let answer = try? await peers.send(request.request, to: owner, patience: patience) else { return nil }
        let isUnknown = answer.status == .notFound && String(decoding: answer.body, as: UTF8.self).contains("40403")
        return isUnknown ? nil : answer
    }
}
