/// Writes a file in the one way that all files with its meaning have: types by their complete names, everything whose order
/// means nothing in order, maps as maps.
///
/// The order of messages, enums and services stays: records name messages by their place.
struct Normalizer {
    private let options: OptionNormalizer

    init(types: TypeTable, package: String?) {
        options = OptionNormalizer(types: types, package: package)
    }

    /// The normalized file.
    ///
    /// - Parameter file: A file with complete names.
    func normalized(_ file: FileElement) -> FileElement {
        var file = file.mappingOptions(options.normalized)
        let isProto3 = file.syntax == "proto3"
        // What proto2 is called by default need not be said.
        if !isProto3 { file.syntax = nil }
        file.imports = Set(file.imports).sorted()
        file.publicImports = Set(file.publicImports).sorted()
        file.messages = file.messages.map { message($0, isProto3: isProto3) }
        file.enums = file.enums.map { enumeration($0, isProto3: isProto3) }
        file.extends = extends(file.extends)
        return file
    }

    private func message(_ message: MessageElement, isProto3: Bool) -> MessageElement {
        var message = message
        let entries = message.messages.filter { $0.mapEntry != nil }
        let maps = Dictionary(entries.map { ($0.name, $0.mapEntry) }) { first, _ in first }
        message.messages.removeAll { $0.mapEntry != nil }
        message.reserved = reserved(message.reserved)
        for index in message.fields.indices {
            let parts = message.fields[index].type.split(separator: ".").map(String.init)
            guard parts.count >= 2, parts[parts.count - 2] == message.name, let map = maps[parts[parts.count - 1]],
                let map
            else { continue }
            message.fields[index].type = "map<\(map.key), \(map.value)>"
            message.fields[index].label = nil
        }
        message.fields = byNumber(message.fields)
        message.oneofs = message.oneofs.map { oneof in
            var oneof = oneof
            oneof.fields = byNumber(oneof.fields)
            oneof.groups = groups(oneof.groups, isProto3: isProto3)
            return oneof
        }
        message.oneofs.sort { ($0.fields.first?.number ?? 0) < ($1.fields.first?.number ?? 0) }
        message.groups = groups(message.groups, isProto3: isProto3)
        message.extensions = message.extensions
            .flatMap { element in element.ranges.map { ExtensionsElement(ranges: [$0], options: element.options) } }
            .sorted { ($0.ranges.first?.lowerBound ?? 0) < ($1.ranges.first?.lowerBound ?? 0) }
        message.extends = extends(message.extends)
        message.messages = message.messages.map { self.message($0, isProto3: isProto3) }
        message.enums = message.enums.map { enumeration($0, isProto3: isProto3) }
        return message
    }

    private func groups(_ groups: [GroupElement], isProto3: Bool) -> [GroupElement] {
        groups.sorted { $0.number < $1.number }.map { group in
            var group = group
            group.message = message(group.message, isProto3: isProto3)
            return group
        }
    }

    private func enumeration(_ type: EnumElement, isProto3: Bool) -> EnumElement {
        var type = type
        type.reserved = reserved(type.reserved)
        type.values.sort { left, right in
            // A value below zero must not come first: proto3 wants zero there, or the text could not be read again.
            if isProto3, (left.number == 0) != (right.number == 0) { return left.number == 0 }
            return (left.number, left.name) < (right.number, right.name)
        }
        return type
    }

    private func extends(_ extends: [ExtendElement]) -> [ExtendElement] {
        var found: [ExtendElement] = []
        var places: [String: Int] = [:]
        for extend in extends {
            if let index = places[extend.name] {
                found[index].fields += extend.fields
                found[index].groups += extend.groups
            } else {
                places[extend.name] = found.count
                found.append(extend)
            }
        }
        for index in found.indices {
            found[index].fields = byNumber(found[index].fields)
            found[index].groups.sort { $0.number < $1.number }
        }
        return found
    }

    private func byNumber(_ fields: [FieldElement]) -> [FieldElement] { fields.sorted { $0.number < $1.number } }

    /// Each value by itself, numbers before names.
    private func reserved(_ reserved: [ReservedElement]) -> [ReservedElement] {
        func key(_ value: ReservedElement.Value) -> (Int, String) {
            switch value {
            case .name(let name): (Int.max, name)
            case .range(let range): (range.lowerBound, "")
            }
        }
        return reserved.flatMap(\.values).sorted { key($0) < key($1) }.map { ReservedElement(values: [$0]) }
    }
}
