import KafkaProtocol
import NIOCore
import RecordFormat

/// A request whose handler has been found and whose body no one has looked at.
struct RoutedRequest {
    fileprivate let header: RequestHeader
    fileprivate let body: ProtocolReader
    /// `nil` for a version of ApiVersions that is not known.
    fileprivate let route: RequestRouter.Route?
    /// Bytes of the frame.
    let frameSize: Int

    /// Whether it may start while only such requests are unanswered.
    var isPipelined: Bool { route?.isPipelined ?? false }

    /// Whether this broker serves it, in this version.
    var isServed: Bool { route != nil }

    /// What is asked for.
    var api: APIKey { header.apiKey }

    /// The version of the message.
    var version: Int16 { header.apiVersion }

    /// The name that the client gives itself.
    var clientID: String? { header.clientID }
}

/// Finds the handler of a frame, decodes it, and encodes the handler's answer.
struct RequestRouter: Sendable {
    /// How one kind of request is served.
    fileprivate struct Route: Sendable {
        var versions: ClosedRange<Int16>
        var isPipelined: Bool
        var serve: @Sendable (Call) throws -> Void
    }

    fileprivate struct Call {
        var broker: Broker
        var header: RequestHeader
        var body: ProtocolReader
        var context: RequestContext
        var answer: ConnectionHandler.Answer
        var frameSize: Int
    }

    private let broker: Broker

    init(broker: Broker) { self.broker = broker }

    /// Finds out what the request in `frame` is.
    ///
    /// - Throws: `ProtocolError` for bytes that are no request, and ``UnservedRequest`` for a request that this broker
    ///   does not know: no answer to either would be one that the client can read, the connection has to go.
    func resolve(_ frame: ByteSlice) throws -> RoutedRequest {
        let (header, body) = try KafkaFrame.decodeRequestHeader(frame)
        let route = Self.routes[header.apiKey].flatMap { $0.versions.contains(header.apiVersion) ? $0 : nil }
        guard route != nil || header.apiKey == .apiVersions else { throw UnservedRequest(header: header) }
        return RoutedRequest(header: header, body: body, route: route, frameSize: frame.count)
    }

    /// Serves one request.
    ///
    /// - Throws: `ProtocolError` for a body that is none of its kind.
    func serve(
        _ request: RoutedRequest, connection: ConnectionInfo, answer: ConnectionHandler.Answer
    ) throws {
        let header = request.header
        guard let route = request.route else { return try refuse(header, answer) }
        let context = RequestContext(
            principal: connection.principal, listener: connection.listener, clientID: header.clientID,
            clientHost: connection.remoteAddress, clientPort: connection.remotePort, software: connection.software,
            version: header.apiVersion, loop: answer.loop, connection: connection.id, answer: answer)
        try route.serve(
            Call(
                broker: broker, header: header, body: request.body, context: context, answer: answer,
                frameSize: request.frameSize))
    }

    /// Ends what a connection has opened that does not outlive it.
    func connectionEnded(_ id: ConnectionInfo.ID) { broker.endShareSessions(of: id) }

    /// Answers a version of ApiVersions that is not known with the versions that are (KIP-511): in version 0, which every
    /// client can read. The connection lives.
    private func refuse(_ header: RequestHeader, _ answer: ConnectionHandler.Answer) throws {
        let response = broker.apiVersions(version: 0, error: .unsupportedVersion)
        answer.send(
            try KafkaFrame.encodeResponse(
                response, for: .apiVersions, version: 0, correlationID: header.correlationID))
    }

    /// The APIs and versions served.
    static let served: [ApiVersionsResponse.ApiVersion] = routes.sorted { $0.key.rawValue < $1.key.rawValue }.map {
        key, served in
        // librdkafka takes a broker that does not list Produce 0 for one that knows no compression (KAFKA-18659); it
        // never sends it.
        let minVersion = key == .produce ? 0 : served.versions.lowerBound
        return .init(apiKey: key.rawValue, minVersion: minVersion, maxVersion: served.versions.upperBound)
    }

