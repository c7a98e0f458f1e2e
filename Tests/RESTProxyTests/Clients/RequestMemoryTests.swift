import HTTPTypes
import Testing

@testable import RESTProxy

@Suite struct RequestMemoryTests {
    @Test func whatIsTooMuchIsRefusedUntilOthersAreDone() throws {
        let memory = RequestMemory(limit: 100)
        try memory.reserve(60)
        let error = #expect(throws: RESTError.self) { try memory.reserve(41) }
        #expect(error?.status.code == 503)
        #expect(error?.retryAfter == .seconds(1))
        try memory.reserve(40)
        memory.release(60)
        memory.release(40)
        #expect(memory.usedBytes == 0)
    }
}
