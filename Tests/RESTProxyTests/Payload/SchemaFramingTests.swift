import RecordFormat
import Testing

@testable import RESTProxy

@Suite struct SchemaFramingTests {
    @Test func idsStandInFourBytesAfterAZero() {
        #expect(SchemaFraming.frame([7, 8], schemaID: 0x0102_0304) == [0, 1, 2, 3, 4, 7, 8])
    }

    @Test(arguments: [0, 1, 255, 65_536, Int32.max, -1])
    func idsAreFoundAgain(id: Int32) {
        let bytes = ByteSlice(SchemaFraming.frame([], schemaID: id))
        #expect(SchemaFraming.schemaID(of: bytes.bytes) == id)
    }

    @Test(arguments: [[], [0], [0, 0, 0, 1], [1, 0, 0, 0, 1]] as [[UInt8]])
    func otherBytesHaveNone(bytes: [UInt8]) {
        let bytes = ByteSlice(bytes)
        #expect(SchemaFraming.schemaID(of: bytes.bytes) == nil)
    }
}
