import HTTPService
import HTTPTypes

/// Where the records of a request were written, as API v2 tells it.
struct ProduceAnswer: Sendable {
    /// What became of a record, or of neighbours that were written one after the other.
    enum Outcome: Sendable, Hashable {
        /// Written, the first of them at `offset`; -1 where the cluster no longer knows.
        case written(partition: Int32, offset: Int64, count: Int)
        /// Not written.
        case failed(RESTError)

        /// The same, record by record.
        var singles: [Outcome] {
            guard case .written(let partition, let offset, let count) = self, count > 1 else { return [self] }
            return (0..<Int64(count)).map {
                .written(partition: partition, offset: offset < 0 ? -1 : offset + $0, count: 1)
            }
        }
    }

    /// What became of the records, in order.
    var outcomes: [Outcome] = []
    /// The id of the keys' schema.
    var keySchemaID: Int32?
    /// The id of the values' schema.
    var valueSchemaID: Int32?

    /// 401 and 403 where a record was refused for that, 200 for everything else.
    var status: HTTPResponse.Status {
        for case .failed(let error) in outcomes {
            if error.code == 40101 { return .unauthorized }
            if error.code == 40301 { return .forbidden }
        }
        return .ok
    }

    /// The answer.
    func response(type: String) -> ServiceResponse {
        var output = AnswerBuffer(capacity: 96 + 64 * outcomes.count)
        output.append("{\"offsets\":[")
        var isFirst = true
        for outcome in outcomes {
            switch outcome {
            case .written(let partition, let offset, let count):
                for place in 0..<Int64(count) {
                    output.append(isFirst ? "{\"partition\":" : ",{\"partition\":")
                    isFirst = false
                    output.append(Int64(partition))
                    output.append(",\"offset\":")
                    output.append(offset < 0 ? -1 : offset + place)
                    output.append(",\"error_code\":null,\"error\":null}")
                }
            case .failed(let error):
                output.append(isFirst ? "{" : ",{")
                isFirst = false
                output.append("\"partition\":null,\"offset\":null,\"error_code\":")
                output.append(Int64(error.code))
                output.append(",\"error\":")
                output.append(text: error.message)
                output.append("}")
            }
        }
        output.append("],\"key_schema_id\":")
        append(keySchemaID, to: &output)
        output.append(",\"value_schema_id\":")
        append(valueSchemaID, to: &output)
        output.append("}")
        return ServiceResponse(status, type: type, body: output.take())
    }

    private func append(_ id: Int32?, to output: inout AnswerBuffer) {
        if let id { output.append(Int64(id)) } else { output.append("null") }
    }
}
