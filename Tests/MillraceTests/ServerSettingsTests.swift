import Foundation
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
        ("quite.another.thing.altogether.here", "unknown setting quite.another.thing.altogether.here has no effect"),
    ])
    func anUnknownKeyIsWarnedOf(key: String, warning: String) throws {
        #expect(try settings(overrides: ["\(key)=1"]).warnings == [warning])
    }

    @Test(arguments: [
        "connect.tasks.max.limit", "connect.config.storage.segment.bytes", "connect.value.converter.schemas.enable",
    ])
    func keysOfConnectAreKnown(key: String) throws {
        #expect(try settings(overrides: ["\(key)=1"]).warnings.isEmpty)
    }
}
