import HTTPService
import HTTPTypes
import JSON
import Logging

/// Serves routes that do nothing, so that a load generator shows what one exchange costs by itself:
///
/// ```
/// swift run -c release http-null 8099 &
/// wrk -t1 -c32 -d10 -s post.lua http://127.0.0.1:8099/topics/t
/// ```
///
/// A second argument `pool` has routes run on Swift's own threads instead of their connection's.
@main
enum HTTPNull {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8099
        var routes = RouteTable()
        let answer = ServiceResponse(json: ["offsets": [["partition": 0, "offset": 0]]])
        routes.add(.post, "/topics/{topic}") { _ in answer }
        routes.add(.get, "/nothing") { _ in answer }
        routes.add(webSocket: "/echo") { _, connection in
            for try await message in connection.messages { try await connection.send(message) }
        }
        var configuration = HTTPService.Configuration(listeners: [HTTPListener(host: "127.0.0.1", port: port)])
        configuration.runsOnEventLoops = CommandLine.arguments.dropFirst(2).first != "pool"
        var logger = Logger(label: "http-null")
        logger.logLevel = .warning
        let service = HTTPService(configuration: configuration, routes: routes, logger: logger)
        try await service.run()
    }
}
