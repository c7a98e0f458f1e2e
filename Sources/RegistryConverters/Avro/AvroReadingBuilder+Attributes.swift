import AvroFormat
import ConnectAPI
import JSON

extension AvroReadingBuilder {
    /// Adds documentation, version and parameters.
    func addProperties(
        of type: AvroType, to draft: inout ConnectDraft, _ fieldDocumentation: String?, _ version: Int32?
    ) throws {
        addDocumentation(of: type, to: &draft, fieldDocumentation)
        try addVersion(of: type, to: &draft, version)
        if settings.keepsMetadata, let parameters = type.properties["connect.parameters"], !parameters.isNull {
            guard let parameters = parameters.object else {
                throw invalid("Expected JSON object for schema parameters but found: \(parameters.text)")
            }
            for member in parameters {
                guard let value = member.value.string else {
                    throw invalid(
                        "Expected schema parameter values to be strings but found: \(member.value.text)")
                }
                draft.parameters[member.name] = value
            }
        }
        for property in type.properties where property.name.hasPrefix(AvroMark.propertyPrefix) {
            draft.parameters[property.name] = property.value.string ?? property.value.text
        }
    }

    private func addDocumentation(of type: AvroType, to draft: inout ConnectDraft, _ fieldDocumentation: String?) {
        let own = type.properties["connect.doc"]?.string
        guard settings.discardsTypeDocumentation else {
            if settings.keepsMetadata { draft.documentation = own }
            return
        }
        let typeDocumentation: String? =
            switch type.content {
            case .record(let record): record.documentation
            case .enumeration(let enumeration): enumeration.documentation
            case .fixed(let fixed): fixed.documentation
            default: nil
            }
        draft.documentation = fieldDocumentation ?? typeDocumentation ?? own
        if settings.keepsMetadata, let typeDocumentation {
            draft.parameters[AvroMark.connectRecordDocumentation] = typeDocumentation
        }
    }

    private func addVersion(of type: AvroType, to draft: inout ConnectDraft, _ version: Int32?) throws {
        guard let property = type.properties["connect.version"], !property.isNull else {
            // A logical type has a version of its own.
            draft.version = draft.version ?? version
            return
        }
        guard let own = property.int64.flatMap({ Int32(exactly: $0) }) else {
            throw invalid("Invalid Connect version found: \(property.text)")
        }
        if let known = draft.version, known != own {
            throw invalid("Mismatched versions: the logical type has \(known), and connect.version is \(own)")
        }
        draft.version = own
    }

    /// Adds the field's default or the type's; one that does not fit is none.
    func addDefault(
        of type: AvroType, _ id: AvroTypeID, _ fieldDefault: JSONValue?, to draft: inout ConnectDraft
    ) {
        let own = type.properties["connect.default"]
        if fieldDefault != nil, own == nil, settings.keepsMetadata, !settings.discardsTypeDocumentation {
            draft.parameters[AvroMark.fieldDefault] = "true"
        }
        guard let json = fieldDefault ?? own, !json.isNull else { return }
        draft.defaultValue = AvroDefaultReading(types: types, settings: settings).value(of: json, id, draft.schema)
    }

    /// Adds the name that the type has, unless it was given one for want of a name.
    func addName(of type: AvroType, to draft: inout ConnectDraft) throws {
        let name: String?
        if let property = type.properties["connect.name"], !property.isNull {
            guard let text = property.string else { throw invalid("Invalid schema name: \(property.text)") }
            name = text
        } else {
            switch type.content {
            case .record, .enumeration: name = type.content.name?.full
            // A decimal's fixed has a name that means nothing.
            case .fixed(let fixed): name = draft.name == nil ? fixed.name.full : nil
            default: name = nil
            }
        }
        guard let name, !name.hasPrefix("\(AvroMark.namespace).\(AvroMark.defaultName)") else { return }
        if let known = draft.name, known != name {
            throw invalid("Mismatched names: the logical type is \(known), and connect.name is \(name)")
        }
        draft.name = name
    }
}