    private static let routes: [APIKey: Route] = {
        var routes: [APIKey: Route] = [:]
        func add<Request: ServedRequest>(_ type: Request.Type) {
            routes[Request.apiKey] = Route(versions: Request.versions, isPipelined: Request.isPipelined) {
                try serve(Request.self, $0)
            }
        }
        add(ProduceRequest.self)
        add(FetchRequest.self)
        add(ListOffsetsRequest.self)
        add(OffsetForLeaderEpochRequest.self)
        add(MetadataRequest.self)
        add(ApiVersionsRequest.self)
        add(CreateTopicsRequest.self)
        add(DeleteTopicsRequest.self)
        add(CreatePartitionsRequest.self)
        add(InitProducerIdRequest.self)
        add(AddPartitionsToTxnRequest.self)
        add(AddOffsetsToTxnRequest.self)
        add(TxnOffsetCommitRequest.self)
        add(EndTxnRequest.self)
        add(WriteTxnMarkersRequest.self)
        add(ListTransactionsRequest.self)
        add(DescribeTransactionsRequest.self)
        add(DescribeProducersRequest.self)
        add(FindCoordinatorRequest.self)
        add(JoinGroupRequest.self)
        add(SyncGroupRequest.self)
        add(HeartbeatRequest.self)
        add(LeaveGroupRequest.self)
        add(OffsetCommitRequest.self)
        add(OffsetFetchRequest.self)
        add(DescribeGroupsRequest.self)
        add(ListGroupsRequest.self)
        add(DeleteGroupsRequest.self)
        add(OffsetDeleteRequest.self)
        add(ConsumerGroupHeartbeatRequest.self)
        add(ConsumerGroupDescribeRequest.self)
        add(ShareGroupHeartbeatRequest.self)
        add(ShareGroupDescribeRequest.self)
        add(ShareFetchRequest.self)
        add(ShareAcknowledgeRequest.self)
        add(InitializeShareGroupStateRequest.self)
        add(ReadShareGroupStateRequest.self)
        add(WriteShareGroupStateRequest.self)
        add(DeleteShareGroupStateRequest.self)
        add(ReadShareGroupStateSummaryRequest.self)
        add(DescribeShareGroupOffsetsRequest.self)
        add(AlterShareGroupOffsetsRequest.self)
        add(DeleteShareGroupOffsetsRequest.self)
        add(DescribeConfigsRequest.self)
        add(AlterConfigsRequest.self)
        add(IncrementalAlterConfigsRequest.self)
        add(ListConfigResourcesRequest.self)
        add(DeleteRecordsRequest.self)
        add(DescribeLogDirsRequest.self)
        add(AlterReplicaLogDirsRequest.self)
        add(DescribeTopicPartitionsRequest.self)
        add(DescribeQuorumRequest.self)
        add(ElectLeadersRequest.self)
        add(AlterPartitionReassignmentsRequest.self)
        add(ListPartitionReassignmentsRequest.self)
        add(DescribeClientQuotasRequest.self)
        add(AlterClientQuotasRequest.self)
        add(UpdateFeaturesRequest.self)
        add(GetTelemetrySubscriptionsRequest.self)
        add(PushTelemetryRequest.self)
        add(DescribeClusterRequest.self)
        add(UnregisterBrokerRequest.self)
        return routes
    }()

    private static func serve<Request: ServedRequest>(_ type: Request.Type, _ call: Call) throws {
        var body = call.body
        let request = try Request(from: &body, version: call.header.apiVersion)
        let (broker, header, context, answer) = (call.broker, call.header, call.context, call.answer)
        let quotas = broker.quotas
        let meter =
            quotas.isActive
            ? RequestMeter(quotas, context.quotaClient, header.apiKey, frameSize: call.frameSize) : nil
        defer { meter?.didServe() }
        guard request.wantsAnswer else {
            request.serve(by: broker, context) { response in
                if Request.isFailure(response) {
                    answer.fail(UnansweredFailure(api: header.apiKey))
                } else {
                    answer.send(nil, pause: .milliseconds(Int64(meter?.pause(present: 0) ?? 0)))
                }
            }
            return
        }
        request.serve(by: broker, context) { response in
            do {
                var response = response
                Request.complete(&response, by: broker, context)
                if let meter { response.throttleTimeMs = meter.pause(present: response.throttleTimeMs) }
                answer.send(
                    try KafkaFrame.encodeResponse(
                        response, for: header.apiKey, version: header.apiVersion, correlationID: header.correlationID),
                    pause: .milliseconds(Int64(response.throttleTimeMs)))
            } catch {
                answer.fail(error)
            }
        }
    }
}

/// Why a connection is closed whose client asks for what is not served: the form of an answer is known to no one. Clients
/// that ask for the versions first, as all do, never get here.
private struct UnservedRequest: Error, CustomStringConvertible {
    var header: RequestHeader

    var description: String {
        "\(header.apiKey.name) version \(header.apiVersion) is not served (client id '\(header.clientID ?? "")')"
    }
}

/// Why a connection is closed whose client wants no answers: there is no other way to tell it.
private struct UnansweredFailure: Error, CustomStringConvertible {
    var api: APIKey

    var description: String { "\(api.name) failed, and its client asked for no answer" }
}
