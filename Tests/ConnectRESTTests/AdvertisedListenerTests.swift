import HTTPService
import HTTPTestSupport
import JSON
import ServerHarness
import Testing

/// Which of its listeners a worker is known by.
@Suite(.serialized) struct AdvertisedListenerTests {
    @Test(arguments: [("https", 1), ("HTTP", 0), (nil, 0)])
    func aWorkerIsKnownByTheListenerThatIsAskedFor(kind: String?, index: Int) async throws {
        let files = try await CertificateFiles.make()
        var properties = [
            "listeners": "http://127.0.0.1:0,https://127.0.0.1:0", "ssl.keystore.key": try files.text("server.key"),
            "ssl.keystore.certificate.chain": try files.text("server.pem"),
        ]
        properties["rest.advertised.listener"] = kind
        try await ConnectFixture.with { fixture in
            try await fixture.serving(properties, isNamed: false) { server in
                let config = #"{"connector.class":"FileStreamSource","file":"/none","topic":"t"}"#
                #expect(try await server.send("PUT", "/connectors/c/config", config).status == 201)
                try await server.wait(for: "c", "RUNNING", tasks: ["RUNNING"])
                let status = try JSONValue(parsing: try await server.send("GET", "/connectors/c/status").body)
                #expect(status["connector"]?["worker_id"]?.string == "127.0.0.1:\(server.addresses[index].port)")
            }
        }
    }

    @Test func anIPv6AddressIsServed() async throws {
        try await ConnectFixture.with { fixture in
            try await fixture.serving(["listeners": "http://[::1]:0"]) { server in
                #expect(server.address.description.hasPrefix("http://[::1]:"))
                let answer = try await Curl.request(nil, "\(server.address)/connectors")
                #expect(answer.body == "[]")
            }
        }
    }
}
