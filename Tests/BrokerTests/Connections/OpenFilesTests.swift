import Testing

@testable import Broker

@Suite struct OpenFilesTests {
    @Test func limitIsRaisedOnceAndStays() {
        let limit = OpenFiles.raiseLimit()
        #expect(limit > 0)
        #expect(OpenFiles.raiseLimit() == limit)
    }
}
