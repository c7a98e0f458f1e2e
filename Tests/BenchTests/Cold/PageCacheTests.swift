#if os(Linux)
import Foundation
import ServerHarness
import Testing

@testable import millrace_bench

@Suite struct PageCacheTests {
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Whether temporary files are in memory, and so always in the page cache.
    private static let isInMemory: Bool = {
        let place = FileManager.default.temporaryDirectory.path + "/"
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        // Device, folder and kind; the folder that is nearest counts.
        let kinds = mounts.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 2 }
        let nearest = kinds.filter { $0[1] == "/" || place.hasPrefix("\($0[1])/") }.max { $0[1].count < $1[1].count }
        return nearest?[2] == "tmpfs"
    }()

    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// A file of so many pages, of which those with the given numbers were written and the others are holes.
    private func makeFile(_ name: String, pages: Int, written: [Int]) throws -> String {
        let path = directory.path(name)
        let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(ftruncate(descriptor, off_t(pages * Self.pageSize)) == 0)
        let bytes = [UInt8](repeating: 7, count: Self.pageSize)
        for page in written {
            try #require(pwrite(descriptor, bytes, bytes.count, off_t(page * Self.pageSize)) == bytes.count)
        }
        return path
    }

    @Test func thePagesThatAreInMemoryAreCounted() throws {
        let path = try makeFile("sparse", pages: 40, written: [5, 20, 21])
        let residency = try PageCache.residency(of: path)
        #expect(residency == FileResidency(pages: 40, residentPages: 3) && residency.share == 3.0 / 40)
    }

    @Test func aFileOfAFewBytesHasOnePage() throws {
        try Data("few".utf8).write(to: URL(filePath: directory.path("few")))
        try Data().write(to: URL(filePath: directory.path("none")))
        #expect(try PageCache.residency(of: directory.path("few")) == FileResidency(pages: 1, residentPages: 1))
        let none = try PageCache.residency(of: directory.path("none"))
        #expect(none == FileResidency() && none.share == 0)
        #expect(throws: BenchFailure.self) { _ = try PageCache.residency(of: directory.path("missing")) }
    }

    @Test(.enabled(if: !isInMemory, "temporary files are in memory")) func whatIsDroppedIsNotInMemory() throws {
        try FileManager.default.createDirectory(atPath: directory.path("inner"), withIntermediateDirectories: false)
        let log = try makeFile("inner/0.log", pages: 300, written: Array(0..<300))
        let index = try makeFile("0.index", pages: 2, written: [0, 1])
        let files = DataFiles(directory: directory.path(""))
        #expect(try files.paths().map { URL(filePath: $0).lastPathComponent } == ["0.index", "0.log"])
        #expect(try files.residency() == FileResidency(pages: 302, residentPages: 302))
        try files.drop()
        #expect(try files.residency() == FileResidency(pages: 302, residentPages: 0))
        // Only those that are asked for are read.
        #expect(try DataFiles(directory: directory.path(""), suffix: ".log").readRate() > 0)
        #expect(try PageCache.residency(of: log).residentPages == 300)
        #expect(try PageCache.residency(of: index).residentPages == 0)
    }
}
#endif
