/// An enum.
public final class AvroEnumeration: Sendable {
    /// The name.
    public let name: AvroName
    /// Other names under which it reads data.
    public let aliases: [AvroName]
    /// What its author says of it.
    public let documentation: String?
    /// The symbols in order.
    public let symbols: [String]
    /// What is read for a symbol that it lacks.
    public let defaultSymbol: String?
    private let places: [String: Int]

    init(name: AvroName, aliases: [AvroName], documentation: String?, symbols: [String], defaultSymbol: String?) {
        self.name = name
        self.aliases = aliases
        self.documentation = documentation
        self.symbols = symbols
        self.defaultSymbol = defaultSymbol
        places = Dictionary(symbols.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// The place of a symbol.
    public func place(of symbol: String) -> Int? { places[symbol] }
}
