import ConnectAPI
import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON
import Logging

/// What an operator asks for: metrics, logs, and what transforms would do. None of it is Kafka's.
extension ConnectRoutes {
    /// How long a log is followed at most; whoever wants more asks again.
    private static let followLimit = Duration.seconds(3_600)

    /// Adds the routes.
    func addOperations(to table: inout RouteTable) {
        table.add(.get, "/metrics", ConnectDescriptions.of(.get, "/metrics"), producing: ["text/plain"]) { _ in
            ServiceResponse(
                type: "text/plain; version=0.0.4; charset=utf-8", body: PrometheusText.of(herder.metrics()))
        }
        add(.get, "/connectors/{name}/metrics", to: &table) { request in
            let name = request.parameter("name")
            return ServiceResponse(json: MetricsJSON.of(name, try await herder.metrics(of: name)))
        }
        add(.get, "/connectors/{name}/logs", to: &table, producing: ["application/x-ndjson"]) { request in
            let name = request.parameter("name")
            let query = try LogQuery(request)
            guard query.follows else {
                let entries = try await herder.logs(of: name, query.filter, limit: query.limit)
                return ServiceResponse(json: .array(entries.map(LogQuery.json)))
            }
            try await herder.checkFollowing(of: name)
            return ServiceResponse(type: "application/x-ndjson") { send in
                try await herder.followLogs(
                    of: name, query.filter, limit: query.limit, patience: Self.followLimit
                ) { entries in
                    // An empty line for nothing: it shows whether anyone still reads.
                    let lines = entries.map { LogQuery.json($0).utf8 + [UInt8(ascii: "\n")] }
                    try await send(lines.isEmpty ? [UInt8(ascii: "\n")] : Array(lines.joined()))
                }
            }
        }
        add(.post, "/transforms/preview", to: &table) { request in
            let preview = try PreviewBody(request)
            let records = try await herder.previewTransforms(preview.configuration, preview.records)
            return ServiceResponse(json: try PreviewBody.answer(records))
        }
    }
}
