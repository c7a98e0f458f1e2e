import LogCore
import Testing

@testable import Broker

@Suite struct OpenFilesTests {
    @Test func limitIsRaisedOnceAndStays() {
        let limit = OpenFiles.raiseLimit()
        #expect(limit > 0)
        #expect(OpenFiles.raiseLimit() == limit)
    }

    @Test func connectionsLeaveWhatLogsMayHold() {
        let limit = OpenFiles.raiseLimit()
        #expect(OpenFiles(limit: limit).connections + LogResidency.Limits.ofProcess().descriptors < limit)
    }
}
