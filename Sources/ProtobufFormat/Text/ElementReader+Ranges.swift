import SchemaFormat

extension ElementReader {
    /// Ranges and names, those of one statement together. Ends are exclusive.
    func reserved(
        _ ranges: [RangeProto], _ names: [String], at path: [Int], fields: (ranges: Int, names: Int)
    ) -> [ReservedElement] {
        var found: [(statement: Int, place: SourcePosition?, element: ReservedElement)] = []
        func add(_ value: ReservedElement.Value, at path: [Int]) {
            let statement = statements.statement(of: path)
            if statement >= 0, let last = found.last, last.statement == statement, last.element.isNames == value.isName
            {
                found[found.count - 1].element.values.append(value)
            } else {
                found.append((statement, statements.start(of: path), ReservedElement(values: [value])))
            }
        }
        for (index, range) in ranges.enumerated() {
            add(.range(range.start...max(range.start, range.end - 1)), at: path + [fields.ranges, index])
        }
        for (index, name) in names.enumerated() { add(.name(name), at: path + [fields.names, index]) }
        guard found.allSatisfy({ $0.place != nil }) else { return found.map(\.element) }
        return found.sorted { ($0.place ?? .zero) < ($1.place ?? .zero) }.map(\.element)
    }

    func extensions(_ ranges: [RangeProto], at path: [Int]) throws(SchemaError) -> [ExtensionsElement] {
        var found: [(statement: Int, element: ExtensionsElement)] = []
        for (index, range) in ranges.enumerated() {
            let statement = statements.statement(of: path + [index])
            let values = range.start...max(range.start, range.end - 1)
            if statement >= 0, let last = found.last, last.statement == statement {
                found[found.count - 1].element.ranges.append(values)
            } else {
                let options = try self.options.read(range.options, .extensionRange, at: path + [index, 3])
                found.append((statement, ExtensionsElement(ranges: [values], options: options)))
            }
        }
        return found.map(\.element)
    }
}

extension ReservedElement {
    fileprivate var isNames: Bool { values.first?.isName ?? false }
}

extension ReservedElement.Value {
    fileprivate var isName: Bool {
        if case .name = self { true } else { false }
    }
}

extension SourcePosition {
    fileprivate static let zero = SourcePosition(line: 0, column: 0)
}
