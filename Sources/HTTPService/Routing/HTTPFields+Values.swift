package import HTTPTypes

extension HTTPFields {
    /// What the fields of a name say, as the subscript has it; the one field that there nearly always is costs no copy.
    package func value(of name: HTTPField.Name) -> String? {
        guard let first = firstIndex(where: { $0.name == name }) else { return nil }
        let isAlone = !self[(first + 1)...].contains { $0.name == name }
        return isAlone ? self[first].value : self[name]
    }
}
