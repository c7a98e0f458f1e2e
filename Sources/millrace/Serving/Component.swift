import ConnectREST
import HTTPService
import Logging
import RESTProxy
import SchemaRegistry

/// What stands on the broker: a service with an HTTP API of its own.
struct Component: Sendable {
    /// Its name in the ready file.
    let key: String
    /// Its name for people.
    let title: String
    /// Serves until it is shut down.
    let run: @Sendable () async throws -> Void
    /// Where it listens, once it does.
    let addresses: @Sendable () async throws -> [HTTPListener]
    /// Waits until it can do its work, or has given up: its answers and the log say why.
    let settle: @Sendable () async -> Void
    /// Ends it in good order.
    let shutdown: @Sendable () async -> Void
}

extension Component {
    init(_ service: ConnectService) {
        self.init(
            key: "connect", title: "Kafka Connect", run: { try await service.run() },
            addresses: { try await service.addresses() }, settle: { try? await service.waitUntilReady() },
            shutdown: { await service.shutdown() })
    }

    init(_ service: RegistryService) {
        self.init(
            key: "schemaRegistry", title: "Schema Registry", run: { try await service.run() },
            addresses: { try await service.addresses() }, settle: {}, shutdown: { await service.shutdown() })
    }

    init(_ service: RESTProxyService) {
        self.init(
            key: "rest", title: "REST Proxy", run: { try await service.run() },
            addresses: { try await service.addresses() }, settle: {}, shutdown: { await service.shutdown() })
    }
}

/// A component that was started.
struct RunningComponent: Sendable {
    let component: Component
    private let task: Task<Void, Never>

    /// Starts a component; an end that nobody asked for is logged.
    init(_ component: Component, logger: Logger) {
        self.component = component
        task = Task {
            do {
                try await component.run()
            } catch {
                logger.critical("\(component.title) ended: \(error)")
            }
        }
    }

    /// Waits until it has ended, by itself or not.
    func wait() async { await task.value }

    /// Ends it and waits until it has ended.
    func stop() async {
        await component.shutdown()
        await task.value
    }
}
