import ConnectRuntime
import HTTPService
import HTTPTypes
import JSON

/// The admin endpoints: what the worker's loggers say (KIP-495, KIP-976).
extension ConnectRoutes {
    /// Adds the admin endpoints.
    func addLoggers(to table: inout RouteTable) {
        let loggers = herder.loggers
        add(.get, "/admin/loggers", to: &table) { _ in
            var answer = JSONObject()
            for (name, setting) in loggers.all.sorted(by: { $0.key < $1.key }) { answer[name] = Self.json(setting) }
            return ServiceResponse(json: .object(answer))
        }
        add(.get, "/admin/loggers/{logger}", to: &table) { request in
            let name = request.parameter("logger")
            guard let setting = loggers.setting(of: name) else {
                throw ServiceError(.notFound, "Logger \(name) not found.")
            }
            return ServiceResponse(json: Self.json(setting))
        }
        add(.put, "/admin/loggers/{logger}", to: &table) { request in
            let name = request.parameter("logger")
            let level = try RequestBodies.level(request.body.isEmpty ? .null : request.json())
            guard request.queryValues("scope").first?.lowercased() == "cluster" else {
                let names = try herder.setLoggerLevel(name, level)
                return ServiceResponse(json: .array(names.map(JSONValue.string)))
            }
            try await herder.setClusterLoggerLevel(name, level)
            return ServiceResponse(.noContent)
        }
    }

    private static func json(_ setting: LoggerLevels.Setting) -> JSONValue {
        [
            "level": .string(setting.level.rawValue),
            "last_modified": setting.lastModified.map { .integer($0) } ?? .null,
        ]
    }
}

extension RequestBodies {
    /// Reads the body of `PUT /admin/loggers/{logger}`.
    ///
    /// - Throws: ``ServiceError`` with status 400 for no level, 404 for one that there is not, as with Kafka.
    static func level(_ json: JSONValue) throws -> KafkaLogLevel {
        guard let text = json["level"]?.string else {
            throw ServiceError(.badRequest, "Desired 'level' parameter was not specified in request.")
        }
        guard let level = KafkaLogLevel(parsing: text) else {
            throw ServiceError(.notFound, "invalid log level '\(text)'.")
        }
        return level
    }
}
