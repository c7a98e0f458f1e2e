import ConnectAPI
import RecordFormat

/// A pattern of Java's `SimpleDateFormat`, in UTC and with English names, for writing and reading moments.
///
/// Letters: `G y M d D E u a H k K h m s S z Z X`. Reading is lenient as Java's is: values beyond their ranges count on, and
/// what comes behind the pattern's end is not looked at.
struct DatePattern: Sendable, Hashable, CustomStringConvertible {
    private enum Part: Sendable, Hashable {
        case literal(String)
        case field(Character, count: Int)
    }

    /// The pattern as it was written.
    let description: String
    private let parts: [Part]
    /// Two digits for a year mean the one from 80 years before this year to 19 years behind it.
    private let firstYearOfTwoDigits: Int64

    private static let letters: Set<Character> = Set("GyMdDEuaHkKhmsSzZX")
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    /// Reads a pattern.
    ///
    /// - Parameter now: What years of two digits are near.
    /// - Throws: ``ConnectError`` with code `.invalidConfiguration` for a letter without meaning or a quote without end.
    init(_ pattern: String, now: Timestamp = .now()) throws {
        description = pattern
        parts = try Self.parts(of: pattern)
        firstYearOfTwoDigits = CivilTime(now.milliseconds).year - 80
    }

    private static func parts(of pattern: String) throws -> [Part] {
        var parts: [Part] = []
        func literal(_ text: String) {
            if case .literal(let before)? = parts.last {
                parts[parts.count - 1] = .literal(before + text)
            } else {
                parts.append(.literal(text))
            }
        }
        var rest = pattern[...]
        while let letter = rest.first {
            if letter == "'" {
                guard let (text, behind) = quoted(rest.dropFirst()) else {
                    throw ConnectError(.invalidConfiguration, "Unterminated quote in the date pattern \(pattern)")
                }
                literal(text)
                rest = behind
            } else if letter.isASCII, letter.isLetter {
                guard letters.contains(letter) else {
                    throw ConnectError(
                        .invalidConfiguration, "Illegal pattern character '\(letter)' in the date pattern \(pattern)")
                }
                let count = rest.prefix { $0 == letter }.count
                guard letter != "X" || count <= 3 else {
                    throw ConnectError(.invalidConfiguration, "invalid ISO 8601 format in the date pattern \(pattern)")
                }
                parts.append(.field(letter, count: count))
                rest = rest.dropFirst(count)
            } else {
                literal(String(letter))
                rest = rest.dropFirst()
            }
        }
        return parts
    }

    /// The text up to the quote that ends it, in which two quotes are one; two at once are one outside of quotes too.
    private static func quoted(_ text: Substring) -> (String, Substring)? {
        if text.first == "'" { return ("'", text.dropFirst()) }
        var literal = ""
        var rest = text
        while let letter = rest.popFirst() {
            if letter == "'" {
                guard rest.first == "'" else { return (literal, rest) }
                rest = rest.dropFirst()
            }
            literal.append(letter)
        }
        return nil
    }

    // MARK: Writing

    /// The moment as text.
    func string(from milliseconds: Int64) -> String {
        let time = CivilTime(milliseconds)
        return parts.reduce(into: "") { text, part in
            switch part {
            case .literal(let literal): text += literal
            case .field(let letter, let count): text += Self.text(of: letter, count, time)
            }
        }
    }

    private static func text(of letter: Character, _ count: Int, _ time: CivilTime) -> String {
        func number(_ value: Int) -> String { padded(Int64(value), count) }
        let yearOfEra = time.year > 0 ? time.year : 1 - time.year
        switch letter {
        case "G": return time.year > 0 ? "AD" : "BC"
        case "y": return count == 2 ? padded(yearOfEra % 100, 2) : padded(yearOfEra, count)
        case "M" where count >= 4: return months[time.month - 1]
        case "M" where count == 3: return String(months[time.month - 1].prefix(3))
        case "M": return number(time.month)
        case "d": return number(time.day)
        case "D": return number(time.dayOfYear)
        case "E": return count >= 4 ? weekdays[time.weekday] : String(weekdays[time.weekday].prefix(3))
        case "u": return number(time.weekday == 0 ? 7 : time.weekday)
        case "a": return time.hour < 12 ? "AM" : "PM"
        case "H": return number(time.hour)
        case "k": return number(time.hour == 0 ? 24 : time.hour)
        case "K": return number(time.hour % 12)
        case "h": return number(time.hour % 12 == 0 ? 12 : time.hour % 12)
        case "m": return number(time.minute)
        case "s": return number(time.second)
        case "S": return number(time.millisecond)
        case "z": return count >= 4 ? "Coordinated Universal Time" : "UTC"
        case "Z": return "+0000"
        default: return "Z"
        }
    }

    private static func padded(_ value: Int64, _ count: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }

    // MARK: Reading

    /// The moment that the text says, in milliseconds since 1970; `nil` if it is not of this pattern.
    func milliseconds(from text: String) -> Int64? {
        var fields = Fields()
        var rest = text[...]
        for (index, part) in parts.enumerated() {
            switch part {
            case .literal(let literal):
                guard rest.hasPrefix(literal) else { return nil }
                rest = rest.dropFirst(literal.count)
            case .field(let letter, let count):
                // Digits that follow each other without anything between them are told apart by the pattern's widths.
                let isAbutting = isNumber(index) && index + 1 < parts.count && isNumber(index + 1)
                guard read(letter, count, width: isAbutting ? count : nil, &rest, &fields) else { return nil }
            }
        }
        return fields.milliseconds
    }

