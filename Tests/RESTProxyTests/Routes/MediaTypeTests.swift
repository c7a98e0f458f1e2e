import Testing

@testable import RESTProxy

@Suite struct MediaTypeTests {
    @Test(
        arguments: [
            (nil, "a/x"), ("", "a/x"), ("*/*", "a/x"), ("a/*", "a/x"), ("b/y", "b/y"), ("b/y;q=0.9, a/x;q=0.1", "b/y"),
            ("a/x ; q=0.5,b/y", "b/y"), ("c/z, */*;q=0.1", "a/x"), ("A/X", "a/x"), ("b/y, a/x", "a/x"),
            ("a/x;q=0, */*", "b/y"),
        ] as [(String?, String)])
    func theAnswersTypeIsTheBestThatIsAccepted(accept: String?, expected: String) throws {
        #expect(try MediaType.agree(on: ["a/x", "b/y"], for: accept) == expected)
    }

    @Test(arguments: ["c/z", "a/x;q=0", "a", "c/*"])
    func nothingAcceptedIsAnError(accept: String) {
        #expect(throws: RESTError.notAcceptable) { try MediaType.agree(on: ["a/x"], for: accept) }
    }

    @Test func formatsAreTold() {
        #expect(MediaType.format(of: "application/vnd.kafka.avro.v2+json") == .avro)
        #expect(MediaType.format(of: "Application/vnd.kafka.JSON.v2+json ; charset=utf-8") == .json)
        #expect(MediaType.format(of: MediaType.v2) == nil)
    }

    @Test func bodiesHaveToBeOfATypeThatIsRead() throws {
        try MediaType.check("Application/JSON; charset=utf-8", isOneOf: [MediaType.json])
        #expect(throws: RESTError.unsupportedMediaType) { try MediaType.check("text/plain", isOneOf: [MediaType.json]) }
        #expect(throws: RESTError.unsupportedMediaType) { try MediaType.check(nil, isOneOf: [MediaType.json]) }
    }
}
