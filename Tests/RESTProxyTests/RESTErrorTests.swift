import HTTPService
import HTTPTypes
import KafkaClient
import KafkaProtocol
import Testing

@testable import RESTProxy

@Suite struct RESTErrorTests {
    @Test(arguments: [(40401, 404), (40903, 409), (42201, 422), (413, 413), (50002, 500), (42901, 429), (422, 422)])
    func statusIsTheFirstThreeDigits(code: Int, status: Int) {
        #expect(RESTError(code, "").status.code == status)
    }

    @Test(
        arguments: [
            (.topicNotFound, 40401, "Topic not found."), (.partitionNotFound, 40402, "Partition not found."),
            (.consumerInstanceNotFound, 40403, "Consumer instance not found."),
            (.leaderNotAvailable, 40404, "Leader not available."),
            (.consumerGroupNotFound, 40405, "Consumer group id not found."),
            (
                .consumerAlreadySubscribed, 40901,
                "Consumer cannot subscribe the the specified target because it has already subscribed to other topics."
            ),
            (.kafka("why"), 50002, "Kafka error: why"), (.kafkaRetriable("why"), 50003, "Kafka error: why"),
        ] as [(RESTError, Int, String)])
    func codesHaveTheirWords(error: RESTError, code: Int, message: String) {
        #expect(error.code == code && error.message == message)
        #expect(error.status.code == code / 100)
    }

    @Test func bodyHasCodeAndMessage() {
        let response = RESTError.topicNotFound.response(type: MediaType.v2)
        #expect(String(decoding: response.body, as: UTF8.self) == #"{"error_code":40401,"message":"Topic not found."}"#)
        #expect(response.headers[.contentType] == "application/vnd.kafka.v2+json")
    }

    @Test(
        arguments: [(Duration.milliseconds(1), "1"), (.seconds(1), "1"), (.milliseconds(1001), "2"), (.zero, "1")]
            as [(Duration, String)])
    func throttlingSaysWhenToTryAgain(time: Duration, seconds: String) {
        let response = RESTError.throttled(for: time).response(type: MediaType.json)
        #expect(response.status.code == 429)
        #expect(response.headers[.retryAfter] == seconds)
    }

    @Test(
        arguments: [
            (ErrorCode.unknownTopicOrPartition, 40401), (.topicAuthorizationFailed, 40301),
            (.saslAuthenticationFailed, 40101), (.invalidTopicException, 40002), (.topicAlreadyExists, 40002),
            (.messageTooLarge, 413), (.throttlingQuotaExceeded, 42901), (.notEnoughReplicas, 50003),
            (.kafkaStorageError, 50003), (.unknownServerError, 50002), (.brokerNotAvailable, 50302),
        ] as [(ErrorCode, Int)])
    func codesOfTheClusterHaveCodesOfTheProxy(code: ErrorCode, expected: Int) {
        let error = KafkaClientError(.broker, "writing", errorCode: code)
        #expect(RESTError(error).code == expected)
    }
}