    private func isNumber(_ index: Int) -> Bool {
        guard case .field(let letter, let count) = parts[index] else { return false }
        return "ydDuHkKhmsS".contains(letter) || (letter == "M" && count < 3)
    }

    private func read(
        _ letter: Character, _ count: Int, width: Int?, _ rest: inout Substring, _ fields: inout Fields
    ) -> Bool {
        switch letter {
        case "G": return Self.name(["BC", "AD"], &rest).map { fields.isBeforeChrist = $0 == 0 } != nil
        case "a": return Self.name(["AM", "PM"], &rest).map { fields.isAfternoon = $0 == 1 } != nil
        case "M" where count >= 3: return Self.name(Self.months, &rest).map { fields.month = Int64($0 + 1) } != nil
        case "E": return Self.name(Self.weekdays, &rest) != nil
        case "z", "Z", "X":
            guard let offset = Self.offset(&rest) else { return false }
            fields.offset = offset
            return true
        default: break
        }
        let digits = rest.drop { $0 == " " }
        guard let (value, length) = Self.number(digits, width: width) else { return false }
        rest = digits.dropFirst(length)
        switch letter {
        case "y": fields.year = count <= 2 && length == 2 && value >= 0 ? yearOfTwoDigits(value) : value
        case "M": fields.month = value
        case "d": fields.day = value
        case "D": fields.dayOfYear = value
        case "H": fields.hour = value
        case "k": fields.hour = value == 24 ? 0 : value
        case "K": fields.halfDayHour = value
        case "h": fields.halfDayHour = value == 12 ? 0 : value
        case "m": fields.minute = value
        case "s": fields.second = value
        case "S": fields.millisecond = value
        default: break
        }
        return true
    }

    private func yearOfTwoDigits(_ value: Int64) -> Int64 {
        let year = firstYearOfTwoDigits / 100 * 100 + value
        return year < firstYearOfTwoDigits ? year + 100 : year
    }

    /// A number at the start of the text, and how many characters it has. Nine digits are more than any field needs.
    private static func number(_ text: Substring, width: Int?) -> (Int64, Int)? {
        let sign = text.first == "-" && width == nil ? 1 : 0
        let digits = text.dropFirst(sign).prefix(min(width ?? 9, 9)).prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let value = Int64(digits) else { return nil }
        return (sign == 1 ? -value : value, digits.count + sign)
    }

    /// Which of the names the text begins with, whole or by its first three letters.
    private static func name(_ names: [String], _ rest: inout Substring) -> Int? {
        let text = rest.prefix(12).lowercased()
        for (index, name) in names.enumerated() {
            for form in [name.lowercased(), String(name.lowercased().prefix(3))] where text.hasPrefix(form) {
                rest = rest.dropFirst(form.count)
                return index
            }
        }
        return nil
    }

    /// A zone's distance to UTC in minutes: `Z`, `UTC`, `GMT`, `+02`, `+0200`, `+02:00`, `GMT+02:00`.
    private static func offset(_ rest: inout Substring) -> Int64? {
        var text = rest
        var hasName = false
        for name in ["UTC", "GMT", "Z"] where text.uppercased().hasPrefix(name) {
            text = text.dropFirst(name.count)
            hasName = true
            break
        }
        guard let sign = text.first, sign == "+" || sign == "-" else {
            if hasName { rest = text }
            return hasName ? 0 : nil
        }
        text = text.dropFirst()
        let hours = text.prefix(2).prefix { $0.isASCII && $0.isNumber }
        guard !hours.isEmpty, let hour = Int64(hours) else { return nil }
        text = text.dropFirst(hours.count)
        if text.first == ":" { text = text.dropFirst() }
        let minutes = text.prefix(2).prefix { $0.isASCII && $0.isNumber }
        text = text.dropFirst(minutes.count)
        rest = text
        let offset = hour * 60 + (Int64(minutes) ?? 0)
        return sign == "-" ? -offset : offset
    }

    /// What was read, as far as the pattern asks for it.
    private struct Fields {
        var year: Int64 = 1970
        var month: Int64 = 1
        var day: Int64 = 1
        var dayOfYear: Int64?
        var hour: Int64?
        var halfDayHour: Int64?
        var isAfternoon = false
        var isBeforeChrist = false
        var minute: Int64 = 0
        var second: Int64 = 0
        var millisecond: Int64 = 0
        var offset: Int64 = 0

        var milliseconds: Int64 {
            let year = isBeforeChrist ? 1 - year : year
            let days =
                if let dayOfYear {
                    CivilTime.days(toYear: year, month: 1, day: dayOfYear)
                } else {
                    CivilTime.days(toYear: year, month: month, day: day)
                }
            let hour = hour ?? ((halfDayHour ?? 0) + (isAfternoon ? 12 : 0))
            let seconds = ((days * 24 + hour) * 60 + minute - offset) * 60 + second
            return seconds * 1_000 + millisecond
        }
    }
}
