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
