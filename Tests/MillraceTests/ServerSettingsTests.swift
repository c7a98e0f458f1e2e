import Broker
import EtcdClient
import Foundation
import Logging
import ServerHarness
import Testing

@testable import millrace

@Suite struct ServerSettingsTests {
    private func settings(
        file: String? = nil, environment: [String: String] = [:], overrides: [String] = [],
        dataDirectory: String? = nil
    ) throws -> ServerSettings {
        try ServerSettings(
            file: file, environment: environment, overrides: overrides, dataDirectory: dataDirectory)
    }

    @Test func eachSourceOverridesTheOneBefore() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("server.properties")
        try "log.dirs=/file\r\nnum.partitions=2\r\nlog.segment.bytes=1\r\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        let settings = try settings(
            file: path, environment: ["MILLRACE_NUM_PARTITIONS": "3", "MILLRACE_LOG_SEGMENT_BYTES": "4", "HOME": "/"],
            overrides: ["log.segment.bytes=5"], dataDirectory: "/given")
        #expect(settings.values == ["log.dirs": "/given", "num.partitions": "3", "log.segment.bytes": "5"])
        #expect(settings.warnings.isEmpty)
    }

    @Test func connectsKeysComeWithoutTheirPrefix() throws {
        let settings = try settings(overrides: ["connect.listeners=http://:1", "listeners=PLAINTEXT://:2"])
        #expect(settings.component("connect.") == ["listeners": "http://:1"])
    }

    @Test(arguments: [
        ("num.partition", "unknown setting num.partition has no effect; is num.partitions meant?"),
        (
            "connect.offset.flush.intervall.ms",
            "unknown setting connect.offset.flush.intervall.ms has no effect; is connect.offset.flush.interval.ms meant?"
        ),
        (
            "rest.request.max.byte",
            "unknown setting rest.request.max.byte has no effect; is rest.request.max.bytes meant?"
        ),
        (
            "schema.registry.host.prt",
            "unknown setting schema.registry.host.prt has no effect; is schema.registry.host.port meant?"
        ),
        ("quite.another.thing.altogether.here", "unknown setting quite.another.thing.altogether.here has no effect"),
    ])
    func anUnknownKeyIsWarnedOf(key: String, warning: String) throws {
        #expect(try settings(overrides: ["\(key)=1"]).warnings == [warning])
    }

    @Test(arguments: [
        "connect.tasks.max.limit", "connect.config.storage.segment.bytes", "connect.value.converter.schemas.enable",
        "connect.config.providers.file.class", "connect.producer.acks", "connect.topic.tracking.enable",
        "connect.max.request.body.size", "rest.idle.timeout.ms", "rest.producer.linger.ms",
        "rest.ssl.keystore.location",
        "rest.listeners.https.ssl.keystore.location", "rest.schema.registry.basic.auth.user.info",
        "schema.registry.group.id", "schema.registry.kafkastore.topic.config.segment.bytes",
        "schema.registry.authentication.method",
    ])
    func keysOfComponentsAreKnown(key: String) throws {
        #expect(try settings(overrides: ["\(key)=1"]).warnings.isEmpty)
    }

    /// The tables of keys name what components read; a key that one forgot would be warned of in a server.
    @Test(arguments: [
        ("docs/rest-proxy.md", "## Configuration", ["rest."]),
        ("docs/rest-proxy-v3.md", "## Bounds", ["rest."]),
        ("docs/schema-registry.md", "## Configuration", ["schema.registry."]),
        ("docs/http-service.md", "## Keys", ["connect.", "rest.", "schema.registry."]),
    ])
    func whatThePagesNameIsKnown(page: String, section: String, prefixes: [String]) throws {
        let text = try String(contentsOfFile: Repository.root.appending(path: page).path(), encoding: .utf8)
        let start = try #require(text.range(of: "\n\(section)\n")).upperBound
        let rows = text[start...].prefix(upTo: text[start...].range(of: "\n## ")?.lowerBound ?? text.endIndex)
        let key = try Regex("`([a-z0-9]+(?:\\.[a-z0-9]+)+)`", as: (Substring, Substring).self)
        let cells = rows.split(separator: "\n").filter { $0.hasPrefix("| ") }.compactMap { row -> Substring? in
            let cells = row.split(separator: "|")
            // The keys of bounds stand in the last column, and those of settings in the first.
            return section == "## Bounds" ? cells.last : cells.first
        }
        let names = cells.flatMap { $0.matches(of: key).map { String($0.1) } }
        #expect(names.count > 5)
        for prefix in prefixes {
            for name in names { #expect(try settings(overrides: ["\(prefix)\(name)=1"]).warnings == []) }
        }
    }

    @Test func aServerWithoutEndpointsIsAlone() throws {
        #expect(try EtcdSettings(settings().values) == nil)
        #expect(try EtcdSettings(settings(overrides: ["etcd.endpoints= , ", "etcd.key.prefix=/a/"]).values) == nil)
    }

    @Test func theKeysOfEtcdAreRead() throws {
        let settings = try settings(
            environment: ["MILLRACE_ETCD_ENDPOINTS": "http://a:1, http://b"],
            overrides: ["etcd.user=u", "etcd.password=p"])
        #expect(settings.warnings.isEmpty)
        let etcd = try #require(try EtcdSettings(settings.values)).configuration
        #expect(etcd.endpoints.map(\.description) == ["http://a:1", "http://b:2379"])
        #expect(etcd.keyPrefix == "/millrace/")
        #expect(etcd.credentials?.user == "u")
        #expect(etcd.credentials?.password == "p")
        let secure = try #require(
            try EtcdSettings([
                "etcd.endpoints": "https://c:3", "etcd.key.prefix": "/other/", "etcd.tls.ca.file": "/ca",
                "etcd.tls.certificate.file": "/certificate", "etcd.tls.key.file": "/key",
            ])
        ).configuration
        #expect(secure.keyPrefix == "/other/")
        #expect(secure.tls.authority == "/ca")
        #expect(secure.tls.certificate == "/certificate")
        #expect(secure.tls.key == "/key")
    }

    @Test(arguments: [
        (["etcd.user": "u"], "etcd.user is set and etcd.endpoints names no etcd"),
        (["etcd.endpoints": "http://a", "etcd.user": "u"], "etcd.user and etcd.password go together"),
        (["etcd.endpoints": "a:2379"], "names neither http nor https"),
        (["etcd.endpoints": "http://a", "etcd.key.prefix": "/a"], "does not end with /"),
        (["etcd.endpoints": "http://a", "etcd.tls.ca.file": "/none"], "no endpoint of etcd is https"),
        (["etcd.endpoints": "https://a", "etcd.tls.ca.file": "/none"], "cannot be read from /none"),
        (["etcd.endpoints": "https://a", "etcd.tls.key.file": "/none"], "a certificate for etcd needs its key"),
    ])
    func whatCannotBeMeantIsRefused(values: [String: String], message: String) {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try EtcdSettings(values)?.makeStore(logger: Logger(label: "test"))
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
