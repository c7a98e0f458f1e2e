import HTTPService
import HTTPTypes

extension V2Routes {
    /// What produce requests are: the type says what the records are, so there is none that stands for any.
    private static let produced = ProxyRoutes.MediaTypes(
        consumed: EmbeddedFormat.allCases.map(MediaType.records), produced: [MediaType.v2, MediaType.json])

    /// Adds what writes records.
    func addProduce(to routes: inout ProxyRoutes) {
        let endpoints = routes.endpoints
        routes.add(
            .post, "/topics/{topic}", named: "api.v2.produce-to-topic.*", V2Descriptions.produceToTopic,
            types: Self.produced
        ) { request in
            try await produce(request, partition: nil, kind: "api.v2.produce-to-topic.", endpoints)
        }
        routes.add(
            .post, "/topics/{topic}/partitions/{partition}", named: "api.v2.produce-to-partition.*",
            V2Descriptions.produceToPartition, types: Self.produced
        ) { request in
            try await produce(
                request, partition: try Self.partition(request), kind: "api.v2.produce-to-partition.", endpoints)
        }
    }

    private func produce(
        _ request: ProxyRequest, partition: Int32?, kind: String, _ endpoints: EndpointFilter
    ) async throws -> ServiceResponse {
        guard let format = request.request.headers.value(of: .contentType).flatMap(MediaType.format) else {
            throw RESTError.unsupportedMediaType
        }
        guard endpoints.isOpen || endpoints.allows(kind + format.endpointName) else {
            throw RESTError(405, "HTTP 405 Method Not Allowed")
        }
        // The body, and the records made of it until the cluster has them.
        let size = 2 * request.request.body.count
        try memory.reserve(size)
        defer { memory.release(size) }
        let action = ProduceAction(
            clients: clients, topic: request.parameter("topic"), partition: partition, format: format,
            form: try request.jsonForm)
        return try await action.run(request.request.body).response(type: request.responseType)
    }

    /// The partition of the path; what is no number is no path, as in JAX-RS.
    static func partition(_ request: ProxyRequest) throws -> Int32 {
        guard let partition = Int32(request.parameter("partition")) else { throw RESTError.notFound }
        return partition
    }
}

extension EmbeddedFormat {
    /// What the format is called at the end of a route's name.
    var endpointName: String { self == .jsonschema ? "json-schema" : rawValue }
}
