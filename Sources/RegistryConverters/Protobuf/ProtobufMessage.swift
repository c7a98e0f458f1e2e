import ConnectAPI
import ProtobufFormat

/// What a value of a field is to Connect, beyond its type on the wire.
indirect enum ProtobufForm: Sendable {
    /// A number, a boolean, a text or bytes.
    case scalar(FieldType)
    /// A number of an enum.
    case enumeration(EnumDescriptor)
    /// A message that holds one value.
    case wrapper(FieldType)
    case decimal(scale: Int)
    case date
    case time
    case timestamp
    case message(ProtobufMessage)
}

/// A message as Connect sees it, for writing and for reading.
final class ProtobufMessage: Sendable {
    /// Where a field's value stands in the structure.
    struct Place: Sendable {
        /// The structure's field.
        let field: Int
        /// The field of the structure in it, for a member of a oneof.
        var member: Int?
    }

    /// A field.
    struct Field: Sendable {
        let number: Int
        let place: Place
        let schema: ConnectSchema
        let shape: Shape
        /// Whether a value that is not there is null, and not the type's own default.
        let hasPresence: Bool
        /// What a null becomes when it is written.
        let substitute: ConnectValue?
    }

    /// How often a value may be there.
    enum Shape: Sendable {
        case single(ProtobufForm)
        case repeated(ProtobufForm, isPacked: Bool)
        case map(key: ProtobufForm, value: ProtobufForm)
    }

    /// The structure's schema.
    let schema: ConnectSchema
    /// The fields in the order of their numbers, in which they are written.
    let fields: [Field]
    /// The places of the fields by their numbers.
    let places: [Int: Int]

    init(schema: ConnectSchema, fields: [Field]) {
        self.schema = schema
        self.fields = fields.sorted { $0.number < $1.number }
        places = Dictionary(self.fields.enumerated().map { ($1.number, $0) }) { first, _ in first }
    }
}

/// Days since 1970 and dates of the Gregorian calendar, before its time too.
enum CivilDate {
    static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Years begin in March, so that the leap day is a year's last.
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
    }

    /// The day of a date; `nil` for one that is none, or that no 32 bits have room for.
    static func day(year: Int64, month: Int64, day: Int64) -> Int32? {
        guard (1...12).contains(month), (1...31).contains(day), abs(year) <= 6_000_000 else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let result = era * 146_097 + dayOfEra - 719_468
        let found = date(ofDay: result)
        guard found.month == month, found.day == day else { return nil }
        return Int32(exactly: result)
    }
}
