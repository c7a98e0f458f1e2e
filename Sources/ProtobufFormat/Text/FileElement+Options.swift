/// Changes the options of one element; knows the names of the messages around it.
typealias OptionChange = (_ options: [OptionElement], _ scope: [String]) -> [OptionElement]

extension FileElement {
    /// The file with the options of everything in it changed.
    func mappingOptions(_ change: OptionChange) -> FileElement {
        var file = self
        file.options = change(options, [])
        file.messages = messages.map { $0.mappingOptions(change, in: []) }
        file.enums = enums.map { $0.mappingOptions(change, in: []) }
        file.extends = extends.map { $0.mappingOptions(change, in: []) }
        file.services = services.map { service in
            var service = service
            service.options = change(service.options, [])
            for index in service.methods.indices {
                service.methods[index].options = change(service.methods[index].options, [])
            }
            return service
        }
        return file
    }
}

extension MessageElement {
    fileprivate func mappingOptions(_ change: OptionChange, in scope: [String]) -> MessageElement {
        let scope = scope + [name]
        var message = self
        message.options = change(options, scope)
        message.fields = fields.map { $0.mappingOptions(change, in: scope) }
        message.oneofs = oneofs.map { oneof in
            var oneof = oneof
            oneof.options = change(oneof.options, scope)
            oneof.fields = oneof.fields.map { $0.mappingOptions(change, in: scope) }
            oneof.groups = oneof.groups.map { $0.mappingOptions(change, in: scope) }
            return oneof
        }
        message.groups = groups.map { $0.mappingOptions(change, in: scope) }
        for index in message.extensions.indices {
            message.extensions[index].options = change(message.extensions[index].options, scope)
        }
        message.extends = extends.map { $0.mappingOptions(change, in: scope) }
        message.messages = messages.map { $0.mappingOptions(change, in: scope) }
        message.enums = enums.map { $0.mappingOptions(change, in: scope) }
        return message
    }
}

extension FieldElement {
    fileprivate func mappingOptions(_ change: OptionChange, in scope: [String]) -> FieldElement {
        var field = self
        field.options = change(options, scope)
        return field
    }
}

extension GroupElement {
    fileprivate func mappingOptions(_ change: OptionChange, in scope: [String]) -> GroupElement {
        var group = self
        group.message = message.mappingOptions(change, in: scope)
        return group
    }
}

extension ExtendElement {
    fileprivate func mappingOptions(_ change: OptionChange, in scope: [String]) -> ExtendElement {
        var extend = self
        extend.fields = fields.map { $0.mappingOptions(change, in: scope) }
        extend.groups = groups.map { $0.mappingOptions(change, in: scope) }
        return extend
    }
}

extension EnumElement {
    fileprivate func mappingOptions(_ change: OptionChange, in scope: [String]) -> EnumElement {
        var type = self
        type.options = change(options, scope + [name])
        for index in type.values.indices {
            type.values[index].options = change(type.values[index].options, scope + [name])
        }
        return type
    }
}
