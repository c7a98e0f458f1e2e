import JSON

/// A source connector that counts: a record with the next number, as often as is asked for, up to `limit`.
struct CounterSource {
    private var connection = PluginConnection()
    private var configuration: JSONValue = [:]
    private var isTask = false
    private var next: Int64 = 0

    private static let partition: JSONValue = ["counter": "0"]

    mutating func run() throws {
        while let request = try connection.next() {
            do {
                try connection.answer(request, try serve(request))
            } catch let error as PluginError {
                try connection.refuse(request, error.message)
            }
        }
    }

    private mutating func serve(_ request: PluginConnection.Request) throws -> JSONValue {
        switch request.call {
        case "hello":
            isTask = request.with["role"]?.string == "task"
            return ["protocol": 1]
        case "definition": return ["keys": [Self.topic, Self.limit], "calls": ["exactlyOnceSupport"]]
        case "exactlyOnceSupport": return ["support": "supported"]
        case "start":
            configuration = request.with["configuration"] ?? [:]
            if isTask { try findStart() }
            return [:]
        case "taskConfigurations": return ["tasks": [configuration]]
        case "poll": return ["records": .array(try records())]
        case "stop": return [:]
        default: throw PluginError(message: "there is no call '\(request.call)'")
        }
    }

    /// Goes on after the last number that Kafka has.
    private mutating func findStart() throws {
        let answer = try connection.ask("offsets", ["partitions": [Self.partition]])
        next = (answer["offsets"]?.array?.first?["count"]?.int64 ?? -1) + 1
    }

    private mutating func records() throws -> [JSONValue] {
        guard let topic = configuration["topic"]?.string else { throw PluginError(message: "'topic' is missing") }
        let limit = Int64(configuration["limit"]?.string ?? "100") ?? 100
        let numbers = next..<max(next, min(limit, next + 50))
        next = numbers.upperBound
        return numbers.map { number in
            [
                "sourcePartition": Self.partition, "sourceOffset": ["count": .integer(number)], "topic": .string(topic),
                "value": .integer(number), "valueSchema": ["type": "int64", "optional": false],
            ]
        }
    }

    private static let topic: JSONValue = [
        "name": "topic", "required": true, "importance": "HIGH", "documentation": "The topic to write to.",
    ]
    private static let limit: JSONValue = [
        "name": "limit", "type": "LONG", "default_value": "100", "at_least": 0, "documentation": "Where to end.",
    ]
}

var source = CounterSource()
try source.run()
