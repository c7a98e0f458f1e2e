import HTTPService
import HTTPTypes
import JSON
import KafkaClient

extension V3Routes {
    /// Reading, which the original of API v3 has not.
    func addRecords(to routes: inout ProxyRoutes) {
        let types = ProxyRoutes.MediaTypes(
            consumed: [], produced: [MediaType.json, RecordStream.Form.events.type, RecordStream.Form.lines.type])
        let (clients, configuration, readers) = (clients, configuration, readers)
        add(
            .get, "/topics/{topic_name}/records", named: "api.v3.records.read", V3Descriptions.readRecords, to: &routes,
            types: types
        ) { request in
            let query = try RecordsQuery(
                request.proxy.request.query, lastEventID: request.lastEventID, settings: configuration.records)
            let format = RecordJSON(
                keyFormat: query.keyFormat, valueFormat: query.valueFormat, schemas: clients.schemas)
            let topic = request.parameter("topic_name")
            switch request.proxy.responseType {
            case RecordStream.Form.events.type:
                return try await Self.stream(.events, topic, query, format, readers, configuration)
            case RecordStream.Form.lines.type:
                return try await Self.stream(.lines, topic, query, format, readers, configuration)
            default:
                let answer = RecordAnswer(
                    query: query, format: format, maximumRecords: min(500, configuration.records.maximumRecords))
                let start = try await readers.start(of: topic, query, orElse: .earliest)
                let (records, marks) = try await readers.with(topic, from: start) { reader in
                    (try await answer.read(reader), reader.marks)
                }
                return ServiceResponse(json: request.list(of: records, topic, query, goingOnAfter: marks))
            }
        }
    }

    /// A stream. Where it begins is settled before its answer does: what is written after that comes, whatever it is.
    private static func stream(
        _ form: RecordStream.Form, _ topic: String, _ query: RecordsQuery, _ format: RecordJSON,
        _ readers: RecordReaders, _ configuration: V3Settings
    ) async throws -> ServiceResponse {
        let start = try await readers.start(of: topic, query, orElse: .latest)
        let stream = RecordStream(
            form: form, format: format, heartbeat: configuration.records.heartbeat,
            maximumRecords: query.maximumRecords,
            deadline: .now.advanced(by: configuration.maximumStreamDuration))
        var response = ServiceResponse(type: form.type) { send in
            try await readers.with(topic, from: start) { reader in try await stream.run(reader, send: send) }
        }
        response.headers[.cacheControl] = "no-cache"
        return response
    }
}

extension ClusterRequest {
    /// What a stream that was cut off says it has seen.
    fileprivate var lastEventID: String? {
        HTTPField.Name("Last-Event-ID").flatMap { proxy.request.headers[$0] }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A list of records, with the address at which they go on.
    fileprivate func list(
        of records: [JSONValue], _ topic: String, _ query: RecordsQuery, goingOnAfter marks: RecordMarks
    ) -> JSONValue {
        let url = resources.url("topics", topic, "records")
        // The same question again, but for where it begins.
        let kept = proxy.request.query.filter {
            RecordsQuery.names.contains($0.name) && !["offset", "timestamp", "after"].contains($0.name)
        }
        let next = PercentEncoding.query(kept + [(name: "after", value: marks.description)])
        return Resource.list("KafkaRecordList", at: url, next: url + next, records)
    }
}
