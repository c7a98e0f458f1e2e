extension FileProto {
    /// The file as it is written, with the complete names of types that it has when it is linked.
    ///
    /// - Precondition: `linked` is the same file.
    func qualified(by linked: FileProto) -> FileProto {
        var file = self
        for index in file.messages.indices where linked.messages.indices.contains(index) {
            file.messages[index].qualify(by: linked.messages[index])
        }
        qualify(&file.extensions, by: linked.extensions)
        for index in file.services.indices where linked.services.indices.contains(index) {
            let methods = linked.services[index].methods
            for place in file.services[index].methods.indices where methods.indices.contains(place) {
                file.services[index].methods[place].input = methods[place].input
                file.services[index].methods[place].output = methods[place].output
            }
        }
        return file
    }
}

extension MessageProto {
    fileprivate mutating func qualify(by linked: MessageProto) {
        ProtobufFormat.qualify(&fields, by: linked.fields)
        ProtobufFormat.qualify(&extensions, by: linked.extensions)
        for index in messages.indices where linked.messages.indices.contains(index) {
            messages[index].qualify(by: linked.messages[index])
        }
    }
}

private func qualify(_ fields: inout [FieldProto], by linked: [FieldProto]) {
    for index in fields.indices where linked.indices.contains(index) {
        fields[index].typeName = linked[index].typeName
        fields[index].type = linked[index].type
        fields[index].extendee = linked[index].extendee
    }
}
