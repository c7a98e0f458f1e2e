import Testing

@testable import RESTProxy

@Suite struct EndpointFilterTests {
    @Test(
        arguments: [
            ([], [], "api.v2.topics.list", true), (["api.v2.topics.*"], [], "api.v2.topics.list", true),
            (["api.v2.topics.*"], [], "api.v2.brokers.list", false),
            ([], ["api.v2.topics.get"], "api.v2.topics.get", false),
            (["api.v2.*"], ["api.v2.topics.*"], "api.v2.topics.get", false),
            (["api.v3.acls.create"], [], "api.v3.acls.c", false),
        ] as [([String], [String], String, Bool)])
    func namesAreAllowedAndBlocked(allowed: [String], blocked: [String], name: String, expected: Bool) {
        #expect(EndpointFilter(allowed: allowed, blocked: blocked).allows(name) == expected)
    }

    @Test func aRouteOfSeveralNamesIsServedForSomeOfThem() {
        let filter = EndpointFilter(allowed: ["api.v2.produce-to-topic.json"])
        #expect(filter.allowsSome(of: "api.v2.produce-to-topic.*"))
        #expect(!filter.allowsSome(of: "api.v2.produce-to-partition.*"))
        #expect(!EndpointFilter(blocked: ["api.v2.produce-to-topic.*"]).allowsSome(of: "api.v2.produce-to-topic.*"))
    }
}
