import HTTPService
import HTTPTypes
import JSON
import KafkaClient
import RecordFormat

extension V2Routes {
    /// Adds what moves instances and commits offsets.
    func addPositions(to routes: inout ProxyRoutes) {
        addOffsets(to: &routes)
        let path = Self.instance + "/positions"
        routes.add(
            .post, path, named: "api.v2.consumers.seek-to-offset", V2Descriptions.seek, types: Self.consumers
        ) { request in
            let json = try BodyReader.object(request.request.body)
            let offsets = try Self.places(json)
            let times = try Self.times(json)
            return try await requests.answer(request) { instance in
                try await instance.seek(offsets, times: times)
                return ServiceResponse(.noContent)
            }
        }
        routes.add(
            .post, path + "/beginning", named: "api.v2.consumers.seek-to-beginning", V2Descriptions.seekToBeginning,
            types: Self.consumers
        ) { request in
            let partitions = try BodyReader.partitions(try BodyReader.object(request.request.body))
            return try await requests.answer(request) { instance in
                try await instance.seek(toBeginningOf: partitions)
                return ServiceResponse(.noContent)
            }
        }
        routes.add(
            .post, path + "/end", named: "api.v2.consumers.seek-to-end", V2Descriptions.seekToEnd,
            types: Self.consumers
        ) { request in
            let partitions = try BodyReader.partitions(try BodyReader.object(request.request.body))
            return try await requests.answer(request) { instance in
                try await instance.seek(toEndOf: partitions)
                return ServiceResponse(.noContent)
            }
        }
    }

    private func addOffsets(to routes: inout ProxyRoutes) {
        let path = Self.instance + "/offsets"
        routes.add(
            .post, path, named: "api.v2.consumers.commit-offsets", V2Descriptions.commit, types: Self.consumers
        ) { request in
            let body = request.request.body
            let offsets = body.isEmpty ? nil : try Self.commits(try BodyReader.object(body))
            return try await requests.answer(request) { instance in
                if let offsets {
                    try await checkPartitions(offsets.keys)
                    try await instance.betweenReads { try await instance.consumer.commit(offsets) }
                } else {
                    try await instance.commitAnswered()
                }
                return request.answer([])
            }
        }
        routes.add(
            .get, path, named: "api.v2.consumers.get-committed-offsets", V2Descriptions.committed,
            types: Self.consumers
        ) { request in
            guard !request.request.body.isEmpty else { throw RESTError.partitionNotFound }
            let partitions = try BodyReader.partitions(try BodyReader.object(request.request.body))
            return try await requests.answer(request) { instance in
                let committed = try await instance.consumer.committed(partitions)
                let offsets = partitions.compactMap { partition -> JSONValue? in
                    guard let offset = committed[partition] else { return nil }
                    return [
                        "topic": .string(partition.topic), "partition": .integer(partition.partition),
                        "offset": .integer(offset.offset.rawValue), "metadata": .string(offset.metadata),
                    ]
                }
                return request.answer(["offsets": .array(offsets)])
            }
        }
    }

    /// Says at once what there is not: a commit would wait for it, and the instance's other requests for the commit.
    ///
    /// - Throws: ``RESTError`` with code 40402 for a partition, ``KafkaClientError`` for a topic.
    private func checkPartitions(_ partitions: some Sequence<TopicPartition>) async throws {
        for (topic, partitions) in Dictionary(grouping: partitions, by: \.topic) {
            let cached = clients.client.metadata.cachedTopic(topic)
            if let cached, partitions.allSatisfy({ cached.partition($0.partition) != nil }) { continue }
            let known = Set(try await clients.admin.describeTopic(topic).partitions.map(\.partition))
            guard partitions.allSatisfy({ known.contains($0.partition) }) else { throw RESTError.partitionNotFound }
        }
    }

    // MARK: Bodies

    /// Offsets to commit: of each partition that of the last record that was dealt with, so that the next is committed.
    private static func commits(_ json: JSONObject) throws -> [TopicPartition: OffsetAndMetadata] {
        var commits: [TopicPartition: OffsetAndMetadata] = [:]
        for element in try BodyReader.elements(json, "offsets") {
            let partition = try BodyReader.partition(element, "offsets")
            let metadata = element["metadata"]?.string ?? ""
            commits[partition] = OffsetAndMetadata(try offset(element) + 1, metadata: metadata)
        }
        return commits
    }

    private static func places(_ json: JSONObject) throws -> [TopicPartition: LogOffset] {
        guard let list = json["offsets"], !list.isNull else { return [:] }
        var places: [TopicPartition: LogOffset] = [:]
        for element in try BodyReader.elements(json, "offsets") {
            places[try BodyReader.partition(element, "offsets")] = try offset(element)
        }
        return places
    }

    private static func times(_ json: JSONObject) throws -> [TopicPartition: Timestamp] {
        guard let list = json["timestamps"], !list.isNull else { return [:] }
        var times: [TopicPartition: Timestamp] = [:]
        for element in try BodyReader.elements(json, "timestamps") {
            let partition = try BodyReader.partition(element, "timestamps")
            guard let text = element["timestamp"]?.string, let time = InstantText.milliseconds(of: text), time >= 0
            else {
                throw RESTError.validation(
                    "timestamps[].timestamp has to be a time such as 2026-01-31T12:00:00Z, from 1970 on")
            }
            times[partition] = Timestamp(milliseconds: time)
        }
        return times
    }

    private static func offset(_ element: JSONValue) throws -> LogOffset {
        guard let offset = element["offset"]?.int64, offset >= 0, offset < .max else {
            throw RESTError.validation("offsets[].offset must be greater than or equal to 0")
        }
        return LogOffset(offset)
    }
}
