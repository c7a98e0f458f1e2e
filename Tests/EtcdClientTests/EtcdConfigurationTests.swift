import EtcdHarness
import Testing

@testable import EtcdClient

struct EtcdConfigurationTests {
    @Test(arguments: [
        ("http://127.0.0.1:2379", "http://127.0.0.1:2379"), ("https://etcd.example", "https://etcd.example:2379"),
        ("http://[::1]:1/", "http://[::1]:1"), ("https://[fe80::1]", "https://[fe80::1]:2379"),
    ])
    func endpointsAreRead(_ text: String, _ canonical: String) throws {
        #expect(try EtcdEndpoint(text).description == canonical)
    }

    @Test(arguments: [
        "", "127.0.0.1:2379", "ftp://a", "http://", "http://:1", "http://a:0", "http://a:65536", "http://a:b",
        "http://a:",
        "http://a/v3", "http://user@a", "http://a b", "http://::1", "http://[::1", "http://[::1]x", "http://a:1:2",
        "http://[]", "unix:///tmp/x",
    ])
    func whatIsNoEndpointIsRefused(_ text: String) async throws {
        let error = try await etcdError { try EtcdEndpoint(text) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("'\(text)'") == true)
    }

    @Test func everyBoundIsChecked() async throws {
        let changes: [(String, (inout EtcdConfiguration) -> Void)] = [
            ("endpoints", { $0.endpoints = [] }),
            ("twice", { $0.endpoints += $0.endpoints }),
            ("request timeout", { $0.requestTimeout = .zero }),
            ("request timeout", { $0.requestTimeout = .seconds(61) }),
            ("connect timeout", { $0.connectTimeout = .milliseconds(1) }),
            ("attempts", { $0.attempts = 0 }),
            ("pause", { $0.longestPause = .zero }),
            ("silence", { $0.watchSilence = .milliseconds(1) }),
            ("answer", { $0.maximumAnswerBytes = 1 }),
            ("prefix", { $0.keyPrefix = String(repeating: "x", count: 1025) }),
            ("user", { $0.credentials = .init(user: "", password: "x") }),
            ("certificate", { $0.tls.certificate = "x" }),
            ("certificate", { $0.tls.key = "x" }),
            ("https", { $0.tls.authority = "x" }),
        ]
        for (word, change) in changes {
            var configuration = try EtcdConfiguration(endpoints: ["http://127.0.0.1:2379"])
            try configuration.validate()
            change(&configuration)
            let error = try await etcdError { try configuration.validate() }
            #expect(error?.code == .invalidConfiguration)
            #expect(error?.message.contains(word) == true, "\(word): \(error?.message ?? "no error")")
        }
    }

    @Test func passwordsAreNotShown() {
        #expect("\(EtcdConfiguration.Credentials(user: "u", password: "geheim"))" == "user u")
    }
}
