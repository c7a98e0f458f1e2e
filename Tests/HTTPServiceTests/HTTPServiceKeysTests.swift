import HTTPService
import Testing

@Suite struct HTTPServiceKeysTests {
    private func configuration(_ properties: [String: String]) throws -> HTTPService.Configuration {
        var configuration = HTTPService.Configuration(listeners: [HTTPListener(host: "h", port: 0)])
        try configuration.apply(properties)
        return configuration
    }

    @Test func everyKeyIsTaken() throws {
        let values = [
            "compression.enable": "false", "http2.enabled": "FALSE", "idle.timeout.ms": "1",
            "request.header.timeout.ms": "2",
            "request.body.timeout.ms": "3", "response.write.timeout.ms": "4", "max.request.header.size": "1000",
            "max.request.body.size": "5", "connector.connection.limit": "6", "other": "x",
        ]
        #expect(Set(HTTPServiceKeys.names) == Set(values.keys).subtracting(["other"]))
        let found = try configuration(values)
        #expect(!found.compression.isEnabled && !found.isHTTP2Enabled)
        #expect(found.timeouts.idle == .milliseconds(1) && found.timeouts.head == .milliseconds(2))
        #expect(found.timeouts.body == .milliseconds(3) && found.timeouts.write == .milliseconds(4))
        #expect(found.limits.headerSize == 1000 && found.limits.targetSize == 1000)
        #expect(found.maximumBodySize == 5 && found.limits.connections == 6)
    }

    @Test func whatIsNotSaidStaysAsItIs() throws {
        let found = try configuration([:])
        #expect(found.compression == CompressionSettings() && found.isHTTP2Enabled)
        #expect(found.timeouts == HTTPTimeouts() && found.limits == HTTPLimits())
        #expect(found.maximumBodySize == 8 * 1024 * 1024)
        #expect(try configuration(["connector.connection.limit": "0"]).limits.connections == nil)
    }

    @Test(arguments: [
        ("compression.enable", "maybe", "true or false"), ("idle.timeout.ms", "soon", "a number from 1 to 86400000"),
        ("idle.timeout.ms", "0", "a number from 1 to 86400000"), ("max.request.header.size", "-1", "a number from 512"),
        ("max.request.body.size", "9999999999", "a number from 1 to 2147483647"),
    ])
    func whatIsNoValueIsSaid(key: String, value: String, problem: String) {
        let error = #expect(throws: HTTPServiceError.self) { try configuration([key: value]) }
        #expect(error?.message.hasPrefix("\(key) is \(value); it has to be") == true)
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }
}
