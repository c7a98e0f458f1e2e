import ConnectAPI
import RecordFormat
import Testing

@Suite struct ConnectValueTests {
    @Test(arguments: [
        (1.0, "1.0"), (100.0, "100.0"), (1_234_567.5, "1234567.5"), (1e7, "1.0E7"), (1.5e10, "1.5E10"),
        (0.001, "0.001"),
        (0.00012, "1.2E-4"), (-0.0, "-0.0"), (1e-300, "1.0E-300"), (123456789.125, "1.23456789125E8"), (0.1, "0.1"),
        (-2.5e22, "-2.5E22"), (.infinity, "Infinity"), (.nan, "NaN"),
    ])
    func floatingPointIsWrittenAsJavaDoes(value: Double, text: String) {
        #expect(value.javaDescription == text)
    }

    @Test func valuesShowThemselvesAsJavaDoes() throws {
        let map = ConnectValue.map(["a": .int32(1), "b": .array([.boolean(true), .null])])
        #expect(map.description == "{a=1, b=[true, null]}")
        let schema = ConnectSchema.structure([ConnectField("x", .int64), ConnectField("y", .optionalString)])
        #expect(ConnectValue.structure(try Struct(schema, ["x": .int64(7)])).description == "Struct{x=7}")
    }

    @Test func aStructRefusesWhatItsSchemaDoesNotHave() throws {
        var structure = Struct(ConnectSchema.structure([ConnectField("x", .int64)]))
        #expect(throws: ConnectError.self) { try structure.set("x", to: .string("7")) }
        #expect(throws: ConnectError.self) { try structure.set("z", to: .int64(7)) }
        #expect(throws: ConnectError.self) { try structure.validate() }
        try structure.set("x", to: .int64(7))
        try structure.validate()
        #expect(structure["x"] == .int64(7))
    }

    @Test func mapsAreEqualInAnyOrderAndFindEveryKey() {
        var left = ConnectMap(), right = ConnectMap()
        for number in 0..<100 { left[.int32(Int32(number))] = .int32(Int32(number * 2)) }
        for number in (0..<100).reversed() { right[.int32(Int32(number))] = .int32(Int32(number * 2)) }
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        left[.int32(50)] = nil
        #expect(left[.int32(51)] == .int32(102))
        #expect(left != right)
    }
}
