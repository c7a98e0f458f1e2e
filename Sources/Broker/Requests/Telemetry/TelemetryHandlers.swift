import KafkaProtocol
import Logging
import NIOPosix
import RecordFormat

extension GetTelemetrySubscriptionsRequest: ServedRequest {
    func serve(
        by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<GetTelemetrySubscriptionsResponse>
    ) {
        // Matching patterns is no work for a loop: they are as long as an administrator makes them.
        broker.pool.submit { _ in
            do throws(RequestRefusal) {
                let client = MetricsSubscription.Client(clientInstanceID, context)
                let subscribed = try broker.telemetry.subscriptions(for: client)
                reply(
                    GetTelemetrySubscriptionsResponse(
                        clientInstanceID: subscribed.instance, subscriptionID: subscribed.subscriptionID,
                        acceptedCompressionTypes: ClientTelemetry.codecs.map(\.rawValue),
                        pushIntervalMs: subscribed.interval, telemetryMaxBytes: Int32(broker.telemetry.maxBytes),
                        deltaTemporality: true, requestedMetrics: subscribed.metrics))
            } catch {
                reply(GetTelemetrySubscriptionsResponse(errorCode: error.code.rawValue))
            }
        }
    }
}

extension PushTelemetryRequest: ServedRequest {
    func serve(by broker: Broker, _ context: RequestContext, _ reply: @escaping Reply<PushTelemetryResponse>) {
        broker.pool.submit { _ in
            do throws(RequestRefusal) {
                let metrics = try broker.telemetry.push(
                    self, from: MetricsSubscription.Client(clientInstanceID, context))
                broker.logger.debug(
                    "client instance \(clientInstanceID) pushed \(metrics.count) bytes of metrics",
                    metadata: ["client-id": "\(context.clientID ?? "")"])
                reply(PushTelemetryResponse())
            } catch {
                reply(PushTelemetryResponse(errorCode: error.code.rawValue))
            }
        }
    }
}

extension MetricsSubscription.Client {
    init(_ instance: TopicID, _ context: RequestContext) {
        self.init(
            instance: instance, clientID: context.clientID ?? "", software: context.software,
            address: context.clientHost.hasPrefix("/") ? String(context.clientHost.dropFirst()) : context.clientHost,
            port: context.clientPort)
    }
}
