import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaClient

/// What an authorizer of another cluster answers, without that cluster.
@Suite struct AccessControlTests {
    /// Answers one kind of request with what it is told to, and keeps what it was asked.
    private final class OneAnswer<Answered: KafkaRequest & Hashable>: RequestResponder {
        let response: Answered.Response
        let asked = Mutex<[Answered]>([])

        init(_ type: Answered.Type, _ response: Answered.Response) { self.response = response }

        func respond<Request: KafkaRequest>(
            to request: Request, version: Int16, clientID: String?
        ) async throws -> Request.Response {
            guard let request = request as? Answered, let response = response as? Request.Response else {
                throw ErrorCode.unsupportedVersion
            }
            asked.withLock { $0.append(request) }
            return response
        }
    }

    @Test func entriesAreDescribedByFilter() async throws {
        let responder = OneAnswer(
            DescribeAclsRequest.self,
            DescribeAclsResponse(
                errorMessage: nil,
                resources: [
                    .init(
                        resourceType: 2, resourceName: "t", patternType: 4,
                        acls: [.init(principal: "User:a", host: "*", operation: 3, permissionType: 3)]),
                    .init(
                        resourceType: 99, resourceName: "x", patternType: 3,
                        acls: [.init(principal: "User:b", host: "h", operation: 99, permissionType: 2)]),
                ]))
        let client = KafkaClient(inProcess: responder)
        let entries = try await KafkaAdmin(client: client).describeAccessControls(
            AccessControlFilter(resourceType: .topic, principal: "User:a", operation: .read))
        #expect(
            entries == [
                AccessControlEntry(
                    resourceType: .topic, resourceName: "t", patternType: .prefixed, principal: "User:a",
                    operation: .read),
                AccessControlEntry(
                    resourceType: .unknown, resourceName: "x", principal: "User:b", host: "h", operation: .unknown,
                    permission: .deny),
            ])
        let request = DescribeAclsRequest(
            resourceTypeFilter: 2, resourceNameFilter: nil, patternTypeFilter: 1, principalFilter: "User:a",
            hostFilter: nil, operation: 3, permissionType: 1)
        #expect(responder.asked.withLock { $0 } == [request])
        await client.close()
    }

    @Test func eachEntryHasItsOwnAnswer() async throws {
        let responder = OneAnswer(
            CreateAclsRequest.self,
            CreateAclsResponse(results: [
                .init(errorMessage: nil), .init(errorCode: 42, errorMessage: "Failed to create"),
            ]))
        let client = KafkaClient(inProcess: responder)
        let entry = AccessControlEntry(
            resourceType: .cluster, resourceName: "kafka-cluster", principal: "User:a", operation: .alter)
        let results = try await KafkaAdmin(client: client).createAccessControls([entry, entry])
        #expect(throws: Never.self) { try results[0].get() }
        let error = #expect(throws: KafkaClientError.self) { try results[1].get() }
        #expect(error?.errorCode == .invalidRequest && error?.detail == "Failed to create")
        await client.close()
    }

    @Test func whatWasDeletedComesBack() async throws {
        let responder = OneAnswer(
            DeleteAclsRequest.self,
            DeleteAclsResponse(filterResults: [
                .init(
                    errorMessage: nil,
                    matchingAcls: [
                        .init(
                            errorMessage: nil, resourceType: 3, resourceName: "g", patternType: 3, principal: "User:a",
                            host: "*", operation: 8, permissionType: 3)
                    ])
            ]))
        let client = KafkaClient(inProcess: responder)
        let deleted = try await KafkaAdmin(client: client).deleteAccessControls(
            AccessControlFilter(resourceType: .group, patternType: .match, operation: .describe, permission: .allow))
        #expect(deleted.map(\.resourceName) == ["g"] && deleted.map(\.operation) == [.describe])
        await client.close()
    }

    @Test func aRefusalIsThrown() async throws {
        let responder = OneAnswer(
            DescribeAclsRequest.self,
            DescribeAclsResponse(errorCode: 54, errorMessage: "No Authorizer is configured on the broker."))
        let client = KafkaClient(inProcess: responder)
        let error = await #expect(throws: KafkaClientError.self) {
            try await KafkaAdmin(client: client).describeAccessControls()
        }
        #expect(error?.errorCode == .securityDisabled)
        #expect(error?.detail == "No Authorizer is configured on the broker.")
        await client.close()
    }

    @Test func operationsAreReadFromBits() {
        #expect(AccessOperation.operations(in: .min).isEmpty)
        #expect(AccessOperation.operations(in: 1 << 3 | 1 << 10) == [.read, .describeConfigs])
    }
}
