import Testing

@testable import SchemaClient

@Suite struct RecentValuesTests {
    @Test func whatIsUsedStays() {
        var values = RecentValues<Int, String>(limit: 10)
        values.insert("kept", for: -1)
        for index in 0..<1000 {
            values.insert("\(index)", for: index)
            #expect(values.value(for: -1) == "kept")
            #expect(values.value(for: index) == "\(index)")
            #expect(values.count <= 10)
        }
        #expect(values.value(for: 0) == nil)
    }

    @Test func aNewValueTakesThePlaceOfTheOldOne() {
        var values = RecentValues<String, Int>(limit: 2)
        values.insert(1, for: "a")
        values.insert(2, for: "b")
        values.insert(3, for: "a")
        #expect(values.value(for: "a") == 3)
        values.remove("a")
        #expect(values.value(for: "a") == nil)
        #expect(values.value(for: "b") == 2)
    }
}
