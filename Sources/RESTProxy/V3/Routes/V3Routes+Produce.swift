import HTTPService
import HTTPTypes
import JSON

extension V3Routes {
    func addProduce(to routes: inout ProxyRoutes) {
        let (production, configuration, memory) = (production, configuration, memory)
        let records = "/topics/{topic_name}/records"
        add(
            .post, records, named: "api.v3.produce.produce-to-topic", V3Descriptions.produce, to: &routes,
            isStreaming: true
        ) { request in
            // A body that is known to be empty can be refused before an answer begins.
            if request.proxy.request.headers[.contentLength] == "0", !configuration.emptyBodyIsARecord {
                throw RESTError.invalidPayload("Request body is empty. Data is required.")
            }
            let stream = ProduceStream(
                production: production, settings: configuration, topic: request.parameter("topic_name"),
                clusterID: request.resources.clusterID)
            let body = request.proxy.request.bytes
            return ServiceResponse(type: MediaType.json) { send in try await stream.run(body, send: send) }
        }
        add(
            .post, records + ":batch", named: "api.v3.batch-produce.produce-to-topic", V3Descriptions.produceBatch,
            to: &routes
        ) { request in
            let size = request.proxy.request.body.count
            if size == 0 { throw RESTError.produceBatch("Request body is empty. Data is required.") }
            try memory.reserve(size)
            defer { memory.release(size) }
            let batch = try ProduceBatch(try request.body(), maximumEntries: configuration.maximumBatchEntries)
            return try await batch.send(
                by: production, to: request.parameter("topic_name"), of: request.resources.clusterID)
        }
    }
}
