/// A message type.
public struct MessageDescriptor: Sendable {
    /// Which of the schema's messages it is.
    public let id: MessageID
    /// The name as the file has it.
    public let name: String
    /// The name with its package and the messages around it.
    public let fullName: String
    /// The package of its file; empty where that has none.
    public let package: String
    /// The file that declares it.
    public let file: String
    /// The fields in the order of the file, and behind them the extensions that the schema's files declare.
    public internal(set) var fields: [FieldDescriptor]
    /// The names of the oneofs in the order of the file, without those that stand for a proto3 `optional`.
    public let oneofs: [String]
    /// The messages that are declared in it, without the entries of its maps.
    public internal(set) var messages: [MessageID]
    /// The enums that are declared in it.
    public internal(set) var enums: [EnumID]
    /// Whether it is the entry of a map: fields 1 and 2 are key and value.
    public let isMapEntry: Bool
    /// Whether its file is proto3.
    public let isProto3: Bool

    /// What it is in JSON if that is not an object of its fields.
    let wellKnown: WellKnownType?
    /// Places in ``fields`` of those that proto2 requires.
    private(set) var requiredPlaces: [Int] = []

    /// Places in ``fields`` by number.
    private var placesByNumber: [Int: Int] = [:]
    /// Places in ``fields`` by the names that JSON may have for them.
    private var placesByName: [String: Int] = [:]
    /// Places in ``fields`` in the order of their numbers, in which messages are written.
    private(set) var placesInOrder: [Int] = []

    /// The field with a number.
    public func field(_ number: Int) -> FieldDescriptor? { placesByNumber[number].map { fields[$0] } }

    /// The field with a name: the file's own or the one in JSON, `[full.name]` for an extension.
    public func field(named name: String) -> FieldDescriptor? { placesByName[name].map { fields[$0] } }

    /// The place of the field with a number.
    func place(_ number: Int) -> Int? { placesByNumber[number] }

    /// The place of the field that JSON calls so.
    func place(named name: String) -> Int? { placesByName[name] }

    init(
        id: MessageID, name: String, fullName: String, file: FileProto, fields: [FieldDescriptor], oneofs: [String],
        isMapEntry: Bool
    ) {
        self.id = id
        self.name = name
        self.fullName = fullName
        package = file.package
        self.file = file.name
        self.fields = fields
        self.oneofs = oneofs
        messages = []
        enums = []
        self.isMapEntry = isMapEntry
        isProto3 = file.isProto3
        wellKnown = WellKnownType(fullName)
    }

    /// Makes the ways to find fields, once all are there.
    mutating func index() {
        for (place, field) in fields.enumerated() {
            placesByNumber[field.number] = place
            if field.isExtension { placesByName[field.jsonKey] = place }
        }
        for (place, field) in fields.enumerated() where !field.isExtension { placesByName[field.name] = place }
        for (place, field) in fields.enumerated() where !field.isExtension { placesByName[field.jsonName] = place }
        requiredPlaces = fields.indices.filter { fields[$0].cardinality == .required }
        placesInOrder = fields.indices.sorted { fields[$0].number < fields[$1].number }
    }
}

/// An enum type.
public struct EnumDescriptor: Sendable {
    /// A value with its name.
    public struct Value: Sendable, Hashable {
        /// The name.
        public let name: String
        /// The number.
        public let number: Int32
    }

    /// Which of the schema's enums it is.
    public let id: EnumID
    /// The name with its package and the messages around it.
    public let fullName: String
    /// The package of its file; empty where that has none.
    public let package: String
    /// The file that declares it.
    public let file: String
    /// The values in the order of the file; several may have the same number.
    public let values: [Value]
    /// Whether numbers without a name are no values, as in proto2.
    public let isClosed: Bool

    private let numbers: [String: Int32]
    private let names: [Int32: String]

    /// The first name of a number.
    public func name(of number: Int32) -> String? { names[number] }

    /// The number of a name.
    public func number(of name: String) -> Int32? { numbers[name] }

    init(id: EnumID, fullName: String, file: FileProto, values: [Value]) {
        self.id = id
        self.fullName = fullName
        package = file.package
        self.file = file.name
        self.values = values
        isClosed = !file.isProto3
        numbers = Dictionary(values.map { ($0.name, $0.number) }) { first, _ in first }
        names = Dictionary(values.map { ($0.number, $0.name) }) { first, _ in first }
    }
}
