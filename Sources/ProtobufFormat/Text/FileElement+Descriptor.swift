import SchemaFormat

extension FileElement {
    /// Takes a file as it is written.
    ///
    /// - Parameters:
    ///   - text: Its text; `nil` where it was given as a descriptor.
    ///   - foldsMaps: Whether entries that no text spells out become `map<…>` again. Those of a descriptor stay messages, as
    ///     Schema Registry prints them and as clients that send descriptors count their indexes.
    init(_ file: FileProto, text: [UInt8]?, foldsMaps: Bool? = nil) throws(SchemaError) {
        let reader = ElementReader(file, text: text, foldsMaps: foldsMaps ?? (text != nil))
        syntax = file.syntax.flatMap { $0.isEmpty ? nil : $0 }
        package = file.package.isEmpty ? nil : file.package
        imports = file.dependencies.indices
            .filter { !file.publicDependencies.contains($0) && !file.weakDependencies.contains($0) }
            .map { file.dependencies[$0] }
        publicImports = file.dependencies.indices
            .filter(file.publicDependencies.contains).map { file.dependencies[$0] }
        options = try reader.options.read(file.options, .file, at: [8])
        var nested = NestedMessages(file.messages, at: [4])
        extends = try reader.extends(file.extensions, &nested, at: [7])
        messages = try reader.messages(nested)
        enums = []
        for (index, type) in file.enums.enumerated() { enums.append(try reader.enumeration(type, at: [5, index])) }
        services = []
        for (index, service) in file.services.enumerated() {
            services.append(try reader.service(service, at: [6, index]))
        }
    }

    /// The file without extensions and without custom options that are not `confluent`'s own.
    var withoutExtensions: FileElement {
        var file = self
        file.extends = []
        file.messages = file.messages.map(\.withoutExtensions)
        return file.mappingOptions { options, _ in
            options.filter { !$0.isParenthesized || $0.name.hasPrefix("confluent.") }
        }
    }
}

extension MessageElement {
    fileprivate var withoutExtensions: MessageElement {
        var message = self
        message.extensions = []
        message.extends = []
        message.messages = message.messages.map(\.withoutExtensions)
        return message
    }
}
